//! What running in Lambda means for a role: what it needs that no event shows, and which events were not
//! made by a function at all.

mod floor;
mod function;
mod outside;

pub use floor::{FloorAccess, floor};
pub use function::Function;
pub use outside::{Quarantined, Seen, inside_and_outside};
