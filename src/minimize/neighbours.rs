//! Resources that are known to be somebody else's.

use std::collections::{BTreeMap, BTreeSet};

use crate::algebra::Glob;
use crate::iam::{Arn, RoleId};
use crate::usage::{On, Usage};

/// The resources that are known, each with the roles that were seen to use it.
#[derive(Clone, Debug, Default)]
pub struct Neighbours(BTreeMap<String, BTreeSet<RoleId>>);

impl Neighbours {
    /// What the roles of a trail used, and what else an account has.
    #[must_use]
    pub fn new<'a>(usage: &Usage, account: impl IntoIterator<Item = &'a Arn>) -> Self {
        let mut known: BTreeMap<String, BTreeSet<RoleId>> = BTreeMap::new();
        for arn in account {
            known.entry(arn.as_str().to_owned()).or_default();
        }
        for (role, seen) in &usage.roles {
            // What no function can have done makes nothing the role's own.
            let own = seen
                .by
                .iter()
                .filter(|(site, _)| !site.is_certainly_outside());
            let used = own.flat_map(|(_, part)| part.used.keys());
            let used = used.flat_map(|access| &access.on);
            for on in used {
                let On::Exactly(arn) = on else { continue };
                match known.get_mut(arn.as_str()) {
                    Some(roles) if roles.contains(role) => {}
                    Some(roles) => {
                        roles.insert(role.clone());
                    }
                    None => {
                        let roles = BTreeSet::from([role.clone()]);
                        known.insert(arn.as_str().to_owned(), roles);
                    }
                }
            }
        }
        Neighbours(known)
    }

    /// Whether a pattern would let a role at what is known and not its own. A pattern that also matches what the role shares
    /// with another one is of a family that both work on, such as the keys that one writes and the other reads: of those
    /// it will meet more.
    #[must_use]
    pub fn refuse(&self, role: &RoleId, pattern: &Glob) -> bool {
        let beginning = pattern.beginning();
        let near = self.0.range(beginning.to_owned()..);
        let near = near.take_while(|(arn, _)| arn.starts_with(beginning));
        let mut of_others = false;
        for (_, roles) in near.filter(|(arn, _)| pattern.matches(arn)) {
            match roles.contains(role) {
                true if roles.len() > 1 => return false,
                true => {}
                false => of_others = true,
            }
        }
        of_others
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_refused_for_what_others_have_unless_it_is_of_a_family_that_both_work_on() {
        let id = |name: &str| {
            let arn: Arn = format!("arn:aws:iam::123456789012:role/{name}")
                .parse()
                .expect("an ARN");
            RoleId::of(&arn).expect("a role")
        };
        let known = |arn: &str, roles: &[&str]| {
            (arn.to_owned(), roles.iter().map(|role| id(role)).collect())
        };
        let neighbours = Neighbours(BTreeMap::from([
            known("b/own/1", &["own"]),
            known("b/other/1", &["other"]),
            known("b/both/1", &["own", "other"]),
            known("b/both/2", &["other"]),
            known("b/account", &[]),
        ]));
        let cases = [
            ("b/own/*", false),
            ("b/other/*", true),
            ("b/o*", true),
            ("b/both/*", false),
            ("b/a*", true),
            ("c/*", false),
        ];
        for (pattern, refused) in cases {
            let glob = Glob::wildcards(pattern);
            assert_eq!(neighbours.refuse(&id("own"), &glob), refused, "{pattern}");
        }
    }
}
