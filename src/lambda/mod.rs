//! What running in Lambda means for a role: what it needs that no event shows, and which events were not
//! made by a function at all.

mod destination;
mod event_source;
mod file_system;
mod floor;
mod function;
mod names;
mod outside;
mod reason;
mod schedule;
mod settings;
#[cfg(test)]
mod tests;
mod triggers;

pub use destination::Destination;
pub use event_source::{EventSource, Kafka, SchemaRegistry, Source};
pub use file_system::FileSystem;
pub use floor::{FloorAccess, Guard, floor, floor_of_any_function};
pub use function::{
    AsyncDestination, Configuration, Durable, Function, LogFormat, Outcome, PackageType,
    TracingMode, Vpc, unqualified,
};
pub use outside::{Quarantined, Seen, inside_and_outside};
pub use reason::{Cause, Reason, Trigger};
pub use schedule::{Rhythm, Schedule};
