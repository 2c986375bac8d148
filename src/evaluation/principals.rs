//! Whom a statement of a resource-based policy speaks of.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use crate::iam::{Arn, NamedPrincipal, Principals, RoleId};

/// How a statement names the principal of a request, from the least to the most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Named {
    /// Not at all.
    #[default]
    No,
    /// By its account: that leaves it to the account's own policies to allow.
    ByAccount,
    /// By the role that it is a session of: boundary and session policies still limit it.
    ByRole,
    /// Itself, or with everyone.
    Itself,
}

/// How a statement that allows names the principal.
pub(super) fn allowed(principals: &Principals, principal: &Arn) -> Named {
    match principals {
        Principals::Only(named) => most(named, principal),
        // It names nobody, so it does not pass by a boundary.
        Principals::AllBut(named) if most(named, principal) == Named::No => Named::ByRole,
        Principals::AllBut(_) => Named::No,
    }
}

/// Whether a statement that denies means the principal.
///
/// "NotPrincipal with a Deny effect will always deny any IAM principal that has a permissions boundary policy attached,
/// regardless of the values specified in the NotPrincipal element."
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
pub(super) fn denied(principals: &Principals, principal: &Arn, has_boundary: bool) -> bool {
    match principals {
        Principals::Only(named) => most(named, principal) > Named::No,
        // An account in the list stands beside the principals of it that are meant, and does not spare the others.
        Principals::AllBut(named) => has_boundary || most(named, principal) < Named::ByRole,
    }
}

fn most(named: &[NamedPrincipal], principal: &Arn) -> Named {
    let each = named.iter().map(|named| how(named, principal));
    each.max().unwrap_or_default()
}

fn how(named: &NamedPrincipal, principal: &Arn) -> Named {
    let role = |arn: &Arn| RoleId::of(arn).ok();
    match named {
        NamedPrincipal::Everyone => Named::Itself,
        NamedPrincipal::Account(account) if principal.account() == Some(*account) => {
            Named::ByAccount
        }
        NamedPrincipal::Arn(arn) if arn.service() == "iam" && role(arn).is_some() => {
            match role(arn) == role(principal) {
                true => Named::ByRole,
                false => Named::No,
            }
        }
        NamedPrincipal::Arn(arn) if arn == principal => Named::Itself,
        NamedPrincipal::Account(_)
        | NamedPrincipal::Arn(_)
        | NamedPrincipal::Service(_)
        | NamedPrincipal::Other(_) => Named::No,
    }
}
