//! What the catalog says, for a reader.

use anstyle::Style;

use crate::catalog::{AccessLevel, ActionFacts, Contents, Fact, GatewayCall, Mapping, Unseen};

use super::asked::{Answer, AskedAction, AskedEvent, ServiceFacts};
use super::terminal::line;
use super::text;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// The answer as text.
#[must_use]
pub fn catalog_to_text(answer: &Answer) -> String {
    let mut out = String::new();
    match answer {
        Answer::Contents(contents) => whole(&mut out, contents),
        Answer::Service(service) => of_service(&mut out, service),
        Answer::Action(action) => of_action(&mut out, action),
        Answer::Actions(actions) => listed(&mut out, actions),
        Answer::Event(event) => of_event(&mut out, event),
    }
    out
}

fn whole(out: &mut String, contents: &Contents) {
    let number = |number: usize| text::size_count(number);
    title(out, "AWS's facts", &format!("of {}", contents.date));
    field(out, "digest", &format!("sha256:{}", contents.digest));
    field(out, "services", &number(contents.services));
    field(
        out,
        "actions",
        &levels(contents.actions, &contents.access_levels),
    );
    field(out, "resource types", &number(contents.resource_types));
    field(out, "condition keys", &number(contents.condition_keys));
    let exceptions: Vec<_> = contents
        .event_exceptions
        .iter()
        .map(|(table, rows)| format!("{} in {table}", number(*rows)))
        .collect();
    field(out, "event exceptions", &exceptions.join(", "));
    field(
        out,
        "not observable",
        &format!(
            "{} actions are seen as data events only, {} never, {} in part",
            number(contents.data_events),
            number(contents.never_logged),
            number(contents.in_part)
        ),
    );
}

fn of_service(out: &mut String, service: &ServiceFacts) {
    title(out, service.prefix, service.name);
    field(out, "event source", &service.event_sources.join(", "));
    let of_level = |level| {
        let of_level =
            |(facts, _): &&(ActionFacts, _)| facts.levels().any(|listed| listed == level);
        (level, service.actions.iter().filter(of_level).count())
    };
    field(
        out,
        "actions",
        &levels(service.actions.len(), &AccessLevel::ALL.map(of_level)),
    );
    let of_kind = |kind: fn(&Unseen) -> bool| {
        let of_kind = |(_, unseen): &&(_, Vec<Unseen>)| unseen.iter().any(kind);
        text::size_count(service.actions.iter().filter(of_kind).count())
    };
    field(
        out,
        "not observable",
        &format!(
            "{} are seen as data events only, {} never, {} in part",
            of_kind(|why| matches!(why, Unseen::DataEvent(_))),
            of_kind(|why| *why == Unseen::NeverLogged),
            of_kind(|why| matches!(why, Unseen::InPart(_)))
        ),
    );
    field(out, "resource types", &or_none(&service.resource_types));
    condition_keys(out, &service.condition_keys);
}

fn of_action(out: &mut String, action: &AskedAction) {
    title(out, action.facts.action.as_str(), action.service);
    field(out, "access level", &level_names(&action.facts));
    if action.resources.is_empty() {
        field(
            out,
            "resources",
            "none: only `*` in a policy's Resource matches",
        );
    }
    for (index, (name, required, templates)) in action.resources.iter().enumerate() {
        let required = if *required { " (required)" } else { "" };
        let heading = if index == 0 { "resources" } else { "" };
        field(
            out,
            heading,
            &format!("{name}{required}  {}", templates.join("  ")),
        );
    }
    let dependents: Vec<_> = action
        .facts
        .dependents()
        .map(|action| action.to_string())
        .collect();
    field(out, "also needed", &or_none(&dependents));
    field(out, "in CloudTrail", &seen(&action.unseen));
    condition_keys(out, &action.condition_keys);
}

fn listed(out: &mut String, actions: &[(ActionFacts, Vec<Unseen>)]) {
    let width = |(facts, _): &(ActionFacts, _)| facts.action.as_str().len();
    let width = actions.iter().map(width).max().unwrap_or_default();
    for (facts, unseen) in actions {
        let action = facts.action.as_str();
        line(
            out,
            format_args!(
                "{action:<width$}  {}  {DIM}{}{DIM:#}",
                level_names(facts),
                seen(unseen)
            ),
        );
    }
}

fn of_event(out: &mut String, event: &AskedEvent) {
    title(out, &event.source, &event.name);
    let joined = |texts: Vec<String>| texts.join(", ");
    let mapping = match &event.mapping {
        Mapping::NoPermission => "nothing: it needs no permission".to_owned(),
        Mapping::Actions { actions, .. } => {
            joined(actions.iter().map(ToString::to_string).collect())
        }
        Mapping::ApiGateway(calls) => {
            let call = |call: &GatewayCall| format!("{} on {}", call.action, call.path);
            joined(calls.iter().map(call).collect())
        }
        Mapping::Unverified(action) => format!("{action} (unverified: no row is for this event)"),
        Mapping::Unknown => "unknown".to_owned(),
    };
    field(out, "authorised", &mapping);
    for Fact { table, row, source } in &event.facts {
        field(
            out,
            "because",
            &format!("{table}: {}", row.replace('\t', " | ")),
        );
        field(out, "", &format!("{DIM}{source}{DIM:#}"));
    }
    if !event.nearest.is_empty() {
        field(out, "nearest", &event.nearest.join(", "));
    }
}

/// `26: 3 write, 1 tagging, 23 read`; an action counts under each of its levels.
fn levels(all: usize, counts: &[(AccessLevel, usize)]) -> String {
    let some = counts.iter().filter(|(_, count)| *count > 0);
    let some = some.map(|(level, count)| format!("{} {}", text::size_count(*count), level.name()));
    let some: Vec<_> = some.collect();
    format!("{}: {}", text::size_count(all), some.join(", "))
}

fn level_names(facts: &ActionFacts) -> String {
    let names: Vec<_> = facts.levels().map(AccessLevel::name).collect();
    names.join(", ")
}

/// How CloudTrail shows the calls of an action.
fn seen(unseen: &[Unseen]) -> String {
    let one = |why: &Unseen| match why {
        Unseen::DataEvent(types) => format!("data event of {}", types.replace(' ', " or ")),
        Unseen::NeverLogged => "never".to_owned(),
        Unseen::InPart(not) => format!("in part: {not}"),
        Unseen::LeftOut => "management event, unless the trail leaves the service out".to_owned(),
    };
    match unseen {
        [] => "management event".to_owned(),
        why => why.iter().map(one).collect::<Vec<_>>().join("; "),
    }
}

fn condition_keys(out: &mut String, keys: &[(&str, &str)]) {
    let keys = keys.iter();
    let keys: Vec<_> = keys
        .map(|(key, value)| format!("{key} ({value})"))
        .collect();
    field(out, "condition keys", &or_none(&keys));
}

fn or_none(names: &[impl AsRef<str>]) -> String {
    match names {
        [] => "none".to_owned(),
        names => names
            .iter()
            .map(AsRef::as_ref)
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn title(out: &mut String, name: &str, more: &str) {
    line(out, format_args!("{BOLD}{name}{BOLD:#}  {more}"));
}

fn field(out: &mut String, name: &str, value: &str) {
    line(out, format_args!("  {name:<16}  {value}"));
}
