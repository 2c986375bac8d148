//! Ways to more than is granted, before and after a change, for a terminal and as Markdown.

use anstyle::Style;

use super::terminal::{DIM, GREEN, RED, YELLOW, line};
use super::text;
use crate::iam::ResourcePattern;
use crate::risk::{Change, DependsOn, Path};

/// How many paths are told one by one, and how many names a reader is shown, before the rest is counted.
const TOLD: usize = 3;
const NAMES: usize = 8;

/// What becomes of paths, each with the sign and the word of a terminal, its colour, and the word of a document.
fn fates(change: &Change) -> [(&'static str, Style, &'static str, &[Path]); 3] {
    [
        ("+ opens", RED, "opened", &change.new),
        ("- cuts", GREEN, "cut", &change.cut),
        ("= leaves", YELLOW, "left", &change.remaining),
    ]
}

/// What a path leads to: `any role, its own among them`, `arn:aws:iam::123456789012:role/app`.
pub(super) fn targets(path: &Path) -> String {
    let targets = &path.targets;
    let list = |patterns: &[ResourcePattern]| {
        let names: Vec<_> = patterns.iter().map(ToString::to_string).collect();
        text::shortened(&names, TOLD)
    };
    let mut words = match (
        targets.of_type,
        targets.only.iter().any(ResourcePattern::is_any),
    ) {
        (Some(name), true) => format!("any {}", name.replace('-', " ")),
        (None, _) => String::new(),
        (Some(_), false) => list(&targets.only),
    };
    if !targets.except.is_empty() {
        words.push_str(&format!(" but {}", list(&targets.except)));
    }
    if path.itself {
        words.push_str(", its own among them");
    }
    words
}

/// On what it depends: `, if the conditions of p statement 1 allow it`.
fn depends(path: &Path) -> String {
    match &path.depends_on {
        DependsOn::Nothing => String::new(),
        DependsOn::Undecided => ", which was not decided".into(),
        DependsOn::Conditions(places) => {
            let places: Vec<_> = places.iter().map(ToString::to_string).collect();
            format!(
                ", as far as the conditions of {} let it",
                text::shortened(&places, TOLD)
            )
        }
    }
}

fn told(path: &Path) -> String {
    format!(
        "{}: {} ({}){}",
        path.method.id,
        path.method.title,
        targets(path),
        depends(path)
    )
}

/// The requests that show a path: `iam:PutRolePolicy on arn:aws:iam::123456789012:role/app`.
fn requests(path: &Path) -> Vec<String> {
    let both = path.method.requires.iter().zip(&path.witnesses);
    both.map(|(required, witness)| format!("{} on {}", required.action, witness.resource))
        .collect()
}

/// The lines for a reader at a terminal, each with as many letters for its first word; none where there is no path.
pub(super) fn to_terminal(out: &mut String, change: &Change, width: usize) {
    for (word, style, _, paths) in fates(change) {
        if paths.len() > TOLD {
            let names: Vec<_> = paths.iter().map(|path| path.method.id.to_owned()).collect();
            let names = text::shortened(&names, NAMES);
            let number = text::plural(paths.len(), "way");
            line(
                out,
                format_args!("  {style}{word:<width$}{style:#} {number} to more: {names}"),
            );
            continue;
        }
        for path in paths {
            line(
                out,
                format_args!("  {style}{word:<width$}{style:#} {}", told(path)),
            );
            let requests = requests(path).join(", ");
            line(out, format_args!("      {DIM}by {requests}{DIM:#}"));
        }
    }
}

/// A table for a reviewer; nothing where there is no path.
pub(super) fn to_markdown(out: &mut String, title: &str, change: &Change) {
    if change.is_empty() {
        return;
    }
    line(out, format_args!("\n{title}\n"));
    line(
        out,
        format_args!("| | way | leads to | by |\n|---|---|---|---|"),
    );
    for (_, _, word, paths) in fates(change) {
        for path in paths {
            let method = &path.method;
            let cells = [
                word.to_owned(),
                format!("[{}]({}): {}", method.id, method.source, method.title),
                format!("`{}`{}", targets(path), depends(path)),
                requests(path).join(", "),
            ];
            let cells = cells.map(|cell| cell.replace('|', "\\|"));
            line(out, format_args!("| {} |", cells.join(" | ")));
        }
    }
}
