//! The options that say how AWS is reached, for every command that calls it.

use crate::live::Connection;

/// How AWS is reached.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "How AWS is reached")]
pub(super) struct Connected {
    /// The profile of the AWS configuration
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// A Region that is asked; may be repeated. Without it, the one that is configured
    #[arg(long, value_name = "REGION")]
    region: Vec<String>,

    /// Where to send all calls instead of to AWS
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
}

impl Connected {
    pub(super) fn connection(&self) -> Connection {
        Connection {
            profile: self.profile.clone(),
            regions: self.region.clone(),
            endpoint: self.endpoint_url.clone(),
            role: None,
        }
    }
}
