//! What two sets of policies allow differently, for a terminal and as Markdown.

use super::terminal::{BOLD, DIM, GREEN, RED, YELLOW, line};
use super::{escalated, text};
use crate::algebra::Witness;
use crate::diff::{Comparison, Group, Relation, Size, World};
use crate::iam::Resources;
use crate::risk::{Weight, Worth};

/// How many names a reader is shown before the rest is counted.
const NAMES: usize = 8;

/// How many letters the word before each group has at least.
const WIDTH: usize = 8;

/// What is compared, in words.
fn scope(comparison: &Comparison) -> String {
    let of = |world| match world {
        World::Open => "over all strings",
        World::Closed => "over the catalog's actions on resources that they take",
    };
    let (own, other) = (comparison.world, comparison.world.other());
    match comparison.in_other_world == comparison.relation {
        true => format!("{}, and {} too", of(own), of(other)),
        false => format!(
            "{}; {} {}",
            of(own),
            comparison.in_other_world.word(),
            of(other)
        ),
    }
}

/// How much is allowed before and after.
fn sizes(comparison: &Comparison, worth: &Worth) -> [String; 2] {
    let [before, after] = comparison.sizes.each_ref();
    let [weight_before, weight_after] = worth.weights.each_ref();
    [size(before, weight_before), size(after, weight_after)]
}

/// How much policies allow: `12 actions on 30 patterns, 2^664 requests, weight 14.5`.
fn size(size: &Size, weight: &Weight) -> String {
    let bits = size.bits.map(|bits| format!(", 2^{bits:.0} requests"));
    format!(
        "{} on {}{}, weight {:.1}",
        text::plural(size.actions, "action"),
        text::plural(size.patterns, "pattern"),
        bits.unwrap_or_default(),
        weight.total
    )
}

/// What a reader has to know besides.
fn notes(comparison: &Comparison) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(other) = comparison.by_other_reading {
        let word = other.word();
        notes.push(format!(
            "{word} if wildcards stay within a segment of an ARN"
        ));
    }
    notes.extend(comparison.undecided.iter().map(ToString::to_string));
    notes
}

/// A request in words: `s3:GetObject on arn:aws:s3:::b/k with aws:SourceIp=203.0.113.9`.
pub(super) fn request(witness: &Witness) -> String {
    let mut words = format!("`{}` on `{}`", witness.action, witness.resource);
    let keys: Vec<String> = witness
        .context
        .iter()
        .map(|(key, values)| {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            format!("{key}={}", values.join(","))
        })
        .collect();
    if !keys.is_empty() {
        words.push_str(&format!(" with {}", keys.join(" and ")));
    }
    words
}

fn shortened(names: &[String]) -> String {
    let shown = names
        .iter()
        .take(NAMES)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().checked_sub(NAMES) {
        None | Some(0) => shown,
        Some(more) => format!("{shown} and {} more", text::size_count(more)),
    }
}

fn actions(group: &Group) -> String {
    let names: Vec<_> = group.actions.iter().map(ToString::to_string).collect();
    shortened(&names)
}

fn resources(group: &Group) -> String {
    let names: Vec<_> = group
        .resources
        .patterns()
        .iter()
        .map(ToString::to_string)
        .collect();
    match group.resources {
        Resources::Only(_) => shortened(&names),
        Resources::AllBut(_) => format!("all but {}", shortened(&names)),
    }
}

fn levels(group: &Group) -> String {
    let levels = group.levels.iter();
    let levels: Vec<_> = levels
        .map(|(level, count)| format!("{count} {}", level.name()))
        .collect();
    levels.join(", ")
}

fn why(group: &Group) -> String {
    match &group.denied_by {
        None => format!("{}", group.statement),
        Some(denied) => format!("{}, denied by {denied} on the other side", group.statement),
    }
}

/// For a reader at a terminal.
#[must_use]
pub fn comparison_to_terminal(comparison: &Comparison, worth: &Worth) -> String {
    let mut out = String::new();
    let (relation, scope) = (comparison.relation, scope(comparison));
    let colour = match relation {
        Relation::Equal | Relation::Narrower => GREEN,
        Relation::Broader | Relation::Incomparable => RED,
        Relation::Unknown => YELLOW,
    };
    let word = relation.word();
    line(
        &mut out,
        format_args!("{BOLD}{colour}{word}{colour:#}{BOLD:#}  {DIM}{scope}{DIM:#}"),
    );
    let [before, after] = sizes(comparison, worth);
    line(&mut out, format_args!("  before   {before}"));
    line(&mut out, format_args!("  after    {after}"));
    for note in notes(comparison) {
        line(
            &mut out,
            format_args!("  {YELLOW}note{YELLOW:#}     {note}"),
        );
    }
    for (groups, style, verb) in [
        (&comparison.gained, RED, "+ gains"),
        (&comparison.lost, GREEN, "- loses"),
    ] {
        for group in groups {
            let actions = actions(group);
            line(
                &mut out,
                format_args!("  {style}{verb}{style:#}  {actions}"),
            );
            group_below(&mut out, group);
        }
    }
    escalated::to_terminal(&mut out, &worth.escalation, WIDTH);
    out
}

fn group_below(out: &mut String, group: &Group) {
    let unreal = match (group.real, group.levels.is_empty()) {
        (true, _) => "",
        (false, false) => ", which these actions are never asked on",
        (false, true) => ", by no action of the catalog",
    };
    line(out, format_args!("    on     {}{unreal}", resources(group)));
    if let Some(condition) = &group.condition {
        line(out, format_args!("    when   {condition}"));
    }
    line(
        out,
        format_args!("    {DIM}e.g.   {}{DIM:#}", request(&group.witness)),
    );
    line(
        out,
        format_args!("    {DIM}by     {} ({}){DIM:#}", why(group), levels(group)),
    );
}

/// For a reviewer of a pull request.
#[must_use]
pub fn comparison_to_markdown(comparison: &Comparison, worth: &Worth) -> String {
    let mut out = String::new();
    let (word, scope) = (comparison.relation.word(), scope(comparison));
    line(&mut out, format_args!("**{word}** {scope}."));
    let [before, after] = sizes(comparison, worth);
    line(&mut out, format_args!("Before: {before}. After: {after}."));
    for note in notes(comparison) {
        line(&mut out, format_args!("\n> {note}"));
    }
    for (title, groups) in [("Gained", &comparison.gained), ("Lost", &comparison.lost)] {
        if groups.is_empty() {
            continue;
        }
        line(&mut out, format_args!("\n### {title}\n"));
        line(
            &mut out,
            format_args!("| actions | resources | for example | statement |"),
        );
        line(&mut out, format_args!("|---|---|---|---|"));
        for group in groups {
            let condition = group.condition.as_ref();
            let condition = condition.map(|condition| format!(" when `{condition}`"));
            let cells = [
                format!("`{}` ({})", actions(group), levels(group)),
                format!("`{}`{}", resources(group), condition.unwrap_or_default()),
                request(&group.witness),
                why(group),
            ];
            let cells = cells.map(|cell| cell.replace('|', "\\|"));
            line(&mut out, format_args!("| {} |", cells.join(" | ")));
        }
    }
    escalated::to_markdown(&mut out, "### Ways to more", &worth.escalation);
    out
}
