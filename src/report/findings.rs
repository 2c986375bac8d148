//! What every format of findings says: which are open, where they stand as readers count, and in which words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::compared::request;
use super::text::plural;
use crate::gate::{Check, Checked, Finding, Severity, Standing};
use crate::iac::Place;
use crate::text::{Lines, Position, Span, Texts};

/// What a file is called that could not be read, where a format wants a name instead of a sentence.
pub(super) const UNREADABLE: &str = "could-not-be-read";

/// The severities that a finding has, the worst first.
pub(super) const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// All findings, open and accepted, by place.
pub(super) fn all(checked: &Checked) -> impl Iterator<Item = &Finding> {
    let findings = checked.findings.iter();
    findings.filter(|finding| finding.severity != Severity::Off)
}

/// Those that nobody has accepted.
pub(super) fn open(checked: &Checked) -> impl Iterator<Item = &Finding> {
    all(checked).filter(|finding| finding.is_open())
}

/// The open ones, the worst first: for readers that see only the beginning.
pub(super) fn worst_first(checked: &Checked) -> Vec<&Finding> {
    let of = |severity| open(checked).filter(move |finding| finding.severity == severity);
    SEVERITIES.into_iter().flat_map(of).collect()
}

/// How many findings are open, of each severity.
pub(super) fn counts(checked: &Checked) -> [usize; 3] {
    let of = |severity| open(checked).filter(move |finding| finding.severity == severity);
    SEVERITIES.map(|severity| of(severity).count())
}

/// How many findings were accepted.
pub(super) fn accepted(checked: &Checked) -> usize {
    all(checked).filter(|finding| !finding.is_open()).count()
}

/// `3 errors, 1 warning, 4 notes`.
pub(super) fn counted(checked: &Checked) -> String {
    let counts = SEVERITIES.into_iter().zip(counts(checked));
    let some = counts.filter(|(_, number)| *number > 0);
    let words: Vec<_> = some
        .map(|(severity, number)| plural(number, severity.name()))
        .collect();
    match words.is_empty() {
        true => "no findings".into(),
        false => words.join(", "),
    }
}

/// What it all came to, in a line: `3 errors, 1 warning in 12 files: 9 roles, 14 policies, 11 functions; 2 accepted`.
pub(super) fn summary(checked: &Checked) -> String {
    let looked = &checked.looked;
    let policies = match looked.policies {
        1 => "1 policy".to_owned(),
        many => format!("{} policies", super::text::size_count(many)),
    };
    let mut line = format!(
        "{} in {}: {}, {policies}, {}",
        counted(checked),
        plural(looked.files, "file"),
        plural(looked.roles, "role"),
        plural(looked.functions, "function")
    );
    let besides = [
        (accepted(checked), "accepted"),
        (checked.problems.len(), "could not be read"),
        (
            looked.unknown,
            "not known before deployment, taken for all that they could be",
        ),
    ];
    for (number, what) in besides.iter().filter(|(number, _)| *number > 0) {
        line += &format!("; {} {what}", super::text::size_count(*number));
    }
    line
}

/// Every file that something is said of, in order.
pub(super) fn files<'a>(checked: &'a Checked, sources: &'a Texts) -> BTreeSet<&'a str> {
    let found = all(checked).map(|finding| &*finding.place.file);
    let problems = checked.problems.iter().map(|problem| &*problem.place.file);
    let read = sources.keys().map(|file| &**file);
    found.chain(problems).chain(read).collect()
}

/// What a finding is about, in words: `role OrdersRole, function Orders`.
pub(super) fn about(finding: &Finding) -> Option<String> {
    let role = finding.role.as_ref().map(|role| format!("role {role}"));
    let function = finding.function.as_ref();
    let function = function.map(|function| format!("function {function}"));
    let about: Vec<_> = role.into_iter().chain(function).collect();
    (!about.is_empty()).then(|| about.join(", "))
}

/// What is to be said of a finding besides the finding itself: each with what it is.
pub(super) fn particulars(finding: &Finding) -> Vec<(&'static str, String)> {
    let fix = finding.fix.as_ref();
    let fix = fix.map(|fix| match fix.edits.is_empty() {
        true => fix.says.clone(),
        false => format!("{} (`--fix` does it)", fix.says),
    });
    let particulars = [
        ("about", about(finding)),
        ("granted", finding.granted.clone()),
        ("possible", finding.witness.as_ref().map(request)),
        ("why", Some(why(finding.check).to_owned())),
        ("fix", fix),
    ];
    let said = particulars.into_iter();
    said.filter_map(|(name, text)| Some((name, text?)))
        .collect()
}

/// The first sentence of what a check says for itself.
pub(super) fn why(check: &Check) -> &str {
    let end = check
        .help
        .find(". ")
        .map_or(check.help.len(), |dot| dot + 1);
    &check.help[..end]
}

/// Why a finding does not count; `None` when it does.
pub(super) fn why_accepted(finding: &Finding) -> Option<String> {
    match &finding.standing {
        Standing::Open => None,
        Standing::InBaseline => Some("in the baseline".into()),
        Standing::Waived {
            owner,
            reason,
            expires,
        } => Some(format!("{reason} ({owner}, until {expires})")),
    }
}

/// A text on one line in which nothing is hidden and nothing drives a terminal: control characters and those that reorder a line
/// are shown as Rust's escapes.
pub(super) fn visible(text: &str) -> String {
    text.chars().fold(String::new(), |mut shown, letter| {
        match letter.is_control() || reorders(letter) {
            true => shown.extend(letter.escape_default()),
            false => shown.push(letter),
        }
        shown
    })
}

/// Whether a letter ends a line or changes the order of others without being seen: <https://trojansource.codes>.
fn reorders(letter: char) -> bool {
    matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A file's name as a relative reference: what code hosts call it.
pub(super) fn path(file: &str) -> String {
    let path = file.replace(std::path::MAIN_SEPARATOR, "/");
    let mut path = path.as_str();
    while let Some(rest) = path.strip_prefix("./") {
        path = rest.trim_start_matches('/');
    }
    path.to_owned()
}

/// Where places begin and end, as readers count.
pub(super) struct Places<'s> {
    lines: BTreeMap<&'s str, Lines<'s>>,
}

impl<'s> Places<'s> {
    pub(super) fn new(sources: &'s Texts) -> Self {
        let lines = |(file, text): (&'s Arc<str>, &'s Arc<str>)| (&**file, Lines::of(text));
        Places {
            lines: sources.iter().map(lines).collect(),
        }
    }

    /// Where a place begins, and where it ends if that is known: after its last character.
    pub(super) fn of(&self, place: &Place) -> (Position, Option<Position>) {
        let begins = Position {
            line: place.line.max(1),
            column: place.column.max(1),
        };
        let known = place.span.and_then(|span| self.span(&place.file, span));
        match known {
            Some((begins, ends)) => (begins, Some(ends)),
            None => (begins, None),
        }
    }

    /// Where a part of a file begins and ends.
    pub(super) fn span(&self, file: &str, span: Span) -> Option<(Position, Position)> {
        let lines = self.lines.get(file)?;
        Some((
            lines.position(span.start),
            lines.position(span.end.max(span.start)),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_hidden() {
        for (text, shown) in [
            ("plain é 🦀", "plain é 🦀"),
            ("a\nb\r\tc", "a\\nb\\r\\tc"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("\u{9b}31m\u{7f}\0", "\\u{9b}31m\\u{7f}\\u{0}"),
            ("a\u{202e}b\u{2028}", "a\\u{202e}b\\u{2028}"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn paths_are_told_as_code_hosts_have_them() {
        for (file, told) in [
            ("a/b.yaml", "a/b.yaml"),
            ("./a.yaml", "a.yaml"),
            (".//./a.yaml", "a.yaml"),
            ("../a.yaml", "../a.yaml"),
            ("/a.yaml", "/a.yaml"),
        ] {
            assert_eq!(path(file), told);
        }
    }

    #[test]
    fn why_a_check_matters_is_one_sentence_of_its_help() {
        for check in &crate::gate::CHECKS {
            let why = why(check);
            assert!(
                why.ends_with('.') && !why.contains(". "),
                "{}: {why}",
                check.id
            );
        }
    }
}
