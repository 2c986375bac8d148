//! Which function made a call with a role, and how that is known.

use std::collections::BTreeSet;
use std::fmt;

use super::Function;
use crate::iam::Arn;
use crate::usage::{Assumed, CallSite, FunctionVersion, Place, RoleUse, SessionName};

/// A function, by its ARN where that is known, else by its name, which Lambda gives to its sessions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NamedFunction {
    /// Its ARN, without a version.
    Arn(Arn),
    /// Its name alone.
    Name(SessionName),
}

impl NamedFunction {
    /// The function's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            NamedFunction::Arn(arn) => name_of(arn),
            NamedFunction::Name(name) => name.as_str(),
        }
    }

    /// The function's ARN, if it is known.
    #[must_use]
    pub fn arn(&self) -> Option<&Arn> {
        match self {
            NamedFunction::Arn(arn) => Some(arn),
            NamedFunction::Name(_) => None,
        }
    }
}

/// The name in `arn:aws:lambda:region:account:function:NAME`.
fn name_of(arn: &Arn) -> &str {
    let resource = arn.resource();
    resource.strip_prefix("function:").unwrap_or(resource)
}

/// Who used the function's role: its code, or Lambda itself for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Maker {
    /// The function's code, its extensions, and services that work for them.
    Code,
    /// Lambda: it writes logs, decrypts the environment, polls, sends records, and makes network interfaces.
    Service,
}

impl Maker {
    /// For a program and a reader.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Maker::Code => "code",
            Maker::Service => "service",
        }
    }
}

/// How it is known which function made a call, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KnownBy {
    /// The record says it in `inScopeOf`.
    InScopeOf,
    /// The session's name is that of a function which runs with the role.
    Session,
    /// Lambda took the role for a session of this name, which no known function has.
    AssumeRole,
    /// The session's name alone: the account's functions are not known, or none has this name any more.
    SessionAlone,
    /// One function alone runs with the role.
    OnlyFunction,
}

impl KnownBy {
    /// For a program.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            KnownBy::InScopeOf => "in_scope_of",
            KnownBy::Session => "session_name_and_function",
            KnownBy::AssumeRole => "assume_role",
            KnownBy::SessionAlone => "session_name",
            KnownBy::OnlyFunction => "only_function",
        }
    }

    /// For a reader.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            KnownBy::InScopeOf => "inScopeOf",
            KnownBy::Session => "session name and function",
            KnownBy::AssumeRole => "Lambda's AssumeRole",
            KnownBy::SessionAlone => "session name alone",
            KnownBy::OnlyFunction => "only function of the role",
        }
    }
}

impl fmt::Display for KnownBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// The function that made a call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Attributed {
    /// The function.
    pub function: NamedFunction,
    /// Its version, if the record tells it.
    pub version: Option<FunctionVersion>,
    /// How that is known.
    pub known_by: KnownBy,
}

/// Whether a call was made by a function's code.
#[must_use]
pub fn maker(place: &Place) -> Maker {
    match place {
        Place::Lambda => Maker::Service,
        Place::Function | Place::Unmarked | Place::Elsewhere(_) => Maker::Code,
    }
}

/// What calls of a role are attributed by; nothing but their records, by default.
#[derive(Clone, Debug, Default)]
pub struct Attribution<'a> {
    /// The functions of the account that run with the role, or `None` when nobody said which functions there are.
    functions: Option<BTreeSet<&'a Arn>>,
    /// The functions that records name in `inScopeOf`.
    scoped: BTreeSet<&'a Arn>,
    assumed: Option<&'a Assumed>,
}

impl<'a> Attribution<'a> {
    /// By all that is known of a role's functions: what was seen, who took the role, and the functions of the account that
    /// run with it; `None` when nobody said which functions there are.
    #[must_use]
    pub fn of(
        seen: &'a RoleUse,
        assumed: Option<&'a Assumed>,
        functions: Option<&[&'a Function]>,
    ) -> Self {
        let scoped = seen.by.keys().filter_map(|site| site.issued_to.as_ref());
        Attribution {
            functions: functions.map(|all| all.iter().map(|function| &function.arn).collect()),
            scoped: scoped.map(|issued| &issued.function).collect(),
            assumed,
        }
    }

    /// The function that made the calls of a place, or `None` when that is not known.
    #[must_use]
    pub fn attribute(&self, site: &CallSite) -> Option<Attributed> {
        if let Some(issued) = &site.issued_to {
            return Some(Attributed {
                function: NamedFunction::Arn(issued.function.clone()),
                version: issued.version,
                known_by: KnownBy::InScopeOf,
            });
        }
        let (function, known_by) = self.by_session(site).or_else(|| self.only())?;
        Some(Attributed {
            function,
            version: None,
            known_by,
        })
    }

    /// Whether a session has a name that no function has which is known, and that Lambda does not give to others.
    pub(super) fn is_no_function(&self, session: &SessionName) -> bool {
        self.functions.is_some() && !session.is_of_lambda_itself() && self.named(session).is_empty()
    }

    fn by_session(&self, site: &CallSite) -> Option<(NamedFunction, KnownBy)> {
        let by_key = || self.assumed?.session_of(site.key.as_ref()?);
        let (session, told) = match site.session.as_str() {
            "" => (by_key()?, false),
            _ => (&site.session, true),
        };
        if session.is_of_lambda_itself() {
            return None;
        }
        let taken = self
            .assumed
            .is_some_and(|assumed| assumed.by_lambda(session));
        match self.named(session)[..] {
            [arn] => {
                let known_by = if told {
                    KnownBy::Session
                } else {
                    KnownBy::AssumeRole
                };
                Some((NamedFunction::Arn(arn.clone()), known_by))
            }
            // Functions of several Regions have one name: it could be any.
            [_, _, ..] => None,
            [] if taken => Some((NamedFunction::Name(session.clone()), KnownBy::AssumeRole)),
            [] if self.functions.is_none() || site.place == Place::Function => {
                Some((NamedFunction::Name(session.clone()), KnownBy::SessionAlone))
            }
            [] => None,
        }
    }

    /// The known functions with this name, those of the account before those that records name.
    fn named(&self, session: &SessionName) -> Vec<&'a Arn> {
        let with_name = |all: &BTreeSet<&'a Arn>| -> Vec<&'a Arn> {
            let named = all.iter().filter(|arn| name_of(arn) == session.as_str());
            named.copied().collect()
        };
        let of_account = self.functions.as_ref().map(with_name);
        match of_account {
            Some(found) if !found.is_empty() => found,
            _ => with_name(&self.scoped),
        }
    }

    /// The function that alone runs with the role.
    fn only(&self) -> Option<(NamedFunction, KnownBy)> {
        let functions = self.functions.as_ref()?;
        let mut all = functions.union(&self.scoped);
        match (all.next(), all.next()) {
            (Some(arn), None) => Some((NamedFunction::Arn((*arn).clone()), KnownBy::OnlyFunction)),
            _ => None,
        }
    }
}
