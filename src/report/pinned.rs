//! Action patterns that a proposal pinned to what they meant, and what AWS has added to them since.

use serde::{Deserialize, Serialize};

use crate::algebra::Glob;
use crate::catalog::Catalog;
use crate::iam::{Action, ActionPattern};

use super::text::plural;

/// The version of the shape in JSON.
const SCHEMA: &str = "tightrope/pinned/1";

/// An action pattern of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pinned {
    /// The role that it was proposed for.
    pub role: String,
    /// The pattern.
    pub pattern: ActionPattern,
    /// The actions that it stands for; nothing else was meant.
    pub stands_for: Vec<Action>,
    /// The date of the catalog that it was proposed by.
    pub catalog: String,
}

impl Pinned {
    /// What the pattern allows on this catalog and was not meant to.
    #[must_use]
    pub fn added(&self, catalog: &Catalog) -> Vec<Action> {
        let glob = Glob::wildcards(&self.pattern.folded());
        let actions = catalog.actions_of(self.pattern.service().unwrap_or_default());
        let there = actions.iter().filter(|facts| glob.matches(facts.folded()));
        there
            .map(|facts| facts.action.clone())
            .filter(|action| !self.stands_for.contains(action))
            .collect()
    }
}

/// What of the shape `tightrope/propose/1` names pinned patterns.
#[derive(Deserialize)]
#[serde(untagged)]
enum Proposals {
    Whole {
        schema: String,
        roles: Vec<OfRole>,
    },
    One {
        schema: String,
        #[serde(flatten)]
        role: OfRole,
    },
}

#[derive(Deserialize)]
struct OfRole {
    role: String,
    proposal: Option<Proposal>,
}

#[derive(Deserialize)]
struct Proposal {
    documents: Vec<OfDocument>,
}

#[derive(Deserialize)]
struct OfDocument {
    statements: Vec<OfStatement>,
}

#[derive(Deserialize)]
struct OfStatement {
    #[serde(default)]
    action_patterns: Vec<OfPattern>,
}

#[derive(Deserialize)]
struct OfPattern {
    pattern: String,
    stands_for: Vec<String>,
    catalog: String,
}

/// Reads the action patterns of a proposal, `proposal.json` or the output of `propose --format json`.
///
/// # Errors
/// What it is instead.
pub fn pinned_from_json(text: &str) -> Result<Vec<Pinned>, String> {
    let other = |error: String| {
        format!(
            "not the JSON of `tightrope propose` (schema `{}`): {error}",
            super::SCHEMA
        )
    };
    let proposals = serde_json::from_str(text).map_err(|error| other(error.to_string()))?;
    let (schema, roles) = match proposals {
        Proposals::Whole { schema, roles } => (schema, roles),
        Proposals::One { schema, role } => (schema, vec![role]),
    };
    if schema != super::SCHEMA {
        return Err(other(format!("its schema is `{schema}`")));
    }
    let mut all = Vec::new();
    for OfRole { role, proposal } in roles {
        let documents = proposal.into_iter().flat_map(|proposal| proposal.documents);
        let statements = documents.flat_map(|document| document.statements);
        for pattern in statements.flat_map(|statement| statement.action_patterns) {
            all.push(pinned(&role, pattern)?);
        }
    }
    Ok(all)
}

fn pinned(role: &str, of: OfPattern) -> Result<Pinned, String> {
    let actions = of.stands_for.iter().map(|action| action.parse::<Action>());
    let stands_for = actions
        .collect::<Result<_, _>>()
        .map_err(|error| error.to_string())?;
    Ok(Pinned {
        role: role.to_owned(),
        pattern: of
            .pattern
            .parse()
            .map_err(|error| format!("{}: {error}", of.pattern))?,
        stands_for,
        catalog: of.catalog,
    })
}

/// Whether AWS has added anything to one of the patterns.
#[must_use]
pub fn any_added(pinned: &[Pinned], catalog: &Catalog) -> bool {
    pinned.iter().any(|one| !one.added(catalog).is_empty())
}

/// The patterns for a reader, those that allow more than was meant first.
#[must_use]
pub fn pinned_to_text(pinned: &[Pinned], catalog: &Catalog) -> String {
    let mut out = String::new();
    let mut as_meant = 0;
    for one in pinned {
        let added = one.added(catalog);
        if added.is_empty() {
            as_meant += 1;
            continue;
        }
        let added: Vec<_> = added.iter().map(ToString::to_string).collect();
        out += &format!(
            "{}: {} meant {} of the catalog of {}, and allows {} now\n",
            one.role,
            one.pattern,
            plural(one.stands_for.len(), "action"),
            one.catalog,
            added.join(", ")
        );
    }
    let date = catalog.contents().date;
    out + &format!(
        "{} on the catalog of {date} what {} meant\n",
        match as_meant {
            1 => "1 action pattern allows".to_owned(),
            many => format!("{many} action patterns allow"),
        },
        if as_meant == 1 { "it" } else { "they" },
    )
}

#[derive(Serialize)]
struct WholeV1<'a> {
    schema: &'static str,
    catalog: String,
    patterns: Vec<PinnedV1<'a>>,
}

#[derive(Serialize)]
struct PinnedV1<'a> {
    role: &'a str,
    pattern: String,
    proposed_by_catalog: &'a str,
    stands_for: Vec<String>,
    added: Vec<String>,
}

/// The patterns for a program, `tightrope/pinned/1`.
#[must_use]
pub fn pinned_to_json(pinned: &[Pinned], catalog: &Catalog) -> String {
    let texts = |actions: &[Action]| actions.iter().map(ToString::to_string).collect();
    let patterns = pinned.iter().map(|one| PinnedV1 {
        role: &one.role,
        pattern: one.pattern.to_string(),
        proposed_by_catalog: &one.catalog,
        stands_for: texts(&one.stands_for),
        added: texts(&one.added(catalog)),
    });
    super::json::printed(&WholeV1 {
        schema: SCHEMA,
        catalog: catalog.contents().date,
        patterns: patterns.collect(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn proposal(stands_for: &[&str]) -> String {
        json!({"schema": super::super::SCHEMA, "role": "r", "proposal": {"documents": [{"statements": [
            {"reasons": []},
            {"action_patterns": [{"pattern": "sqs:ListQ*", "stands_for": stands_for, "catalog": "2026-01-01"}]}]}]}})
        .to_string()
    }

    #[test]
    fn what_a_pattern_allows_beside_what_it_was_meant_for_is_named() {
        let catalog = Catalog::bundled();
        for (meant, added) in [
            (
                &["sqs:ListQueues", "sqs:ListQueueTags"] as &[_],
                &[] as &[_],
            ),
            (&["sqs:ListQueues"], &["sqs:ListQueueTags"]),
            (&[], &["sqs:ListQueues", "sqs:ListQueueTags"]),
        ] {
            let pinned = pinned_from_json(&proposal(meant)).expect("a proposal");
            let [one] = pinned.as_slice() else {
                panic!("{pinned:?}")
            };
            let found: Vec<_> = one.added(catalog).iter().map(ToString::to_string).collect();
            assert_eq!(found, added, "{meant:?}");
            assert_eq!(any_added(&pinned, catalog), !added.is_empty());
            let text = pinned_to_text(&pinned, catalog);
            assert!(added.iter().all(|action| text.contains(action)), "{text}");
        }
    }

    #[test]
    fn what_is_no_proposal_says_what_it_should_be() {
        for (text, why) in [
            ("{", "EOF"),
            ("[]", "did not match"),
            (
                r#"{"schema":"tightrope/diff/1","role":"r"}"#,
                "tightrope/diff/1",
            ),
            (&proposal(&["sqs"]), "sqs"),
        ] {
            let error = pinned_from_json(text).expect_err(text);
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
