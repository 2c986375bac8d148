//! The conditions of a template. One that rests on what nobody said is not known, and both of its sides count.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html>

use super::resolve::function;
use super::template::{Asked, DEPTH, Template};
use crate::text::{Node, Shape};

impl Template<'_> {
    /// Whether a condition of this name holds; `None` when that is not known.
    pub(super) fn condition(&self, name: &str, asked: Asked) -> Option<bool> {
        if asked.depth > DEPTH {
            return None;
        }
        let node = self.section("Conditions")?.get(name)?;
        self.holds(node, asked.deeper())
    }

    fn holds(&self, node: &Node, asked: Asked) -> Option<bool> {
        if !self.count() {
            return None;
        }
        let firm = Asked {
            firm: true,
            ..asked
        };
        if let Shape::Bool(value) = node.shape {
            return Some(value);
        }
        if let Some(name) = node.get("Condition") {
            return self.condition(name.as_text()?, asked);
        }
        let (name, argument) = function(node)?;
        let items = match &argument.shape {
            Shape::List(items) => items.as_slice(),
            _ => &[],
        };
        match name {
            "Condition" => self.condition(argument.as_text()?, asked),
            "Equals" => {
                let [left, right] = items else { return None };
                let [left, right] = [left, right].map(|side| self.resolve(side, firm).text());
                Some(left.as_known()? == right.as_known()?)
            }
            "Not" => {
                let [item] = items else { return None };
                self.holds(item, firm).map(|holds| !holds)
            }
            "And" => self.decided(items, false, firm),
            "Or" => self.decided(items, true, firm),
            _ => None,
        }
    }

    /// One that holds decides an `Or`, one that does not decides an `And`; else all of them have to be known.
    fn decided(&self, items: &[Node], by: bool, asked: Asked) -> Option<bool> {
        let each: Vec<_> = items.iter().map(|item| self.holds(item, asked)).collect();
        match each.contains(&Some(by)) {
            true => Some(by),
            false => (!each.contains(&None)).then_some(!by),
        }
    }
}
