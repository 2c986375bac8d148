//! Which single change of the trails would make most permissions decidable.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::unobservable::{BlindOn, Unobservable};
use super::why::Why;
use super::{Coverage, EventClass};
use crate::algebra::Glob;
use crate::catalog::{Catalog, Unseen};
use crate::evaluation::{Granted, action_glob};
use crate::iam::{AccountId, Effect};

/// A change of what the trails of an account record, or of what is known of that.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Record the events of a class, of all resources.
    Record(EventClass),
    /// No longer leave out this event source.
    Include(String),
    /// Say whether the trails record a service's events: they may leave it out.
    Say(String),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Record(class) => write!(f, "record {class}"),
            Change::Include(source) => write!(f, "no longer exclude {source}"),
            Change::Say(service) => write!(
                f,
                "show with --event-selectors that {service} is not excluded"
            ),
        }
    }
}

/// What a change would make decidable: permissions that nothing else keeps from being seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gain {
    /// The account whose trails would be changed.
    pub account: AccountId,
    /// The change.
    pub change: Change,
    /// How many actions of the catalog that roles are granted, counted once a role.
    pub permissions: usize,
    /// Of how many roles.
    pub roles: usize,
}

/// What blinds an action: changes that would help, or nothing that does.
type Blinds = BTreeSet<Option<Change>>;

impl Coverage {
    /// What each single change would make decidable of what these roles are granted, the most first.
    #[must_use]
    pub fn changes<'a>(
        &self,
        roles: impl IntoIterator<Item = (AccountId, &'a Granted)>,
        catalog: &Catalog,
    ) -> Vec<Gain> {
        let mut blinds: BTreeMap<AccountId, BTreeMap<&str, Blinds>> = BTreeMap::new();
        let mut gains: BTreeMap<(AccountId, Change), (usize, usize)> = BTreeMap::new();
        for (account, granted) in roles {
            let of_account = blinds
                .entry(account)
                .or_insert_with(|| self.blinds(account, catalog));
            let mut of_role: BTreeMap<&Change, usize> = BTreeMap::new();
            for (action, by) in of_account.iter() {
                let grants = || {
                    granted
                        .rules(Effect::Allow)
                        .any(|rule| rule.widest.action.contains(action))
                };
                let mut single = by.iter();
                if let (Some(Some(change)), None) = (single.next(), single.next())
                    && grants()
                {
                    *of_role.entry(change).or_default() += 1;
                }
            }
            for (change, permissions) in of_role {
                let (all, roles) = gains.entry((account, change.clone())).or_default();
                *all += permissions;
                *roles += 1;
            }
        }
        let gain = |((account, change), (permissions, roles))| Gain {
            account,
            change,
            permissions,
            roles,
        };
        let mut gains: Vec<Gain> = gains.into_iter().map(gain).collect();
        gains.sort_by_key(|gain| std::cmp::Reverse(gain.permissions));
        gains
    }

    /// What blinds each action of the catalog, by its folded name.
    fn blinds<'c>(&self, account: AccountId, catalog: &'c Catalog) -> BTreeMap<&'c str, Blinds> {
        let mut blinds: BTreeMap<&str, Blinds> = BTreeMap::new();
        // What is not seen on few resources alone, such as access points, leaves the action decidable on the others.
        let few = catalog.unobservable().filter(|row| !row.on.is_empty());
        let few: BTreeSet<_> = few.map(|row| (&row.actions, row.why)).collect();
        let is_few = |one: &Unobservable| match one.reason.why {
            Why::InPart(what) => few.contains(&(&one.actions, Unseen::InPart(what))),
            _ => matches!(one.on, BlindOn::NoResource),
        };
        for one in self
            .unobservable(account, catalog)
            .iter()
            .filter(|one| !is_few(one))
        {
            let change = change(&one.reason.why);
            for action in actions(&action_glob(&one.actions), one, catalog) {
                blinds.entry(action).or_default().insert(change.clone());
            }
        }
        blinds
    }
}

/// The actions of the catalog that a glob matches.
fn actions<'c>(glob: &Glob, of: &Unobservable, catalog: &'c Catalog) -> Vec<&'c str> {
    let action = of.actions.as_action();
    match (action, of.actions.service()) {
        (Some(action), _) => catalog
            .action(&action)
            .map(|facts| facts.folded())
            .into_iter()
            .collect(),
        (None, Some(service)) => {
            let all = catalog
                .actions_of(service)
                .iter()
                .map(|facts| facts.folded());
            all.filter(|action| glob.matches(action)).collect()
        }
        (None, None) => {
            let all = catalog.actions().map(|facts| facts.folded());
            all.filter(|action| glob.matches(action)).collect()
        }
    }
}

/// What would help; `None` if nothing would but time, or nothing at all.
fn change(why: &Why) -> Option<Change> {
    match why {
        Why::NeverLogged | Why::InPart(_) | Why::OnDays { .. } | Why::Accessed(..) => None,
        Why::Excluded(source) => Some(Change::Include(source.clone())),
        Why::LeftOut(service) => Some(Change::Say(service.clone())),
        other => other.class().cloned().map(Change::Record),
    }
}
