//! Use of a role's credentials from outside of a function.

use std::collections::BTreeSet;
use std::fmt;

use super::attribution::{Attribution, NamedFunction};
use super::function::{Function, PackageType};
use crate::iam::{Role, TrustedPrincipal};
use crate::usage::{Assumed, CallSite, Elsewhere, Place, RoleUse, SessionName, Sign, Taker, Use};

/// Calls that were made with a function's credentials, and not by a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// The session that the credentials belong to.
    pub session: SessionName,
    /// The function that they were issued to, if that is known.
    pub function: Option<NamedFunction>,
    /// Where the calls came from; empty where the record does not tell.
    pub address: Box<str>,
    /// The program that made them.
    pub agent: Box<str>,
    /// Why no function made them.
    pub why: WhyOutside,
    /// What they did and tried.
    pub what: Use,
}

/// Why a call was not made by a function.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhyOutside {
    /// Somebody else than Lambda took the role: who.
    TakenBy(Taker),
    /// The program is one that no function runs.
    Program(Sign),
    /// The function's other calls bear Lambda's mark; this program writes it too, and did not; and no call that bears it
    /// came from this address.
    NoMark,
    /// The session has the name of no function, Lambda was seen to take the role for others and not for it, and no call
    /// that bears Lambda's mark came from this address.
    NoFunction,
}

impl fmt::Display for WhyOutside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WhyOutside::TakenBy(by) => write!(
                f,
                "in a session that {} began from {} by {}, not Lambda",
                by.principal, by.address, by.agent
            ),
            WhyOutside::Program(Sign::Console) => f.write_str("through the console"),
            WhyOutside::Program(Sign::OtherSystem) => {
                f.write_str("on a system that Lambda does not have")
            }
            WhyOutside::Program(_) => f.write_str("in another environment than Lambda's"),
            WhyOutside::NoMark => f.write_str(
                "without the mark that the function's other calls bear, and from an address of none of them",
            ),
            WhyOutside::NoFunction => f.write_str(
                "in a session that Lambda did not begin, with the name of no function, and from an address of none",
            ),
        }
    }
}

/// What calls are told apart by: whether they were made by a function.
pub(super) struct Marks<'a> {
    seen: &'a RoleUse,
    assumed: Option<&'a Assumed>,
    attribution: &'a Attribution<'a>,
    /// The sessions of which some calls bear Lambda's mark.
    marked: BTreeSet<&'a SessionName>,
    /// The functions of the role that can have no extension.
    without_extension: BTreeSet<&'a str>,
}

impl<'a> Marks<'a> {
    pub(super) fn of(
        seen: &'a RoleUse,
        assumed: Option<&'a Assumed>,
        functions: &[&'a Function],
        attribution: &'a Attribution<'a>,
    ) -> Self {
        let marked = seen.by.keys().filter(|site| site.place == Place::Function);
        let plain = functions
            .iter()
            .filter(|function| has_no_extension(function));
        Marks {
            seen,
            assumed,
            attribution,
            marked: marked.map(|site| &site.session).collect(),
            without_extension: plain.map(|function| function.name.as_str()).collect(),
        }
    }

    /// Why a call was not made by a function; `None` if any of it is in doubt, for wrongly quarantined use is an outage.
    pub(super) fn outside(&self, site: &CallSite) -> Option<WhyOutside> {
        let by_another = |assumed: &'a Assumed| {
            let by = assumed.by_another(&site.session, site.key.as_ref())?;
            // A name that a function has may be that of a session which Lambda began before the trail does.
            let by_key = site
                .key
                .as_ref()
                .is_some_and(|key| assumed.is_of_another(key));
            let stranger =
                self.attribution.is_no_function(&site.session) && site.issued_to.is_none();
            (by_key || stranger).then(|| WhyOutside::TakenBy(by.clone()))
        };
        if site.place == Place::Lambda {
            return None;
        }
        if let Some(why) = self.assumed.and_then(by_another) {
            return Some(why);
        }
        match &site.place {
            Place::Elsewhere(place) if place.sign.is_certain() => {
                Some(WhyOutside::Program(place.sign))
            }
            Place::Elsewhere(place) if !self.seen.addresses.may_hold(&place.address) => {
                self.without_mark(site, place)
            }
            _ => None,
        }
    }

    /// Of a tool that writes Lambda's mark where it is set, from an address that no marked call came from.
    fn without_mark(&self, site: &CallSite, place: &Elsewhere) -> Option<WhyOutside> {
        let not_begun = self
            .assumed
            .is_some_and(|assumed| assumed.shows_lambda() && !assumed.by_lambda(&site.session));
        let stranger = self.attribution.is_no_function(&site.session);
        if stranger && not_begun && site.issued_to.is_none() {
            return Some(WhyOutside::NoFunction);
        }
        // An extension's process has no mark, though its function has.
        let extension =
            place.sign == Sign::Sdk && !self.without_extension.contains(site.session.as_str());
        (self.marked.contains(&site.session) && !extension).then_some(WhyOutside::NoMark)
    }
}

/// Extensions come in layers and images.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/extensions-configuration.html>
fn has_no_extension(function: &Function) -> bool {
    let configuration = &function.configuration;
    configuration.package == PackageType::Zip && configuration.layers.is_empty()
}

/// Whether nobody but Lambda may take the role.
pub(super) fn is_lambdas_alone(role: &Role) -> bool {
    let edge = |other: &TrustedPrincipal| matches!(other, TrustedPrincipal::Service(name) if name == "edgelambda.amazonaws.com");
    role.trust.others().all(edge)
}
