//! Trails, and what they record.

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_sdk_cloudtrail::Client;
use serde_json::{Value, json};

use super::answers::Kept;
use super::connect::in_region;
use super::snapshot::{Lack, Snapshot};
use super::{Fault, NotPulled};
use crate::account::Part;

/// Reads the trails that a Region knows, those of other Regions that record there too; how many there are, or `None` when they
/// cannot be listed.
pub(super) async fn pull(
    sdk: &SdkConfig,
    region: &str,
    snapshot: &Snapshot,
) -> Result<Option<usize>, NotPulled> {
    let client = Client::new(sdk);
    let trails = match trails(&client).await {
        Ok(trails) => trails,
        Err(why) => {
            snapshot.lacks(Lack(Part::Trails, None, Some(region)), why)?;
            return Ok(None);
        }
    };
    let name = format!("{region}/trails.json");
    snapshot.write(&name, &json!({"trailList": trails}))?;
    for (file, arn) in files(&trails) {
        // Only there is every trail known by its ARN.
        let home = arn.split(':').nth(3).unwrap_or(region);
        let client = Client::new(&in_region(sdk, home));
        match event_selectors(&client, arn).await {
            Ok(selectors) => snapshot.write(&format!("{region}/{file}"), &selectors)?,
            Err(why) => {
                let what = Lack(Part::EventSelectors, Some(arn), Some(region));
                snapshot.lacks(what, why)?;
            }
        }
    }
    Ok(Some(trails.len()))
}

async fn trails(client: &Client) -> Result<Vec<Value>, Fault> {
    let kept = Kept::default();
    let call = client.describe_trails().customize();
    let answer = call.interceptor(kept.clone()).send().await;
    kept.answered(answer.map(drop), "cloudtrail:DescribeTrails")?;
    kept.list("trailList")
}

/// Basic and advanced ones: a trail has the one or the other.
async fn event_selectors(client: &Client, trail: &str) -> Result<Value, Fault> {
    let kept = Kept::default();
    let call = client.get_event_selectors().trail_name(trail).customize();
    let answer = call.interceptor(kept.clone()).send().await;
    kept.answered(answer.map(drop), "cloudtrail:GetEventSelectors")?;
    kept.value()
}

/// The name of the file of each trail's selectors, and the trail's ARN. Trails of two home Regions may have one name.
fn files(trails: &[Value]) -> BTreeMap<String, &str> {
    let text = |trail: &'_ Value, name| trail.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut files = BTreeMap::new();
    for trail in trails {
        let Some(arn) = trail.get("TrailARN").and_then(Value::as_str) else {
            continue;
        };
        let name = text(trail, "Name").unwrap_or_else(|| arn.to_owned());
        let plain = |letter: char| match letter {
            letter if letter.is_ascii_alphanumeric() || "-_.".contains(letter) => letter,
            _ => '_',
        };
        let name: String = name.chars().map(plain).collect();
        let mut file = format!("event-selectors-{name}.json");
        if files.get(&file).is_some_and(|other| *other != arn) {
            let home = arn.split(':').nth(3).unwrap_or_default();
            let home: String = home.chars().map(plain).collect();
            file = format!("event-selectors-{name}-{home}.json");
        }
        files.insert(file, arn);
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trails_of_one_name_and_two_home_regions_have_a_file_each() {
        let arn = |region: &str| format!("arn:aws:cloudtrail:{region}:123456789012:trail/audit");
        let trail = |region: &str| json!({"Name": "audit", "TrailARN": arn(region)});
        let trails = [
            trail("eu-central-1"),
            trail("us-east-1"),
            trail("us-east-1"),
        ];
        let files = files(&trails);
        let files: Vec<_> = files.iter().collect();
        let expected = [
            ("event-selectors-audit-us-east-1.json", arn("us-east-1")),
            ("event-selectors-audit.json", arn("eu-central-1")),
        ];
        assert_eq!(files.len(), 2);
        for ((file, arn), (expected, of)) in files.into_iter().zip(&expected) {
            assert_eq!((file.as_str(), *arn), (*expected, of.as_str()));
        }
    }
}
