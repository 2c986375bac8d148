//! Why a permission is kept or goes.

use serde::Serialize;
use serde_json::Value;

use crate::evaluation::{Rule, action_glob};
use crate::iam::{ActionPattern, Arn, Effect, Role};
use crate::minimize::{
    Accessed, Decided, Explanation, Ground, Need, NeededOn, Outcome, Standing, VerifiedProposal,
    WhyKept,
};
use crate::usage::{Access, Evidence};

use super::accessed;
use super::json::{access, access_seen, printed, reason};
use super::json_v1::{AccessV1, AccessedV1, ReasonV1};
use super::terminal::field;
use super::text::{self, plural};

/// The version of the shape in JSON.
const SCHEMA: &str = "tightrope/explain/1";

/// An explanation, with what a reader needs beside it.
#[derive(Debug)]
pub struct Explained<'a> {
    /// The role.
    pub role: &'a Role,
    /// The proposal that is explained.
    pub proposal: &'a VerifiedProposal,
    /// What it makes of the permission, and why.
    pub explanation: Explanation<'a>,
    /// When IAM said no to it.
    pub denied: Vec<(Access, Evidence)>,
}

impl Explained<'_> {
    /// What the explanation is about.
    fn asked(&self) -> String {
        let action = &self.explanation.action;
        match &self.explanation.resource {
            Some(resource) => format!("{action} on {resource}"),
            None => action.to_string(),
        }
    }

    /// What becomes of it, in words.
    fn outcome(&self) -> String {
        let standing = self.explanation.standing.name();
        match &self.explanation.outcome {
            Outcome::NotGranted => "the role's policies do not grant it".to_owned(),
            Outcome::Stays => format!("{standing}, stays"),
            Outcome::Narrower(_) => match self.no_longer() {
                Some(resource) => {
                    format!("{standing}, stays on less: no longer, for example, on {resource}")
                }
                None => format!("{standing}, stays on less"),
            },
            Outcome::Goes => format!("{standing}, goes"),
            Outcome::Undecided => format!("{standing}; what becomes of it took too long to say"),
        }
    }

    /// A resource that it is no longer allowed on, where some stays; the shortest text that shows it is not always an ARN.
    fn no_longer(&self) -> Option<&str> {
        match &self.explanation.outcome {
            Outcome::Narrower(witness) => {
                let resource = witness.resource.as_str();
                resource.parse::<Arn>().is_ok().then_some(resource)
            }
            _ => None,
        }
    }

    /// What was done with it from outside of a function.
    fn outside_use(&self) -> Vec<(&Access, &Evidence)> {
        let quarantined = self.proposal.premises().seen.quarantined.iter();
        self.of_it(quarantined.flat_map(|outside| &outside.what.used))
    }

    /// What IAM said no to that was tried from outside of a function.
    fn outside_denials(&self) -> Vec<(&Access, &Evidence)> {
        let quarantined = self.proposal.premises().seen.quarantined.iter();
        self.of_it(quarantined.flat_map(|outside| &outside.what.denied))
    }

    /// What IAM says of it, and of its service as a whole.
    fn accessed(&self) -> impl Iterator<Item = &Accessed> {
        let asked = ActionPattern::from(&self.explanation.action);
        let folded = asked.folded();
        let all = self.proposal.premises().accessed.iter();
        all.filter(move |one| action_glob(&one.what).matches(&folded))
    }

    /// Those of the action that is asked for.
    fn of_it<'b>(
        &self,
        all: impl Iterator<Item = (&'b Access, &'b Evidence)>,
    ) -> Vec<(&'b Access, &'b Evidence)> {
        let asked = &self.explanation.action;
        all.filter(|(access, _)| access.action == *asked).collect()
    }

    /// Why nothing is proposed for the role, where that is so.
    fn objections(&self) -> Vec<String> {
        let accepted = self.proposal.premises().accepted.iter();
        accepted.map(ToString::to_string).collect()
    }

    /// How long it could have been seen, where it was not.
    fn unused(&self) -> Option<String> {
        let granted = self.explanation.outcome != Outcome::NotGranted;
        let unused = self.explanation.standing == Standing::Unused && granted;
        unused.then(|| {
            format!(
                "it could have been seen on {} with events, and was not",
                plural(self.proposal.confidence().days, "day")
            )
        })
    }
}

/// For a reader.
#[must_use]
pub fn explained_to_text(explained: &Explained<'_>) -> String {
    let explanation = &explained.explanation;
    let mut out = format!("{}  of {}\n", explained.asked(), explained.role.id.name());
    field(&mut out, "so", &explained.outcome());
    for rule in &explanation.said {
        field(&mut out, effect(rule), &said(rule));
    }
    for need in &explanation.needs {
        let (ground, what) = ground(need);
        field(&mut out, ground, &what);
    }
    // What IAM's word decides is among the needs.
    let decided_otherwise = |one: &&Accessed| one.decided != Decided::ByIam;
    for accessed in explained.accessed().filter(decided_otherwise) {
        field(&mut out, "accessed", &accessed::in_words(accessed));
    }
    for (access, evidence) in explained.outside_use() {
        let seen = format!("{} ({})", text::access(access), text::evidence(evidence));
        field(
            &mut out,
            "quarantined",
            &format!("{seen}: not by a function"),
        );
    }
    for (access, evidence) in explained.outside_denials() {
        let seen = format!("{} ({})", text::access(access), text::evidence(evidence));
        let what = format!("{seen}: not by a function, and denied");
        field(&mut out, "quarantined", &what);
    }
    for (access, evidence) in &explained.denied {
        let seen = format!("{} ({})", text::access(access), text::evidence(evidence));
        field(&mut out, "denied", &seen);
    }
    if let Some(unused) = explained.unused() {
        field(&mut out, "unused", &unused);
    }
    let allow = explanation.kept.iter();
    for kept in allow.filter(|kept| kept.statement.effect == Effect::Allow) {
        let resources = text::resources(&kept.statement).join(", ");
        field(&mut out, "stays", &format!("on {resources}"));
    }
    for objection in explained.objections() {
        let but = format!("nothing is proposed for the role as it is: {objection}");
        field(&mut out, "but", &but);
    }
    out
}

fn effect(rule: &Rule) -> &'static str {
    match rule.statement.effect {
        Effect::Allow => "granted",
        Effect::Deny => "forbidden",
    }
}

fn said(rule: &Rule) -> String {
    let on = text::resources(&rule.statement).join(", ");
    let condition = rule.statement.condition.as_ref();
    let when = condition.map(|condition| format!(", when {condition}"));
    format!("{}: on {on}{}", rule.place, when.unwrap_or_default())
}

fn on(need: &Need) -> String {
    match &need.on {
        NeededOn::Seen(on) => format!("on {on}"),
        NeededOn::Any(_) => "wherever it is granted".to_owned(),
    }
}

fn ground(need: &Need) -> (&'static str, String) {
    match &need.ground {
        Ground::Used { uses, .. } => {
            let seen = uses.evidence().map(|seen| {
                let samples: Vec<_> = seen.samples().map(ToString::to_string).collect();
                format!(
                    "{}, on {}; {}",
                    text::evidence(&seen),
                    plural(seen.days().len(), "day"),
                    samples.join(", ")
                )
            });
            (
                "used",
                format!("{} ({})", on(need), seen.unwrap_or_default()),
            )
        }
        Ground::Configuration(reason) => ("needed", format!("{} ({reason})", on(need))),
        Ground::NeededBy(action) => (
            "needed",
            format!("{} with {action}; it makes no event of its own", on(need)),
        ),
        Ground::LastAccessed(last) => (
            "accessed",
            format!(
                "{}: last on {last}, as IAM says; the trail does not show it",
                on(need)
            ),
        ),
        Ground::Unobservable(why) => ("unseen", format!("{}: {}", on(need), why)),
    }
}

#[derive(Serialize)]
struct ExplainedV1 {
    schema: &'static str,
    role: String,
    action: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<&'static str>,
    /// A request that is no longer allowed, where some stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    no_longer: Option<String>,
    said: Vec<SaidV1>,
    reasons: Vec<OnV1>,
    /// What IAM says that the role last accessed of it, and what decided of that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    last_accessed: Vec<AccessedV1>,
    denied: Vec<AccessV1>,
    /// Days with events on which it could have been seen, where it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    unused_days: Option<usize>,
    /// What was done with it and not by a function.
    quarantined: Vec<AccessV1>,
    /// What was tried from outside of a function, and denied.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    quarantined_denied: Vec<AccessV1>,
    /// The resources of each statement of the proposal that allows it.
    stays: Vec<Vec<String>>,
    /// Why nothing is proposed for the role as it is.
    objections: Vec<String>,
}

#[derive(Serialize)]
struct SaidV1 {
    effect: &'static str,
    statement: String,
    resources: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Value>,
}

#[derive(Serialize)]
struct OnV1 {
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    #[serde(flatten)]
    reason: ReasonV1,
}

/// For a program, `tightrope/explain/1`.
#[must_use]
pub fn explained_to_json(explained: &Explained<'_>) -> String {
    let explanation = &explained.explanation;
    let granted = explanation.outcome != Outcome::NotGranted;
    let outcome = match &explanation.outcome {
        Outcome::NotGranted => "not_granted",
        Outcome::Stays => "stays",
        Outcome::Narrower(_) => "stays_on_less",
        Outcome::Goes => "goes",
        Outcome::Undecided => "undecided",
    };
    let statements = explanation.kept.iter().map(|kept| &kept.statement);
    let allow = statements.filter(|statement| statement.effect == Effect::Allow);
    let outside = explained.outside_use().into_iter();
    let denials = explained.outside_denials().into_iter();
    printed(&ExplainedV1 {
        schema: SCHEMA,
        role: explained.role.arn.to_string(),
        action: explanation.action.to_string(),
        resource: explanation.resource.as_ref().map(ToString::to_string),
        outcome,
        standing: granted.then(|| standing(explanation.standing)),
        no_longer: explained.no_longer().map(str::to_owned),
        said: explanation.said.iter().map(|rule| said_v1(rule)).collect(),
        reasons: explanation
            .needs
            .iter()
            .map(|need| reason_v1(need))
            .collect(),
        last_accessed: explained.accessed().map(accessed::to_json).collect(),
        denied: explained.denied.iter().map(access).collect(),
        unused_days: explained
            .unused()
            .map(|_| explained.proposal.confidence().days),
        quarantined: outside.map(access_seen).collect(),
        quarantined_denied: denials.map(access_seen).collect(),
        stays: allow.map(text::resources).collect(),
        objections: explained.objections(),
    })
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Used => "used",
        Standing::NeededByConfiguration => "needed_by_configuration",
        Standing::Unobservable => "unobservable",
        Standing::Unused => "unused",
    }
}

fn said_v1(rule: &Rule) -> SaidV1 {
    let condition = rule.statement.condition.as_ref();
    SaidV1 {
        effect: match rule.statement.effect {
            Effect::Allow => "allow",
            Effect::Deny => "deny",
        },
        statement: rule.place.to_string(),
        resources: text::resources(&rule.statement),
        condition: condition.and_then(|one| serde_json::from_str(&one.to_string()).ok()),
    }
}

fn reason_v1(need: &Need) -> OnV1 {
    OnV1 {
        resource: match &need.on {
            NeededOn::Seen(on) => Some(on.to_string()),
            NeededOn::Any(_) => None,
        },
        reason: reason(&WhyKept {
            actions: need.actions.clone(),
            ground: need.ground.clone(),
        }),
    }
}
