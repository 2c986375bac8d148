//! The lines of a file that a finding is about, and what of them is marked.

use std::ops::Range;

use super::findings::visible;
use crate::text::Span;

/// How many lines a place may have to be marked as a whole; of a longer one the first line is.
const MOST_LINES: usize = 12;
/// How many bytes are shown of a line before what is marked, and of what is marked and follows it: a plan of Terraform is one
/// line.
const BEFORE: usize = 60;
const AFTER: usize = 60;
const MOST_MARKED: usize = 200;

/// Whole lines of a file, the first of which is the one that the place begins in; what is left out of a line is told by `…`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    pub(super) text: String,
    /// What is marked, in bytes of the text.
    pub(super) marked: Range<usize>,
    /// Whether the line begins as it does in the file, so that the column of what is marked is that in the file.
    pub(super) tells_column: bool,
}

impl Excerpt {
    /// The lines of a place; `None` when there is no such place in the text.
    pub(super) fn of(text: &str, span: Span) -> Option<Self> {
        let marked = text.get(span.start..span.end)?.trim_end();
        let marked = match marked.lines().nth(MOST_LINES) {
            None if marked.lines().all(|line| line.len() <= MOST_MARKED) => marked,
            _ => marked.lines().next().unwrap_or_default(),
        };
        let end = span.start + marked.len();
        let line = text[..span.start].rfind('\n').map_or(0, |feed| feed + 1);
        let rest = text[end..].lines().next().unwrap_or_default();
        let before = last_of(&text[line..span.start]);
        let (marked, rest) = match first_of(marked, MOST_MARKED) {
            (marked, "") => (shown(marked), first_of(rest, AFTER)),
            (cut, _) => (shown(cut) + "…", ("", "")),
        };
        let (after, more) = rest;
        let after = shown(after) + if more.is_empty() { "" } else { "…" };
        Some(Excerpt {
            tells_column: before == text[line..span.start],
            marked: before.len()..before.len() + marked.len(),
            text: before + &marked + &after,
        })
    }
}

/// The beginning of a text and the rest of it. Only a text of one line is cut: others have short lines.
fn first_of(text: &str, most: usize) -> (&str, &str) {
    match text.contains('\n') {
        true => (text, ""),
        false => text.split_at(text.floor_char_boundary(most)),
    }
}

fn last_of(line: &str) -> String {
    match line.len().checked_sub(BEFORE) {
        None | Some(0) => shown(line),
        Some(cut) => format!("…{}", shown(&line[line.ceil_char_boundary(cut)..])),
    }
}

/// Lines as they are shown: with nothing hidden, and tabs that are still tabs.
fn shown(text: &str) -> String {
    let line = |line: &str| {
        let parts = line.trim_end_matches('\r').split('\t');
        parts.map(visible).collect::<Vec<_>>().join("\t")
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, span: Range<usize>) -> Option<(String, String)> {
        let excerpt = Excerpt::of(text, span.into())?;
        let marked = excerpt.text[excerpt.marked].to_owned();
        Some((excerpt.text, marked))
    }

    #[test]
    fn whole_lines_are_shown_and_the_place_is_marked() {
        let lines: String = (0..20).map(|line| format!("- {line}\n")).collect();
        for (text, place, shown, marked) in [
            ("a\nb: c, d\ne", "c", "b: c, d", "c"),
            (
                "a\r\nb: c\r\nd: e\r\nf",
                "c\r\nd: e",
                "b: c\nd: e",
                "c\nd: e",
            ),
            ("a: b\n\nc", "b\n\n", "a: b", "b"),
            ("a:\tb\u{1b}[1m", "b\u{1b}", "a:\tb\\u{1b}[1m", "b\\u{1b}"),
            (&lines, &lines, "- 0", "- 0"),
        ] {
            let start = text.find(place).expect("it is in the text");
            let expected = (shown.to_owned(), marked.to_owned());
            let excerpt = excerpt(text, start..start + place.len());
            assert_eq!(excerpt, Some(expected), "{text:?}");
        }
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let line = "é".repeat(1_000);
        for (place, letters, marked) in [
            (0..2, 31, 1),
            (1_000..1_010, 65, 5),
            (1_000..1_800, 130, 100),
        ] {
            let (text, cut) = excerpt(&line, place.clone()).expect("an excerpt");
            let count = |text: &str| text.chars().filter(|letter| *letter == 'é').count();
            assert_eq!((count(&text), count(&cut)), (letters, marked), "{place:?}");
            assert!(text.ends_with('…') && text.starts_with('…') == (place.start > 0));
        }
    }

    #[test]
    fn a_place_that_is_not_in_the_text_has_no_excerpt() {
        for span in [3..9, 9..9, 1..2] {
            assert_eq!(Excerpt::of("aé", span.into()), None);
        }
        assert!(Excerpt::of("", (0..0).into()).is_some());
    }
}
