//! A set of actions, made ready to be asked for many.

use crate::algebra::{Glob, Strings};

/// The same set as the [`Strings`] it was made of.
#[derive(Debug)]
pub(super) struct Members<'a> {
    /// The actions that it names in full, sorted: a policy names most so, and those of a service stand together.
    named: Vec<&'a str>,
    patterns: Vec<&'a Glob>,
    all_but: bool,
}

/// What a set holds of one service's actions.
#[derive(Debug)]
pub(super) enum Part<'m> {
    /// None of them.
    Nothing,
    /// All of them.
    Everything,
    /// Those of these.
    Some(Members<'m>),
}

impl<'a> Members<'a> {
    pub(super) fn of(strings: &'a Strings) -> Self {
        let globs = strings.globs();
        let mut named: Vec<_> = globs.iter().filter_map(Glob::as_literal).collect();
        named.sort_unstable();
        Members {
            named,
            patterns: globs
                .iter()
                .filter(|glob| glob.as_literal().is_none())
                .collect(),
            all_but: matches!(strings, Strings::NoneOf(_)),
        }
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        let matched = self.named.binary_search(&text).is_ok()
            || self.patterns.iter().any(|glob| glob.matches(text));
        matched != self.all_but
    }

    /// What it holds of the strings that `every` matches: a text, and then anything.
    pub(super) fn part(&self, every: &Glob) -> Part<'a> {
        let beginning = every.beginning();
        let near = |glob: &&&Glob| {
            glob.beginning().starts_with(beginning) || beginning.starts_with(glob.beginning())
        };
        let patterns: Vec<_> = self.patterns.iter().filter(near).copied().collect();
        let from = self.named.partition_point(|name| *name < beginning);
        let named: Vec<_> = self.named[from..]
            .iter()
            .take_while(|name| name.starts_with(beginning))
            .copied()
            .collect();
        let all = patterns.iter().any(|glob| glob.covers(every));
        let none = patterns.is_empty() && named.is_empty();
        match (all || none, all != self.all_but) {
            (true, true) => Part::Everything,
            (true, false) => Part::Nothing,
            (false, _) => Part::Some(Members {
                named,
                patterns,
                all_but: self.all_but,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_for_a_service_holds_the_same_of_its_actions_as_the_whole() {
        let sets: [&[&str]; 8] = [
            &[],
            &["*"],
            &["s3:*"],
            &["s*"],
            &["s3:get*", "sqs:sendmessage"],
            &["s3:getobject", "s3:putobject", "s3x:getobject"],
            &["*:get*"],
            &["s?:getobject", "kms:*"],
        ];
        let actions = ["getobject", "putobject", "sendmessage", "x"];
        for set in sets {
            let globs: Vec<_> = set.iter().map(|text| Glob::wildcards(text)).collect();
            for strings in [Strings::AnyOf(globs.clone()), Strings::NoneOf(globs)] {
                let members = Members::of(&strings);
                for service in ["s3", "s3x", "sqs", "kms", "s"] {
                    let part = members.part(&Glob::wildcards(&format!("{service}:*")));
                    for action in actions.map(|name| format!("{service}:{name}")) {
                        let contains = match &part {
                            Part::Nothing => false,
                            Part::Everything => true,
                            Part::Some(members) => members.contains(&action),
                        };
                        assert_eq!(contains, strings.contains(&action), "{strings:?} {action}");
                    }
                }
            }
        }
    }
}
