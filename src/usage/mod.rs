//! One CloudTrail record → [`Event`] → what IAM authorised, or the reason why that cannot be said.
//!
//! No event is dropped silently: every record that is pushed into a [`Usage`] is counted in exactly one
//! place, and [`Counts::events`] is their sum.

mod event;
mod lenient;
mod observe;
mod parameters;
mod placeholders;
mod resources;
mod site;
mod tally;
mod template;

pub use event::{Caller, Event, EventId, Kind, NotAnEvent};
pub use observe::{Access, Observation, On, SetAside, observe};
pub use site::CallSite;
pub use tally::{Counts, Evidence, RoleUse, Scope, Usage};

#[cfg(test)]
mod tests;
