//! Functions, what they are fed by, where their results go, and their URLs.

use std::collections::BTreeSet;

use aws_config::SdkConfig;
use aws_sdk_lambda::Client;
use serde_json::{Value, json};

use super::answers::{pages, with_dates};
use super::snapshot::Snapshot;
use super::{Fault, NotPulled, Scope};

/// Reads the functions of a Region; how many there are, or `None` when they cannot be listed.
pub(super) async fn pull(
    sdk: &SdkConfig,
    region: &str,
    scope: &Scope,
    snapshot: &mut Snapshot,
) -> Result<Option<usize>, NotPulled> {
    let client = Client::new(sdk);
    let mut functions = match functions(&client).await {
        Ok(functions) => functions,
        Err(why) => {
            snapshot.lacks("functions", Some(region), &why);
            return Ok(None);
        }
    };
    functions.retain(|function| scope.has_arn(text(function, "Role")));
    let name = format!("{region}/functions.json");
    snapshot.write(&name, &json!({"Functions": functions}))?;
    // An empty list of mappings would say that those of a Region are known whose functions are not.
    if functions.is_empty() {
        return Ok(Some(0));
    }
    let what = "event source mappings";
    match event_source_mappings(&client, &functions).await {
        Err(why) => snapshot.lacks(what, Some(region), &why),
        Ok(mappings) => {
            let name = format!("{region}/event-source-mappings.json");
            snapshot.write(&name, &json!({"EventSourceMappings": mappings}))?;
        }
    }
    for function in &functions {
        let function = text(function, "FunctionName");
        let configs = event_invoke_configs(&client, function).await;
        let urls = url_configs(&client, function).await;
        for (what, file, list, answer) in [
            (
                "destinations",
                "event-invoke-configs",
                "FunctionEventInvokeConfigs",
                configs,
            ),
            ("URLs", "function-urls", "FunctionUrlConfigs", urls),
        ] {
            let name = format!("{region}/{file}-{function}.json");
            match answer {
                Ok(items) => snapshot.write(&name, &json!({list: items}))?,
                Err(why) => {
                    snapshot.lacks(format!("{what} of function {function}"), Some(region), &why);
                }
            }
        }
    }
    Ok(Some(functions.len()))
}

async fn functions(client: &Client) -> Result<Vec<Value>, Fault> {
    let call = async |marker, kept| {
        let call = client.list_functions().set_marker(marker);
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
async fn event_source_mappings(client: &Client, functions: &[Value]) -> Result<Vec<Value>, Fault> {
    let call = async |marker, kept| {
        let call = client.list_event_source_mappings().set_marker(marker);
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

async fn event_invoke_configs(client: &Client, function: &str) -> Result<Vec<Value>, Fault> {
    let call = async |marker, kept| {
        let call = client.list_function_event_invoke_configs();
        let call = call.function_name(function).set_marker(marker);
        call.customize().interceptor(kept).send().await.map(drop)
    };
    let permission = "lambda:ListFunctionEventInvokeConfigs";
    let configs = pages("FunctionEventInvokeConfigs", permission, call).await?;
    let dated = |config| with_dates(config, &["LastModified"]);
    Ok(configs.into_iter().map(dated).collect())
}

async fn url_configs(client: &Client, function: &str) -> Result<Vec<Value>, Fault> {
    let call = async |marker, kept| {
        let call = client.list_function_url_configs();
        let call = call.function_name(function).set_marker(marker);
        call.customize().interceptor(kept).send().await.map(drop)
    };
    pages("FunctionUrlConfigs", "lambda:ListFunctionUrlConfigs", call).await
}

fn text<'a>(item: &'a Value, name: &str) -> &'a str {
    item.get(name).and_then(Value::as_str).unwrap_or_default()
}
