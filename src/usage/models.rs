//! The models of Bedrock that a call runs, by themselves or through an inference profile.

use crate::iam::{Action, Arn, PatternToken, ResourcePattern};

use super::access::{Access, Observed, On};
use super::call::Call;
use super::cover::on;

/// What the names of AWS's own inference profiles begin with.
///
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html>
const GEOGRAPHIES: [&str; 9] = [
    "apac", "au", "ca", "eu", "global", "jp", "sa", "us", "us-gov",
];

/// What a call of models needs. Through an inference profile it is authorised on the profile, and on the
/// models behind it in each of its Regions with the profile as context.
///
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html>
pub(super) fn called(call: &Call<'_>, operation: &str) -> Option<Vec<Observed>> {
    let action: Action = match operation {
        "Converse" | "InvokeModel" | "InvokeModelWithBidirectionalStream" | "StartAsyncInvoke" => {
            "bedrock:InvokeModel"
        }
        "ConverseStream" | "InvokeModelWithResponseStream" => {
            "bedrock:InvokeModelWithResponseStream"
        }
        _ => return None,
    }
    .parse()
    .ok()?;
    let mut found = Vec::new();
    for id in call.request.get("modelId") {
        let (model, behind) = model(call, id);
        let access = |on| Observed::from(Access::certain(action.clone(), vec![on]));
        let mut through = behind.map(access);
        if let (Some(behind), On::Exactly(profile)) = (&mut through, &model) {
            behind
                .context
                .add("bedrock:InferenceProfileArn", profile.as_str());
        }
        found.push(access(model));
        found.extend(through);
    }
    (!found.is_empty()).then_some(found)
}

/// What an id or an ARN names, and the models behind it if that is an inference profile. A foundation model
/// is in no account.
fn model(call: &Call<'_>, id: &str) -> (On, Option<On>) {
    if let Ok(arn) = id.parse::<Arn>() {
        let kind = arn.resource().split_once('/');
        let behind = match kind {
            Some(("inference-profile", profile)) => Some(behind(call, base(profile))),
            Some(("application-inference-profile", _)) => Some(behind(call, None)),
            _ => None,
        };
        return (On::Exactly(arn), behind);
    }
    if let Some(model) = base(id) {
        let profile = call.here("bedrock", &format!("inference-profile/{id}"));
        return (profile, Some(behind(call, Some(model))));
    }
    if !id.contains('.') {
        return (On::Matching(ResourcePattern::any()), None);
    }
    let (partition, region) = (call.partition(), &call.event.region);
    let text = format!("arn:{partition}:bedrock:{region}::foundation-model/{id}");
    (on(ResourcePattern::exactly(&text)), None)
}

/// The model in the name of an inference profile, which is a geography and the model.
fn base(profile: &str) -> Option<&str> {
    let (first, model) = profile.split_once('.')?;
    GEOGRAPHIES.contains(&first).then_some(model)
}

/// A model in any Region; any model, if the profile's name does not tell it.
fn behind(call: &Call<'_>, model: Option<&str>) -> On {
    let literal = |text: String| PatternToken::Literal(text);
    let model = model.map_or(PatternToken::AnyRun, |model| literal(model.to_owned()));
    on(ResourcePattern::from_tokens([
        literal(format!("arn:{}:bedrock:", call.partition())),
        PatternToken::AnyRun,
        literal("::foundation-model/".to_owned()),
        model,
    ]))
}
