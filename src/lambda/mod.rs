//! What running in Lambda means for a role: what it needs that no event shows, and which events were not
//! made by a function at all.

mod attribution;
mod decisions;
mod destination;
mod event_source;
mod file_system;
mod floor;
mod function;
mod names;
mod outside;
mod reason;
mod schedule;
mod seen;
mod settings;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_seen;
mod triggers;
mod unread;

pub use attribution::{Attributed, Attribution, KnownBy, Maker, NamedFunction, maker};
pub use decisions::{Decisions, NotASessionPattern, SessionPattern};
pub use destination::Destination;
pub use event_source::{EventSource, Kafka, SchemaRegistry, Source};
pub use file_system::FileSystem;
pub use floor::{FloorAccess, Guard, floor, floor_of_any_function};
pub use function::{
    AsyncDestination, Configuration, Durable, Function, LogFormat, Outcome, PackageType,
    TracingMode, Vpc, unqualified,
};
pub use outside::{Outside, WhyOutside};
pub use reason::{Cause, Reason, Trigger};
pub use schedule::{Rhythm, Schedule};
pub use seen::{FunctionSeen, Seen, Whose, WhyCounted, inside_and_outside};
pub use unread::{Unread, Whom};
