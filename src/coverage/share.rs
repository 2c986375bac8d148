//! Of which resources the events of a class are recorded.

use crate::algebra::Glob;

/// The resources of which data events are recorded. Where a set cannot be said exactly it is smaller, never larger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Share {
    /// Those whose ARN one of the globs matches; with no glob, none.
    Only(Vec<Glob>),
    /// Those whose ARN none of the globs matches; with no glob, all.
    AllBut(Vec<Glob>),
}

impl Share {
    /// No resource.
    #[must_use]
    pub fn nothing() -> Self {
        Share::Only(Vec::new())
    }

    /// Every resource.
    #[must_use]
    pub fn everything() -> Self {
        Share::AllBut(Vec::new())
    }

    /// Whether it is no resource.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        matches!(self, Share::Only(globs) if globs.is_empty())
    }

    /// Whether it is every resource.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        matches!(self, Share::AllBut(globs) if globs.is_empty())
    }

    /// What is in one of the two.
    #[must_use]
    pub fn or(self, other: Share) -> Share {
        match (self, other) {
            (Share::Only(mut one), Share::Only(other)) => {
                one.extend(other);
                one.sort();
                one.dedup();
                Share::Only(one)
            }
            (Share::AllBut(without), Share::Only(with))
            | (Share::Only(with), Share::AllBut(without)) => {
                let left_out = |glob: &Glob| !with.iter().any(|with| with.covers(glob));
                Share::AllBut(without.into_iter().filter(left_out).collect())
            }
            // What both leave out is what a glob of each has in common; all of the first glob is no less.
            (Share::AllBut(one), Share::AllBut(other)) => {
                let left_out =
                    |glob: &Glob| other.iter().any(|other| other.overlap(glob).is_some());
                Share::AllBut(one.into_iter().filter(left_out).collect())
            }
        }
    }

    /// What is in both of the two.
    #[must_use]
    pub fn and(self, other: Share) -> Share {
        match (self, other) {
            (Share::AllBut(mut one), Share::AllBut(other)) => {
                one.extend(other);
                one.sort();
                one.dedup();
                Share::AllBut(one)
            }
            (Share::AllBut(without), Share::Only(with))
            | (Share::Only(with), Share::AllBut(without)) => {
                let stays = |glob: &Glob| {
                    !without
                        .iter()
                        .any(|without| without.overlap(glob).is_some())
                };
                Share::Only(with.into_iter().filter(stays).collect())
            }
            (Share::Only(one), Share::Only(other)) => {
                let in_other = |glob: &Glob| other.iter().any(|other| other.covers(glob));
                let in_one = |glob: &Glob| one.iter().any(|one| one.covers(glob));
                let back = other.iter().filter(|glob| in_one(glob)).cloned();
                let mut both: Vec<_> = one
                    .iter()
                    .filter(|glob| in_other(glob))
                    .cloned()
                    .chain(back)
                    .collect();
                both.sort();
                both.dedup();
                Share::Only(both)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn share() -> impl Strategy<Value = Share> {
        let globs =
            || prop::collection::vec("[ab*]{0,3}".prop_map(|text| Glob::wildcards(&text)), 0..3);
        prop_oneof![
            globs().prop_map(Share::Only),
            globs().prop_map(Share::AllBut)
        ]
    }

    /// The set by its definition.
    fn holds(share: &Share, text: &str) -> bool {
        match share {
            Share::Only(globs) => globs.iter().any(|glob| glob.matches(text)),
            Share::AllBut(globs) => !globs.iter().any(|glob| glob.matches(text)),
        }
    }

    proptest! {
        #[test]
        fn a_union_and_a_common_part_never_hold_too_much(one in share(), other in share(), text in "[ab]{0,4}") {
            let (in_one, in_other) = (holds(&one, &text), holds(&other, &text));
            prop_assert!(!holds(&one.clone().or(other.clone()), &text) || in_one || in_other);
            prop_assert!(!holds(&one.and(other), &text) || in_one && in_other);
        }

        #[test]
        fn everything_and_nothing_are_neutral(one in share(), text in "[ab]{0,4}") {
            prop_assert_eq!(holds(&one.clone().or(Share::nothing()), &text), holds(&one, &text));
            prop_assert_eq!(holds(&one.clone().and(Share::everything()), &text), holds(&one, &text));
            prop_assert!(holds(&one.or(Share::everything()), &text));
        }
    }
}
