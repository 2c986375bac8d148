//! What could not be read of an account, as far as a role may need something for it.

use super::Function;

/// A part of the functions' configuration that could not be read: that it is not known is not that there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// What it is and where, and why it could not be read, in words.
    pub words: String,
    /// Whose it is.
    pub of: Whom,
}

/// Whose configuration is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Any role may have a function that is not known.
    Anyone,
    /// What Lambda polls for the functions of this Region.
    PolledIn(String),
    /// What invokes the functions of this Region, and when.
    InvokedIn(String),
    /// Where the results of this function of a Region go.
    ResultsOf {
        /// Its name.
        function: String,
        /// Its Region.
        region: String,
    },
}

impl Unread {
    /// Whether it may be of one of these functions, the ones of a role that are known. What somebody has said of a function in
    /// another way is known.
    #[must_use]
    pub fn concerns(&self, functions: &[&Function]) -> bool {
        let is_of = |function: &&Function| match &self.of {
            Whom::Anyone => true,
            Whom::PolledIn(region) => {
                function.arn.region() == region && function.event_sources.is_none()
            }
            Whom::InvokedIn(region) => function.arn.region() == region,
            Whom::ResultsOf {
                function: name,
                region,
            } => {
                let this = function.name == *name && function.arn.region() == region;
                this && function.destinations.is_none()
            }
        };
        self.of == Whom::Anyone || functions.iter().any(is_of)
    }
}
