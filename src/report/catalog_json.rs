//! What the catalog says, for a program. The shape is a contract of its own, versioned by `schema`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::{AccessLevel, ActionFacts, Contents, Fact, Mapping, Unseen};

use super::asked::{Answer, AskedAction, AskedEvent, ServiceFacts};

/// The version of the shape. It changes when something that was there changes or goes; additions keep it.
const SCHEMA: &str = "tightrope/catalog/1";

/// The answer as JSON: an object with one of `contents`, `service`, `action`, `actions` and `event`.
#[must_use]
pub fn catalog_to_json(answer: &Answer) -> String {
    let answer = match answer {
        Answer::Contents(contents) => AnswerV1::Contents(whole(contents)),
        Answer::Service(service) => AnswerV1::Service(of_service(service)),
        Answer::Action(action) => AnswerV1::Action(of_action(action)),
        Answer::Actions(actions) => AnswerV1::Actions(actions.iter().map(listed).collect()),
        Answer::Event(event) => AnswerV1::Event(of_event(event)),
    };
    let whole = WholeV1 {
        schema: SCHEMA,
        answer,
    };
    let mut text = serde_json::to_string_pretty(&whole).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct WholeV1<'a> {
    schema: &'static str,
    #[serde(flatten)]
    answer: AnswerV1<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum AnswerV1<'a> {
    Contents(ContentsV1<'a>),
    Service(ServiceV1<'a>),
    Action(ActionV1<'a>),
    Actions(Vec<ListedV1<'a>>),
    Event(EventV1<'a>),
}

#[derive(Serialize)]
struct ContentsV1<'a> {
    date: &'a str,
    digest: &'a str,
    services: usize,
    actions: usize,
    access_levels: BTreeMap<&'static str, usize>,
    resource_types: usize,
    condition_keys: usize,
    event_exceptions: BTreeMap<&'static str, usize>,
    data_event_actions: usize,
    never_logged_actions: usize,
    partly_logged_actions: usize,
}

#[derive(Serialize)]
struct ServiceV1<'a> {
    prefix: &'a str,
    name: &'a str,
    event_sources: &'a [String],
    resource_types: &'a [&'static str],
    condition_keys: BTreeMap<&'static str, &'static str>,
    actions: Vec<ListedV1<'a>>,
}

#[derive(Serialize)]
struct ListedV1<'a> {
    action: &'a str,
    access_levels: Vec<&'static str>,
    logged: Vec<LoggedV1>,
}

#[derive(Serialize)]
struct ActionV1<'a> {
    #[serde(flatten)]
    listed: ListedV1<'a>,
    service: &'a str,
    resources: Vec<ResourceV1<'a>>,
    dependent_actions: Vec<String>,
    condition_keys: BTreeMap<&'static str, &'static str>,
}

#[derive(Serialize)]
struct ResourceV1<'a> {
    r#type: &'a str,
    required: bool,
    arn_templates: &'a [&'static str],
}

/// How CloudTrail shows the calls of an action: each entry says something of it.
#[derive(Serialize)]
#[serde(tag = "how", rename_all = "snake_case")]
enum LoggedV1 {
    ManagementEvent,
    DataEvent { types: Vec<&'static str> },
    Never,
    InPart { not: &'static str },
    MayBeLeftOut,
}

#[derive(Serialize)]
struct EventV1<'a> {
    source: &'a str,
    name: &'a str,
    needs_permission: bool,
    actions: Vec<&'a str>,
    paths: Vec<&'static str>,
    unverified: bool,
    because: Vec<FactV1<'a>>,
    nearest: &'a [String],
}

#[derive(Serialize)]
struct FactV1<'a> {
    table: &'a str,
    row: Vec<&'a str>,
    source: &'a str,
}

fn whole(contents: &Contents) -> ContentsV1<'_> {
    ContentsV1 {
        date: &contents.date,
        digest: contents.digest,
        services: contents.services,
        actions: contents.actions,
        access_levels: contents
            .access_levels
            .map(|(level, count)| (level.name(), count))
            .into(),
        resource_types: contents.resource_types,
        condition_keys: contents.condition_keys,
        event_exceptions: contents.event_exceptions.into(),
        data_event_actions: contents.data_events,
        never_logged_actions: contents.never_logged,
        partly_logged_actions: contents.in_part,
    }
}

fn of_service(service: &ServiceFacts) -> ServiceV1<'_> {
    ServiceV1 {
        prefix: service.prefix,
        name: service.name,
        event_sources: &service.event_sources,
        resource_types: &service.resource_types,
        condition_keys: service.condition_keys.iter().copied().collect(),
        actions: service.actions.iter().map(listed).collect(),
    }
}

fn listed((facts, unseen): &(ActionFacts, Vec<Unseen>)) -> ListedV1<'_> {
    ListedV1 {
        action: facts.action.as_str(),
        access_levels: facts.levels().map(AccessLevel::name).collect(),
        logged: logged(unseen),
    }
}

fn of_action(action: &AskedAction) -> ActionV1<'_> {
    let resources = action.resources.iter();
    ActionV1 {
        listed: ListedV1 {
            action: action.facts.action.as_str(),
            access_levels: action.facts.levels().map(AccessLevel::name).collect(),
            logged: logged(&action.unseen),
        },
        service: action.service,
        resources: resources
            .map(|(name, required, templates)| ResourceV1 {
                r#type: name,
                required: *required,
                arn_templates: templates,
            })
            .collect(),
        dependent_actions: action
            .facts
            .dependents()
            .map(|action| action.to_string())
            .collect(),
        condition_keys: action.condition_keys.iter().copied().collect(),
    }
}

fn logged(unseen: &[Unseen]) -> Vec<LoggedV1> {
    let one = |why: &Unseen| match why {
        Unseen::DataEvent(types) => LoggedV1::DataEvent {
            types: types.split(' ').collect(),
        },
        Unseen::NeverLogged => LoggedV1::Never,
        Unseen::InPart(not) => LoggedV1::InPart { not },
        Unseen::LeftOut => LoggedV1::MayBeLeftOut,
    };
    match unseen {
        [] => vec![LoggedV1::ManagementEvent],
        why => why.iter().map(one).collect(),
    }
}

fn of_event(event: &AskedEvent) -> EventV1<'_> {
    let (mut actions, paths): (Vec<_>, Vec<_>) = match &event.mapping {
        Mapping::NoPermission | Mapping::Unknown => (Vec::new(), Vec::new()),
        Mapping::Actions { actions, .. } => {
            let actions = actions.iter().map(|action| action.as_str());
            (actions.collect(), Vec::new())
        }
        Mapping::ApiGateway(calls) => {
            let both = calls.iter().map(|call| (call.action.as_str(), call.path));
            both.unzip()
        }
        Mapping::Unverified(action) => (vec![action.as_str()], Vec::new()),
    };
    actions.dedup();
    EventV1 {
        source: &event.source,
        name: &event.name,
        needs_permission: event.mapping != Mapping::NoPermission,
        actions,
        paths,
        unverified: matches!(event.mapping, Mapping::Unverified(_)),
        because: event.facts.iter().map(because).collect(),
        nearest: &event.nearest,
    }
}

fn because(fact: &Fact) -> FactV1<'_> {
    FactV1 {
        table: fact.table,
        row: fact.row.split('\t').collect(),
        source: &fact.source,
    }
}
