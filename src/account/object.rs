//! An object of an AWS CLI output, read member by member.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

use crate::iam::Arn;
use crate::text::{Node, Position, Shape};

/// A file, and what is wrong with it.
pub(super) struct Answer<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
    pub(super) problems: RefCell<Vec<String>>,
}

impl Answer<'_> {
    /// Notes what is wrong at a part of the file.
    pub(super) fn problem(&self, at: &Node, words: &str) {
        let byte = at.span.map_or(0, |span| span.start);
        let place = Position::of(self.text, byte);
        let problem = format!("{}: {place}: {words}", self.path.display());
        self.problems.borrow_mut().push(problem);
    }
}

/// An object of a file. What is of another kind than it should be is noted and counts as absent; what nobody
/// asked for is noted too, by [`Object::finish`]: it may need something of the role.
pub(super) struct Object<'a> {
    answer: &'a Answer<'a>,
    node: &'a Node,
    /// What it is, for a reader: `function orders`.
    of: String,
    read: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Object<'a> {
    pub(super) fn new(answer: &'a Answer<'a>, node: &'a Node, of: impl Into<String>) -> Self {
        Object {
            answer,
            node,
            of: of.into(),
            read: RefCell::default(),
        }
    }

    /// From now on it is called this.
    pub(super) fn call(&mut self, of: String) {
        self.of = of;
    }

    /// A text; `None` when it is absent, `null` or empty.
    pub(super) fn text(&self, name: &'static str) -> Option<&'a str> {
        let node = self.get(name)?;
        let text = node.as_text();
        if text.is_none() {
            self.other_kind::<&str>(name, node, "text");
        }
        text.filter(|text| !text.is_empty())
    }

    /// A text that an object of its kind always has.
    pub(super) fn needed(&self, name: &'static str) -> Option<&'a str> {
        let text = self.text(name);
        if text.is_none() {
            self.problem(self.node, &format!("it has no `{name}`"));
        }
        text
    }

    /// An ARN that an object of its kind always has.
    pub(super) fn needed_arn(&self, name: &'static str) -> Option<Arn> {
        self.needed(name)?;
        self.arn(name)
    }

    /// An ARN.
    pub(super) fn arn(&self, name: &'static str) -> Option<Arn> {
        let text = self.text(name)?;
        self.parsed(name, text.parse().map_err(|error| format!("{error}")))
    }

    /// What was made of a member, or the problem that it could not be.
    pub(super) fn parsed<T>(&self, name: &'static str, made: Result<T, String>) -> Option<T> {
        match made {
            Ok(made) => Some(made),
            Err(error) => {
                let node = self.get(name).unwrap_or(self.node);
                self.problem(node, &format!("`{name}`: {error}"));
                None
            }
        }
    }

    /// One of some words of AWS, each with what it means.
    pub(super) fn word<T: Copy>(&self, name: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(name)?;
        let known = words.iter().find(|(word, _)| *word == text);
        self.parsed(
            name,
            known
                .map(|(_, meaning)| *meaning)
                .ok_or_else(|| format!("`{text}` is not understood; {UNKNOWN}")),
        )
    }

    /// A number; `None` when it is absent, `null`, or none that counts something.
    pub(super) fn number(&self, name: &'static str) -> Option<u64> {
        let node = self.get(name)?;
        match &node.shape {
            Shape::Number(number) => number.parse().ok(),
            _ => self.other_kind(name, node, "a number"),
        }
    }

    /// Whether it says `true`.
    pub(super) fn is_true(&self, name: &'static str) -> bool {
        let node = self.get(name);
        node.is_some_and(|node| match node.shape {
            Shape::Bool(value) => value,
            _ => self.other_kind::<bool>(name, node, "a boolean").is_some(),
        })
    }

    /// An object.
    pub(super) fn object(&self, name: &'static str) -> Option<Object<'a>> {
        let node = self.get(name)?;
        if node.members().is_none() {
            return self.other_kind(name, node, "an object");
        }
        Some(Object::new(
            self.answer,
            node,
            format!("{}: `{name}`", self.of),
        ))
    }

    /// The objects of a list.
    pub(super) fn objects(&self, name: &'static str) -> Vec<Object<'a>> {
        let of = format!("{}: `{name}`", self.of);
        let nodes = self.list(name).iter();
        let objects = nodes.filter(|node| {
            let is = node.members().is_some();
            if !is {
                self.other_kind::<()>(name, node, "a list of objects");
            }
            is
        });
        objects
            .map(|node| Object::new(self.answer, node, of.clone()))
            .collect()
    }

    /// The texts of a list.
    pub(super) fn texts(&self, name: &'static str) -> Vec<String> {
        let texts = self.list(name).iter().filter_map(|node| {
            let text = node.as_text().map(str::to_owned);
            text.or_else(|| self.other_kind(name, node, "a list of texts"))
        });
        texts.collect()
    }

    fn list(&self, name: &'static str) -> &'a [Node] {
        match self.get(name).map(|node| (node, &node.shape)) {
            Some((_, Shape::List(items))) => items,
            Some((node, _)) => {
                self.other_kind::<()>(name, node, "a list");
                &[]
            }
            None => &[],
        }
    }

    /// Members that need nothing of a role.
    pub(super) fn ignore(&self, names: &[&'static str]) {
        self.read.borrow_mut().extend(names);
    }

    /// Notes every member that nobody asked for.
    pub(super) fn finish(&self) {
        let read = self.read.borrow();
        let members = self.node.members().unwrap_or_default().iter();
        let unknown = members.filter(|member| !read.contains(member.name.as_str()));
        for member in unknown.filter(|member| member.value.shape != Shape::Null) {
            let words = format!("`{}` is not understood; {UNKNOWN}", member.name);
            self.problem(&member.value, &words);
        }
    }

    /// Notes what is wrong with it.
    pub(super) fn problem(&self, at: &Node, words: &str) {
        self.answer.problem(at, &format!("{}: {words}", self.of));
    }

    /// Notes what is wrong with it as a whole.
    pub(super) fn broken(&self, words: &str) {
        self.problem(self.node, words);
    }

    fn get(&self, name: &'static str) -> Option<&'a Node> {
        self.read.borrow_mut().insert(name);
        let node = self.node.get(name)?;
        (node.shape != Shape::Null).then_some(node)
    }

    fn other_kind<T>(&self, name: &str, node: &Node, expected: &str) -> Option<T> {
        let found = node.kind();
        self.problem(node, &format!("`{name}` is {found}, not {expected}"));
        None
    }
}

/// What follows from something that is not understood, and what to do.
const UNKNOWN: &str =
    "what it needs of the role is not known, so look at it before you take the proposal";
