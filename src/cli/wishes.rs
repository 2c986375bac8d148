//! The options that say what is wished of a proposal, for every command that makes one.

use clap::ValueEnum;

use crate::cover::Objective;
use crate::generalize::Level;
use crate::iam::MANAGED_ATTACHMENTS;
use crate::minimize::{MIN_DAYS, Settings, Sharing, Style, Unobservable};

/// What is wished of a proposal.
#[derive(Debug, clap::Args)]
pub(super) struct Wishes {
    /// How far the single resources that were seen become patterns
    #[arg(long, value_enum, default_value_t = Generalize::Typed)]
    generalize: Generalize,

    /// What is to be fewest
    #[arg(long, value_enum, default_value_t = Fewest::Characters)]
    minimize: Fewest,

    /// How statements are laid out
    #[arg(long, value_enum, default_value_t = Layout::Minimal)]
    layout: Layout,

    /// What becomes of a customer managed policy that is attached to several roles
    #[arg(long, value_enum, default_value_t = Shared::Split)]
    shared: Shared,

    /// How many managed policies may be attached to a role, by the account's quota
    #[arg(long, value_name = "NUMBER", default_value_t = MANAGED_ATTACHMENTS)]
    attachments: usize,

    /// What becomes of granted permissions whose use no trail shows
    #[arg(long, value_enum, default_value_t = Unseen::Keep)]
    unobservable: Unseen,

    /// How many days the trail has to span before anything is taken away
    #[arg(long, value_name = "DAYS", default_value_t = MIN_DAYS, value_parser = clap::value_parser!(i32).range(0..))]
    min_days: i32,

    /// Count what IAM says was last accessed (`--last-accessed`) only if it was so on the trail's last day or at most this many
    /// days before it; without it, however long ago
    #[arg(long, value_name = "DAYS", requires = "last_accessed", value_parser = clap::value_parser!(i32).range(0..))]
    last_accessed_days: Option<i32>,

    /// Propose though the evidence is not enough, and say so in the proposal
    #[arg(long)]
    accept_coverage: bool,

    /// Also say which conditions all observed uses met that the proposal does not ask
    #[arg(long)]
    suggest_conditions: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Generalize {
    /// Not at all: tomorrow's object key is denied
    Exact,
    /// Dates, ids, counters and ever new names become wildcards
    Typed,
    /// The resource and the first part of the path stay, the rest is `*`
    Prefix,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Fewest {
    /// Characters, as AWS counts them against its limits
    Characters,
    /// Statements
    Statements,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Layout {
    /// From scratch, one service a statement
    Minimal,
    /// The author's policies, statements, names and order, with what is not needed left out
    Preserve,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shared {
    /// It is detached, and each role gets what it needs of it
    Split,
    /// It stays attached, made smaller for all of its roles together
    Union,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Unseen {
    /// They stay as they are granted
    Keep,
    /// They stay on what other evidence names: other uses and the functions' configuration
    Narrow,
    /// They go
    Remove,
}

impl Wishes {
    /// As the minimizer takes them.
    pub(super) fn settings(&self) -> Settings {
        Settings {
            generalize: match self.generalize {
                Generalize::Exact => Level::Exact,
                Generalize::Typed => Level::Typed,
                Generalize::Prefix => Level::Prefix,
            },
            objective: match self.minimize {
                Fewest::Characters => Objective::Characters,
                Fewest::Statements => Objective::Statements,
            },
            style: match self.layout {
                Layout::Minimal => Style::Minimal,
                Layout::Preserve => Style::Preserve,
            },
            attachments: self.attachments,
            sharing: match self.shared {
                Shared::Split => Sharing::Split,
                Shared::Union => Sharing::Union,
            },
            unobservable: match self.unobservable {
                Unseen::Keep => Unobservable::Keep,
                Unseen::Narrow => Unobservable::Narrow,
                Unseen::Remove => Unobservable::Remove,
            },
            min_days: self.min_days,
            last_accessed_days: self.last_accessed_days,
            accept_coverage: self.accept_coverage,
            suggest_conditions: self.suggest_conditions,
        }
    }
}
