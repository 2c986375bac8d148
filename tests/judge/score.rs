//! What was denied that should not have been, and what was allowed.

use std::collections::{BTreeMap, BTreeSet};

use crate::traces::{Call, Trace};

use super::{Judged, TEST_DAYS};

/// So many of so many.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Share {
    pub(crate) part: usize,
    pub(crate) of: usize,
}

impl Share {
    fn note(&mut self, is_part: bool) {
        self.part += usize::from(is_part);
        self.of += 1;
    }

    /// Nothing of nothing is 0 %.
    #[expect(clippy::cast_precision_loss, reason = "counts of calls are small")]
    pub(crate) fn percent(self) -> f64 {
        100.0 * self.part as f64 / self.of.max(1) as f64
    }
}

/// How a level did after so many days of training, over all roles.
#[derive(Debug)]
pub(crate) struct Score {
    pub(crate) level: &'static str,
    /// Days of training.
    pub(crate) days: usize,
    /// Later calls that are denied, of all.
    pub(crate) denied: Share,
    /// Of those whose workload, on this way through its code, had a call in the training.
    pub(crate) denied_of_known: Share,
    /// Roles with a denied call.
    pub(crate) roles: Share,
    /// Roles with a denied call of that kind.
    pub(crate) roles_of_known: Share,
    /// Decoys that are allowed.
    pub(crate) decoys: Share,
    /// Characters of all policies together.
    pub(crate) characters: usize,
    /// Roles without any use in the training.
    pub(crate) without_proposal: usize,
    /// Denied later calls of that kind, by template.
    pub(crate) by_template: BTreeMap<&'static str, Share>,
    /// Decoys that are allowed, by template.
    pub(crate) decoys_by_template: BTreeMap<&'static str, Share>,
}

/// A workload and a way through its code.
type Source = (usize, &'static str);

fn source(call: &Call) -> Source {
    (call.workload, call.path)
}

impl Score {
    pub(super) fn new(level: &'static str, days: usize) -> Self {
        Score {
            level,
            days,
            denied: Share::default(),
            denied_of_known: Share::default(),
            roles: Share::default(),
            roles_of_known: Share::default(),
            decoys: Share::default(),
            characters: 0,
            without_proposal: 0,
            by_template: BTreeMap::new(),
            decoys_by_template: BTreeMap::new(),
        }
    }

    /// Characters of a policy, on the average.
    pub(crate) fn characters_of_one(&self) -> usize {
        self.characters / self.roles.of.max(1)
    }

    /// Decides the later calls and the decoys of one trace.
    pub(super) fn add(&mut self, trace: &Trace, judged: &Judged) {
        let training = trace.days[..self.days].iter().flatten();
        let known: BTreeSet<Source> = training.map(source).collect();
        let (mut any, mut any_of_known) = (false, false);
        let later = &trace.days[self.days..self.days + TEST_DAYS];
        for call in later.iter().flatten() {
            let denied = !judged.allows(call);
            self.denied.note(denied);
            any |= denied;
            if known.contains(&source(call)) {
                self.denied_of_known.note(denied);
                any_of_known |= denied;
                let template = trace.workloads[call.workload];
                self.by_template.entry(template).or_default().note(denied);
            }
        }
        self.roles.note(any);
        self.roles_of_known.note(any_of_known);
        for decoy in &trace.never {
            let allowed = judged.allows(decoy);
            self.decoys.note(allowed);
            let template = trace.workloads[decoy.workload];
            let of_template = self.decoys_by_template.entry(template).or_default();
            of_template.note(allowed);
        }
        self.characters += judged.size.characters();
    }
}
