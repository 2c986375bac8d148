//! Policies for the traces' roles: broad ones, as roles have them, and the ones that a person would write with care.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::calls::{ACCOUNT, Call, REGION};
use super::dice::Dice;
use super::workload::{Site, Workload};

/// What is put behind an action's name where [`seen`] stands for it.
const SEEN: &str = "Seen";

/// The name under which an action is learned and judged as if a trail showed all that is done with it. The program
/// keeps `s3:GetObject` wherever it is granted, as it cannot know whether a trail has data events, and so nothing that
/// it learns of it would be seen. Of an action that no service has it knows nothing of the kind.
pub(crate) fn seen(action: &str) -> String {
    format!("{action}{SEEN}")
}

/// Statements that allow these calls, and much more.
pub(super) fn broad<'c>(
    site: &Site,
    dice: &mut Dice,
    calls: impl Iterator<Item = &'c Call>,
) -> Value {
    let mut services: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (action, _) in calls.flat_map(|call| &call.asked) {
        let (service, name) = action.split_once(':').expect("an action");
        services
            .entry(service.to_owned())
            .or_default()
            .insert(name.to_owned());
    }
    let statements = services.iter().map(|(service, names)| {
        let actions = match dice.below(3) {
            0 => vec![format!("{service}:*")],
            // `Get*` and the like.
            1 => by_verb(service, names),
            _ => exactly(service, names),
        };
        json!({"Effect": "Allow", "Action": actions, "Resource": resource(service, site, dice)})
    });
    json!({"Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>()})
}

/// The actions by their first words.
fn by_verb(service: &str, names: &BTreeSet<String>) -> Vec<String> {
    let verb = |name: &String| {
        let rest = name.get(1..).unwrap_or_default();
        let end = rest.find(|letter: char| letter.is_ascii_uppercase());
        name[..end.map_or(name.len(), |end| end + 1)].to_owned()
    };
    let verbs: BTreeSet<_> = names.iter().map(verb).collect();
    verbs
        .iter()
        .map(|verb| format!("{service}:{verb}*"))
        .collect()
}

/// The actions, and the names that stand for them.
fn exactly(service: &str, names: &BTreeSet<String>) -> Vec<String> {
    let actions = names.iter().map(|name| format!("{service}:{name}"));
    actions.flat_map(|action| [seen(&action), action]).collect()
}

fn resource(service: &str, site: &Site, dice: &mut Dice) -> Value {
    let org = site.org;
    match (service, dice.below(3)) {
        (_, 0) => json!("*"),
        ("s3", 1) => json!([
            format!("arn:aws:s3:::{org}-*"),
            format!("arn:aws:s3:::{org}-*/*")
        ]),
        ("s3", _) => json!("arn:aws:s3:::*"),
        (_, 1) => json!(format!("arn:aws:{service}:*:*:*")),
        _ => json!(format!("arn:aws:{service}:{REGION}:{ACCOUNT}:*")),
    }
}

/// The statements that a person would write for each workload.
pub(super) fn by_hand(workloads: &[Workload]) -> Value {
    let rows = workloads.iter().flat_map(|workload| &workload.by_hand);
    let statements = rows.map(|(actions, resource)| {
        let actions: Vec<_> = actions.split(' ').collect();
        json!({"Effect": "Allow", "Action": actions, "Resource": resource})
    });
    json!({"Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>()})
}
