//! Which resource of a plan another one speaks of, through variables and outputs of modules.

use std::collections::{BTreeMap, HashMap};

use crate::text::{Node, Shape};

/// The configuration of a plan, by module and resource.
pub(super) struct Links<'n> {
    /// Each module by its path without indices, the root by the empty one.
    modules: BTreeMap<String, &'n Node>,
    /// The expressions of each resource, by its address without indices.
    expressions: HashMap<String, &'n Node>,
    /// The addresses of the resources in the plan, by their address without indices.
    instances: HashMap<String, Vec<&'n str>>,
}

/// A resource that an expression is about.
pub(super) struct Target {
    pub(super) address: String,
    /// The reference as it was written: `aws_iam_role.orders.arn`.
    pub(super) reference: String,
}

/// References that lead to references; more than that is a circle.
const DEPTH: usize = 16;

impl<'n> Links<'n> {
    pub(super) fn of(root: &'n Node) -> Self {
        let mut links = Links {
            modules: BTreeMap::new(),
            expressions: HashMap::new(),
            instances: HashMap::new(),
        };
        let configuration = root
            .get("configuration")
            .and_then(|all| all.get("root_module"));
        if let Some(module) = configuration {
            links.module(String::new(), module);
        }
        let changes = root.get("resource_changes").map(Node::one_or_many);
        for change in changes.unwrap_or_default() {
            if let Some(address) = change.get("address").and_then(Node::as_text) {
                let same = links.instances.entry(without_indices(address)).or_default();
                same.push(address);
            }
        }
        links
    }

    fn module(&mut self, path: String, module: &'n Node) {
        let list = |name: &str| module.get(name).map(Node::one_or_many).unwrap_or_default();
        for resource in list("resources") {
            let address = resource.get("address").and_then(Node::as_text);
            if let (Some(address), Some(expressions)) = (address, resource.get("expressions")) {
                self.expressions
                    .insert(format!("{path}{address}"), expressions);
            }
        }
        let calls = module.get("module_calls").and_then(Node::members);
        for call in calls.unwrap_or_default() {
            if let Some(below) = call.value.get("module") {
                self.module(format!("{path}module.{}.", call.name), below);
            }
        }
        self.modules.insert(path, module);
    }

    /// The expressions that a resource of the plan is made of.
    pub(super) fn expressions(&self, address: &str) -> Option<&'n Node> {
        self.expressions.get(&without_indices(address)).copied()
    }

    /// What an expression names first, as it was written.
    pub(super) fn first_reference(&self, expression: Option<&'n Node>) -> Option<&'n str> {
        references(expression?).next()
    }

    /// The one resource that an expression of another resource is about; `None` when there is none, or are several.
    pub(super) fn target(&self, address: &str, expression: Option<&'n Node>) -> Option<Target> {
        let (module, _) = split_module(address);
        let expression = expression?;
        let mut found: Vec<String> = Vec::new();
        for reference in references(expression) {
            self.follow(&without_indices(module), reference, 0, &mut found);
        }
        found.sort();
        found.dedup();
        let [one] = found.as_slice() else {
            return None;
        };
        let instances = self.instances.get(one)?;
        // With `count` and `for_each` the instance of the same index is meant, as far as that can be told.
        let index = index_of(address);
        let same = instances
            .iter()
            .find(|instance| index_of(instance) == index);
        let address = match instances.as_slice() {
            [only] => only,
            _ => same?,
        };
        Some(Target {
            address: (*address).to_owned(),
            reference: references(expression).next()?.to_owned(),
        })
    }

    /// The resources that a reference leads to, by address without indices.
    fn follow(&self, module: &str, reference: &str, depth: usize, found: &mut Vec<String>) {
        if depth > DEPTH {
            return;
        }
        let mut steps = reference.split('.');
        match (steps.next(), steps.next(), steps.next()) {
            (Some("var"), Some(name), _) => {
                let Some((parent, call)) = parent_of(module) else {
                    return;
                };
                let call = self.modules.get(parent).and_then(|module| {
                    module
                        .get("module_calls")?
                        .get(call)?
                        .get("expressions")?
                        .get(name)
                });
                for next in call.into_iter().flat_map(references) {
                    self.follow(parent, next, depth + 1, found);
                }
            }
            (Some("module"), Some(name), Some(output)) => {
                let below = format!("{module}module.{}.", without_indices(name));
                let output = self.modules.get(&below).and_then(|module| {
                    module
                        .get("outputs")?
                        .get(&without_indices(output))?
                        .get("expression")
                });
                for next in output.into_iter().flat_map(references) {
                    self.follow(&below, next, depth + 1, found);
                }
            }
            (Some("data"), Some(kind), Some(name)) => {
                found.push(format!("{module}data.{kind}.{}", without_indices(name)));
            }
            (Some("module"), ..)
            | (Some("local" | "each" | "count" | "path" | "terraform" | "self"), ..) => {}
            (Some(kind), Some(name), _) => {
                found.push(format!("{module}{kind}.{}", without_indices(name)));
            }
            _ => {}
        }
    }
}

/// What an expression, or the expressions in it, refer to.
fn references(expression: &Node) -> Box<dyn Iterator<Item = &str> + '_> {
    match &expression.shape {
        Shape::Object(members) => {
            let own = expression.get("references").map(Node::one_or_many);
            let own = own.unwrap_or_default().iter().filter_map(Node::as_text);
            let nested = members.iter().filter(|member| member.name != "references");
            Box::new(own.chain(nested.flat_map(|member| references(&member.value))))
        }
        Shape::List(items) => Box::new(items.iter().flat_map(references)),
        _ => Box::new(std::iter::empty()),
    }
}

/// An address without what stands in brackets.
fn without_indices(address: &str) -> String {
    let (mut plain, mut depth, mut quoted) = (String::with_capacity(address.len()), 0_usize, false);
    for character in address.chars() {
        match character {
            '"' if depth > 0 => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(character),
            _ => {}
        }
    }
    plain
}

/// The index in the brackets at the end.
fn index_of(address: &str) -> Option<&str> {
    let inside = address.strip_suffix(']')?;
    Some(inside.rsplit_once('[')?.1)
}

/// The module of an address, up to its last dot, and the rest.
fn split_module(address: &str) -> (&str, &str) {
    let mut at = 0;
    while let Some(rest) = address[at..].strip_prefix("module.") {
        let quoted_end = rest.find("\"].").map(|end| end + 3);
        let plain_end = rest.find('.').map(|end| end + 1);
        let end = match (rest.find('['), quoted_end, plain_end) {
            (Some(bracket), Some(end), Some(plain)) if bracket < plain => end,
            (_, _, Some(plain)) => plain,
            _ => return address.split_at(at),
        };
        at += "module.".len() + end;
    }
    address.split_at(at)
}

/// The module that calls this one, and the name by which it does.
fn parent_of(module: &str) -> Option<(&str, &str)> {
    let path = module.strip_suffix('.')?;
    let (before, name) = path.rsplit_once("module.")?;
    Some((before, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_without_its_indices_and_by_its_module() {
        let cases = [
            ("aws_iam_role.a", "aws_iam_role.a", "", None),
            ("aws_iam_role.a[0]", "aws_iam_role.a", "", Some("0")),
            (
                "module.m.aws_iam_role.a",
                "module.m.aws_iam_role.a",
                "module.m.",
                None,
            ),
            (
                "module.m[\"x.y\"].module.n.aws_iam_role.a[\"k]\"]",
                "module.m.module.n.aws_iam_role.a",
                "module.m[\"x.y\"].module.n.",
                Some("\"k]\""),
            ),
        ];
        for (address, plain, module, index) in cases {
            assert_eq!(without_indices(address), plain);
            assert_eq!(split_module(address).0, module, "{address}");
            assert_eq!(index_of(address), index, "{address}");
        }
        assert_eq!(parent_of("module.m.module.n."), Some(("module.m.", "n")));
        assert_eq!(parent_of(""), None);
    }
}
