//! The laws of policies, at the level of whole documents, against the slow twin.
//!
//! Policies are drawn at random: every element and every operator, from few words, so that they meet. Requests are
//! drawn near them. To try more, give the number of cases of every property: `PROPTEST_CASES=20000 cargo test
//! --release --test policy_laws`.

mod decided;
mod laws;
mod twin;
