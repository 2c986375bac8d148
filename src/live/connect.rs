//! The SDK's standard chain: environment, profiles, SSO, containers, instances; and how patient it is.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::ProvideCredentials;
use aws_sdk_iam::config::{Region, SharedHttpClient};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};

use super::{Connection, Fault};

/// How often a call is made that is throttled, or fails through no fault of its own: with the SDK's growing pauses of at most
/// 20 seconds, more than a minute. A number in the environment or the profile has its way.
const ATTEMPTS: u32 = 8;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the calls are made with.
///
/// # Errors
/// When there are no credentials.
pub(crate) async fn configuration(connection: &Connection) -> Result<SdkConfig, Fault> {
    let patience = TimeoutConfig::builder().operation_attempt_timeout(PATIENCE);
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(http_client())
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
    let provider = sdk.credentials_provider().ok_or(Fault::NoCredentials)?;
    provider
        .provide_credentials()
        .await
        .map_err(|error| Fault::of_credentials(&error))?;
    Ok(patient(sdk))
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
fn http_client() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut builder = Connector::builder().proxy_config(ProxyConfig::from_env());
        builder.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            builder.set_sleep_impl(components.sleep_impl());
        }
        let builder = builder.tls_provider(Provider::Rustls(CryptoMode::Ring));
        builder.build()
    })
}
