//! Functions, what they are fed by, where their results go, and their URLs.

use std::collections::BTreeSet;

use aws_config::SdkConfig;
use aws_sdk_lambda::Client;
use serde_json::{Value, json};

use super::answers::{pages, text, with_dates};
use super::at_once::{Pace, at_once};
use super::snapshot::{Lack, Snapshot};
use super::{Fault, NotPulled};
use crate::account::Part;

/// Reads the functions of a Region; the ARNs of those whose roles are asked for, or `None` when they cannot be listed.
pub(super) async fn pull(
    (sdk, region): (&SdkConfig, &str),
    snapshot: &Snapshot,
) -> Result<Option<BTreeSet<String>>, NotPulled> {
    let lambda = Lambda {
        client: Client::new(sdk),
        pace: Pace::new(),
        region,
        snapshot,
    };
    let functions = match lambda.functions().await {
        Ok(functions) => functions,
        Err(why) => {
            snapshot.lacks(Lack(Part::Functions, None, Some(region)), why)?;
            return Ok(None);
        }
    };
    let name = format!("{region}/functions.json");
    snapshot.write(&name, &json!({"Functions": functions}))?;
    // An empty list of mappings would say that those of a Region are known whose functions are not.
    if functions.is_empty() {
        return Ok(Some(BTreeSet::new()));
    }
    match lambda.event_source_mappings(&functions).await {
        Err(why) => {
            let what = Lack(Part::EventSourceMappings, None, Some(region));
            snapshot.lacks(what, why)?;
        }
        Ok(mappings) => {
            let name = format!("{region}/event-source-mappings.json");
            snapshot.write(&name, &json!({"EventSourceMappings": mappings}))?;
        }
    }
    let asked = |one: &&Value| snapshot.asks_for(text(one, "Role"));
    let names = functions.iter().filter(asked);
    let names = names.map(|one| text(one, "FunctionName"));
    at_once(names, async |name| lambda.pull_one(name).await).await?;
    let arns = functions
        .iter()
        .filter(asked)
        .map(|one| text(one, "FunctionArn"));
    Ok(Some(arns.map(str::to_owned).collect()))
}

/// The Lambda of a Region, and where its answers go.
struct Lambda<'a> {
    client: Client,
    pace: Pace,
    region: &'a str,
    snapshot: &'a Snapshot,
}

impl Lambda<'_> {
    /// What is asked function by function.
    async fn pull_one(&self, function: &str) -> Result<(), NotPulled> {
        let region = self.region;
        let file = format!("{region}/event-invoke-configs-{function}.json");
        if !self.snapshot.has(&file) {
            let configs = self.event_invoke_configs(function).await;
            let list = (file.as_str(), "FunctionEventInvokeConfigs");
            self.keep((Part::Destinations, function), list, configs)?;
        }
        let file = format!("{region}/function-urls-{function}.json");
        if !self.snapshot.has(&file) {
            let urls = self.url_configs(function).await;
            let list = (file.as_str(), "FunctionUrlConfigs");
            self.keep((Part::Urls, function), list, urls)?;
        }
        Ok(())
    }

    /// Writes a list of a function, or that it is lacking.
    fn keep(
        &self,
        (what, function): (Part, &str),
        (file, list): (&str, &str),
        answer: Result<Vec<Value>, Fault>,
    ) -> Result<(), NotPulled> {
        match answer {
            Ok(items) => self.snapshot.write_one(file, &json!({list: items})),
            Err(why) => {
                let what = Lack(what, Some(function), Some(self.region));
                self.snapshot.lacks(what, why)
            }
        }
    }

    async fn functions(&self) -> Result<Vec<Value>, Fault> {
        let call = async |marker, kept| {
            self.pace.turn().await;
            let call = self.client.list_functions().set_marker(marker);
            call.customize().interceptor(kept).send().await.map(drop)
        };
        let functions = pages("Functions", "lambda:ListFunctions", call).await?;
        let odd = |function: &&Value| {
            let name = text(function, "FunctionName");
            let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
            name.is_empty() || !name.chars().all(plain)
        };
        // The name becomes that of a file.
        match functions.iter().find(odd) {
            Some(odd) => Err(Fault::NotUnderstood(format!(
                "`{}` is no name of a function",
                text(odd, "FunctionName")
            ))),
            None => Ok(functions),
        }
    }

    /// The mappings of these functions, and of their versions and aliases.
    async fn event_source_mappings(&self, functions: &[Value]) -> Result<Vec<Value>, Fault> {
        let call = async |marker, kept| {
            self.pace.turn().await;
            let call = self.client.list_event_source_mappings().set_marker(marker);
            call.customize().interceptor(kept).send().await.map(drop)
        };
        let permission = "lambda:ListEventSourceMappings";
        let mappings = pages("EventSourceMappings", permission, call).await?;
        let arns: BTreeSet<_> = functions.iter().map(|f| text(f, "FunctionArn")).collect();
        let of_these = |mapping: &Value| {
            let arn = text(mapping, "FunctionArn");
            let plain = arn.match_indices(':').nth(6).map(|(end, _)| &arn[..end]);
            arns.contains(plain.unwrap_or(arn))
        };
        let dates = ["LastModified", "StartingPositionTimestamp"];
        let mappings = mappings.into_iter().filter(of_these);
        Ok(mappings.map(|item| with_dates(item, &dates)).collect())
    }

    async fn event_invoke_configs(&self, function: &str) -> Result<Vec<Value>, Fault> {
        let call = async |marker, kept| {
            self.pace.turn().await;
            let call = self.client.list_function_event_invoke_configs();
            let call = call.function_name(function).set_marker(marker);
            call.customize().interceptor(kept).send().await.map(drop)
        };
        let permission = "lambda:ListFunctionEventInvokeConfigs";
        let configs = pages("FunctionEventInvokeConfigs", permission, call).await?;
        let dated = |config| with_dates(config, &["LastModified"]);
        Ok(configs.into_iter().map(dated).collect())
    }

    async fn url_configs(&self, function: &str) -> Result<Vec<Value>, Fault> {
        let call = async |marker, kept| {
            self.pace.turn().await;
            let call = self.client.list_function_url_configs();
            let call = call.function_name(function).set_marker(marker);
            call.customize().interceptor(kept).send().await.map(drop)
        };
        pages("FunctionUrlConfigs", "lambda:ListFunctionUrlConfigs", call).await
    }
}
