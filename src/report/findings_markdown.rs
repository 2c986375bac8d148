//! Findings as Markdown: a comment on a pull request.

use crate::gate::{Checked, Finding, Severity};
use crate::iac::{Place, Problem};
use crate::text::Texts;

use super::escaped::{code, code_element, html, plain, prose};
use super::findings::{Places, particulars, path, summary, worst_first};
use super::text::plural;

/// What a comment of this program begins with, so that it can be found and replaced.
const MARK: &str = "<!-- tightrope -->";

/// How many characters there may be: GitHub takes 65,536, and a workflow may want to add a line.
const MOST: usize = 60_000;
/// How many of them the tables have, so that some are left for what the findings are about.
const MOST_OF_TABLES: usize = 30_000;
/// What is kept for the lines that say what was left out.
const RESERVE: usize = 500;
/// How many characters of one text are shown.
const MOST_OF_A_TEXT: usize = 1_500;
const MOST_OF_A_CELL: usize = 300;

/// A text that grows as long as it stays below a limit.
struct Page {
    text: String,
    length: usize,
}

impl Page {
    /// Adds a part if there is room for it.
    fn add(&mut self, part: &str, most: usize) -> bool {
        let length = self.length + part.chars().count();
        let fits = length <= most;
        if fits {
            self.length = length;
            self.text.push_str(part);
        }
        fits
    }

    /// Adds parts until one does not fit. Gives how many were left out.
    fn add_all(&mut self, parts: impl IntoIterator<Item = String>, most: usize) -> usize {
        let mut parts = parts.into_iter();
        let unfit = parts.by_ref().find(|part| !self.add(part, most));
        usize::from(unfit.is_some()) + parts.count()
    }
}

/// What came of it, what could not be read, a table of the open findings by severity, and for each what it is about, folded. At
/// most 60,000 characters: what was left out is said.
#[must_use]
pub fn findings_to_markdown(checked: &Checked, sources: &Texts) -> String {
    let places = Places::new(sources);
    let findings = worst_first(checked);
    let mut page = Page {
        text: String::new(),
        length: 0,
    };
    let verdict = match (checked.fails(), checked.problems.is_empty()) {
        (true, _) => "fails",
        (false, false) => "could not read everything",
        (false, true) => "passes",
    };
    let head = format!(
        "{MARK}\n### `tightrope check` {verdict}\n\n{}.\n",
        plain(&summary(checked))
    );
    page.add(&head, MOST);
    let problems = checked.problems.iter();
    let unread = page.add_all(
        problems.map(|problem| unreadable(problem, &places)),
        MOST_OF_TABLES / 2,
    );
    if unread > 0 {
        let more = format!("\n{} could not be read.\n", plural(unread, "more place"));
        page.add(&more, MOST);
    }
    if !findings.is_empty() {
        page.add("\n| | check | where | what |\n|---|---|---|---|\n", MOST);
        let rows = findings.iter().map(|finding| row(finding, &places));
        let rows = page.add_all(rows, MOST_OF_TABLES);
        page.add("\n", MOST);
        let details = findings.iter().map(|finding| details(finding, &places));
        let details = page.add_all(details, MOST - RESERVE);
        page.add(&left_out(rows, details), MOST);
    }
    page.text
}

fn left_out(rows: usize, details: usize) -> String {
    match (rows, details) {
        (0, 0) => String::new(),
        (0, details) => format!(
            "\nLeft out, to keep this short: what {} is about. The other formats have it.\n",
            plural(details, "finding")
        ),
        (rows, details) => format!(
            "\nLeft out, to keep this short: {} of the table, and what {} is about. The other formats have it.\n",
            plural(rows, "row"),
            plural(details, "finding")
        ),
    }
}

fn unreadable(problem: &Problem, places: &Places<'_>) -> String {
    let at = at(&problem.place, places);
    let rule = shortened(&problem.rule, MOST_OF_A_CELL);
    format!(
        "\n> **could not be read** {}: {}\n",
        code(&at),
        prose(&rule)
    )
}

fn row(finding: &Finding, places: &Places<'_>) -> String {
    let at = shortened(&at(&finding.place, places), MOST_OF_A_CELL);
    let says = shortened(&finding.says, MOST_OF_A_CELL);
    format!(
        "| {} {} | {} | {} | {} |\n",
        sign(finding.severity),
        finding.severity,
        code(finding.check.id),
        code(&at),
        prose(&says)
    )
}

fn details(finding: &Finding, places: &Places<'_>) -> String {
    let says = shortened(&finding.says, MOST_OF_A_CELL);
    let mut out = format!(
        "<details><summary>{} {} {}</summary>\n\n",
        sign(finding.severity),
        code_element(finding.check.id),
        html(&says)
    );
    let at = shortened(&at(&finding.place, places), MOST_OF_A_TEXT);
    out += &format!("- **where**: {}{}\n", code(&at), part_of(&finding.place));
    for (name, words) in particulars(finding) {
        let words = shortened(&words, MOST_OF_A_TEXT);
        let words = match name {
            "granted" => code(&words),
            _ => prose(&words),
        };
        out += &format!("- **{name}**: {words}\n");
    }
    out += &format!("- **source**: <{}>\n\n</details>\n", finding.check.source);
    out
}

fn part_of(place: &Place) -> String {
    let name = place.cdk_path.as_ref().or(place.resource.as_ref());
    let name = name.map(|name| format!(", {}", code(&shortened(name, MOST_OF_A_CELL))));
    name.unwrap_or_default()
}

fn at(place: &Place, places: &Places<'_>) -> String {
    let begins = places.of(place).0;
    format!("{}:{}:{}", path(&place.file), begins.line, begins.column)
}

fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "🔴",
        Severity::Warning => "🟡",
        Severity::Note | Severity::Off => "🔵",
    }
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_takes_what_fits_and_counts_the_rest() {
        let mut page = Page {
            text: String::new(),
            length: 0,
        };
        let parts = ["éé", "b", "ccc", "d"].map(str::to_owned);
        assert_eq!(page.add_all(parts, 5), 2);
        assert_eq!((page.text.as_str(), page.length), ("ééb", 3));
        assert_eq!(page.add_all(["d".to_owned()], 5), 0);
    }
}
