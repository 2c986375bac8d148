//! `aws lambda list-functions`.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html>

use serde::Deserialize;
use serde_json::Value;

use crate::iam::{Arn, NotAnArn, RoleId};
use crate::lambda::Function;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Configuration {
    function_name: String,
    function_arn: String,
    role: String,
}

/// The functions that could be read, and what is wrong with the others.
///
/// # Errors
/// What the value is instead.
pub(super) fn functions(value: &Value) -> Result<(Vec<Function>, Vec<String>), String> {
    let Some(Value::Array(list)) = value.get("Functions") else {
        return Err(super::describe(value));
    };
    let (mut functions, mut problems) = (Vec::new(), Vec::new());
    for (index, configuration) in list.iter().enumerate() {
        match function(configuration) {
            Ok(function) => functions.push(function),
            Err(error) => problems.push(format!("function {}: {error}", index + 1)),
        }
    }
    Ok((functions, problems))
}

fn function(value: &Value) -> Result<Function, String> {
    let configuration = Configuration::deserialize(value).map_err(|error| error.to_string())?;
    let arn = |text: &str| text.parse::<Arn>().map_err(|error| error.to_string());
    let of_role = |arn: Arn| RoleId::of(&arn).map_err(|error: NotAnArn| error.to_string());
    Ok(Function {
        arn: arn(&configuration.function_arn)?,
        name: configuration.function_name,
        role: arn(&configuration.role).and_then(of_role)?,
    })
}
