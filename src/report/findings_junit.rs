//! Findings as JUnit's XML, which CI servers show as tests: one a check and resource.
//!
//! There is no standard. This keeps to what Jenkins, GitLab and Azure DevOps read alike:
//! <https://github.com/testmoapp/junitxml>

use std::collections::BTreeMap;

use crate::gate::{Checked, Finding};
use crate::iac::Problem;
use crate::text::Texts;

use super::findings::{UNREADABLE, all, files, particulars, summary, visible, why_accepted};
use super::terminal::line;

/// A test of a file.
struct Case {
    name: String,
    ends: Ending,
}

enum Ending {
    Passed,
    /// It passes, and something is to be said.
    Remarked(String),
    Skipped(String),
    Failed {
        check: &'static str,
        says: String,
        all: String,
    },
    Unreadable(String),
}

/// A suite a file, a test for each check that found something at a resource of it. It fails for open findings that fail the
/// check, and is skipped where all are accepted. Whatever could not be read is an error.
#[must_use]
pub fn findings_to_junit(checked: &Checked, sources: &Texts) -> String {
    let suites: Vec<_> = files(checked, sources)
        .into_iter()
        .map(|file| (file, cases(file, checked)))
        .collect();
    let all = suites.iter().flat_map(|(_, cases)| cases);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    line(
        &mut out,
        format_args!("<testsuites name=\"tightrope check\"{}>", numbers(all)),
    );
    for (file, cases) in &suites {
        suite(&mut out, file, cases);
    }
    line(&mut out, format_args!("  <!-- {} -->", summary(checked)));
    out.push_str("</testsuites>\n");
    out
}

fn cases(file: &str, checked: &Checked) -> Vec<Case> {
    let problems = checked.problems.iter();
    let problems = problems.filter(|problem| &*problem.place.file == file);
    let mut cases: Vec<_> = problems.map(unreadable).collect();
    let mut found: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
    for finding in all(checked).filter(|finding| &*finding.place.file == file) {
        let key = (finding.check.id, finding.place.resource.as_deref());
        found.entry(key).or_default().push(finding);
    }
    let found = found.into_iter().map(|((check, resource), findings)| Case {
        name: named(check, resource),
        ends: ending(check, &findings, checked),
    });
    cases.extend(found);
    if cases.is_empty() {
        cases.push(Case {
            name: "nothing was found".into(),
            ends: Ending::Passed,
        });
    }
    cases
}

fn named(check: &str, resource: Option<&str>) -> String {
    match resource {
        Some(resource) => format!("{check}: {resource}"),
        None => check.to_owned(),
    }
}

fn unreadable(problem: &Problem) -> Case {
    Case {
        name: named(UNREADABLE, problem.place.resource.as_deref()),
        ends: Ending::Unreadable(problem.to_string()),
    }
}

fn ending(check: &'static str, findings: &[&Finding], checked: &Checked) -> Ending {
    let open: Vec<_> = findings.iter().filter(|one| one.is_open()).collect();
    let all: String = open.iter().map(|finding| told(finding)).collect();
    let failing = open.iter().find(|one| one.severity >= checked.fails_on);
    match (failing, open.len()) {
        (None, 0) => {
            let why = findings.iter().find_map(|finding| why_accepted(finding));
            Ending::Skipped(why.unwrap_or_default())
        }
        (None, _) => Ending::Remarked(all),
        (Some(first), 1) => Ending::Failed {
            check,
            says: first.says.clone(),
            all,
        },
        (Some(first), many) => Ending::Failed {
            check,
            says: format!("{} (and {} more)", first.says, many - 1),
            all,
        },
    }
}

/// A finding in a line, and a line for each of its particulars.
fn told(finding: &Finding) -> String {
    let mut told = format!("{}\n", visible(&finding.to_string()));
    for (name, text) in particulars(finding) {
        line(&mut told, format_args!("  {name}: {}", visible(&text)));
    }
    told
}

fn suite(out: &mut String, file: &str, cases: &[Case]) {
    let name = escaped(file);
    line(
        out,
        format_args!("  <testsuite name=\"{name}\"{}>", numbers(cases.iter())),
    );
    for case in cases {
        let begins = format!(
            "    <testcase name=\"{}\" classname=\"{name}\" file=\"{name}\"",
            escaped(&case.name)
        );
        let inside = match &case.ends {
            Ending::Passed => {
                line(out, format_args!("{begins}/>"));
                continue;
            }
            Ending::Remarked(all) => format!("<system-out>{}</system-out>", body(all)),
            Ending::Skipped(why) => format!("<skipped message=\"{}\"/>", escaped(why)),
            Ending::Failed { check, says, all } => format!(
                "<failure message=\"{}\" type=\"{}\">{}</failure>",
                escaped(says),
                escaped(check),
                body(all)
            ),
            Ending::Unreadable(says) => format!(
                "<error message=\"{}\" type=\"{UNREADABLE}\"/>",
                escaped(says)
            ),
        };
        line(
            out,
            format_args!("{begins}>\n      {inside}\n    </testcase>"),
        );
    }
    out.push_str("  </testsuite>\n");
}

/// How many tests there are and how they ended, as attributes.
fn numbers<'c>(cases: impl Iterator<Item = &'c Case>) -> String {
    let [mut tests, mut failures, mut errors, mut skipped] = [0; 4];
    for case in cases {
        tests += 1;
        match case.ends {
            Ending::Passed | Ending::Remarked(_) => {}
            Ending::Failed { .. } => failures += 1,
            Ending::Unreadable(_) => errors += 1,
            Ending::Skipped(_) => skipped += 1,
        }
    }
    format!(" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"")
}

/// A text on one line that is neither markup nor a character that XML forbids.
fn escaped(text: &str) -> String {
    body(&visible(text))
}

/// The same for lines in which nothing is hidden any more.
fn body(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, letter| {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // No control characters, and not even as references: https://www.w3.org/TR/xml/#charsets
            '\u{fffe}' | '\u{ffff}' => out.extend(letter.escape_unicode()),
            other => out.push(other),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_reads_back_from_the_xml_as_it_is_shown() {
        for (text, read) in [
            ("a < b & c > d", "a < b & c > d"),
            ("]]>", "]]>"),
            ("\"'", "\"'"),
            ("<!-- --></failure>", "<!-- --></failure>"),
            ("\u{1b}[1m\0\u{c}", "\\u{1b}[1m\\u{0}\\u{c}"),
            ("\u{fffe}\u{ffff}\u{fffd}", "\\u{fffe}\\u{ffff}\u{fffd}"),
            ("a\n\tb", "a\\n\\tb"),
        ] {
            let escaped = escaped(text);
            let xml = format!("<a b=\"{escaped}\">{escaped}</a>");
            let xml = roxmltree::Document::parse(&xml).expect("XML");
            let root = xml.root_element();
            assert_eq!((root.text(), root.attribute("b")), (Some(read), Some(read)));
        }
    }
}
