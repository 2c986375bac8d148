//! `aws lambda list-functions` and `get-function-configuration`.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html>

use super::destinations::destination;
use super::object::Object;
use crate::iam::RoleId;
use crate::lambda::{
    Configuration, Durable, FileSystem, Function, LogFormat, PackageType, TracingMode, Vpc,
    unqualified,
};

/// A function; `None` when it has no name, no ARN or no role. What is wrong with the rest of it is noted.
pub(super) fn function(mut object: Object<'_>) -> Option<Function> {
    let name = object.needed("FunctionName")?;
    object.call(format!("function {name}"));
    let arn = object.needed_arn("FunctionArn");
    let role = object.needed_arn("Role");
    let role = role.and_then(|role| {
        let role = RoleId::of(&role).map_err(|error| error.to_string());
        object.parsed("Role", role)
    });
    let configuration = configuration(&object, name);
    ignore(&object);
    object.finish();
    Some(Function {
        configuration,
        ..Function::new(unqualified(&arn?), name, role?)
    })
}

/// What bears on nothing that the role may do.
fn ignore(object: &Object<'_>) {
    object.ignore(&[
        "AcceleratorConfig",
        "Architectures",
        "CodeSha256",
        "CodeSize",
        "ConfigSha256",
        "Description",
        "EphemeralStorage",
        "Handler",
        "ImageConfigResponse",
        "LastModified",
        "LastUpdateStatus",
        "LastUpdateStatusReason",
        "LastUpdateStatusReasonCode",
        "MasterArn",
        "MemorySize",
        "RevisionId",
        "RuntimeConfig",
        "RuntimeVersionConfig",
        "State",
        "StateReason",
        "StateReasonCode",
        "Timeout",
        "Version",
    ]);
}

fn configuration(object: &Object<'_>, name: &str) -> Configuration {
    const PACKAGES: [(&str, PackageType); 2] =
        [("Zip", PackageType::Zip), ("Image", PackageType::Image)];
    let logging = object.object("LoggingConfig");
    let signed = ["SigningProfileVersionArn", "SigningJobArn"]
        .map(|name| object.text(name).is_some())
        .contains(&true);
    Configuration {
        runtime: object.text("Runtime").map(str::to_owned),
        package: object.word("PackageType", &PACKAGES).unwrap_or_default(),
        vpc: object.object("VpcConfig").and_then(|vpc| self::vpc(&vpc)),
        tracing: tracing(object).unwrap_or_default(),
        dead_letters: object
            .object("DeadLetterConfig")
            .and_then(|letters| destination(&letters, "TargetArn", false)),
        environment_key: object.arn("KMSKeyArn"),
        wrapper: object
            .object("Environment")
            .and_then(|environment| wrapper(&environment)),
        file_systems: file_systems(object),
        log_group: logging
            .as_ref()
            .and_then(|logging| log_group(logging, name)),
        log_format: logging.as_ref().and_then(log_format).unwrap_or_default(),
        layers: layers(object),
        durable: object
            .object("DurableConfig")
            .map(|durable| self::durable(&durable)),
        per_tenant: tenancy(object).is_some(),
        snap_start: snap_start(object) == Some(true),
        signed,
        capacity_provider: capacity_provider(object),
    }
}

fn vpc(object: &Object<'_>) -> Option<Vpc> {
    let vpc = Vpc {
        subnets: object.texts("SubnetIds"),
        security_groups: object.texts("SecurityGroupIds"),
        dual_stack: object.is_true("Ipv6AllowedForDualStack"),
    };
    object.ignore(&["VpcId"]);
    object.finish();
    // A function that was taken out of its VPC keeps an empty configuration.
    (!vpc.subnets.is_empty()).then_some(vpc)
}

fn tracing(object: &Object<'_>) -> Option<TracingMode> {
    let object = object.object("TracingConfig")?;
    let modes = [
        ("Active", TracingMode::Active),
        ("PassThrough", TracingMode::PassThrough),
    ];
    let mode = object.word("Mode", &modes);
    object.finish();
    mode
}

/// Of the variables no other is kept: they may be secrets.
fn wrapper(object: &Object<'_>) -> Option<String> {
    if let Some(error) = object.object("Error") {
        let code = error.text("ErrorCode").unwrap_or("without a code");
        object.broken(&format!(
            "Lambda could not decrypt the variables ({code}), so that `AWS_LAMBDA_EXEC_WRAPPER` is not known; \
             list the functions with a role that may use the key"
        ));
    }
    let variables = object.object("Variables");
    object.finish();
    let wrapper = variables?.text("AWS_LAMBDA_EXEC_WRAPPER")?;
    Some(wrapper.to_owned())
}

fn file_systems(object: &Object<'_>) -> Vec<FileSystem> {
    // "Direct reads are active for functions you configure with 512 MB or more of memory."
    // https://docs.aws.amazon.com/lambda/latest/api/API_S3FilesConfig.html
    let roomy = object.number("MemorySize").is_none_or(|size| size >= 512);
    let each = object.objects("FileSystemConfigs");
    let each = each.iter().filter_map(|object| {
        let access_point = object.needed_arn("Arn");
        let direct_read = object.object("S3FilesConfig").and_then(|object| {
            let modes = [("ENABLED", true), ("AUTO", roomy), ("DISABLED", false)];
            let mode = object.word("DirectS3Read", &modes);
            object.finish();
            mode
        });
        object.ignore(&["LocalMountPath"]);
        object.finish();
        let direct_read = direct_read.unwrap_or(roomy);
        object.parsed("Arn", FileSystem::of(access_point?, direct_read))
    });
    each.collect()
}

/// The group, if it is not the one that the function has of its own.
fn log_group(logging: &Object<'_>, name: &str) -> Option<String> {
    let group = logging.text("LogGroup")?;
    let own = group.strip_prefix("/aws/lambda/") == Some(name);
    (!own).then(|| group.to_owned())
}

fn log_format(logging: &Object<'_>) -> Option<LogFormat> {
    let formats = [("Text", LogFormat::Text), ("JSON", LogFormat::Json)];
    let format = logging.word("LogFormat", &formats);
    logging.ignore(&["ApplicationLogLevel", "SystemLogLevel", "LogGroup"]);
    logging.finish();
    format
}

fn layers(object: &Object<'_>) -> Vec<String> {
    let layers = object.objects("Layers");
    let arns = layers.iter().filter_map(|layer| {
        layer.ignore(&["CodeSize", "SigningProfileVersionArn", "SigningJobArn"]);
        let arn = layer.needed("Arn");
        layer.finish();
        arn.map(str::to_owned)
    });
    arns.collect()
}

fn durable(object: &Object<'_>) -> Durable {
    let key = object.arn("KMSKeyArn");
    object.ignore(&["ExecutionTimeout", "RetentionPeriodInDays"]);
    object.finish();
    Durable { key }
}

fn tenancy(object: &Object<'_>) -> Option<()> {
    let object = object.object("TenancyConfig")?;
    let mode = object.word("TenantIsolationMode", &[("PER_TENANT", ())]);
    object.finish();
    mode
}

fn snap_start(object: &Object<'_>) -> Option<bool> {
    let object = object.object("SnapStart")?;
    let applies = object.word("ApplyOn", &[("PublishedVersions", true), ("None", false)]);
    object.ignore(&["OptimizationStatus"]);
    object.finish();
    applies
}

fn capacity_provider(object: &Object<'_>) -> Option<String> {
    let object = object.object("CapacityProviderConfig")?;
    let instances = object.object("LambdaManagedInstancesCapacityProviderConfig");
    object.finish();
    let instances = instances?;
    let arn = instances.text("CapacityProviderArn").map(str::to_owned);
    instances.ignore(&[
        "PerExecutionEnvironmentMaxConcurrency",
        "ExecutionEnvironmentMemoryGiBPerVCpu",
    ]);
    instances.finish();
    arn
}
