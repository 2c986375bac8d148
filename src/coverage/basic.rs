//! Basic event selectors.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html>
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html>

use serde::Deserialize;

use super::class::Half;
use super::share::Share;
use super::trail::{Selected, Selector};
use crate::algebra::{Glob, Token};

/// A basic event selector.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Basic {
    #[serde(default)]
    read_write_type: ReadWriteType,
    include_management_events: Option<bool>,
    #[serde(default)]
    data_resources: Vec<DataResource>,
    #[serde(default)]
    exclude_management_event_sources: Vec<String>,
}

#[derive(Clone, Copy, Default, Deserialize)]
enum ReadWriteType {
    #[default]
    All,
    ReadOnly,
    WriteOnly,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DataResource {
    #[serde(rename = "Type")]
    of: String,
    #[serde(default)]
    values: Vec<String>,
}

/// What a basic event selector selects.
pub(super) fn selectors(basic: &Basic) -> Vec<Selector> {
    let half = match basic.read_write_type {
        ReadWriteType::All => None,
        ReadWriteType::ReadOnly => Some(Half::Read),
        ReadWriteType::WriteOnly => Some(Half::Write),
    };
    // AWS includes them unless it is told otherwise.
    let management =
        basic
            .include_management_events
            .unwrap_or(true)
            .then(|| Selected::Management {
                excluded: basic
                    .exclude_management_event_sources
                    .iter()
                    .cloned()
                    .collect(),
            });
    let data = basic.data_resources.iter().map(|data| Selected::Data {
        resource_type: data.of.clone(),
        resources: resources(data),
    });
    management
        .into_iter()
        .chain(data)
        .map(|of| Selector { half, of })
        .collect()
}

/// A value for S3 is the beginning of an ARN; one for functions or tables is a whole ARN; the beginning of every ARN of the
/// service is all of its resources.
fn resources(data: &DataResource) -> Share {
    let all = |value: &String| value.trim_end_matches(':').split(':').count() <= 3;
    if data.values.iter().any(all) {
        return Share::everything();
    }
    let glob = |value: &String| match data.of.as_str() {
        "AWS::S3::Object" => Glob::beginning_with(value, [Token::AnyRun]),
        _ => Glob::literal(value),
    };
    Share::Only(data.values.iter().map(glob).collect())
}
