//! What the AWS CLI says of trails → [`Trail`]s.
//!
//! Where a selector narrows in a way that cannot be said exactly, it counts as recording less, and a word says so.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html>
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html>

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::advanced::{Advanced, selected};
use super::basic::{Basic, selectors};
use super::trail::{Reach, Selected, Selector, Trail};
use crate::iam::Arn;

/// Trails, put together from outputs of the AWS CLI.
#[derive(Clone, Debug, Default)]
pub struct Trails {
    known: BTreeMap<Arn, Known>,
    /// What counts for less than it may say, and what is not known of a trail.
    remarks: Vec<String>,
}

/// What is known of one trail.
#[derive(Clone, Debug, Default)]
struct Known {
    reach: Option<Reach>,
    selectors: Option<Vec<Selector>>,
    /// Whether it has selectors of its own; without, it records management events alone.
    has_selectors: bool,
}

/// Why a text says nothing of trails.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTrails {
    /// It is not JSON.
    #[error("not JSON: {0}")]
    Json(String),
    /// It is JSON of another shape.
    #[error(
        "expected the output of `aws cloudtrail get-event-selectors` or `describe-trails`, an object with `TrailARN` and \
         `EventSelectors` or `AdvancedEventSelectors`, or with `trailList`; found {0}"
    )]
    Other(String),
    /// A part of it is not what AWS writes there.
    #[error("{part}: {error}")]
    Part {
        /// The part.
        part: &'static str,
        /// What is wrong.
        error: String,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Selections {
    #[serde(rename = "TrailARN")]
    arn: String,
    #[serde(default)]
    event_selectors: Option<Vec<Basic>>,
    #[serde(default)]
    advanced_event_selectors: Option<Vec<Advanced>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    #[serde(rename = "TrailARN")]
    arn: String,
    is_multi_region_trail: Option<bool>,
    include_global_service_events: Option<bool>,
    is_organization_trail: Option<bool>,
    has_custom_event_selectors: Option<bool>,
}

impl Trails {
    /// Takes the text of an output of `get-event-selectors`, `describe-trails` or `get-trail`, or a list of such outputs.
    ///
    /// # Errors
    /// When it is none of them; what was taken before stays.
    pub fn read(&mut self, text: &str) -> Result<(), NotTrails> {
        let value =
            serde_json::from_str(text).map_err(|error| NotTrails::Json(error.to_string()))?;
        match value {
            Value::Array(outputs) if !outputs.is_empty() => {
                let mut each = outputs.into_iter();
                each.try_for_each(|output| self.output(output))
            }
            output => self.output(output),
        }
    }

    fn output(&mut self, output: Value) -> Result<(), NotTrails> {
        let has = |name| output.get(name).is_some();
        if has("EventSelectors") || has("AdvancedEventSelectors") {
            return self.selections(part("the selectors", output)?);
        }
        if let Some(list) = output.get("trailList") {
            let list: Vec<Description> = part("`trailList`", list.clone())?;
            let mut each = list.into_iter();
            return each.try_for_each(|description| self.description(&description));
        }
        if let Some(trail) = output.get("Trail") {
            return self.description(&part("`Trail`", trail.clone())?);
        }
        Err(NotTrails::Other(found(&output)))
    }

    fn selections(&mut self, output: Selections) -> Result<(), NotTrails> {
        let mut all: Vec<Selector> = output
            .event_selectors
            .iter()
            .flatten()
            .flat_map(selectors)
            .collect();
        for advanced in output.advanced_event_selectors.iter().flatten() {
            match selected(advanced) {
                Ok(selector) => all.push(selector),
                Err(why) => self.remarks.push(format!("{}: {why}", output.arn)),
            }
        }
        let known = self.known(&output.arn)?;
        known.selectors.get_or_insert_default().extend(all);
        Ok(())
    }

    fn description(&mut self, trail: &Description) -> Result<(), NotTrails> {
        let known = self.known(&trail.arn)?;
        known.reach = Some(Reach {
            every_region: trail.is_multi_region_trail == Some(true),
            global_services: trail.include_global_service_events == Some(true),
            organization: trail.is_organization_trail == Some(true),
        });
        known.has_selectors = trail.has_custom_event_selectors != Some(false);
        Ok(())
    }

    fn known(&mut self, arn: &str) -> Result<&mut Known, NotTrails> {
        let wrong = |error| NotTrails::Part {
            part: "`TrailARN`",
            error,
        };
        let arn: Arn = arn
            .parse()
            .map_err(|error: crate::iam::NotAnArn| wrong(error.to_string()))?;
        match arn.account() {
            Some(_) => Ok(self.known.entry(arn).or_default()),
            None => Err(wrong(format!("`{arn}` names no account"))),
        }
    }

    /// The trails that it is known of what they record, by their ARNs, and remarks for a reader.
    #[must_use]
    pub fn finish(self) -> (Vec<Trail>, Vec<String>) {
        let mut remarks = self.remarks;
        let mut trails = Vec::new();
        for (arn, known) in self.known {
            let selectors = match (known.selectors, known.has_selectors) {
                (Some(selectors), _) => selectors,
                (None, false) => vec![all_management_events()],
                (None, true) => {
                    remarks.push(format!(
                        "{arn}: what it records is not given, so that it counts for nothing: \
                         `aws cloudtrail get-event-selectors --trail-name {arn}` says it"
                    ));
                    continue;
                }
            };
            if known.reach.is_none() {
                remarks.push(format!(
                    "{arn}: it is not described, so that it counts for its home region and for those that the log has events \
                     of: `aws cloudtrail describe-trails` says more"
                ));
            }
            trails.push(Trail {
                arn,
                reach: known.reach,
                selectors,
            });
        }
        (trails, remarks)
    }
}

/// What a trail without selectors of its own records.
fn all_management_events() -> Selector {
    Selector {
        half: None,
        of: Selected::Management {
            excluded: Default::default(),
        },
    }
}

fn part<T: serde::de::DeserializeOwned>(part: &'static str, value: Value) -> Result<T, NotTrails> {
    serde_json::from_value(value).map_err(|error| NotTrails::Part {
        part,
        error: error.to_string(),
    })
}

/// What a value is instead.
fn found(value: &Value) -> String {
    match value {
        Value::Object(members) if members.is_empty() => "an object with nothing".to_owned(),
        Value::Object(members) => {
            let names: Vec<_> = members
                .keys()
                .take(5)
                .map(|name| format!("`{name}`"))
                .collect();
            format!("an object with {}", names.join(", "))
        }
        Value::Array(list) => format!("a list of {}", list.len()),
        _ => "a single value".to_owned(),
    }
}
