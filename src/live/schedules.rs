//! What invokes functions on a schedule: rules of EventBridge, and schedules of EventBridge Scheduler.
//!
//! Only rules of the default bus can have a schedule. Which functions they invoke is asked rule by rule: there are fewer of them
//! than functions, and a function's own policy only tells which rules may.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html>

use std::collections::BTreeSet;

use aws_config::SdkConfig;
use aws_sdk_eventbridge::Client as EventBridge;
use aws_sdk_scheduler::Client as Scheduler;
use futures_util::future::try_join;
use serde_json::{Value, json};

use super::answers::{Kept, pages, text, with_dates};
use super::at_once::at_once;
use super::snapshot::{Lack, Snapshot};
use super::{Fault, NotPulled};
use crate::account::Part;
use crate::iam::Arn;
use crate::lambda::unqualified;

/// Reads what invokes these functions of a Region.
pub(super) async fn pull(
    (sdk, region): (&SdkConfig, &str),
    functions: &BTreeSet<String>,
    snapshot: &Snapshot,
) -> Result<(), NotPulled> {
    let here = Here {
        rules: EventBridge::new(sdk),
        schedules: Scheduler::new(sdk),
        region,
        snapshot,
    };
    let both = try_join(here.pull_rules(), here.pull_schedules(functions));
    both.await.map(drop)
}

/// A Region, and where its answers go.
struct Here<'a> {
    rules: EventBridge,
    schedules: Scheduler,
    region: &'a str,
    snapshot: &'a Snapshot,
}

impl Here<'_> {
    async fn pull_rules(&self) -> Result<(), NotPulled> {
        let rules = match self.rules().await {
            Ok(rules) => rules,
            Err(why) => return self.lacks(Part::Rules, None, why),
        };
        let name = format!("{}/rules.json", self.region);
        self.snapshot.write(&name, &json!({"Rules": rules}))?;
        let scheduled = rules.iter().filter(|rule| {
            rule.get("ScheduleExpression").is_some() && text(rule, "State") != "DISABLED"
        });
        let names = scheduled.map(|rule| text(rule, "Name"));
        at_once(names, async |rule| self.pull_targets(rule).await).await
    }

    async fn pull_targets(&self, rule: &str) -> Result<(), NotPulled> {
        let file = format!("{}/targets-{rule}.json", self.region);
        if self.snapshot.has(&file) {
            return Ok(());
        }
        match self.targets(rule).await {
            Ok(targets) => {
                let targets = json!({"Targets": targets});
                self.snapshot.write_one(&file, &targets)
            }
            Err(why) => self.lacks(Part::Targets, Some(rule), why),
        }
    }

    async fn pull_schedules(&self, functions: &BTreeSet<String>) -> Result<(), NotPulled> {
        let schedules = match self.schedules().await {
            Ok(schedules) => schedules,
            Err(why) => return self.lacks(Part::Schedules, None, why),
        };
        let name = format!("{}/schedules.json", self.region);
        self.snapshot
            .write(&name, &json!({"Schedules": schedules}))?;
        let of_these = |schedule: &&Value| {
            text(schedule, "State") != "DISABLED" && may_invoke(schedule, functions)
        };
        let wanted = schedules.iter().filter(of_these);
        at_once(wanted, async |one| self.pull_schedule(one).await).await
    }

    /// A schedule alone: only so does it say when it comes, and what the universal target is given.
    async fn pull_schedule(&self, listed: &Value) -> Result<(), NotPulled> {
        let (group, name) = (text(listed, "GroupName"), text(listed, "Name"));
        // No name has a `+`.
        let file = format!("{}/schedule-{group}+{name}.json", self.region);
        if self.snapshot.has(&file) {
            return Ok(());
        }
        match self.schedule(group, name).await {
            Ok(schedule) => self.snapshot.write_one(&file, &schedule),
            // Whom the universal target invokes, the list does not say.
            Err(why) if may_invoke(listed, &BTreeSet::new()) => {
                self.lacks(Part::Schedules, Some(name), why)
            }
            Err(why) => self.lacks(Part::Schedule, Some(name), why),
        }
    }

    fn lacks(&self, what: Part, of: Option<&str>, why: Fault) -> Result<(), NotPulled> {
        self.snapshot.lacks(Lack(what, of, Some(self.region)), why)
    }

    async fn rules(&self) -> Result<Vec<Value>, Fault> {
        let call = async |marker, kept| {
            let call = self.rules.list_rules().set_next_token(marker);
            call.customize().interceptor(kept).send().await.map(drop)
        };
        let rules = pages("Rules", "events:ListRules", call).await?;
        named(rules, &["Name"])
    }

    async fn targets(&self, rule: &str) -> Result<Vec<Value>, Fault> {
        let call = async |marker, kept| {
            let call = self.rules.list_targets_by_rule();
            let call = call.rule(rule).set_next_token(marker);
            call.customize().interceptor(kept).send().await.map(drop)
        };
        pages("Targets", "events:ListTargetsByRule", call).await
    }

    async fn schedules(&self) -> Result<Vec<Value>, Fault> {
        let call = async |marker, kept| {
            let call = self.schedules.list_schedules().set_next_token(marker);
            call.customize().interceptor(kept).send().await.map(drop)
        };
        let schedules = pages("Schedules", "scheduler:ListSchedules", call).await?;
        let dated = |schedule| with_dates(schedule, &["CreationDate", "LastModificationDate"]);
        let schedules = schedules.into_iter().map(dated).collect();
        named(schedules, &["GroupName", "Name"])
    }

    async fn schedule(&self, group: &str, name: &str) -> Result<Value, Fault> {
        let kept = Kept::default();
        let call = self.schedules.get_schedule().group_name(group).name(name);
        let answer = call.customize().interceptor(kept.clone()).send().await;
        kept.answered(answer.map(drop), "scheduler:GetSchedule")?;
        let dates = [
            "CreationDate",
            "LastModificationDate",
            "StartDate",
            "EndDate",
        ];
        Ok(with_dates(kept.value()?, &dates))
    }
}

/// Whether a schedule invokes one of these functions, or may: whom the universal target invokes is not in the list.
///
/// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html>
fn may_invoke(listed: &Value, functions: &BTreeSet<String>) -> bool {
    let target = listed.get("Target").map(|target| text(target, "Arn"));
    let Some(Ok(target)) = target.map(str::parse::<Arn>) else {
        return false;
    };
    match target.service() {
        "lambda" => functions.contains(unqualified(&target).as_str()),
        "scheduler" => target.resource().starts_with("aws-sdk:lambda:invoke"),
        _ => false,
    }
}

/// The items, if the names of all are ones that AWS gives: they become names of files.
fn named(items: Vec<Value>, names: &[&str]) -> Result<Vec<Value>, Fault> {
    let odd = |item: &&Value| {
        names.iter().any(|name| {
            let name = text(item, name);
            let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
            name.is_empty() || !name.chars().all(plain)
        })
    };
    match items.iter().find(odd) {
        None => Ok(items),
        Some(odd) => Err(Fault::NotUnderstood(format!(
            "`{}` is no name that AWS gives",
            text(odd, "Name")
        ))),
    }
}
