//! Tightrope makes AWS Lambda roles as small as their work.
//!
//! > A policy is a set of requests. A trail is a list of requests.
//! > Least privilege is the smallest policy whose set holds the list.
//!
//! One noun, [`iam::Request`], runs through everything: CloudTrail gives *observed* requests, evaluation
//! gives *sets* of requests, a difference is shown by a *witness* request. An event that reveals only a part
//! of its request stands for every request that it could have been, and a proposal allows them all.
//!
//! # How to read it
//!
//! Data flows one way, and a module imports only what is declared above it here. Above the line nothing
//! touches a file, the clock, the network or the terminal; `tests/architecture.rs` holds both rules.
//!
//! ```text
//! an account ─ live ─► files, as the AWS CLI prints them
//! a bucket, an event history ─ fetch ─► log files, as a trail writes them
//! files ─ trail ─► records ─► usage (events → accesses) ─► what each role was seen to do
//! files ─ account ─► text ─► policies ─► evaluation (one request, or the set of all) ─► what each role is granted
//! files ─ account ─► functions ─ lambda ─► the floor: what their configuration needs, and no event shows
//! files ─ account ─► what IAM says was last accessed: it keeps what the trail does not show, and removes nothing
//! records, trails' selectors ─ coverage ─► what the log could have shown, and what not
//! seen × granted × floor × coverage ─ minimize ─► VerifiedProposal ─ diff, report ─► terminal, Markdown, JSON
//! policies before × after ─ diff ─► gained and lost, each with a witness ─ report ─►
//! files, or a revision ─ code ─► iac ─► roles, policies, functions with places ─ gate ─► findings ─ report ─►
//! policies ─ risk ─► ways to more than they grant, before × after ─ report ─►
//! ```
//!
//! Four rooms carry the rest. [`algebra`] decides whether one set of requests lies within another, and knows no
//! service and no JSON; [`cover`] finds the fewest rectangles that cover a table, and proves it; [`generalize`] finds
//! patterns that match tomorrow's texts as well as those that were seen; neither knows a policy. [`evaluation`] is the only
//! one that knows what a policy means, for one request and for sets.
//!
//! A [`minimize::VerifiedProposal`] has private fields and one constructor, which proves it: it allows
//! nothing that the role was not granted, loses nothing that the role needs of what it was granted, and fits
//! into AWS's limits. Nothing else is ever printed or written as a proposal.

pub mod text;

pub mod iam;

pub mod catalog;

pub mod records;

pub mod usage;

pub mod algebra;

pub mod cover;

pub mod generalize;

pub mod evaluation;

pub mod coverage;

pub mod diff;

pub mod lambda;

pub mod risk;

pub mod iac;

pub mod minimize;

pub mod gate;

pub mod config;

pub mod report;

// ──────── below here only: files, clock, network, terminal

pub mod trail;

pub mod account;

pub mod code;

#[cfg(feature = "aws")]
pub mod live;

#[cfg(feature = "aws")]
pub mod fetch;

pub mod cli;
