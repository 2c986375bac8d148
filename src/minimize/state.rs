//! Pieces as the fewest statements, or the fewest characters, that hold them.

use std::collections::BTreeMap;

use crate::catalog::Catalog;
use crate::cover::{Certificate, Objective, Rectangle, cover};
use crate::evaluation::{Granted, Rule};
use crate::iam::{
    ActionPattern, Actions, Condition, Effect, ResourcePattern, Resources, Statement,
};

use super::cells::{Cells, Free, prices};
use super::kept::{KeptStatement, merged};
use super::need::Ground;
use super::piece::{Extent, Pieces, Reach};
use super::widest::{Kept, without_covered};

/// How statements are made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stating<'a> {
    pub(super) granted: &'a Granted,
    pub(super) catalog: &'a Catalog,
    pub(super) objective: Objective,
    /// Whether a statement may hold the actions of several services.
    pub(super) across_services: bool,
    /// Whether each statement comes from one of the author's, in their order.
    pub(super) as_authored: bool,
}

/// What pieces must have in common to stand in one statement. The order is that of the statements.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    /// The author's statement, where the author's layout is kept.
    rule: Option<usize>,
    service: String,
    when: Option<Condition>,
    /// What is left out of all resources. What all-but says cannot stand in one statement with what only says.
    but: Option<Vec<ResourcePattern>>,
}

/// Sorts behind every service prefix: what no trail shows comes last.
const LAST: &str = "~";

/// Statements, and the proof of how small they are.
#[derive(Clone, Debug)]
pub(super) struct Stated {
    /// Those that allow, in order.
    pub(super) allow: Vec<(KeptStatement, usize)>,
    /// Those that deny, as they stand.
    pub(super) deny: Vec<KeptStatement>,
    /// Over the statements that allow, without their `Sid`.
    pub(super) certificate: Certificate,
}

impl Stating<'_> {
    /// The statements, each of those that allow with the place of the first statement that it was cut from.
    pub(super) fn state(&self, pieces: Pieces) -> Stated {
        let kept = without_covered(pieces.cut);
        let mut kinds: BTreeMap<Kind, Vec<(&Reach, &Kept)>> = BTreeMap::new();
        for (reach, kept) in &kept {
            let kind = self.kind(reach, kept);
            kinds.entry(kind).or_default().push((reach, kept));
        }
        let mut stated = Stated {
            allow: Vec::new(),
            deny: pieces.denials.iter().map(denial).collect(),
            certificate: Certificate::default(),
        };
        for (kind, members) in kinds {
            let (statements, certificate) = self.of_kind(&kind, &members);
            stated.allow.extend(statements);
            stated.certificate = stated.certificate + certificate;
        }
        stated
    }

    fn kind(&self, reach: &Reach, kept: &Kept) -> Kind {
        let mut why = kept.why.iter();
        let unseen = why.all(|why| matches!(why.ground, Ground::Unobservable(_)));
        let service = reach.actions.service().unwrap_or("*");
        Kind {
            rule: self.as_authored.then_some(kept.from.rule),
            service: match (unseen, self.across_services) {
                _ if self.as_authored => String::new(),
                (true, _) => LAST.to_owned(),
                (false, true) => String::new(),
                (false, false) => service.to_ascii_lowercase(),
            },
            when: reach.when.clone(),
            but: match &reach.extent {
                Extent::Only(_) => None,
                Extent::AllBut(patterns) => Some(patterns.clone()),
            },
        }
    }

    fn of_kind(
        &self,
        kind: &Kind,
        members: &[(&Reach, &Kept)],
    ) -> (Vec<(KeptStatement, usize)>, Certificate) {
        let everything = ResourcePattern::any();
        let needed = members.iter().map(|(reach, kept)| match &reach.extent {
            Extent::Only(pattern) => (&reach.actions, pattern, *kept),
            // One column, whatever is left out: that stands in the kind.
            Extent::AllBut(_) => (&reach.actions, &everything, *kept),
        });
        let cells = Cells::new(needed);
        let free = Free {
            granted: self.granted,
            catalog: self.catalog,
        };
        let covered = cover(
            &cells.table(&free),
            prices(kind.when.as_ref()),
            self.objective,
        );
        let statements = covered
            .rectangles
            .iter()
            .map(|rectangle| statement(kind, &cells, rectangle));
        (statements.collect(), covered.certificate)
    }
}

fn statement(kind: &Kind, cells: &Cells<'_>, rectangle: &Rectangle) -> (KeptStatement, usize) {
    let rows = rectangle.rows.iter();
    let actions: Vec<ActionPattern> = rows.map(|row| cells.actions[*row].clone()).collect();
    let columns = rectangle.columns.iter();
    let resources: Vec<_> = columns
        .map(|column| cells.resources[*column].clone())
        .collect();
    let pairs = rectangle
        .rows
        .iter()
        .flat_map(|row| rectangle.columns.iter().map(move |column| (*row, *column)));
    let kept: Vec<&Kept> = pairs
        .filter_map(|(row, column)| cells.kept(row, column))
        .collect();
    let mut explained: Vec<_> = kept
        .iter()
        .filter_map(|kept| kept.learned.as_deref())
        .filter(|explained| !explained.opened.is_empty())
        .cloned()
        .collect();
    explained.sort_by(|one, other| one.pattern.cmp(&other.pattern));
    explained.dedup_by(|one, other| one.pattern == other.pattern);
    let statement = Statement {
        sid: None,
        effect: Effect::Allow,
        actions: Actions::Only(actions),
        resources: match &kind.but {
            Some(patterns) => Resources::AllBut(patterns.clone()),
            None => Resources::Only(resources),
        },
        condition: kind.when.clone(),
    };
    let first = kept.iter().map(|kept| kept.from.rule).min();
    let kept = KeptStatement {
        statement,
        why: merged(cells.why(&rectangle.rows, &rectangle.columns).into_iter()),
        explained,
        shortened: Vec::new(),
        from: None,
    };
    (kept, first.unwrap_or_default())
}

fn denial(rule: &Rule) -> KeptStatement {
    KeptStatement {
        statement: rule.statement.clone(),
        why: Vec::new(),
        explained: Vec::new(),
        shortened: Vec::new(),
        from: Some(rule.place.clone()),
    }
}
