//! One CloudTrail record → [`Event`] → what IAM authorised, or the reason why that cannot be said.
//!
//! No event is dropped silently: every record that is pushed into a [`Usage`] is counted in exactly one
//! place, and [`Counts::events`] is their sum.

mod access;
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
mod keys;
mod known;
mod lenient;
mod models;
mod names;
mod observe;
mod parameters;
mod placeholders;
mod recorded;
mod resources;
mod rules;
mod site;
mod tagged;
mod tally;
mod template;
mod values;

pub use access::{Access, Necessity, Observed, On};
pub use context::{Context, Presence};
pub use event::{Caller, Category, Event, EventId, Kind, NotAnEvent};
pub use evidence::Evidence;
pub use known::Known;
pub use names::ArnNames;
pub use observe::{Observation, SetAside, observe};
pub use recorded::{DaySet, Recorded, RegionLog};
pub use site::CallSite;
pub use tally::{Counts, RoleUse, Scope, Usage};

#[cfg(test)]
mod tests;
