//! What is asked of a proposal.

use crate::cover::Objective;
use crate::generalize::Level;
use crate::iam::MANAGED_ATTACHMENTS;

/// What is asked of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How far single resources become patterns.
    pub generalize: Level,
    /// What is to be fewest.
    pub objective: Objective,
    /// How statements are laid out.
    pub style: Style,
    /// How many managed policies may be attached to a role.
    pub attachments: usize,
    /// What becomes of a policy that several roles share.
    pub sharing: Sharing,
    /// What becomes of what no trail shows.
    pub unobservable: Unobservable,
    /// How many days the evidence has to span, the first and the last included.
    pub min_days: i32,
    /// How many days before the trail's last day something may have been last accessed for IAM's word to count; `None` for
    /// however many.
    pub last_accessed_days: Option<i32>,
    /// Whether to propose though the evidence is not enough, and to say so.
    pub accept_coverage: bool,
    /// Whether to say which conditions all uses met that are not asked.
    pub suggest_conditions: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            generalize: Level::default(),
            objective: Objective::Characters,
            style: Style::default(),
            attachments: MANAGED_ATTACHMENTS,
            sharing: Sharing::default(),
            unobservable: Unobservable::default(),
            min_days: MIN_DAYS,
            last_accessed_days: None,
            accept_coverage: false,
            suggest_conditions: false,
        }
    }
}

/// How statements are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// From scratch, one service a statement.
    #[default]
    Minimal,
    /// As the author wrote them: the same policies, statements, names and order, with what is not needed left out.
    Preserve,
}

/// How many days the evidence has to span if nothing else is asked: two of each day of the week.
pub const MIN_DAYS: i32 = 14;

/// What becomes of granted permissions whose use no trail shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unobservable {
    /// They stay as they are granted.
    #[default]
    Keep,
    /// They stay on those of the granted resources that other evidence names: other uses and the functions' configuration.
    /// Where it names none of them, they stay as they are granted.
    Narrow,
    /// They go.
    Remove,
}

/// What becomes of a customer managed policy that is attached to several roles. AWS's own policies are always replaced
/// by one of the account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sharing {
    /// It is detached, and each role gets what it needs of it.
    #[default]
    Split,
    /// It stays attached and is made smaller for all of its roles together.
    Union,
}

/// What was given up so that a proposal fits into AWS's limits, in the order in which it is tried. The first two give up
/// readability only, the third rests on the catalog, and the last two allow more than was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Eased {
    /// Statements have no `Sid`.
    NoNames,
    /// Lists of actions are patterns that match the same actions of the catalog.
    ActionPatterns,
    /// A statement may hold the actions of several services.
    AcrossServices,
    /// Resources are generalised further.
    Generalized(Level),
    /// Actions that were seen on more resources than these keep all that the role is granted.
    AsGrantedBeyond(usize),
}

/// The ways to ease, each with those before it.
pub(super) fn easings(asked: &Settings) -> Vec<Vec<Eased>> {
    let further = [Level::Typed, Level::Prefix];
    let further = further
        .into_iter()
        .filter(|level| *level > asked.generalize);
    let each = [Eased::NoNames, Eased::ActionPatterns, Eased::AcrossServices]
        .into_iter()
        .chain(further.map(Eased::Generalized))
        .chain([64, 16, 4, 0].map(Eased::AsGrantedBeyond));
    let mut all = vec![Vec::new()];
    for eased in each {
        let mut with: Vec<Eased> = all.last().cloned().unwrap_or_default();
        with.retain(|before| std::mem::discriminant(before) != std::mem::discriminant(&eased));
        with.push(eased);
        all.push(with);
    }
    all
}

/// What of a way to ease changes which statements there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broadened {
    /// How far resources are generalised.
    pub(super) level: Level,
    /// An action that was seen on more resources than these keeps all that is granted.
    pub(super) most: usize,
    /// Whether a statement may hold several services.
    pub(super) across_services: bool,
}

impl Broadened {
    pub(super) fn by(eased: &[Eased], asked: &Settings) -> Self {
        let mut broadened = Broadened {
            level: asked.generalize,
            most: usize::MAX,
            across_services: false,
        };
        for eased in eased {
            match eased {
                Eased::Generalized(further) => broadened.level = *further,
                Eased::AsGrantedBeyond(most) => broadened.most = *most,
                Eased::AcrossServices => broadened.across_services = true,
                Eased::NoNames | Eased::ActionPatterns => {}
            }
        }
        broadened
    }
}
