//! Events as the accesses that they were: one line an event.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::lambda::{Attribution, Maker, maker};
use crate::usage::{CallSite, Caller, Context, Event, Necessity, Observation, Observed, On};

/// One event, for a program: a JSON object without a line feed. Its keys are a contract; the verdict is one
/// of `used`, `denied`, `quarantined`, `set_aside` and `unattributed`.
#[must_use]
pub fn observed_to_json(event: &Event<'_>, observation: &Observation) -> String {
    let (verdict, reason, accesses) = parts(event, observation);
    let line = LineV1 {
        event_id: event.id.as_ref().map(ToString::to_string),
        event_time: event.time.map(|time| time.to_string()),
        source: &event.source,
        name: &event.name,
        verdict,
        reason,
        role: role(event),
        who: who(event),
        accesses: accesses.iter().flat_map(access).collect(),
    };
    serde_json::to_string(&line).unwrap_or_default()
}

/// One event, for a reader: a line.
#[must_use]
pub fn observed_to_text(event: &Event<'_>, observation: &Observation) -> String {
    let (verdict, reason, accesses) = parts(event, observation);
    let mut line = match event.time {
        Some(time) => format!("{time} "),
        None => String::new(),
    };
    // Writing to a String cannot fail.
    let who = who_in_words(event);
    let _ = write!(line, "{} {}{who} {verdict}", event.source, event.name);
    if let Some(reason) = reason {
        let _ = write!(line, " ({reason})");
    }
    for Observed { access, .. } in accesses {
        let doubt = match (access.verified, access.need) {
            (false, _) => " (unverified)",
            (true, Necessity::Possible) => " (perhaps)",
            (true, Necessity::Certain) => "",
        };
        let on: Vec<_> = access.on.iter().map(ToString::to_string).collect();
        let _ = write!(line, "; {} on {}{doubt}", access.action, on.join(", "));
    }
    line
}

#[derive(Serialize)]
struct LineV1<'a> {
    event_id: Option<String>,
    event_time: Option<String>,
    source: &'a str,
    name: &'a str,
    verdict: &'static str,
    reason: Option<String>,
    role: Option<String>,
    #[serde(flatten)]
    who: WhoV1,
    accesses: Vec<AccessV1>,
}

/// Who made the call, as far as its record alone tells.
#[derive(Default, Serialize)]
struct WhoV1 {
    /// The function's name.
    function: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// How the function is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    known_by: Option<&'static str>,
    /// `code` or `service`: whether the function's code made the call, or Lambda for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    made_by: Option<&'static str>,
}

#[derive(Serialize)]
struct AccessV1 {
    action: String,
    resource: String,
    context: Map<String, Value>,
    exact: bool,
    unverified: bool,
}

fn parts<'a>(
    event: &Event<'_>,
    observation: &'a Observation,
) -> (&'static str, Option<String>, &'a [Observed]) {
    let code = event.error_code.as_ref().map(ToString::to_string);
    match observation {
        Observation::Used(accesses) => {
            let failed = code.map(|code| format!("authorised, and failed with {code}"));
            let none = accesses
                .is_empty()
                .then(|| "the operation needs no permission".to_owned());
            ("used", failed.or(none), accesses)
        }
        Observation::Denied { wanted, surprising } => {
            let more = "the message names another action than our map of the event";
            let reason = match (code, surprising) {
                (Some(code), true) => Some(format!("{code}; {more}")),
                (code, _) => code,
            };
            ("denied", reason, wanted)
        }
        Observation::SetAside(reason) => ("set_aside", Some(reason.reason().to_owned()), &[]),
        Observation::Unattributed => {
            let reason = "no action can be made of the event's source and name";
            ("unattributed", Some(reason.to_owned()), &[])
        }
    }
}

fn role(event: &Event<'_>) -> Option<String> {
    match &event.caller {
        Caller::Session { role, .. } => Some(format!(
            "arn:aws:iam::{}:role/{}",
            role.account(),
            role.name()
        )),
        Caller::Service | Caller::Other => None,
    }
}

fn who(event: &Event<'_>) -> WhoV1 {
    let Some(site) = CallSite::of_call(event) else {
        return WhoV1::default();
    };
    let by = Attribution::default().attribute(&site);
    let by = by.as_ref();
    WhoV1 {
        function: by.map(|by| by.function.name().to_owned()),
        version: by
            .and_then(|by| by.version)
            .map(|version| version.to_string()),
        known_by: by.map(|by| by.known_by.name()),
        made_by: Some(maker(&site.place).name()),
    }
}

/// ` by orders:7 (inScopeOf; Lambda itself)`.
fn who_in_words(event: &Event<'_>) -> String {
    let Some(site) = CallSite::of_call(event) else {
        return String::new();
    };
    let Some(by) = Attribution::default().attribute(&site) else {
        return String::new();
    };
    let version = by.version.map(|version| format!(":{version}"));
    let service = match maker(&site.place) {
        Maker::Service => "; Lambda itself",
        Maker::Code => "",
    };
    format!(
        " by {}{} ({}{service})",
        by.function.name(),
        version.unwrap_or_default(),
        by.known_by
    )
}

/// One entry a resource: a program looks for an action on a resource.
fn access(observed: &Observed) -> impl Iterator<Item = AccessV1> + '_ {
    let Observed { access, context } = observed;
    access.on.iter().map(|on| AccessV1 {
        action: access.action.to_string(),
        resource: on.to_string(),
        context: known(context),
        exact: !matches!(on, On::Matching(_)),
        unverified: !access.verified,
    })
}

/// A key with one value has it as text, one with several as a list.
fn known(context: &Context) -> Map<String, Value> {
    let value = |values: &BTreeSet<String>| match values.first() {
        Some(value) if values.len() == 1 => Value::from(value.as_str()),
        _ => values.iter().map(String::as_str).collect(),
    };
    let pairs = context.known();
    pairs
        .map(|(key, values)| (key.to_owned(), value(values)))
        .collect()
}
