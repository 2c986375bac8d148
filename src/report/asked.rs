//! What someone may ask of the catalog, and what it answers: the view that the renderers share.

use crate::algebra::Glob;
use crate::catalog::{ActionFacts, Catalog, Contents, Fact, Mapping, Unseen};
use crate::iam::{Action, ActionPattern, NotAnAction};

/// How many names are offered for one that is not there, and how near to it, from 0 to 1, they must be.
const NEAREST: usize = 3;
const NEAR: f64 = 0.75;

/// What is asked of the catalog.
#[derive(Clone, Debug)]
pub enum Question {
    /// What the bundled facts are.
    Contents,
    /// A service prefix, an action, or a pattern of actions.
    Named(String),
    /// What an event of this source and name is mapped to.
    Event {
        /// `eventSource`, with or without `.amazonaws.com`.
        source: String,
        /// `eventName`.
        name: String,
    },
}

/// What the catalog says.
#[derive(Clone, Debug)]
pub enum Answer {
    /// What the bundled facts are.
    Contents(Contents),
    /// A service.
    Service(ServiceFacts),
    /// One action.
    Action(Box<AskedAction>),
    /// The actions that a pattern matches, sorted, and why a trail does not show each.
    Actions(Vec<(ActionFacts, Vec<Unseen>)>),
    /// An event.
    Event(AskedEvent),
}

/// A service in short.
#[derive(Clone, Debug)]
pub struct ServiceFacts {
    /// Its prefix, as in `s3`.
    pub prefix: &'static str,
    /// Its name, as in `Amazon S3`.
    pub name: &'static str,
    /// The event sources of its calls.
    pub event_sources: Vec<String>,
    /// Its actions, and why a trail does not show each.
    pub actions: Vec<(ActionFacts, Vec<Unseen>)>,
    /// The names of its resource types.
    pub resource_types: Vec<&'static str>,
    /// Its condition keys, each with the type of its values.
    pub condition_keys: Vec<(&'static str, &'static str)>,
}

/// An action, with what its service has for it.
#[derive(Clone, Debug)]
pub struct AskedAction {
    /// The action itself.
    pub facts: ActionFacts,
    /// The name of its service.
    pub service: &'static str,
    /// The resource types that a policy can name, whether AWS marks each as required, and the templates of
    /// their ARNs.
    pub resources: Vec<(&'static str, bool, Vec<&'static str>)>,
    /// Why a trail does not show its calls; empty when it does.
    pub unseen: Vec<Unseen>,
    /// The condition keys of its service, each with the type of its values.
    pub condition_keys: Vec<(&'static str, &'static str)>,
}

/// An event, with the rows that say what it is.
#[derive(Clone, Debug)]
pub struct AskedEvent {
    /// `eventSource`.
    pub source: String,
    /// `eventName`.
    pub name: String,
    /// What IAM authorised.
    pub mapping: Mapping,
    /// The rows that say so, in the order in which they apply; of the operation itself there is none when
    /// the mapping is a guess.
    pub facts: Vec<Fact>,
    /// The names of actions that are like the event's, when no row is for it.
    pub nearest: Vec<String>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// The text is no name that the catalog could hold.
    #[error(transparent)]
    NotAnAction(#[from] NotAnAction),
    /// The catalog does not hold it.
    #[error("the catalog has no {what} {name}{}", offered(nearest))]
    Unknown {
        /// What was looked for, as in `action`.
        what: &'static str,
        /// The name as it was asked for.
        name: String,
        /// Names that are there and like it, the nearest first.
        nearest: Vec<String>,
    },
}

impl Answer {
    /// What the catalog says to a question.
    ///
    /// # Errors
    /// When a name cannot be in the catalog, or is not: then with the names that are nearest to it.
    pub fn new(question: &Question, catalog: &Catalog) -> Result<Self, NoAnswer> {
        Ok(match question {
            Question::Contents => Answer::Contents(catalog.contents()),
            Question::Event { source, name } => Answer::Event(event(source, name, catalog)?),
            Question::Named(name) if name.contains(['*', '?']) => {
                Answer::Actions(matching(&name.parse()?, catalog)?)
            }
            Question::Named(name) if name.contains(':') => {
                Answer::Action(Box::new(action(&name.parse()?, catalog)?))
            }
            Question::Named(prefix) => Answer::Service(service(prefix, catalog)?),
        })
    }
}

fn service(asked: &str, catalog: &Catalog) -> Result<ServiceFacts, NoAnswer> {
    let (prefix, name) = known_service(asked, catalog)?;
    Ok(ServiceFacts {
        prefix,
        name,
        event_sources: catalog.event_sources_of(prefix),
        actions: with_unseen(catalog.actions_of(prefix).iter(), catalog),
        resource_types: catalog.resource_types_of(prefix),
        condition_keys: catalog.condition_keys_of(prefix).collect(),
    })
}

/// The prefix as the catalog spells it, and the name.
fn known_service(asked: &str, catalog: &Catalog) -> Result<(&'static str, &'static str), NoAnswer> {
    let mut services = catalog.services();
    let known = services.find(|(prefix, _)| prefix.eq_ignore_ascii_case(asked));
    known.ok_or_else(|| {
        // A name without a prefix may be that of an action.
        let actions = catalog.actions().map(|facts| &facts.action);
        let same = actions.filter(|action| action.name().eq_ignore_ascii_case(asked));
        let mut nearest: Vec<_> = same.map(|action| action.to_string()).collect();
        if nearest.is_empty() {
            nearest = near(asked, catalog.services().map(|(prefix, _)| prefix));
        }
        unknown("service", asked, nearest)
    })
}

fn action(asked: &Action, catalog: &Catalog) -> Result<AskedAction, NoAnswer> {
    let (prefix, service) = known_service(asked.service(), catalog)?;
    let Some(facts) = catalog.action(asked) else {
        let actions: Vec<_> = catalog
            .actions_of(prefix)
            .iter()
            .map(|facts| &facts.action)
            .collect();
        let nearest = near(asked.as_str(), actions.iter().map(|action| action.as_str()));
        return Err(unknown("action", asked.as_str(), nearest));
    };
    let templates = |name| catalog.arn_templates(prefix, name).collect();
    let types = facts.resource_types();
    Ok(AskedAction {
        resources: types
            .map(|(name, required)| (name, required, templates(name)))
            .collect(),
        unseen: catalog.unseen(&facts.action),
        condition_keys: catalog.condition_keys_of(prefix).collect(),
        service,
        facts: facts.clone(),
    })
}

fn matching(
    pattern: &ActionPattern,
    catalog: &Catalog,
) -> Result<Vec<(ActionFacts, Vec<Unseen>)>, NoAnswer> {
    let glob = Glob::wildcards(&pattern.folded());
    let matches = |facts: &&ActionFacts| glob.matches(&facts.action.as_str().to_ascii_lowercase());
    let matching = with_unseen(catalog.actions().filter(matches), catalog);
    if !matching.is_empty() {
        return Ok(matching);
    }
    if let Some(prefix) = pattern.service() {
        known_service(prefix, catalog)?;
    }
    let plain = pattern.as_str().replace(['*', '?'], "");
    let actions: Vec<_> = catalog.actions().map(|facts| &facts.action).collect();
    let nearest = near(&plain, actions.iter().map(|action| action.as_str()));
    Err(unknown("action like", pattern.as_str(), nearest))
}

fn event(source: &str, name: &str, catalog: &Catalog) -> Result<AskedEvent, NoAnswer> {
    let mapping = catalog.mapping(source, name);
    let prefixes = catalog.prefixes(source);
    let known = |prefix: &&&str| catalog.service_name(prefix).is_some();
    let Some(prefix) = prefixes.iter().find(known) else {
        let sources: Vec<_> = catalog.event_sources().collect();
        return Err(unknown(
            "event source",
            source,
            near(source, sources.iter().map(String::as_str)),
        ));
    };
    let names: Vec<_> = catalog
        .actions_of(prefix)
        .iter()
        .map(|facts| &facts.action)
        .collect();
    let nearest = || near(name, names.iter().map(|action| action.name()));
    Ok(AskedEvent {
        source: source.to_owned(),
        name: name.to_owned(),
        facts: catalog.reasons(source, name),
        nearest: match mapping {
            Mapping::Unknown => return Err(unknown("event", name, nearest())),
            Mapping::Unverified(_) => nearest(),
            _ => Vec::new(),
        },
        mapping,
    })
}

fn with_unseen<'a>(
    actions: impl Iterator<Item = &'a ActionFacts>,
    catalog: &Catalog,
) -> Vec<(ActionFacts, Vec<Unseen>)> {
    let with = |facts: &ActionFacts| {
        let unseen = catalog.unseen(&facts.action);
        (facts.clone(), unseen)
    };
    actions.map(with).collect()
}

fn unknown(what: &'static str, name: &str, nearest: Vec<String>) -> NoAnswer {
    NoAnswer::Unknown {
        what,
        name: name.to_owned(),
        nearest,
    }
}

/// The names that are like this one, the nearest first.
fn near<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let name = name.to_ascii_lowercase();
    let nearness = |other: &str| strsim::jaro_winkler(&name, &other.to_ascii_lowercase());
    let mut near: Vec<_> = names
        .map(|other| (nearness(other), other))
        .filter(|(nearness, _)| *nearness >= NEAR)
        .collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    let names = near.iter().take(NEAREST);
    names.map(|(_, name)| (*name).to_owned()).collect()
}

fn offered(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        names => format!("; the nearest: {}", names.join(", ")),
    }
}
