//! A `Sid` for each statement that says what it is for.

use std::collections::BTreeSet;

use crate::catalog::{AccessLevel, Catalog};
use crate::iam::{ActionPattern, Actions, Effect};

use super::kept::KeptStatement;
use super::need::Ground;

/// Gives each statement that has none a name, each another one; AWS takes letters and digits, and refuses a document in
/// which two statements have the same.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html>
pub(super) fn name(statements: &mut [KeptStatement], catalog: &Catalog) {
    let mut taken = BTreeSet::new();
    for kept in statements.iter_mut() {
        // Of two that the authors of two documents gave the same name, the first keeps it.
        let own = kept.statement.sid.take();
        kept.statement.sid = own.filter(|sid| taken.insert(sid.clone()));
    }
    for kept in statements.iter_mut() {
        if kept.statement.sid.is_some() || kept.statement.effect == Effect::Deny {
            continue;
        }
        let purpose = purpose(kept, catalog);
        let numbered = (2..).map(|number| format!("{purpose}{number}"));
        let mut free = std::iter::once(purpose.clone()).chain(numbered);
        kept.statement.sid = free.find(|sid| taken.insert(sid.clone()));
    }
}

/// The service and what is done there: `S3GetObject`, `DynamodbReadWrite`; or why it is kept although nothing shows its use.
fn purpose(kept: &KeptStatement, catalog: &Catalog) -> String {
    let grounds = || kept.why.iter().map(|why| &why.ground);
    if grounds().all(|ground| matches!(ground, Ground::Unobservable(_))) {
        return "NotShownByTrail".to_owned();
    }
    let patterns = match &kept.statement.actions {
        Actions::Only(patterns) => patterns.as_slice(),
        Actions::AllBut(_) => &[],
    };
    let services: BTreeSet<&str> = patterns.iter().filter_map(ActionPattern::service).collect();
    let service = match services.iter().next() {
        Some(service) if services.len() == 1 => capitalised(service),
        _ => String::new(),
    };
    let what = match patterns {
        [pattern] => pattern.as_action().map(|action| action.name().to_owned()),
        _ => None,
    };
    let what = what.unwrap_or_else(|| levels(patterns, catalog));
    let text: String = format!("{service}{what}")
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    match text.is_empty() {
        true => "Used".to_owned(),
        false => text,
    }
}

/// The access levels of the actions, the least powerful first: `ListReadWrite`.
fn levels(patterns: &[ActionPattern], catalog: &Catalog) -> String {
    let facts = patterns
        .iter()
        .filter_map(|pattern| catalog.action(&pattern.as_action()?));
    let levels: BTreeSet<AccessLevel> = facts.map(|facts| facts.level()).collect();
    let word = |level: &AccessLevel| match level {
        AccessLevel::PermissionsManagement => "Permissions",
        AccessLevel::Write => "Write",
        AccessLevel::Tagging => "Tag",
        AccessLevel::Read => "Read",
        AccessLevel::List => "List",
    };
    levels.iter().rev().map(word).collect()
}

fn capitalised(text: &str) -> String {
    let words = text.split('-').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}
