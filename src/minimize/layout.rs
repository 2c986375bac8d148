//! The documents of a proposal, and AWS's limits on them.

use crate::catalog::Catalog;
use crate::evaluation::Place;
use crate::iam::{INLINE_LIMIT, MANAGED_LIMIT, Policy, PolicySize, Version};

use super::kept::KeptStatement;
use super::name::name;

/// The documents of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// No document: nothing that the role is granted is needed. AWS has no policy without statements.
    Nothing,
    /// One document, small enough to stand in the role as its only inline policy.
    Inline(Document),
    /// Several managed policies, all to be attached.
    Managed(Vec<Document>),
    /// The author's own policies, each with what is needed of it.
    Authored(Vec<Document>),
}

/// A document and the statements in it with their reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The policy that it takes the place of, an inline policy's name or a managed policy's ARN; of the author's layout only.
    pub replaces: Option<String>,
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

    /// Whether it is, or becomes, a managed policy. AWS's own managed policies are replaced by one of the account's.
    fn is_managed(&self) -> bool {
        self.replaces.as_deref().is_none_or(is_managed)
    }
}

/// Whether a policy's name, as a [`Place`] has it, is that of a managed policy.
fn is_managed(policy: &str) -> bool {
    policy.starts_with("arn:")
}

impl Layout {
    /// The documents in order.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        match self {
            Layout::Nothing => &[],
            Layout::Inline(document) => std::slice::from_ref(document),
            Layout::Managed(documents) | Layout::Authored(documents) => documents,
        }
    }

    /// The size of all documents together.
    #[must_use]
    pub fn size(&self) -> PolicySize {
        self.documents().iter().map(Document::size).sum()
    }

    /// Whether every document is within AWS's limit for its kind, and their number within that of attachments.
    #[must_use]
    pub fn fits(&self, attachments: usize) -> bool {
        let (managed, inline): (Vec<_>, Vec<_>) = match self {
            Layout::Nothing => return true,
            Layout::Inline(document) => return document.size() <= INLINE_LIMIT,
            Layout::Managed(documents) => (documents.iter().collect(), Vec::new()),
            Layout::Authored(documents) => documents.iter().partition(|one| one.is_managed()),
        };
        let inline: PolicySize = inline.into_iter().map(Document::size).sum();
        inline <= INLINE_LIMIT
            && managed.len() <= attachments
            && managed
                .iter()
                .all(|document| document.size() <= MANAGED_LIMIT)
    }

    /// The author's policies, each with those of the statements that come from it.
    pub(super) fn authored(statements: Vec<(Place, KeptStatement)>, catalog: &Catalog) -> Self {
        let mut documents: Vec<Document> = Vec::new();
        for (place, kept) in statements {
            let of_policy =
                |document: &&mut Document| document.replaces.as_ref() == Some(&place.policy);
            match documents.iter_mut().find(of_policy) {
                Some(document) => document.statements.push(kept),
                None => documents.push(Document {
                    replaces: Some(place.policy),
                    statements: vec![kept],
                }),
            }
        }
        let all = documents.iter_mut();
        all.for_each(|document| name(&mut document.statements, catalog));
        match documents.is_empty() {
            true => Layout::Nothing,
            false => Layout::Authored(documents),
        }
    }
}
