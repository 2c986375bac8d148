//! Whose credentials they are.

use aws_config::SdkConfig;

use super::{Connection, Fault, NotPulled, connect};
use crate::iam::{AccountId, NotAnArn};

/// The account of the credentials.
pub(crate) async fn caller(sdk: &SdkConfig) -> Result<AccountId, Fault> {
    let client = aws_sdk_sts::Client::new(sdk);
    let identity = client.get_caller_identity().send().await;
    let identity = identity.map_err(|error| Fault::of(&error, "sts:GetCallerIdentity"))?;
    let account = identity.account().unwrap_or_default().parse();
    account.map_err(|error: NotAnArn| Fault::NotUnderstood(error.to_string()))
}

/// The account that a connection asks.
///
/// # Errors
/// When no call can be made.
pub fn account(connection: &Connection) -> Result<AccountId, NotPulled> {
    super::runtime()?.block_on(async {
        let sdk = connect::configuration(connection).await?;
        Ok(caller(&sdk).await?)
    })
}
