//! Exact sets of requests: which strings a pattern allows, which requests a grant allows, and whether one grant lies
//! within another.
//!
//! A request here is an action string, a resource string, and values for condition keys. A [`Product`] is a box of
//! requests, one set a dimension; a [`Grant`] is a union of boxes minus a union of boxes. One question decides
//! everything else: *is there a request in all of these products and in none of those?* ([`find`]). Its answer is a
//! [`Witness`], or the certainty that there is none, or, past a stated budget, neither. Never a guess.
//!
//! ```
//! # use tightrope::algebra::{included, Conditions, Glob, Grant, Product, Strings, Verdict};
//! let read = |resource| {
//!     let product = Product {
//!         action: Strings::AnyOf(vec![Glob::wildcards("s3:get*")]),
//!         resource: Strings::AnyOf(vec![Glob::wildcards(resource)]),
//!         when: Conditions::default(),
//!     };
//!     Grant::new([product], [])
//! };
//! assert_eq!(included(&read("arn:aws:s3:::b/2*"), &read("arn:aws:s3:::b/*"), None), Verdict::Included);
//! let Verdict::Refuted(witness) = included(&read("arn:aws:s3:::b/*"), &read("arn:aws:s3:::b/2*"), None) else {
//!     panic!("the wider grant is not within the narrower one");
//! };
//! assert_eq!(witness.resource, "arn:aws:s3:::b/");
//! ```
//!
//! What is known only at request time (a policy variable) is an [`Unknown`] run: the same wherever it stands. Everything
//! that is shown of it holds whatever it is; where that cannot be shown, the verdict says so.
//!
//! This room knows no service, no ARN and no JSON. The world is open: every string is possible as an action and as a
//! resource, the empty one too; narrow a question with the `within` of [`included`] where that is not meant.

mod budget;
mod chart;
mod contexts;
mod count;
mod covered;
mod glob;
mod hunt;
mod inclusion;
mod meet;
mod minterms;
mod outside;
mod pieces;
mod places;
mod prefixes;
mod request;
mod scale;
mod search;
mod spellings;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_globs;
mod values;

pub use budget::{MOST_MOVES, MOST_STATES, Reason};
pub use count::{Counted, count};
pub use glob::{Glob, Token, Unknown};
pub use inclusion::{Inclusion, Verdict, included};
pub use meet::MOST_PARTS;
pub use request::{Grant, Product, Strings, Witness};
pub use scale::{Limit, Point, Range, Scale};
pub use search::{Beyond, Search, find, several_valued};
pub use values::{Conditions, Share, Test, Values};
