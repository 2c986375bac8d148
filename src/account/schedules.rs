//! What invokes functions on a schedule: `aws events list-rules`, `aws scheduler list-schedules` and `get-schedule`; and which
//! rule invokes which function: `aws events list-targets-by-rule`, which does not name the rule, so that the file's name does,
//! or `aws lambda get-policy`, by which rules may invoke it.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Rule.html>
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html>
//! <https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetSchedule.html>
//! <https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html>

use std::collections::BTreeMap;

use serde_json::Value;

use super::object::{Answer, Object};
use crate::iam::Arn;
use crate::lambda::{Rhythm, Schedule, unqualified};
use crate::text::{Node, Shape};

/// What the files say of schedules.
#[derive(Debug, Default)]
pub(super) struct Schedules {
    /// Rules with a schedule, by ARN.
    rules: BTreeMap<Arn, Schedule>,
    /// Which rule may invoke which function.
    admitted: Vec<(Arn, Arn)>,
    /// Which rule invokes which function, by the rule's name; it is of the function's Region.
    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html>
    targeted: Vec<(String, Arn)>,
    /// How many policies of functions, or targets of rules, were read.
    joining: usize,
    /// Schedules with the function that each invokes.
    schedules: Vec<(Arn, Schedule)>,
}

impl Schedules {
    /// Reads an output; `None` when it is nothing of the kind.
    pub(super) fn read(&mut self, answer: &Answer<'_>, node: &Node) -> Option<()> {
        let objects = |name: &'static str, of: &'static str| match &node.get(name)?.shape {
            Shape::List(_) => Some(Object::new(answer, node, of).objects(name)),
            _ => None,
        };
        if let Some(rules) = objects("Rules", "rules") {
            rules.iter().for_each(|rule| self.rule(rule));
        } else if let Some(targets) = objects("Targets", "targets of a rule") {
            self.targets(answer, node, &targets);
        } else if let Some(schedules) = objects("Schedules", "schedules") {
            schedules
                .iter()
                .for_each(|schedule| self.schedule(schedule));
        } else if node.get("ScheduleExpression").is_some() && node.get("Target").is_some() {
            self.schedule(&Object::new(answer, node, "schedule"));
        } else {
            let policy = node.get("Policy")?.as_text()?;
            self.joining += 1;
            self.policy(&Object::new(answer, node, "policy of a function"), policy);
        }
        Some(())
    }

    fn rule(&mut self, rule: &Object<'_>) {
        let (Some(name), Some(arn)) = (rule.needed("Name"), rule.needed_arn("Arn")) else {
            return;
        };
        let enabled = rule.text("State").is_none_or(|state| state != "DISABLED");
        if let Some(expression) = rule.text("ScheduleExpression").filter(|_| enabled) {
            let schedule = Schedule {
                name: format!("rule {name}"),
                rhythm: Rhythm::parse(expression),
            };
            self.rules.insert(arn, schedule);
        }
    }

    fn targets(&mut self, answer: &Answer<'_>, node: &Node, targets: &[Object<'_>]) {
        let name = answer.path.file_stem().and_then(|name| name.to_str());
        let Some(rule) = name.and_then(|name| name.strip_prefix("targets-")) else {
            let words = "of which rule these targets are, only the name of the file can say: `targets-<rule>.json`";
            return answer.problem(node, words);
        };
        self.joining += 1;
        let arns = targets.iter().filter_map(|target| target.needed_arn("Arn"));
        let functions = arns.filter(|arn| arn.service() == "lambda");
        let targeted = functions.map(|arn| (rule.to_owned(), unqualified(&arn)));
        self.targeted.extend(targeted);
    }

    /// A schedule as it is listed, without its expression, or one alone, with it.
    fn schedule(&mut self, schedule: &Object<'_>) {
        let enabled = schedule
            .text("State")
            .is_none_or(|state| state != "DISABLED");
        let name = schedule.text("Name").unwrap_or_default();
        let name = match schedule.text("GroupName") {
            // A name is unique in its group.
            Some(group) if group != "default" => format!("{group}/{name}"),
            _ => name.to_owned(),
        };
        let target = schedule.object("Target");
        let function = target.as_ref();
        let function = function.and_then(|target| invoked(schedule, target));
        if let Some(function) = function.filter(|_| enabled) {
            let rhythm = Rhythm::parse(schedule.text("ScheduleExpression").unwrap_or_default());
            let schedule = Schedule {
                name: format!("schedule {name}"),
                rhythm,
            };
            self.schedules.push((function, schedule));
        }
    }

    fn policy(&mut self, policy: &Object<'_>, text: &str) {
        let document = serde_json::from_str::<Value>(text).map_err(|error| error.to_string());
        let Some(document) = policy.parsed("Policy", document) else {
            return;
        };
        let statements = document.get("Statement").map_or(Vec::new(), several);
        for statement in statements {
            let resources = statement.get("Resource").map_or(Vec::new(), several);
            let functions = resources
                .iter()
                .filter_map(|one| one.as_str()?.parse().ok());
            let functions: Vec<Arn> = functions.collect();
            for rule in sources(statement) {
                let admitted = functions.iter().map(|of| (rule.clone(), unqualified(of)));
                self.admitted.extend(admitted);
            }
        }
    }

    /// What invokes a function, each once.
    pub(super) fn of(&self, function: &Arn) -> Vec<Schedule> {
        let admitted = self.admitted.iter().filter(|(_, of)| of == function);
        let admitted = admitted.filter_map(|(rule, _)| self.rules.get(rule));
        let targeted = self.rules.iter().filter_map(|(rule, schedule)| {
            let name = rule.resource().strip_prefix("rule/")?;
            let is = |(by, of): &(String, Arn)| by == name && of == function;
            let here = rule.region() == function.region();
            (here && self.targeted.iter().any(is)).then_some(schedule)
        });
        let rules = admitted.chain(targeted);
        let schedules = self.schedules.iter().filter(|(of, _)| of == function);
        let mut all: Vec<Schedule> = Vec::new();
        for schedule in rules.chain(schedules.map(|(_, schedule)| schedule)) {
            // A schedule that stands in a list and alone is known best by its expression.
            let same = all.iter().position(|known| known.name == schedule.name);
            match same {
                Some(place) if matches!(all[place].rhythm, Rhythm::Unknown(_)) => {
                    all[place] = schedule.clone();
                }
                Some(_) => {}
                None => all.push(schedule.clone()),
            }
        }
        all
    }

    /// What is lacking to know what the rules invoke.
    pub(super) fn problem(&self) -> Option<String> {
        let unknown = !self.rules.is_empty() && self.joining == 0;
        unknown.then(|| {
            format!(
                "{} rules run on a schedule, and nothing says which functions they invoke: give the outputs of \
                 `aws events list-targets-by-rule` in files `targets-<rule>.json`, or of `aws lambda get-policy` of the functions, too",
                self.rules.len()
            )
        })
    }
}

/// The function that a target invokes: its own ARN, or that in the input of the universal target.
///
/// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html>
fn invoked(schedule: &Object<'_>, target: &Object<'_>) -> Option<Arn> {
    let arn = target.needed_arn("Arn")?;
    match arn.service() {
        "lambda" => Some(unqualified(&arn)),
        "scheduler" if arn.resource().starts_with("aws-sdk:lambda:invoke") => {
            let input: Value = serde_json::from_str(target.text("Input")?).ok()?;
            let function = input.get("FunctionName")?.as_str()?;
            let named = function.parse().ok();
            let named = named.or_else(|| beside(&schedule.arn("Arn")?, function));
            Some(unqualified(&named?))
        }
        _ => None,
    }
}

/// The function of the account and Region of a schedule that has this name, or this part of an ARN.
///
/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
fn beside(schedule: &Arn, function: &str) -> Option<Arn> {
    let (partition, region) = (schedule.partition(), schedule.region());
    let own = schedule.account()?.to_string();
    let (account, name) = match function.split_once(":function:") {
        Some((account, name)) => (account, name),
        None => (own.as_str(), function),
    };
    let arn = format!("arn:{partition}:lambda:{region}:{account}:function:{name}");
    arn.parse().ok()
}

/// One value, or those of a list.
fn several(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    }
}

/// The rules that a statement admits by `aws:SourceArn`.
fn sources(statement: &Value) -> Vec<Arn> {
    let conditions = statement.get("Condition").and_then(Value::as_object);
    let keys = conditions.into_iter().flat_map(|tests| tests.values());
    let keys = keys.filter_map(Value::as_object).flatten();
    let of_source = keys.filter(|(key, _)| key.eq_ignore_ascii_case("aws:SourceArn"));
    let values = of_source.flat_map(|(_, values)| several(values));
    values
        .filter_map(|value| value.as_str()?.parse().ok())
        .collect()
}
