//! The documents of a proposal, and AWS's limits on them.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::evaluation::Place;
use crate::iam::{INLINE_LIMIT, MANAGED_LIMIT, Policy, PolicySize, RoleId, Version};

use super::kept::KeptStatement;
use super::name::name;

/// The documents of a proposal. With none, nothing that the role is granted is needed: AWS has no policy without
/// statements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    documents: Vec<Document>,
}

/// A document and the statements in it with their reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Where it stands.
    pub form: Form,
    /// The policy that it takes the place of, an inline policy's name or a managed policy's ARN; of the author's layout
    /// and of a policy that several roles share only.
    pub replaces: Option<String>,
    /// All roles that have it attached, where it is a policy that several roles share and is made smaller for all of
    /// them together.
    pub shared_by: BTreeSet<RoleId>,
    /// The statements.
    pub statements: Vec<KeptStatement>,
}

/// Where a document stands, which decides its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// In the role itself; all of its inline policies share one limit.
    Inline,
    /// As a policy of the account that is attached to the role; AWS's own are replaced by one of the account.
    Managed,
}

impl Document {
    /// A document that takes no policy's place.
    pub(super) fn of(form: Form, statements: Vec<KeptStatement>) -> Self {
        Document {
            form,
            replaces: None,
            shared_by: BTreeSet::new(),
            statements,
        }
    }

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

    /// Whether several roles have it attached.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        !self.shared_by.is_empty()
    }
}

impl Layout {
    pub(super) fn of(documents: Vec<Document>) -> Self {
        Layout { documents }
    }

    /// With these before its own.
    pub(super) fn behind(self, mut documents: Vec<Document>) -> Self {
        documents.extend(self.documents);
        Layout { documents }
    }

    /// With every document changed.
    pub(super) fn map(self, change: impl Fn(Document) -> Document) -> Self {
        Layout {
            documents: self.documents.into_iter().map(change).collect(),
        }
    }

    /// The documents in order.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The documents that are this role's alone.
    pub fn own(&self) -> impl Iterator<Item = &Document> {
        self.documents
            .iter()
            .filter(|document| !document.is_shared())
    }

    /// Whether the documents of this role alone take the author's policies' places.
    #[must_use]
    pub fn is_as_authored(&self) -> bool {
        self.own().any(|document| document.replaces.is_some())
    }

    /// The size of all documents together.
    #[must_use]
    pub fn size(&self) -> PolicySize {
        self.documents.iter().map(Document::size).sum()
    }

    /// Whether every document is within AWS's limit for its form, and their number within that of attachments.
    #[must_use]
    pub fn fits(&self, attachments: usize) -> bool {
        let of = |form: Form| {
            self.documents
                .iter()
                .filter(move |document| document.form == form)
        };
        let inline: PolicySize = of(Form::Inline).map(Document::size).sum();
        inline <= INLINE_LIMIT
            && of(Form::Managed).count() <= attachments
            && of(Form::Managed).all(|document| document.size() <= MANAGED_LIMIT)
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
                    replaces: Some(place.policy.clone()),
                    ..Document::of(form_of(&place.policy), vec![kept])
                }),
            }
        }
        let all = documents.iter_mut();
        all.for_each(|document| name(&mut document.statements, catalog));
        Layout { documents }
    }
}

/// The form of a policy, by its name as a [`Place`] has it: a managed policy's is its ARN.
fn form_of(policy: &str) -> Form {
    match policy.starts_with("arn:") {
        true => Form::Managed,
        false => Form::Inline,
    }
}
