//! Ways to more than is granted, before and after a change, as JSON.

use serde::Serialize;
use serde_json::Value;

use super::compared_json::context_json;
use crate::catalog::Gives;
use crate::iam::ResourcePattern;
use crate::risk::{Change, DependsOn, Path};

/// What becomes of the ways to more than is granted.
#[derive(Serialize)]
pub(super) struct EscalationV1 {
    pub(super) new: Vec<PathV1>,
    pub(super) cut: Vec<PathV1>,
    pub(super) remaining: Vec<PathV1>,
}

#[derive(Serialize)]
pub(super) struct PathV1 {
    pub(super) method: &'static str,
    pub(super) title: &'static str,
    /// `policies`, `role`, `passed-role`, `running-role` or `user`.
    pub(super) gives: &'static str,
    pub(super) targets: TargetsV1,
    /// Whether it changes what the role itself is allowed.
    pub(super) itself: bool,
    /// `nothing`, `conditions` or `undecided`.
    pub(super) depends_on: &'static str,
    /// The statements whose conditions it depends on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) conditions: Vec<String>,
    /// A request for each action that the method needs.
    pub(super) requests: Vec<RequestV1>,
    pub(super) source: &'static str,
}

/// The resources that the method's first action is allowed on.
#[derive(Serialize)]
pub(super) struct TargetsV1 {
    #[serde(rename = "type")]
    pub(super) of_type: Option<&'static str>,
    pub(super) only: Vec<String>,
    pub(super) except: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct RequestV1 {
    pub(super) action: String,
    pub(super) resource: String,
    pub(super) context: Value,
}

pub(super) fn escalation(change: &Change) -> EscalationV1 {
    let all = |paths: &[Path]| paths.iter().map(path).collect();
    EscalationV1 {
        new: all(&change.new),
        cut: all(&change.cut),
        remaining: all(&change.remaining),
    }
}

fn path(path: &Path) -> PathV1 {
    let texts = |patterns: &[ResourcePattern]| patterns.iter().map(ToString::to_string).collect();
    let (depends_on, conditions) = match &path.depends_on {
        DependsOn::Nothing => ("nothing", Vec::new()),
        DependsOn::Undecided => ("undecided", Vec::new()),
        DependsOn::Conditions(places) => (
            "conditions",
            places.iter().map(ToString::to_string).collect(),
        ),
    };
    let both = path.method.requires.iter().zip(&path.witnesses);
    let requests = both.map(|(required, witness)| RequestV1 {
        action: required.action.to_string(),
        resource: witness.resource.clone(),
        context: context_json(&witness.context),
    });
    PathV1 {
        method: path.method.id,
        title: path.method.title,
        gives: gives(path.method.gives),
        targets: TargetsV1 {
            of_type: path.targets.of_type,
            only: texts(&path.targets.only),
            except: texts(&path.targets.except),
        },
        itself: path.itself,
        depends_on,
        conditions,
        requests: requests.collect(),
        source: path.method.source,
    }
}

fn gives(gives: Gives) -> &'static str {
    match gives {
        Gives::Policies => "policies",
        Gives::Role => "role",
        Gives::PassedRole => "passed-role",
        Gives::RunningRole => "running-role",
        Gives::User => "user",
    }
}
