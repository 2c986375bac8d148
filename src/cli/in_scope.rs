//! The options that say which roles are asked for, for every command that asks a live account.

use crate::live::{Scope, Tag};

/// Which roles are asked for, and the functions that run with them. Of the others, no proposal is made from the files
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Which roles")]
pub(super) struct InScope {
    /// Only roles whose names match, with `*` and `?`; may be repeated
    #[arg(long, value_name = "PATTERN")]
    role: Vec<String>,

    /// Only roles whose paths begin so, such as `/service-role/`
    #[arg(long, value_name = "PREFIX")]
    path: Option<String>,

    /// Only roles that have this tag, with any value if none is given; may be repeated, and then have them all
    #[arg(long, value_name = "KEY[=VALUE]")]
    tag: Vec<Tag>,

    /// Leave out roles that have this tag
    #[arg(long, value_name = "KEY[=VALUE]", default_value = "tightrope=off")]
    opt_out_tag: Tag,
}

impl InScope {
    pub(super) fn scope(&self) -> Scope {
        Scope {
            names: self.role.clone(),
            path: self.path.clone(),
            tags: self.tag.clone(),
            opt_out: self.opt_out_tag.clone(),
        }
    }
}
