//! Findings as SARIF 2.1.0, which code hosts and editors read.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::gate::{CHECKS, Check, Checked, Edit, Finding, Fix, Severity};
use crate::iac::{Place, Problem};
use crate::text::{Position, Texts};

use super::compared_json::witness_json;
use super::escaped::prose;
use super::findings::{Places, all, particulars, path, visible, why_accepted};
use super::sarif_v2::{
    ArtifactLocation, Change, Configuration, Content, Described, Driver, Found, Invocation,
    Location, Log, LogicalLocation, Mending, Notification, PhysicalLocation, Region, Replacement,
    Rule, Run, SCHEMA, Suppression, Text, Tool,
};

/// Where the relative names of files begin.
const ROOT: &str = "%SRCROOT%";

/// What stands in a path of a URI as it is: <https://www.rfc-editor.org/rfc/rfc3986#section-2.3>.
const NOT_IN_A_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// All findings, those that were accepted as suppressed, and what could not be read as notifications of the tool.
#[must_use]
pub fn findings_to_sarif(checked: &Checked, sources: &Texts) -> String {
    let places = Places::new(sources);
    let problems = checked.problems.iter();
    let root = Text {
        text: "The folder that the names of files begin at.".into(),
        markdown: None,
    };
    let run = Run {
        tool: Tool { driver: driver() },
        invocations: [Invocation {
            execution_successful: checked.problems.is_empty(),
            tool_execution_notifications: problems
                .map(|problem| notification(problem, &places))
                .collect(),
        }],
        original_uri_base_ids: BTreeMap::from([(ROOT, Described { description: root })]),
        column_kind: "unicodeCodePoints",
        results: all(checked)
            .map(|finding| found(finding, &places))
            .collect(),
    };
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [run],
    };
    // Texts, numbers and lists of them are JSON whatever they hold.
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

fn driver() -> Driver {
    Driver {
        name: "tightrope",
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: "https://crates.io/crates/tightrope",
        rules: CHECKS.iter().map(rule).collect(),
    }
}

fn rule(check: &Check) -> Rule {
    let (title, property, help) = (sentence(check.title), check.property, check.help);
    Rule {
        id: check.id,
        name: pascal_case(check.id),
        short_description: plain(&title),
        full_description: marked(property),
        help: Text {
            text: format!(
                "{} {} See {}",
                unmarked(property),
                unmarked(help),
                check.source
            ),
            markdown: Some(format!(
                "**{property}**\n\n{help}\n\nSee <{}>.",
                check.source
            )),
        },
        help_uri: check.source,
        default_configuration: Configuration {
            level: level(check.severity),
        },
    }
}

fn found(finding: &Finding, places: &Places<'_>) -> Found {
    let index = CHECKS.iter().position(|check| check.id == finding.check.id);
    let mut location = location(&finding.place, places);
    let named = [("role", &finding.role), ("function", &finding.function)];
    for (kind, name) in named {
        location
            .logical_locations
            .extend(name.as_ref().map(|name| LogicalLocation {
                name: name.clone(),
                fully_qualified_name: None,
                kind,
            }));
    }
    let accepted = why_accepted(finding).map(|why| Suppression {
        kind: "external",
        status: "accepted",
        justification: why,
    });
    Found {
        rule_id: finding.check.id,
        rule_index: index,
        level: level(finding.severity),
        message: message(finding),
        locations: [location],
        partial_fingerprints: BTreeMap::from([("tightrope/v1", finding.fingerprint.clone())]),
        fixes: finding
            .fix
            .iter()
            .filter_map(|fix| mending(fix, places))
            .collect(),
        suppressions: accepted.into_iter().collect(),
        properties: properties(finding),
    }
}

fn message(finding: &Finding) -> Text {
    let mut text = sentence(&visible(&finding.says));
    let mut markdown = sentence(&prose(&finding.says));
    let particulars = particulars(finding);
    for (name, words) in particulars.iter().filter(|(name, _)| *name != "why") {
        text += &format!(
            " {}: {}.",
            capital(name),
            visible(words).trim_end_matches('.')
        );
        markdown += &format!("\n- {name}: {}", prose(words));
    }
    Text {
        // A link in the text of a message is shown as one, and nobody wrote one: section 3.11.6.
        text: text.replace("](", "] ("),
        markdown: Some(markdown),
    }
}

fn properties(finding: &Finding) -> BTreeMap<&'static str, Value> {
    let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
    let properties = [
        ("role", text(&finding.role)),
        ("function", text(&finding.function)),
        ("granted", text(&finding.granted)),
        ("witness", finding.witness.as_ref().map(witness_json)),
    ];
    let known = properties.into_iter();
    known
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

fn notification(problem: &Problem, places: &Places<'_>) -> Notification {
    Notification {
        level: "error",
        message: plain(&format!("Could not be read: {}", visible(&problem.rule))),
        locations: [location(&problem.place, places)],
    }
}

fn location(place: &Place, places: &Places<'_>) -> Location {
    let (begins, ends) = places.of(place);
    let resource = place.resource.as_ref().map(|name| LogicalLocation {
        name: name.to_string(),
        fully_qualified_name: place.cdk_path.as_ref().map(ToString::to_string),
        kind: "resource",
    });
    Location {
        physical_location: PhysicalLocation {
            artifact_location: artifact(&place.file),
            region: region(begins, ends),
        },
        logical_locations: resource.into_iter().collect(),
    }
}

fn region(begins: Position, ends: Option<Position>) -> Region {
    Region {
        start_line: begins.line,
        start_column: begins.column,
        end_line: ends.map(|ends| ends.line),
        end_column: ends.map(|ends| ends.column),
    }
}

/// A file below the root by its relative reference, and one that is named from the file system's root by its URI.
fn artifact(file: &str) -> ArtifactLocation {
    let path = path(file);
    let encoded = utf8_percent_encode(&path, NOT_IN_A_PATH).to_string();
    match path.starts_with('/') {
        true => ArtifactLocation {
            uri: format!("file://{encoded}"),
            uri_base_id: None,
        },
        false => ArtifactLocation {
            uri: encoded,
            uri_base_id: Some(ROOT),
        },
    }
}

/// The edits of a fix, file by file; `None` when there are none, or a file's text is not there to tell where they are.
fn mending(fix: &Fix, places: &Places<'_>) -> Option<Mending> {
    let mut edits: Vec<&Edit> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| (&edit.file, edit.span));
    let changes = edits.chunk_by(|one, next| one.file == next.file);
    let changes: Option<Vec<_>> = changes.map(|edits| change(edits, places)).collect();
    let changes = changes.filter(|changes| !changes.is_empty())?;
    Some(Mending {
        description: plain(&sentence(&visible(&fix.says))),
        artifact_changes: changes,
    })
}

fn change(edits: &[&Edit], places: &Places<'_>) -> Option<Change> {
    let replacements = edits.iter().map(|edit| {
        let (begins, ends) = places.span(&edit.file, edit.span)?;
        Some(Replacement {
            deleted_region: region(begins, Some(ends)),
            inserted_content: Content {
                text: edit.text.clone(),
            },
        })
    });
    Some(Change {
        artifact_location: artifact(&edits.first()?.file),
        replacements: replacements.collect::<Option<_>>()?,
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Off => "none",
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// `pass-role-scoped` as `PassRoleScoped`.
fn pascal_case(id: &str) -> String {
    id.split('-').map(capital).collect()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters.as_str().chars()).collect()
}

fn sentence(words: &str) -> String {
    format!("{}.", capital(words.trim_end_matches('.')))
}

fn plain(text: &str) -> Text {
    Text {
        text: unmarked(text),
        markdown: None,
    }
}

fn marked(text: &str) -> Text {
    Text {
        text: unmarked(text),
        markdown: Some(text.to_owned()),
    }
}

/// Words of our own without the marks of code in them.
fn unmarked(text: &str) -> String {
    text.replace('`', "").replace("](", "] (")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_become_uris() {
        for (file, uri, based) in [
            ("a/b.yaml", "a/b.yaml", true),
            ("./a b.yaml", "a%20b.yaml", true),
            ("100%.yaml", "100%25.yaml", true),
            ("c:d.yaml", "c%3Ad.yaml", true),
            ("é?#\n.yaml", "%C3%A9%3F%23%0A.yaml", true),
            ("/srv/a b.yaml", "file:///srv/a%20b.yaml", false),
        ] {
            let artifact = artifact(file);
            assert_eq!(
                (artifact.uri.as_str(), artifact.uri_base_id.is_some()),
                (uri, based)
            );
        }
    }

    #[test]
    fn names_and_sentences_begin_with_a_capital() {
        assert_eq!(pascal_case("pass-role-scoped"), "PassRoleScoped");
        assert_eq!(sentence("anyone may.."), "Anyone may.");
        assert_eq!(sentence("`x` may"), "`x` may.");
    }
}
