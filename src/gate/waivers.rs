//! Findings that somebody has accepted for a time: by a waiver of `tightrope.toml`, or beside the code.

use std::sync::Arc;

use jiff::civil::Date;

use super::findings::{Findings, Says};
use super::{Finding, Settings, Standing, Waiver, named};
use crate::algebra::Glob;
use crate::iac::{Found, Place};
use crate::text::{Position, Span};

/// Where the waivers of the settings stand.
const SETTINGS: &str = "tightrope.toml";

/// A waiver, and where it stands.
pub(super) struct Placed {
    pub(super) waiver: Waiver,
    pub(super) place: Place,
    /// The line of the file of its place that it is about; `None` for one that says where.
    pub(super) line: Option<usize>,
    /// The part of that file that it is about.
    pub(super) within: Option<Span>,
}

impl Placed {
    fn covers(&self, finding: &Finding) -> bool {
        let Waiver {
            check, paths, role, ..
        } = &self.waiver;
        let of_role = |pattern: &String| {
            let named = finding
                .role
                .as_deref()
                .or(finding.place.resource.as_deref());
            named.is_some_and(|name| Glob::wildcards(pattern).matches(name))
        };
        let here = finding.place.file == self.place.file;
        check.id == finding.check.id
            && (paths.is_empty() || paths.iter().any(|path| path.matches(&finding.place.file)))
            && role.as_ref().is_none_or(of_role)
            && self.line.is_none_or(|line| {
                here && (finding.place.line == line || finding.place.line == line + 1)
            })
            && self.within.is_none_or(|within| {
                let starts = finding.place.span.map(|span| span.start);
                // The name of a resource stands before what it is.
                let inside =
                    |at: usize| (within.start.saturating_sub(200)..within.end).contains(&at);
                here && starts.is_some_and(inside)
            })
    }
}

/// The waivers of the settings, each at its place.
fn of_settings(settings: &Settings) -> Vec<Placed> {
    let waivers = settings.waivers.iter().map(|waiver| Placed {
        waiver: waiver.clone(),
        place: Place::in_file(SETTINGS, Position::BEGINNING),
        line: None,
        within: None,
    });
    waivers.collect()
}

/// The waivers beside the code, and what is meant as one and is none, with what is wrong.
#[derive(Default)]
pub(super) struct Beside {
    pub(super) waivers: Vec<Placed>,
    pub(super) broken: Vec<(Place, String)>,
}

impl Beside {
    /// Those under `Metadata` of resources.
    pub(super) fn remarks(&mut self, found: &Found) {
        for remark in &found.remarks {
            self.add(remark.place.clone(), &remark.text, None, Some(remark.about));
        }
    }

    /// Those in the comments of a file.
    pub(super) fn comments(&mut self, file: &Arc<str>, text: &str) {
        for (at, _) in text.match_indices(COMMENT) {
            let before = text[..at].trim_end_matches(' ');
            if !before.ends_with('#') && !before.ends_with("//") {
                continue;
            }
            let said = text[at + COMMENT.len()..]
                .lines()
                .next()
                .unwrap_or_default();
            let position = Position::of(text, at);
            let place = Place {
                span: Some((at..at + COMMENT.len() + said.len()).into()),
                ..Place::in_file(Arc::clone(file), position)
            };
            self.add(place, said.trim(), Some(position.line), None);
        }
    }

    fn add(&mut self, place: Place, said: &str, line: Option<usize>, within: Option<Span>) {
        match of_comment(said) {
            Ok(waiver) => self.waivers.push(Placed {
                waiver,
                place,
                line,
                within,
            }),
            Err(rule) => self.broken.push((place, rule)),
        }
    }
}

/// What begins a waiver in a comment.
const COMMENT: &str = "tightrope: ";

/// Accepts what waivers cover, and adds a finding for each waiver whose time is over, and for each that covers nothing.
pub(super) fn waive(
    findings: &mut Vec<Finding>,
    beside: &Beside,
    today: Date,
    settings: &Settings,
) {
    let mut of_waivers = Findings::new(settings);
    for (place, rule) in &beside.broken {
        let says = Says {
            about: rule.clone(),
            ..Says::at(place, format!("it is no waiver: {rule}"))
        };
        of_waivers.add("unused-waiver", says);
    }
    for placed in of_settings(settings).iter().chain(&beside.waivers) {
        let covered = findings.iter_mut().filter(|finding| placed.covers(finding));
        let mut covers = false;
        for finding in covered {
            covers = true;
            if placed.waiver.expires >= today {
                finding.standing = Standing::Waived {
                    owner: placed.waiver.owner.clone(),
                    reason: placed.waiver.reason.clone(),
                    expires: placed.waiver.expires,
                };
            }
        }
        let (id, says) = match (covers, placed.waiver.expires < today) {
            (true, false) => continue,
            (true, true) => ("expired-waiver", over(&placed.waiver)),
            (false, _) => ("unused-waiver", nothing(&placed.waiver)),
        };
        of_waivers.add(
            id,
            Says {
                about: format!("{} {}", placed.waiver.check.id, placed.waiver.reason),
                ..Says::at(&placed.place, says)
            },
        );
    }
    findings.extend(of_waivers.finish());
}

fn over(waiver: &Waiver) -> String {
    let Waiver {
        check,
        owner,
        reason,
        expires,
        ..
    } = waiver;
    format!(
        "the waiver of {owner} for `{}` ended on {expires}: {reason}",
        check.id
    )
}

fn nothing(waiver: &Waiver) -> String {
    format!(
        "the waiver of {} for `{}` accepts nothing",
        waiver.owner, waiver.check.id
    )
}

/// A waiver that stands in a comment: `# tightrope: no-wildcard-resource, orders-team, until 2027-01-31: the table has no name yet`.
/// It covers the line that it stands in, and the next.
///
/// # Errors
/// What is wrong with it.
fn of_comment(comment: &str) -> Result<Waiver, String> {
    const FORM: &str = "write `tightrope: CHECK, OWNER, until 2027-01-31: REASON`";
    let (head, reason) = comment.split_once(": ").ok_or(FORM)?;
    let parts: Vec<_> = head.split(',').map(str::trim).collect();
    let [id, owner, until] = parts.as_slice() else {
        return Err(FORM.to_owned());
    };
    let check = named(id)?;
    let day = until.strip_prefix("until ").ok_or(FORM)?;
    let expires = day
        .trim()
        .parse()
        .map_err(|_| format!("`{day}` is no day; {FORM}"))?;
    let reason = reason.trim();
    if owner.is_empty() || reason.is_empty() {
        return Err(format!("a waiver says who answers for it, and why; {FORM}"));
    }
    Ok(Waiver {
        check,
        paths: Vec::new(),
        role: None,
        owner: (*owner).to_owned(),
        reason: reason.to_owned(),
        expires,
    })
}
