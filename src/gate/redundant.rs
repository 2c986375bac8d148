//! Statements that add nothing to the others of their role.

use super::edit::remove_item;
use super::findings::{Findings, Says};
use super::scene::{Holder, granted_by};
use super::symbols::with_symbols;
use super::{Edit, Fix};
use crate::evaluation::{Granted, included};
use crate::iac::{FoundPolicy, Place};
use crate::iam::{Effect, Policy, Statement};
use crate::text::Texts;

/// An `Allow` statement that is surely there, with names for what is not known.
struct Sure<'h> {
    policy: &'h FoundPolicy,
    index: usize,
    statement: Statement,
    place: &'h Place,
}

pub(super) fn check_role(holder: &Holder<'_>, texts: &Texts, findings: &mut Findings<'_>) {
    if !findings.asks("redundant-statement", &holder.role.place.file) {
        return;
    }
    let sure: Vec<_> = holder
        .policies
        .iter()
        .filter(|held| held.certain)
        .filter_map(|held| held.written)
        .flat_map(sure)
        .collect();
    let mut gone = vec![false; sure.len()];
    // The later of two that are the same goes.
    for index in (0..sure.len()).rev() {
        let others = sure.iter().enumerate();
        let others = others.filter(|(other, _)| *other != index && !gone[*other]);
        let others: Vec<_> = others.map(|(_, one)| one).collect();
        let one = &sure[index];
        if others.is_empty()
            || !is_written(one.place, texts)
            || !included(&granted(&[one]), &granted(&others)).is_included()
        {
            continue;
        }
        gone[index] = true;
        let mut alone = others.iter();
        let alone =
            alone.find(|other| included(&granted(&[one]), &granted(&[other])).is_included());
        let by = match alone {
            Some(other) => format!("the statement of line {}", other.place.line),
            None => "other statements together".to_owned(),
        };
        let name = one
            .statement
            .sid
            .clone()
            .unwrap_or_else(|| one.index.to_string());
        findings.add(
            "redundant-statement",
            Says {
                role: Some(holder.name.clone()),
                about: name,
                fix: Some(Fix {
                    says: "take the statement out".to_owned(),
                    edits: removal(one, texts).into_iter().collect(),
                }),
                ..Says::at(one.place, format!("{by} allows all that it allows"))
            },
        );
    }
}

/// How it is taken out of a list of several statements.
fn removal(one: &Sure<'_>, texts: &Texts) -> Option<Edit> {
    let text = texts.get(&one.place.file)?;
    let others = one.policy.statements.len() > 1;
    others.then(|| remove_item(&one.place.file, text, one.place.span?))?
}

/// Whether somebody wrote the statement, and a form did not make it of something else.
fn is_written(place: &Place, texts: &Texts) -> bool {
    let text = texts.get(&place.file).zip(place.span);
    let text = text.and_then(|(text, span)| text.get(span.start..span.end));
    text.is_some_and(|text| text.contains("Action") || text.contains("actions"))
}

fn sure(policy: &FoundPolicy) -> Vec<Sure<'_>> {
    let unknown_condition = |index: usize| {
        let mut unknown = policy.unknown.iter();
        unknown.any(|unknown| {
            unknown.statement == Some(index) && !unknown.element.ends_with("Resource")
        })
    };
    let named = with_symbols(policy);
    let statements = named.statements.into_iter().zip(&policy.statements);
    let statements = statements.enumerate().filter(|(index, (statement, _))| {
        statement.effect == Effect::Allow
            && !policy.perhaps.contains(index)
            && !unknown_condition(*index)
    });
    statements
        .map(|(index, (statement, place))| Sure {
            policy,
            index,
            statement,
            place,
        })
        .collect()
}

fn granted(statements: &[&Sure<'_>]) -> Granted {
    granted_by(statements.iter().map(|one| Policy {
        version: one.policy.policy.version,
        statements: vec![one.statement.clone()],
    }))
}
