//! What IAM says roles last accessed: `aws iam get-service-last-accessed-details`.
//!
//! The output does not say of which role it is. The name of its file does, as `tightrope account pull --last-accessed` gives it,
//! or a member `Arn` or `RoleName` that somebody put beside; else the role that the output says accessed something.
//!
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html>
//! <https://docs.aws.amazon.com/cli/latest/reference/iam/get-service-last-accessed-details.html>

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::AccountError;
use super::object::{Answer, Object};
use super::sources::{describe, files, parsed};
use crate::iam::{Action, Arn, Role, RoleId};
use crate::text::Node;
use crate::usage::{LastAccess, LastAccessed};

/// What a file should be.
const EXPECTED: &str = "expected the output of `aws iam get-service-last-accessed-details`, an object with \
                        `ServicesLastAccessed`";

/// What the files say of each of these roles, and what is wrong with them. In a folder, a file that holds nothing of the kind
/// is a problem, and the others count.
///
/// # Errors
/// When a path cannot be read, or a file that was named holds nothing of the kind.
pub(super) fn read(
    paths: &[PathBuf],
    roles: &[Role],
) -> Result<(BTreeMap<RoleId, LastAccessed>, Vec<String>), AccountError> {
    let mut reading = Reading {
        roles,
        said: BTreeMap::new(),
        problems: Vec::new(),
    };
    for path in paths {
        if !path.is_dir() {
            reading.file(path)?;
            continue;
        }
        for file in files(path)? {
            if let Err(error) = reading.file(&file) {
                reading.problems.push(format!("{error}; it is left out"));
            }
        }
    }
    Ok((reading.said, reading.problems))
}

struct Reading<'a> {
    roles: &'a [Role],
    said: BTreeMap<RoleId, LastAccessed>,
    problems: Vec<String>,
}

impl<'a> Reading<'a> {
    fn file(&mut self, path: &Path) -> Result<(), AccountError> {
        let (text, node) = parsed(path, EXPECTED)?;
        let is_of_kind = |name| Node::get(&node, name).is_some();
        if !["ServicesLastAccessed", "JobStatus"]
            .into_iter()
            .any(is_of_kind)
        {
            return Err(AccountError::OtherShape {
                path: path.to_owned(),
                expected: EXPECTED,
                found: describe(&node),
            });
        }
        let answer = Answer {
            path,
            text: &text,
            problems: RefCell::default(),
        };
        self.details(&Object::new(&answer, &node, "last-accessed details"), path);
        self.problems.extend(answer.problems.into_inner());
        Ok(())
    }

    fn details(&mut self, details: &Object<'_>, path: &Path) {
        match details.text("JobStatus") {
            Some("IN_PROGRESS") => {
                return details.broken(
                    "IAM was still at work, so nothing of it counts; ask again with the same job when `JobStatus` is COMPLETED",
                );
            }
            Some("FAILED") => {
                let error = details.object("Error");
                let error = error.and_then(|error| error.text("Message"));
                return details.broken(&format!(
                    "IAM failed ({}), so nothing of it counts; begin anew with `aws iam generate-service-last-accessed-details`",
                    error.unwrap_or("it does not say why")
                ));
            }
            _ => {}
        }
        if details.is_true("IsTruncated") {
            details.broken(
                "this is one page of several, and what stands on the others is not known; ask again with `--max-items 1000`",
            );
        }
        let services = services(details);
        let Some(role) = self.role(details, path, &services) else {
            return;
        };
        let said = self.said.entry(role.id.clone()).or_default();
        for service in services {
            service.note(role, said);
        }
    }

    /// The role that a file is of.
    fn role(
        &self,
        details: &Object<'_>,
        path: &Path,
        services: &[Service<'_>],
    ) -> Option<&'a Role> {
        let arn = details.arn("Arn");
        let name = details.text("RoleName").map(str::to_owned);
        let file = path
            .file_stem()
            .map(|name| name.to_string_lossy().into_owned());
        let name = name.or(file).unwrap_or_default();
        let is_named = |role: &&Role| match &arn {
            Some(arn) => role.arn == *arn,
            None => role.id.name() == name,
        };
        let entities: BTreeSet<_> = services.iter().flat_map(Service::entities).collect();
        let is_the_one = |role: &&Role| arn.is_none() && entities.iter().eq([&role.id]);
        let named = only(self.roles.iter().filter(is_named));
        let found = named.or_else(|| only(self.roles.iter().filter(is_the_one)));
        if found.is_none() {
            let of = arn.map_or(name, |arn| arn.to_string());
            details.broken(&format!(
                "the account data has no role `{of}`, so it is left out; name the file after its role, `<role>.json`"
            ));
        }
        found
    }
}

/// The one of them, if there is one and no more.
fn only<'a>(mut roles: impl Iterator<Item = &'a Role>) -> Option<&'a Role> {
    let first = roles.next()?;
    roles.next().is_none().then_some(first)
}

/// A service that the role may use, with those of its actions that IAM tracks.
struct Service<'a> {
    prefix: &'a str,
    itself: Object<'a>,
    actions: Vec<Object<'a>>,
}

fn services<'a>(details: &Object<'a>) -> Vec<Service<'a>> {
    let services = details.objects("ServicesLastAccessed").into_iter();
    let service = |mut itself: Object<'a>| {
        let prefix = itself.needed("ServiceNamespace")?;
        itself.call(format!("service {prefix}"));
        Some(Service {
            prefix,
            actions: itself.objects("TrackedActionsLastAccessed"),
            itself,
        })
    };
    services.filter_map(service).collect()
}

impl Service<'_> {
    /// The roles that it says accessed something.
    fn entities(&self) -> impl Iterator<Item = RoleId> {
        let of_actions = self.actions.iter();
        let of_actions = of_actions.filter_map(|action| action.text("LastAccessedEntity"));
        let all = self.itself.text("LastAuthenticatedEntity").into_iter();
        let all = all.chain(of_actions);
        all.filter_map(|entity| RoleId::of(&entity.parse::<Arn>().ok()?).ok())
    }

    /// What it says of a role. A time that another accessed something is not this role's.
    fn note(&self, role: &Role, said: &mut LastAccessed) {
        let names = [
            "LastAuthenticated",
            "LastAuthenticatedRegion",
            "LastAuthenticatedEntity",
        ];
        if let Some(last) = last_access(&self.itself, names, role) {
            said.note_service(self.prefix, last);
        }
        let names = [
            "LastAccessedTime",
            "LastAccessedRegion",
            "LastAccessedEntity",
        ];
        for tracked in &self.actions {
            let Some(last) = last_access(tracked, names, role) else {
                continue;
            };
            let Some(name) = tracked.needed("ActionName") else {
                continue;
            };
            let action = match name.contains(':') {
                true => name.parse(),
                false => Action::new(self.prefix, name),
            };
            let action = action.map_err(|error| error.to_string());
            if let Some(action) = tracked.parsed("ActionName", action) {
                said.note_action(action, last);
            }
        }
    }
}

/// The last access of a role, by the members with its time, its Region and who it was; `None` if there was none.
fn last_access(
    of: &Object<'_>,
    [time, region, entity]: [&'static str; 3],
    role: &Role,
) -> Option<LastAccess> {
    let text = of.text(time)?;
    let parsed = text.parse().map_err(|error: jiff::Error| error.to_string());
    let last = LastAccess {
        time: of.parsed(time, parsed)?,
        region: of.text(region).map(str::to_owned),
    };
    match of.arn(entity) {
        Some(other) if RoleId::of(&other).as_ref() != Ok(&role.id) => {
            of.broken(&format!(
                "`{entity}` is {other} and not {}, so it is left out: is the file named after another role?",
                role.arn
            ));
            None
        }
        _ => Some(last),
    }
}
