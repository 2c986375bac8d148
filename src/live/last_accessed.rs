//! What IAM says the Lambda execution roles last accessed: `get-service-last-accessed-details`, with single actions.
//!
//! A report is made by a job of its own a role: it is begun, and then asked for until it is there. IAM works at a few of them at
//! the same time, while the calls are made one after the other.

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::operation::get_service_last_accessed_details::GetServiceLastAccessedDetailsOutput;
use aws_sdk_iam::types::{
    AccessAdvisorUsageGranularityType, JobStatusType, ServiceLastAccessed,
    TrackedActionLastAccessed,
};

use super::answers::next_page;
use super::object::Object;
use super::snapshot::{Lack, Snapshot};
use super::{Fault, NotPulled};
use crate::account::{Account, Part, Sources};
use crate::iam::Role;

/// How many reports IAM makes at the same time.
const AT_ONCE: usize = 8;

/// How often a report is asked for, with pauses that double from the first to the longest: four minutes together.
const QUESTIONS: u32 = 30;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Asks for each execution role of the snapshot. Of what an earlier run wrote, only what is of these roles is left.
pub(super) async fn pull(
    sdk: &SdkConfig,
    account: &Path,
    snapshot: &Snapshot,
) -> Result<(), NotPulled> {
    // Which roles are for Lambda is known to those who read the snapshot.
    let account = match Account::read(account, &Sources::default()) {
        Ok(account) => account,
        Err(error) => {
            let why = Fault::NotUnderstood(error.to_string());
            return snapshot.lacks(Lack(Part::LastAccess, None, None), why);
        }
    };
    let client = Client::new(sdk);
    let mut begun = VecDeque::new();
    let mut waiting = account
        .execution_roles()
        .filter(|role| snapshot.asks_for(role.arn.as_str()) && !snapshot.has(&file(role)));
    loop {
        while begun.len() < AT_ONCE
            && let Some(role) = waiting.next()
        {
            begun.push_back((role, begin(&client, role).await));
        }
        let Some((role, job)) = begun.pop_front() else {
            return snapshot.remove_others(FOLDER);
        };
        let report = match job {
            Ok(job) => report(&client, &job).await,
            Err(why) => Err(why),
        };
        let name = role.id.name();
        match report {
            Ok(json) => {
                snapshot.write_text(&file(role), &json)?;
                snapshot.note(&file(role))?;
            }
            Err(why) => snapshot.lacks(Lack(Part::LastAccess, Some(name), None), why)?,
        }
    }
}

/// The folder of the reports.
const FOLDER: &str = "last-accessed";

fn file(role: &Role) -> String {
    format!("{FOLDER}/{}.json", role.id.name())
}

/// Begins a report; the name of its job.
async fn begin(client: &Client, role: &Role) -> Result<String, Fault> {
    let name = role.id.name();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter);
    // The name becomes that of a file.
    if name.is_empty() || !name.chars().all(plain) {
        return Err(Fault::NotUnderstood(format!(
            "`{name}` is no name of a role"
        )));
    }
    let call = client
        .generate_service_last_accessed_details()
        .arn(role.arn.as_str())
        .granularity(AccessAdvisorUsageGranularityType::ActionLevel);
    let begun = call.send().await;
    let permission = "iam:GenerateServiceLastAccessedDetails";
    let begun = begun.map_err(|error| Fault::of(&error, permission))?;
    let nameless = || Fault::NotUnderstood("the job has no name".into());
    begun.job_id.ok_or_else(nameless)
}

/// The report of a job, all of its pages, as the AWS CLI prints it.
async fn report(client: &Client, job: &str) -> Result<String, Fault> {
    let mut report = finished(client, job).await?;
    let mut services = std::mem::take(&mut report.services_last_accessed);
    let mut marker = next_page(report.is_truncated, report.marker.take(), None)?;
    while marker.is_some() {
        let page = page(client, job, marker.as_deref()).await?;
        services.extend(page.services_last_accessed);
        marker = next_page(page.is_truncated, page.marker, marker.as_ref())?;
    }
    let json = Object::default()
        .text("JobStatus", Some(report.job_status.as_str()))
        .text("JobType", report.job_type.as_ref().map(|of| of.as_str()))
        .date("JobCreationDate", Some(&report.job_creation_date))
        .list("ServicesLastAccessed", Some(&services), service)
        .date("JobCompletionDate", Some(&report.job_completion_date))
        .flag("IsTruncated", false);
    Ok(json.to_json())
}

/// The first page, once the job is done.
async fn finished(
    client: &Client,
    job: &str,
) -> Result<GetServiceLastAccessedDetailsOutput, Fault> {
    let mut pause = FIRST_PAUSE;
    for _ in 0..QUESTIONS {
        let page = page(client, job, None).await?;
        match &page.job_status {
            JobStatusType::InProgress => {}
            JobStatusType::Failed => {
                let error = page.error.as_ref();
                return Err(Fault::Said {
                    code: error.map_or("FAILED", |error| error.code()).to_owned(),
                    message: error.map_or("", |error| error.message()).to_owned(),
                });
            }
            _ => return Ok(page),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    Err(Fault::Unfinished)
}

async fn page(
    client: &Client,
    job: &str,
    marker: Option<&str>,
) -> Result<GetServiceLastAccessedDetailsOutput, Fault> {
    let call = client.get_service_last_accessed_details().job_id(job);
    let call = call.set_marker(marker.map(str::to_owned)).max_items(1000);
    let permission = "iam:GetServiceLastAccessedDetails";
    let page = call.send().await;
    page.map_err(|error| Fault::of(&error, permission))
}

fn service(service: &ServiceLastAccessed) -> String {
    Object::default()
        .text("ServiceName", Some(service.service_name()))
        .date("LastAuthenticated", service.last_authenticated())
        .text("ServiceNamespace", Some(service.service_namespace()))
        .text(
            "LastAuthenticatedEntity",
            service.last_authenticated_entity(),
        )
        .text(
            "LastAuthenticatedRegion",
            service.last_authenticated_region(),
        )
        .number(
            "TotalAuthenticatedEntities",
            service.total_authenticated_entities(),
        )
        .list(
            "TrackedActionsLastAccessed",
            service.tracked_actions_last_accessed.as_ref(),
            tracked,
        )
        .to_json()
}

fn tracked(action: &TrackedActionLastAccessed) -> String {
    Object::default()
        .text("ActionName", action.action_name())
        .text("LastAccessedEntity", action.last_accessed_entity())
        .date("LastAccessedTime", action.last_accessed_time())
        .text("LastAccessedRegion", action.last_accessed_region())
        .to_json()
}
