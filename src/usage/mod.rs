//! One CloudTrail record → [`Event`] → what IAM authorised, or the reason why that cannot be said.
//!
//! No event is dropped silently: every record that is pushed into a [`Usage`] is counted in exactly one
//! place, and [`Counts::events`] is their sum.

mod access;
mod assumed;
mod call;
mod context;
mod cover;
mod denial;
mod event;
mod evidence;
mod families;
mod filling;
mod forms;
mod gateway;
mod identity;
mod keys;
mod known;
mod last_accessed;
mod lenient;
mod models;
mod names;
mod observe;
mod parameters;
mod placeholders;
mod recorded;
mod resources;
mod role_use;
mod rules;
mod site;
mod tagged;
mod tally;
mod template;
mod tools;
mod values;

pub use access::{Access, Necessity, Observed, On};
pub use assumed::{Assumed, Taker};
pub use context::{Context, Presence};
pub use event::{Category, Event, EventId, Kind, NotAnEvent};
pub use evidence::{Evidence, Span};
pub use identity::{AccessKeyId, Caller, FunctionVersion, IssuedTo, SessionName};
pub use known::Known;
pub use last_accessed::{LastAccess, LastAccessed};
pub use names::ArnNames;
pub use observe::{Observation, SetAside, observe};
pub use recorded::{DaySet, Recorded, RegionLog};
pub use role_use::{Addresses, RoleUse, Use};
pub use site::{CallSite, Elsewhere, Place};
pub use tally::{Counts, Scope, Usage};
pub use tools::Sign;

#[cfg(test)]
mod tests;
