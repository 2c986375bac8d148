//! Which configurations of `policy-data/written/lambda-configuration.tsv` a function has by itself.

use super::names::Names;
use super::triggers::triggers;
use super::{Cause, Destination, FileSystem, Function, PackageType, TracingMode};
use crate::iam::Arn;

/// A configuration that a function has, with what its placeholders stand for.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    /// Its name in the table.
    pub(super) configuration: &'static str,
    /// Whether the function surely has it. If not, nothing of it can be said to be missing.
    pub(super) certain: bool,
    /// What a reader is told.
    pub(super) cause: Cause,
    /// What its placeholders stand for.
    pub(super) names: Names,
}

impl Setting {
    pub(super) fn new(configuration: &'static str, cause: Cause, names: Names) -> Self {
        Setting {
            configuration,
            certain: true,
            cause,
            names,
        }
    }
}

/// All configurations that a function has, as far as they are known.
pub(super) fn settings(function: &Function) -> Vec<Setting> {
    let mut settings = vec![logs(function)];
    settings.extend(switches(function));
    settings.extend(keys(function));
    settings.extend(file_systems(function));
    settings.extend(destinations(function));
    let mappings = function.event_sources.iter().flatten();
    settings.extend(mappings.flat_map(|mapping| triggers(function, mapping)));
    settings
}

fn logs(function: &Function) -> Setting {
    let group = function.configuration.log_group.clone();
    let configuration = match group {
        Some(_) => "custom-log-group",
        None => "logging",
    };
    Setting::new(configuration, Cause::Logs(group), Names::of(function))
}

/// What is there or not, and names nothing.
fn switches(function: &Function) -> impl Iterator<Item = Setting> {
    let configuration = &function.configuration;
    let instrumented = configuration.has_layer("AWSOpenTelemetryDistro")
        || configuration.wrapper.as_deref() == Some("/opt/otel-instrument");
    let switches = [
        (function.edge, "edge", Cause::EdgeLogs),
        (configuration.vpc.is_some(), "vpc", Cause::Vpc),
        (
            configuration.tracing == TracingMode::Active,
            "xray-active",
            Cause::Tracing,
        ),
        (
            configuration.has_layer("LambdaInsightsExtension"),
            "insights",
            Cause::Insights,
        ),
        (
            configuration.package == PackageType::Image,
            "image",
            Cause::Image,
        ),
        (
            instrumented,
            "application-signals",
            Cause::ApplicationSignals,
        ),
        (
            function.object_lambda,
            "s3-object-lambda",
            Cause::ObjectLambda,
        ),
        (
            configuration.durable.is_some(),
            "durable",
            Cause::DurableExecutions,
        ),
    ];
    let on = switches.into_iter().filter(|(on, ..)| *on);
    on.map(|(_, name, cause)| Setting::new(name, cause, Names::of(function)))
}

fn keys(function: &Function) -> impl Iterator<Item = Setting> {
    let configuration = &function.configuration;
    let durable = configuration.durable.as_ref();
    let setting = |name, key: &Arn, cause: fn(Arn) -> Cause| {
        let names = Names::of(function).with("KeyArn", key.as_str());
        Setting::new(name, cause(key.clone()), names)
    };
    let environment = configuration
        .environment_key
        .iter()
        .map(move |key| setting("env-kms-cmk", key, Cause::EnvironmentKey));
    let durable = durable
        .and_then(|durable| durable.key.as_ref())
        .map(|key| setting("durable-key", key, Cause::DurableKey));
    environment.chain(durable)
}

fn file_systems(function: &Function) -> Vec<Setting> {
    let mut settings = Vec::new();
    for file_system in &function.configuration.file_systems {
        let names = Names::of(function);
        match file_system {
            FileSystem::Efs { access_point } => {
                let owner = access_point.as_str().rsplit_once(":access-point/");
                let owner = owner.map_or("", |(owner, _)| owner);
                let names = names
                    .with("AccessPointArn", access_point.as_str())
                    .any("FileSystemArn", [format!("{owner}:file-system/*")]);
                settings.push(Setting::new("efs", file_system.into(), names));
            }
            FileSystem::S3Files {
                file_system: arn,
                direct_read,
                ..
            } => {
                let names = names.with("FileSystemArn", arn.as_str());
                let read = direct_read.then_some("s3files-direct-read");
                let all = ["s3files"].into_iter().chain(read);
                let setting = |name| Setting::new(name, file_system.into(), names.clone());
                settings.extend(all.map(setting));
            }
        }
    }
    settings
}

fn destinations(function: &Function) -> Vec<Setting> {
    let names = Names::of(function);
    let letters = function.configuration.dead_letters.iter();
    let letters = letters.map(|to| destination(to, Cause::DeadLetters(to.clone()), &names));
    let records = function.destinations.iter().flatten();
    let records = records.map(|record| destination(&record.to, record.into(), &names));
    letters.chain(records).collect()
}

/// What sending to a destination needs.
pub(super) fn destination(to: &Destination, cause: Cause, names: &Names) -> Setting {
    let names = match to.arn() {
        Some(arn) => names
            .clone()
            .with("DestinationArn", arn.as_str())
            .with_a_key_for(arn),
        None => names.clone(),
    };
    Setting::new(to.configuration(), cause, names)
}
