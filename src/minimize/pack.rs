//! Statements into documents within AWS's limits.

use std::collections::BTreeSet;

use crate::iam::{
    Actions, INLINE_LIMIT, MANAGED_LIMIT, Policy, PolicySize, Resources, Statement, Version,
};

use super::kept::{KeptStatement, WhyKept};
use super::layout::{Document, Form, Layout};

/// What is needed does not fit into what AWS allows a role.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error(
    "what the role needs takes {characters} characters, which is {documents} managed policies or {over} more than it may have; AWS \
     allows a role {INLINE_LIMIT} in inline policies, or managed policies of {MANAGED_LIMIT}, {attachments} at most. Grant it fewer \
     single resources, give the functions that share it a role each, or say with `--attachments` what quota the account has{hint}",
    over = documents.saturating_sub(*attachments),
    hint = unseen_hint(*unseen)
)]
pub struct TooLarge {
    /// Characters in all.
    pub characters: PolicySize,
    /// How many managed policies it would take.
    pub documents: usize,
    /// How many a role may have.
    pub attachments: usize,
    /// How many needs there are only because no trail shows whether they are used.
    pub unseen: usize,
}

/// What to do about it where most of it is what no trail shows.
fn unseen_hint(unseen: usize) -> String {
    const MANY: usize = 100;
    match unseen > MANY {
        true => format!(
            ". {unseen} permissions are needed only because no trail shows whether they are used: give one that records them, what \
             trails record (`--event-selectors`), or say `--unobservable narrow` or `remove`"
        ),
        false => String::new(),
    }
}

/// Which documents there may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Space {
    /// Whether one may stand in the role itself.
    pub(super) inline: bool,
    /// How many managed policies there may be.
    pub(super) attachments: usize,
}

/// Lays statements out: as one inline policy if that is large enough, else as managed policies, each
/// statement into the first that has room, the largest first. Within a document they keep their order.
pub(super) fn pack(statements: Vec<KeptStatement>, space: Space) -> Result<Layout, TooLarge> {
    if statements.is_empty() {
        return Ok(Layout::default());
    }
    let inline = Document::of(Form::Inline, statements);
    if space.inline && inline.size() <= INLINE_LIMIT {
        return Ok(Layout::of(vec![inline]));
    }
    let parts = inline.statements.into_iter().flat_map(split).enumerate();
    let mut parts: Vec<_> = parts
        .map(|(place, kept)| (size_of(&kept.statement).characters(), place, kept))
        .collect();
    parts.sort_by_key(|(size, ..)| std::cmp::Reverse(*size));
    let empty = Document::of(Form::Managed, Vec::new()).size().characters();
    // Each with its size: of documents of one statement, what they have in common counts once, and a comma between.
    let mut bins: Vec<(usize, Vec<(usize, KeptStatement)>)> = Vec::new();
    for (size, place, kept) in parts {
        let more = size - empty + 1;
        let room = |(full, _): &&mut (usize, _)| *full + more <= MANAGED_LIMIT.characters();
        match bins.iter_mut().find(room) {
            Some((full, bin)) => {
                *full += more;
                bin.push((place, kept));
            }
            None => bins.push((size, vec![(place, kept)])),
        }
    }
    let mut bins: Vec<_> = bins.into_iter().map(|(_, bin)| bin).collect();
    bins.iter_mut()
        .for_each(|bin| bin.sort_by_key(|(place, _)| *place));
    bins.sort_by_key(|bin| bin.first().map(|(place, _)| *place));
    let document = |bin: Vec<(usize, KeptStatement)>| {
        let statements = bin.into_iter().map(|(_, kept)| kept);
        Document::of(Form::Managed, statements.collect())
    };
    fitting(
        Layout::of(bins.into_iter().map(document).collect()),
        space.attachments,
    )
}

/// The layout, if it is within AWS's limits.
pub(super) fn fitting(layout: Layout, attachments: usize) -> Result<Layout, TooLarge> {
    match layout.fits(attachments) {
        true => Ok(layout),
        false => Err(TooLarge {
            characters: layout.size(),
            documents: layout.documents().len(),
            attachments,
            unseen: 0,
        }),
    }
}

/// The size of a document of this statement alone.
fn size_of(statement: &Statement) -> PolicySize {
    PolicySize::of(&Policy {
        version: Version::V2012,
        statements: vec![statement.clone()],
    })
}

/// Splits a statement into parts that each fit a managed policy, as much into each as goes. Only lists that
/// add up can be split: of `Action` and `Resource`, never of their complements.
fn split(kept: KeptStatement) -> Vec<KeptStatement> {
    if size_of(&kept.statement) <= MANAGED_LIMIT {
        return vec![kept];
    }
    let items = match (&kept.statement.resources, &kept.statement.actions) {
        (Resources::Only(patterns), _) if patterns.len() > 1 => patterns.len(),
        (_, Actions::Only(patterns)) if patterns.len() > 1 => patterns.len(),
        _ => return vec![kept],
    };
    // The smallest number that is too many; one item always makes a part, so that this ends.
    let (mut fits, mut too_many) = (1, items);
    while fits + 1 < too_many {
        let middle = usize::midpoint(fits, too_many);
        match size_of(&part(&kept.statement, 0, middle)) <= MANAGED_LIMIT {
            true => fits = middle,
            false => too_many = middle,
        }
    }
    let (first, mut rest) = (kept.part(0, fits), kept.part(fits, items));
    // A second statement of the same name would be refused.
    rest.statement.sid = None;
    split(first).into_iter().chain(split(rest)).collect()
}

impl KeptStatement {
    /// The statement with a part of its resources, or of its actions if it has one resource.
    fn part(&self, from: usize, to: usize) -> Self {
        let statement = part(&self.statement, from, to);
        let why = match &statement.actions {
            Actions::Only(actions) if statement.actions != self.statement.actions => {
                let actions: BTreeSet<_> = actions.iter().collect();
                let there = |why: &&WhyKept| actions.contains(&why.actions);
                self.why.iter().filter(there).cloned().collect()
            }
            _ => self.why.clone(),
        };
        let explained = match &statement.resources {
            Resources::Only(patterns) => {
                let there = self.explained.iter();
                let there = there.filter(|explained| patterns.contains(&explained.pattern));
                there.cloned().collect()
            }
            Resources::AllBut(_) => Vec::new(),
        };
        KeptStatement {
            why,
            statement,
            explained,
            shortened: self.shortened.clone(),
            from: self.from.clone(),
        }
    }
}

fn part(statement: &Statement, from: usize, to: usize) -> Statement {
    let (mut actions, mut resources) = (None, None);
    match (&statement.actions, &statement.resources) {
        (_, Resources::Only(patterns)) if patterns.len() > 1 => {
            resources = Some(Resources::Only(patterns[from..to].to_vec()));
        }
        (Actions::Only(patterns), _) => actions = Some(Actions::Only(patterns[from..to].to_vec())),
        _ => {}
    }
    Statement {
        actions: actions.unwrap_or_else(|| statement.actions.clone()),
        resources: resources.unwrap_or_else(|| statement.resources.clone()),
        sid: statement.sid.clone(),
        condition: statement.condition.clone(),
        ..*statement
    }
}
