//! What a proposal rests on.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use jiff::civil::Date;

use crate::catalog::Catalog;
use crate::coverage::{self, Coverage};
use crate::evaluation::Granted;
use crate::iam::{AccountId, Arn, Role, RoleId};
use crate::lambda::{
    Decisions, FloorAccess, Function, NamedFunction, Seen, Unread, Whose, floor,
    floor_of_any_function, inside_and_outside,
};
use crate::usage::{Access, Evidence, LastAccessed, Necessity, RoleUse, Usage, Use};

use super::NoProposal;
use super::accessed::{Accessed, Said};
use super::anywhere::Anywhere;
use super::gather::{Facts, needs, remember};
use super::meeting::met;
use super::need::{Ground, Need};
use super::neighbours::Neighbours;
use super::objection::{Objection, to_the_gaps, to_the_time, to_the_unread};
use super::settings::Settings;

/// All that is known beside the role.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// What the trail shows.
    pub usage: &'a Usage,
    /// What the trail could have shown.
    pub coverage: Coverage,
    /// What AWS has.
    pub catalog: &'a Catalog,
    /// What is known to be somebody else's.
    pub neighbours: Neighbours,
    /// The functions that run with each role, as far as they are known.
    pub functions: BTreeMap<RoleId, Vec<&'a Function>>,
    /// What IAM says that roles last accessed, if it was asked.
    pub last_accessed: Option<&'a BTreeMap<RoleId, LastAccessed>>,
    /// What could not be read of the functions' configuration.
    pub unread: Vec<Unread>,
    /// What a person decided of the use of roles.
    pub decisions: Decisions,
    /// The function for whose use alone is asked, or `None` for that of all.
    pub only: Option<NamedFunction>,
    /// What the trail could not have shown, worked out once an account.
    unobservable: RefCell<BTreeMap<AccountId, Rc<[coverage::Unobservable]>>>,
    anywhere: Anywhere<'a>,
}

impl<'a> Known<'a> {
    /// What a trail shows, what AWS has, and the ARNs of what else the account has: its functions, say. No pattern is
    /// proposed that would let a role at one of those without having used it.
    #[must_use]
    pub fn new(
        usage: &'a Usage,
        catalog: &'a Catalog,
        account: impl IntoIterator<Item = &'a Arn>,
    ) -> Self {
        Known {
            usage,
            coverage: Coverage::of_log(&usage.recorded),
            catalog,
            neighbours: Neighbours::new(usage, account),
            functions: BTreeMap::new(),
            last_accessed: None,
            unread: Vec::new(),
            decisions: Decisions::default(),
            only: None,
            unobservable: RefCell::default(),
            anywhere: Anywhere::new(catalog),
        }
    }

    /// With what is known of the trails beside what their log proves.
    #[must_use]
    pub fn covered(mut self, coverage: Coverage) -> Self {
        self.coverage = coverage;
        self.unobservable = RefCell::default();
        self
    }

    /// With these functions: what their configuration needs of their roles is kept. Of a role without one among them
    /// nothing is known, and it keeps what every function may need.
    #[must_use]
    pub fn running(mut self, functions: impl IntoIterator<Item = &'a Function>) -> Self {
        for function in functions {
            let of_role = self.functions.entry(function.role.clone()).or_default();
            of_role.push(function);
        }
        self
    }

    /// With what IAM says that roles last accessed: it is kept where the trail does not show it.
    #[must_use]
    pub fn remembering(mut self, last_accessed: &'a BTreeMap<RoleId, LastAccessed>) -> Self {
        self.last_accessed = Some(last_accessed);
        self
    }

    /// Without this of the functions' configuration, which could not be read.
    #[must_use]
    pub fn lacking(mut self, unread: impl IntoIterator<Item = Unread>) -> Self {
        self.unread.extend(unread);
        self
    }

    /// What a person decided of the use of roles.
    #[must_use]
    pub fn deciding(mut self, decisions: Decisions) -> Self {
        self.decisions = decisions;
        self
    }

    /// For one function alone: its use and its configuration. Use of which it is not known whose it is counts too.
    #[must_use]
    pub fn only(mut self, function: NamedFunction) -> Self {
        self.only = Some(function);
        self
    }

    /// What a role was seen to do, by who did it.
    #[must_use]
    pub fn seen(&self, role: &Role) -> Seen {
        let nothing = RoleUse::default();
        let used = self.usage.roles.get(&role.id).unwrap_or(&nothing);
        let functions = self.functions.get(&role.id);
        let functions = functions.map(Vec::as_slice).unwrap_or_default();
        let whose = Whose {
            functions: (!self.functions.is_empty()).then_some(functions),
            assumed: self.usage.assumed.get(&role.id),
            decisions: &self.decisions,
            only: self.only.as_ref(),
        };
        inside_and_outside(role, used, &whose)
    }

    /// The functions of a role that are asked for, as far as they are known.
    #[must_use]
    pub fn functions_of(&self, role: &RoleId) -> Vec<&'a Function> {
        let functions = self.functions.get(role).into_iter().flatten();
        let asked = |function: &&Function| match &self.only {
            Some(only) => only.arn() == Some(&function.arn),
            None => true,
        };
        functions.copied().filter(asked).collect()
    }

    /// What the trail could not have shown of an account.
    fn unobservable(&self, account: AccountId) -> Rc<[coverage::Unobservable]> {
        let mut known = self.unobservable.borrow_mut();
        let of_account = known.entry(account).or_insert_with(|| {
            let unobservable = self.coverage.unobservable(account, self.catalog);
            unobservable.into()
        });
        Rc::clone(of_account)
    }

    fn floor(&self, role: &RoleId) -> Vec<FloorAccess> {
        let functions = self.functions_of(role);
        match functions.is_empty() {
            true => floor_of_any_function(),
            false => floor(&functions),
        }
    }
}

/// What a role was granted, what was seen of it, and what has to be kept: a proposal's premises.
#[derive(Clone, Debug)]
pub struct Premises {
    /// What the role's policies allow.
    pub granted: Granted,
    /// How many calls show what a function does with the role.
    pub calls: u64,
    /// What was seen.
    pub seen: Seen,
    /// The days in UTC of which the trail has any event, by whomever, in order.
    pub days: Vec<Date>,
    /// What spoke against a proposal and was accepted.
    pub accepted: Vec<Objection>,
    /// Everything that must stay allowed where it is granted.
    pub needs: Vec<Need>,
    /// Authorised accesses whose action the role's own policies do not grant at all: a resource-based policy
    /// did, or a policy that was changed since.
    pub missing: Vec<(Access, Evidence)>,
    /// What IAM says that the role last accessed of what it is granted, and what became of that.
    pub accessed: Vec<Accessed>,
    /// What the functions' configuration needs, granted or not.
    pub configured: Vec<FloorAccess>,
    /// What the functions' configuration does not work without and the role's own policies do not grant at all: it
    /// works only where the resource's own policy grants it.
    pub unmet: Vec<FloorAccess>,
}

impl Premises {
    /// How many needs there are only because no trail shows whether they are used.
    pub(super) fn unseen(&self) -> usize {
        let unseen = |need: &&Need| matches!(need.ground, Ground::Unobservable(_));
        self.needs.iter().filter(unseen).count()
    }

    /// What is known of a role, or why that is not enough for a proposal.
    pub(super) fn of(
        role: &Role,
        known: &Known<'_>,
        settings: &Settings,
    ) -> Result<Self, NoProposal> {
        let used = known.usage.roles.get(&role.id);
        let seen = known.seen(role);
        let calls = seen.calls;
        let days: Vec<Date> = known.usage.days.iter().copied().collect();
        let of_use = match used {
            None => Some(Objection::NothingSeen),
            Some(used) => (calls == 0).then(|| Objection::NoUse {
                events: used.by.values().map(Use::events).sum(),
            }),
        };
        let objections = of_use.into_iter();
        let functions = known.functions_of(&role.id);
        let window = known.coverage.window_of(role.id.account());
        let of_time = to_the_time((role, &functions), window, settings.min_days);
        let of_gaps = to_the_gaps(known.coverage.extent(role.id.account()));
        let of_functions = to_the_unread(&functions, &known.unread);
        let of_regions = known.coverage.confined(role.id.account());
        let of_regions = of_regions.map(Objection::Confined);
        let objections = objections.chain(of_time).chain(of_gaps);
        let objections = objections.chain(of_regions).chain(of_functions);
        let accepted = match settings.accept_coverage {
            true => objections.collect(),
            false => match { objections }.next() {
                Some(objection) => return Err(NoProposal::NotEnough(objection)),
                None => Vec::new(),
            },
        };
        let granted = Granted::of_role(role)?;
        if granted.grant().allow.is_empty() {
            return Err(NoProposal::GrantsNothing);
        }
        let floor = known.floor(&role.id);
        let unseen = known.unobservable(role.id.account());
        let facts = Facts {
            catalog: known.catalog,
            unseen: &unseen,
            floor: &floor,
            unobservable: settings.unobservable,
            anywhere: &known.anywhere,
        };
        let (mut needs, missing) = needs(&granted, &seen, facts);
        let said = Said::of(&role.id, known, settings);
        let accessed = remember(&mut needs, &said, (&granted, &seen), facts);
        let unmet = floor.iter().filter(|access| {
            let met = met(Need::of_floor(access), &granted);
            access.need == Necessity::Certain && !met.iter().any(|need| need.is_granted(&granted))
        });
        Ok(Premises {
            calls,
            days,
            accepted,
            needs,
            missing,
            accessed,
            unmet: unmet.cloned().collect(),
            configured: floor,
            granted,
            seen,
        })
    }
}
