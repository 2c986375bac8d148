//! The options by which a person decides of a role's use, for every command that proposes.

use anyhow::bail;

use crate::lambda::{Decisions, SessionPattern};
use crate::usage::Usage;

/// How many sessions an error names.
const NAMED: usize = 20;

/// What a person decides of the use of roles.
#[derive(Debug, clap::Args)]
pub(super) struct Decided {
    /// Grant what was done with a function's credentials from outside of it, instead of quarantining it
    #[arg(long)]
    count_outside_use: bool,

    /// Leave out the use of the session with this name, or with `*` at its end of all that begin so; may be repeated
    #[arg(long, value_name = "NAME")]
    exclude_session: Vec<SessionPattern>,
}

impl Decided {
    /// As they are, if each session that they name was seen.
    pub(super) fn of(&self, usage: &Usage) -> anyhow::Result<Decisions> {
        let sessions = usage.sessions();
        let unmatched =
            |pattern: &&SessionPattern| !sessions.iter().any(|name| pattern.matches(name));
        if let Some(unknown) = self.exclude_session.iter().find(unmatched) {
            let named: Vec<_> = sessions
                .iter()
                .take(NAMED)
                .map(ToString::to_string)
                .collect();
            let more = match sessions.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            bail!(
                "no session of the roles that are asked for matches `--exclude-session {unknown}`; there are: {}{more}",
                named.join(", ")
            );
        }
        Ok(Decisions {
            count_outside_use: self.count_outside_use,
            excluded: self.exclude_session.clone(),
        })
    }
}
