//! Statements into documents within AWS's limits.

use std::collections::BTreeSet;

use crate::iam::{
    Actions, INLINE_LIMIT, MANAGED_ATTACHMENTS, MANAGED_LIMIT, Policy, PolicySize, Resources,
    Statement, Version,
};

use super::cover::{KeptStatement, WhyKept};

/// The documents of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// No document: nothing that the role is granted is needed. AWS has no policy without statements.
    Nothing,
    /// One document, small enough to stand in the role as its only inline policy.
    Inline(Document),
    /// Several managed policies, all to be attached.
    Managed(Vec<Document>),
}

/// A document and the statements in it with their reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The statements.
    pub statements: Vec<KeptStatement>,
}

impl Document {
    /// The policy.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy {
            version: Version::V2012,
            statements: self
                .statements
                .iter()
                .map(|kept| kept.statement.clone())
                .collect(),
        }
    }

    /// Its size.
    #[must_use]
    pub fn size(&self) -> PolicySize {
        PolicySize::of(&self.policy())
    }
}

impl Layout {
    /// The documents in order.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        match self {
            Layout::Nothing => &[],
            Layout::Inline(document) => std::slice::from_ref(document),
            Layout::Managed(documents) => documents,
        }
    }

    /// The size of all documents together.
    #[must_use]
    pub fn size(&self) -> PolicySize {
        self.documents().iter().map(Document::size).sum()
    }

    /// Whether every document is within AWS's limit for its kind, and their number too.
    #[must_use]
    pub fn fits(&self) -> bool {
        match self {
            Layout::Nothing => true,
            Layout::Inline(document) => document.size() <= INLINE_LIMIT,
            Layout::Managed(documents) => {
                documents.len() <= MANAGED_ATTACHMENTS
                    && documents
                        .iter()
                        .all(|document| document.size() <= MANAGED_LIMIT)
            }
        }
    }
}

/// What is needed does not fit into what AWS allows a role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "what the role needs takes {characters} characters in {documents} managed policies; AWS allows a role \
     {INLINE_LIMIT} in inline policies or {MANAGED_ATTACHMENTS} managed policies of {MANAGED_LIMIT}. Grant it fewer \
     single resources, or give the functions that share it a role each"
)]
pub struct TooLarge {
    /// Characters in all.
    pub characters: PolicySize,
    /// How many managed policies it would take.
    pub documents: usize,
}

/// Lays statements out: as one inline policy if that is large enough, else as managed policies, each
/// statement into the first that has room, the largest first. Within a document they keep their order.
pub(super) fn pack(statements: Vec<KeptStatement>) -> Result<Layout, TooLarge> {
    if statements.is_empty() {
        return Ok(Layout::Nothing);
    }
    let inline = Document { statements };
    if inline.size() <= INLINE_LIMIT {
        return Ok(Layout::Inline(inline));
    }
    let parts = inline.statements.into_iter().flat_map(split).enumerate();
    let mut parts: Vec<_> = parts
        .map(|(place, kept)| (size_of(&kept.statement).characters(), place, kept))
        .collect();
    parts.sort_by_key(|(size, ..)| std::cmp::Reverse(*size));
    let empty = Document { statements: vec![] }.size().characters();
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
    let document = |bin: Vec<(usize, KeptStatement)>| Document {
        statements: bin.into_iter().map(|(_, kept)| kept).collect(),
    };
    let layout = Layout::Managed(bins.into_iter().map(document).collect());
    match layout.fits() {
        true => Ok(layout),
        false => Err(TooLarge {
            characters: layout.size(),
            documents: layout.documents().len(),
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
        KeptStatement {
            why,
            statement,
            as_it_stands: self.as_it_stands.clone(),
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
