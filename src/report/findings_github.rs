//! Findings as commands of GitHub's workflows, which show them at the lines of a pull request.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use crate::gate::{Checked, Finding, Severity};
use crate::iac::{Place, Problem};
use crate::text::Texts;

use super::findings::{Places, particulars, path, summary, visible, worst_first};

/// A command for each finding, and what it came to in a line. The worst come first: GitHub shows ten of each severity a step.
#[must_use]
pub fn findings_to_github(checked: &Checked, sources: &Texts) -> String {
    let places = Places::new(sources);
    let mut out = String::new();
    for problem in &checked.problems {
        out.push_str(&unreadable(problem, &places));
    }
    for finding in worst_first(checked) {
        out.push_str(&command(finding, &places));
    }
    // A line that begins with two colons would be a command.
    out.push_str(&summary(checked));
    out.push('\n');
    out
}

fn command(finding: &Finding, places: &Places<'_>) -> String {
    let name = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note | Severity::Off => "notice",
    };
    let mut lines = vec![visible(&finding.says)];
    let particulars = particulars(finding);
    lines.extend(
        particulars
            .iter()
            .map(|(name, text)| format!("{name}: {}", visible(text))),
    );
    let title = format!("{}: {}", finding.check.id, finding.check.title);
    written(name, &at(&finding.place, places), &title, &lines.join("\n"))
}

fn unreadable(problem: &Problem, places: &Places<'_>) -> String {
    let says = format!("could not be read: {}", visible(&problem.rule));
    written(
        "error",
        &at(&problem.place, places),
        "could not be read",
        &says,
    )
}

fn written(name: &str, at: &str, title: &str, says: &str) -> String {
    format!(
        "::{name} {at},title={}::{}\n",
        property(title),
        message(says)
    )
}

/// Columns are for a place within one line only: GitHub's runner takes no others.
fn at(place: &Place, places: &Places<'_>) -> String {
    let file = property(&visible(&path(&place.file)));
    let (begins, ends) = places.of(place);
    let at = format!("file={file},line={}", begins.line);
    match ends {
        None => format!("{at},col={}", begins.column),
        Some(ends) if ends.line == begins.line => format!(
            "{at},endLine={},col={},endColumn={}",
            ends.line, begins.column, ends.column
        ),
        // A place that ends before a line's first character does not reach into it.
        Some(ends) => format!("{at},endLine={}", ends.line - usize::from(ends.column == 1)),
    }
}

fn message(text: &str) -> String {
    let text = text.replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_or_a_property() {
        for (text, in_message, in_property) in [
            ("a: b, c", "a: b, c", "a%3A b%2C c"),
            ("a\r\nb", "a%0D%0Ab", "a%0D%0Ab"),
            ("::error::x", "::error::x", "%3A%3Aerror%3A%3Ax"),
            ("100%", "100%25", "100%25"),
            ("%0A", "%250A", "%250A"),
            ("%3A", "%253A", "%253A"),
        ] {
            assert_eq!(message(text), in_message);
            assert_eq!(property(text), in_property);
        }
    }
}
