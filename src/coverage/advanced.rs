//! Advanced event selectors.
//!
//! All fields of a selector have to hold, of the values of a positive operator one, and of a negative operator none.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html>
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>

use std::collections::BTreeSet;

use serde::Deserialize;

use super::class::Half;
use super::share::Share;
use super::trail::{Selected, Selector};
use crate::algebra::{Glob, Token};

/// An advanced event selector.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Advanced {
    name: Option<String>,
    field_selectors: Vec<Field>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Field {
    field: String,
    #[serde(default)]
    equals: Option<Vec<String>>,
    #[serde(default)]
    starts_with: Option<Vec<String>>,
    #[serde(default)]
    ends_with: Option<Vec<String>>,
    #[serde(default)]
    not_equals: Vec<String>,
    #[serde(default)]
    not_starts_with: Vec<String>,
    #[serde(default)]
    not_ends_with: Vec<String>,
}

impl Field {
    /// Its only value, if it asks for one and nothing else.
    fn value(&self) -> Option<&str> {
        match self.equals.as_deref() {
            Some([value]) if !self.starts_or_ends() && !self.excludes() => Some(value),
            _ => None,
        }
    }

    fn starts_or_ends(&self) -> bool {
        self.starts_with.is_some() || self.ends_with.is_some()
    }

    fn includes(&self) -> bool {
        self.equals.is_some() || self.starts_or_ends()
    }

    fn excludes(&self) -> bool {
        [&self.not_equals, &self.not_starts_with, &self.not_ends_with]
            .into_iter()
            .any(|values| !values.is_empty())
    }
}

impl Advanced {
    fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Field> {
        self.field_selectors
            .iter()
            .filter(move |field| field.field == name)
    }

    /// The only value that a field may have.
    fn only<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.named(name).next().and_then(Field::value)
    }

    /// A field that is none of these.
    fn another(&self, known: &[&str]) -> Option<&str> {
        let mut names = self
            .field_selectors
            .iter()
            .map(|field| field.field.as_str());
        names.find(|name| !known.contains(name))
    }
}

/// What an advanced event selector selects, or why it counts as selecting nothing.
pub(super) fn selected(advanced: &Advanced) -> Result<Selector, String> {
    let selector = || {
        Ok(Selector {
            half: half(advanced)?,
            of: of(advanced)?,
        })
    };
    selector().map_err(|what: String| {
        let name = advanced.name.as_deref().unwrap_or("without a name");
        format!("the selector {name} {what}, so that it counts for nothing")
    })
}

fn half(advanced: &Advanced) -> Result<Option<Half>, String> {
    match (
        advanced.named("readOnly").count(),
        advanced.only("readOnly"),
    ) {
        (0, _) => Ok(None),
        (1, Some("true")) => Ok(Some(Half::Read)),
        (1, Some("false")) => Ok(Some(Half::Write)),
        _ => Err("says something else of readOnly than true or false".to_owned()),
    }
}

fn of(advanced: &Advanced) -> Result<Selected, String> {
    let category = advanced.only("eventCategory").unwrap_or("none");
    let known: &[&str] = match category {
        "Management" | "NetworkActivity" => &["eventCategory", "readOnly", "eventSource"],
        "Data" => &[
            "eventCategory",
            "readOnly",
            "resources.type",
            "resources.ARN",
        ],
        other => return Err(format!("is for events of the category {other}")),
    };
    if let Some(other) = advanced.another(known) {
        return Err(format!("narrows by {other}"));
    }
    match (
        category,
        advanced.only("resources.type"),
        advanced.only("eventSource"),
    ) {
        ("Management", ..) => Ok(Selected::Management {
            excluded: excluded_sources(advanced)?,
        }),
        ("Data", Some(of), _) => Ok(Selected::Data {
            resource_type: of.to_owned(),
            resources: resources(of, advanced.named("resources.ARN")),
        }),
        ("NetworkActivity", _, Some(source)) => Ok(Selected::NetworkActivity {
            source: source.to_owned(),
        }),
        ("Data", ..) => Err("names no single resources.type".to_owned()),
        _ => Err("names no single eventSource".to_owned()),
    }
}

fn excluded_sources(advanced: &Advanced) -> Result<BTreeSet<String>, String> {
    let mut excluded = BTreeSet::new();
    for field in advanced.named("eventSource") {
        if field.includes() || !field.not_starts_with.is_empty() || !field.not_ends_with.is_empty()
        {
            return Err("narrows by eventSource".to_owned());
        }
        excluded.extend(field.not_equals.iter().cloned());
    }
    Ok(excluded)
}

/// The resources that the fields on `resources.ARN` leave.
fn resources<'f>(of: &str, fields: impl Iterator<Item = &'f Field>) -> Share {
    fields
        .map(|field| included(of, field).and(Share::AllBut(excluded(field))))
        .fold(Share::everything(), Share::and)
}

fn included(of: &str, field: &Field) -> Share {
    if !field.includes() {
        return Share::everything();
    }
    let equal = field
        .equals
        .iter()
        .flatten()
        .map(|value| Glob::literal(value));
    let starting = field
        .starts_with
        .iter()
        .flatten()
        .map(|value| Glob::beginning_with(value, [Token::AnyRun]));
    // How the ARN of an event ends is how the ARN that IAM compares ends for objects alone: that of an index, say, goes on
    // where that of its table ends.
    let ending = field
        .ends_with
        .iter()
        .flatten()
        .filter(|_| of == "AWS::S3::Object");
    let ending = ending.map(|value| anywhere(value, false));
    Share::Only(equal.chain(starting).chain(ending).collect())
}

/// What is left out: a little more than the values say, because the ARN that IAM compares may be that of a part (an index of
/// a table, a version of a function) or, for an object, that of its bucket.
fn excluded(field: &Field) -> Vec<Glob> {
    let beginnings = field.not_equals.iter().chain(&field.not_starts_with);
    let beginnings = beginnings
        .map(|value| Glob::beginning_with(value.trim_end_matches(['/', ':']), [Token::AnyRun]));
    let endings = field
        .not_ends_with
        .iter()
        .map(|value| anywhere(value, true));
    beginnings.chain(endings).collect()
}

/// Any text that ends in a value, or, if it may go on, any text with the value in it.
fn anywhere(value: &str, goes_on: bool) -> Glob {
    let letters = value.chars().map(Token::Literal);
    let after = goes_on.then_some(Token::AnyRun);
    Glob::from_tokens([Token::AnyRun].into_iter().chain(letters).chain(after))
}
