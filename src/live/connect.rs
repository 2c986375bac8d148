//! The SDK's standard chain: environment, profiles, SSO, containers, instances; and how patient it is.

use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_iam::config::{Region, SharedHttpClient};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, TlsContext, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};

use super::{Connection, Fault, authorities};
use crate::iam::{AccountId, Arn, NotAnArn};

/// How often a call is made that is throttled, or fails through no fault of its own: with the SDK's growing pauses of at most
/// 20 seconds, more than a minute. A number in the environment or the profile has its way.
const ATTEMPTS: u32 = 8;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the calls are made with: the credentials that are configured, or those of the role that they assume.
///
/// # Errors
/// When there are no credentials, or the role cannot be assumed.
pub(crate) async fn configuration(connection: &Connection) -> Result<SdkConfig, Fault> {
    let client = http_client(authorities::trusted()?);
    let patience = TimeoutConfig::builder().operation_attempt_timeout(PATIENCE);
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(client.clone())
        .timeout_config(patience.build());
    if let Some(profile) = &connection.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(first) = connection.regions.first() {
        loader = loader.region(Region::new(first.clone()));
    }
    if let Some(endpoint) = &connection.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    let sdk = loader.load().await;
    let sdk = match &connection.profile {
        Some(profile) => of_profile(&sdk, profile, client),
        None => sdk,
    };
    let provider = sdk.credentials_provider().ok_or(Fault::NoCredentials)?;
    provider
        .provide_credentials()
        .await
        .map_err(|error| Fault::of_credentials(&error))?;
    let sdk = patient(sdk);
    match &connection.role {
        Some((role, external_id)) => assumed(&sdk, role.arn(), external_id.as_deref()).await,
        None => Ok(sdk),
    }
}

/// The same with the credentials of a profile. One that is named goes before keys in the environment, as with the AWS CLI; the SDK
/// would take those of another account.
///
/// <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-options.html>
fn of_profile(sdk: &SdkConfig, profile: &str, client: SharedHttpClient) -> SdkConfig {
    let settings = ProviderConfig::without_region()
        .with_behavior_version(sdk.behavior_version())
        .with_http_client(client)
        .with_region(sdk.region().cloned());
    let provider = ProfileFileCredentialsProvider::builder()
        .configure(&settings)
        .profile_name(profile)
        .build();
    let provider = SharedCredentialsProvider::new(provider);
    sdk.to_builder().credentials_provider(provider).build()
}

/// The same with the credentials of a role, which are made anew before they end.
///
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
async fn assumed(
    sdk: &SdkConfig,
    role: &Arn,
    external_id: Option<&str>,
) -> Result<SdkConfig, Fault> {
    let mut provider = AssumeRoleProvider::builder(role.as_str())
        .session_name("tightrope")
        .configure(sdk);
    if let Some(id) = external_id {
        provider = provider.external_id(id);
    }
    let provider = provider.build().await;
    let tried = provider.provide_credentials().await;
    tried.map_err(|error| Fault::of_assuming(role, &error))?;
    let provider = SharedCredentialsProvider::new(provider);
    Ok(sdk.to_builder().credentials_provider(provider).build())
}

/// Whose account it is, which everybody may ask.
///
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
pub(crate) async fn account(sdk: &SdkConfig) -> Result<AccountId, Fault> {
    let asked = aws_sdk_sts::Client::new(sdk).get_caller_identity();
    let caller = asked.send().await;
    let caller = caller.map_err(|error| Fault::of(&error, "sts:GetCallerIdentity"))?;
    let account = caller.account().unwrap_or_default().parse();
    account.map_err(|error: NotAnArn| Fault::NotUnderstood(error.to_string()))
}

/// The same in another Region.
pub(crate) fn in_region(sdk: &SdkConfig, region: &str) -> SdkConfig {
    let region = Region::new(region.to_owned());
    sdk.to_builder().region(region).build()
}

fn patient(sdk: SdkConfig) -> SdkConfig {
    let nobody_chose = sdk
        .retry_config()
        .is_none_or(|retry| *retry == RetryConfig::standard());
    match nobody_chose {
        true => {
            let retry = RetryConfig::standard().with_max_attempts(ATTEMPTS);
            sdk.to_builder().retry_config(retry).build()
        }
        false => sdk,
    }
}

/// HTTP with TLS by rustls, through the proxy that the environment names.
fn http_client(trusted: TlsContext) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut builder = Connector::builder().proxy_config(ProxyConfig::from_env());
        builder.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            builder.set_sleep_impl(components.sleep_impl());
        }
        let builder = builder.tls_provider(Provider::Rustls(CryptoMode::Ring));
        builder.tls_context(trusted.clone()).build()
    })
}
