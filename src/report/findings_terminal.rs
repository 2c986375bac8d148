//! Findings for a reader at a terminal. Colours are ANSI codes; whoever prints the text removes them where they are not wanted.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use anstyle::Style;

use crate::gate::{Checked, Finding, Severity};
use crate::iac::Place;
use crate::text::Texts;

use super::excerpt::Excerpt;
use super::findings::{Places, open, particulars, summary, visible};
use super::terminal::{BOLD, DIM, RED, YELLOW, line};

/// What could not be read, the errors and warnings with an excerpt of their file, the notes in a line each, and what it came to.
/// Findings that were accepted are only counted.
#[must_use]
pub fn findings_to_terminal(checked: &Checked, sources: &Texts) -> String {
    let places = Places::new(sources);
    let mut out = String::new();
    for problem in &checked.problems {
        let says = format!("could not be read: {}", problem.rule);
        let told = Told {
            level: Level::ERROR,
            id: None,
            says: &says,
            place: &problem.place,
            particulars: Vec::new(),
        };
        told.write(&mut out, sources, &places);
    }
    let (notes, others): (Vec<_>, Vec<_>) =
        open(checked).partition(|finding| finding.severity == Severity::Note);
    for finding in others {
        let level = match finding.severity {
            Severity::Error => Level::ERROR,
            _ => Level::WARNING,
        };
        let told = Told {
            level,
            id: Some(finding.check.id),
            says: &finding.says,
            place: &finding.place,
            particulars: particulars(finding),
        };
        told.write(&mut out, sources, &places);
    }
    for finding in &notes {
        note(&mut out, finding, &places);
    }
    if !notes.is_empty() {
        out.push('\n');
    }
    let style = match (checked.fails(), checked.problems.is_empty()) {
        (false, true) => BOLD,
        _ => RED.bold(),
    };
    line(
        &mut out,
        format_args!("{style}{}{style:#}", summary(checked)),
    );
    out
}

pub(super) fn style(severity: Severity) -> Style {
    match severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Note | Severity::Off => DIM,
    }
}

fn note(out: &mut String, finding: &Finding, places: &Places<'_>) {
    let Finding {
        check,
        place,
        says,
        severity,
        ..
    } = finding;
    let begins = places.of(place).0;
    let style = style(*severity);
    let part = part_of(place)
        .map(|part| format!(" ({part})"))
        .unwrap_or_default();
    line(
        out,
        format_args!(
            "{style}{severity}{style:#}{BOLD}[{}]{BOLD:#} {DIM}{}:{}:{}{DIM:#}{part}: {}",
            check.id,
            visible(&place.file),
            begins.line,
            begins.column,
            visible(says)
        ),
    );
}

fn part_of(place: &Place) -> Option<String> {
    let name = place.cdk_path.as_ref().or(place.resource.as_ref());
    name.map(|name| visible(name))
}

/// Something that is told with its place.
struct Told<'t> {
    level: Level<'t>,
    id: Option<&'static str>,
    says: &'t str,
    place: &'t Place,
    particulars: Vec<(&'static str, String)>,
}

impl Told<'_> {
    fn write(self, out: &mut String, sources: &Texts, places: &Places<'_>) {
        let begins = places.of(self.place).0;
        let mut title = self.level.clone().primary_title(visible(self.says));
        if let Some(id) = self.id {
            title = title.id(id);
        }
        let file = visible(&self.place.file);
        let text = sources.get(&self.place.file);
        let excerpt = text.and_then(|text| Excerpt::of(text, self.place.span?));
        let tells_column = excerpt.as_ref().is_some_and(|excerpt| excerpt.tells_column);
        let snippet = excerpt.map(|excerpt| {
            let marked = AnnotationKind::Primary.span(excerpt.marked);
            Snippet::source(excerpt.text)
                .line_start(begins.line)
                .annotation(marked)
        });
        let origin = Origin::path(file.clone())
            .line(begins.line)
            .char_column(begins.column);
        let (head, mut group) = match snippet {
            None => (None, title.element(origin)),
            Some(snippet) if tells_column => (None, title.element(snippet.path(file))),
            Some(snippet) => (
                Some(title.element(origin)),
                Group::with_level(self.level).element(snippet),
            ),
        };
        let part = part_of(self.place).map(|part| ("in", part));
        for (name, words) in part.into_iter().chain(self.particulars) {
            let level = match name {
                "fix" => Level::HELP,
                _ => Level::NOTE,
            };
            group = group.element(level.with_name(name).message(visible(&words)));
        }
        let groups: Vec<_> = head.into_iter().chain([group]).collect();
        let rendered = Renderer::styled().hyperlink(false).render(&groups);
        let mut lines: Vec<&str> = rendered.lines().collect();
        // Where two groups meet there are two bars below each other.
        lines.dedup();
        line(out, format_args!("{}\n", lines.join("\n")));
    }
}
