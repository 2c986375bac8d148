//! The floor: what every execution role must keep, whatever its events show.

use crate::iam::Action;

/// An action that Lambda itself takes with the role, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FloorAccess {
    /// The action.
    pub action: Action,
    /// What it is needed for.
    pub why: &'static str,
}

/// What Lambda needs of every execution role: to write the function's logs.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html>
#[must_use]
pub fn floor() -> Vec<FloorAccess> {
    let writes = ["CreateLogGroup", "CreateLogStream", "PutLogEvents"];
    let access = |name| {
        let action = Action::new("logs", name).ok()?;
        Some(FloorAccess {
            action,
            why: "Lambda writes the function's logs",
        })
    };
    writes.into_iter().filter_map(access).collect()
}
