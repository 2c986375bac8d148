//! Pieces into documents within AWS's limits, with as little given up as makes them fit.

use crate::catalog::Catalog;
use crate::cover::Certificate;
use crate::evaluation::Granted;

use super::layout::Layout;
use super::pack::{Space, TooLarge, pack};
use super::piece::Pieces;
use super::settings::{Broadened, Eased, Settings, Style, easings};
use super::shared::NotShared;
use super::state::{Stated, Stating};
use super::{authored, name, shorten};

/// The documents of a proposal before they are proved, and how they came about.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) layout: Layout,
    pub(super) certificate: Certificate,
    pub(super) eased: Vec<Eased>,
    /// The policies that were to stay shared and could not, by ARN.
    pub(super) not_shared: Vec<(String, NotShared)>,
}

/// What documents are drafted from.
pub(super) struct Drafting<'a> {
    /// What the pieces are cut from.
    pub(super) granted: &'a Granted,
    pub(super) catalog: &'a Catalog,
    pub(super) settings: &'a Settings,
    pub(super) space: Space,
    /// The pieces, with this much given up.
    pub(super) cut: &'a dyn Fn(Broadened) -> Pieces,
}

impl Drafting<'_> {
    /// The documents, with as little given up as makes them fit.
    pub(super) fn draft(&self) -> Result<Draft, TooLarge> {
        let mut last: Option<(Broadened, Stated)> = None;
        let mut result = Err(TooLarge::default());
        for eased in easings(self.settings) {
            let broadened = Broadened::by(&eased, self.settings);
            let stated = match last.take() {
                Some((same, stated)) if same == broadened => stated,
                _ => self.state(broadened),
            };
            let certificate = stated.certificate;
            result = self.lay_out(stated.clone(), &eased).map(|layout| Draft {
                layout,
                certificate,
                eased,
                not_shared: Vec::new(),
            });
            if result.is_ok() {
                break;
            }
            last = Some((broadened, stated));
        }
        result
    }

    fn state(&self, broadened: Broadened) -> Stated {
        let stating = Stating {
            granted: self.granted,
            catalog: self.catalog,
            objective: self.settings.objective,
            across_services: broadened.across_services,
            as_authored: self.settings.style == Style::Preserve,
        };
        stating.state((self.cut)(broadened))
    }

    fn lay_out(&self, mut stated: Stated, eased: &[Eased]) -> Result<Layout, TooLarge> {
        let (granted, catalog) = (self.granted, self.catalog);
        if eased.contains(&Eased::ActionPatterns) {
            let allow = stated.allow.iter_mut().map(|(kept, _)| kept);
            allow.for_each(|kept| shorten::shorten(kept, granted, catalog));
        }
        if self.settings.style == Style::Preserve {
            return authored::authored(stated, (granted, catalog), self.space.attachments);
        }
        let allow = stated.allow.into_iter().map(|(kept, _)| kept);
        let mut statements: Vec<_> = allow.chain(stated.deny).collect();
        match eased.contains(&Eased::NoNames) {
            true => statements
                .iter_mut()
                .for_each(|kept| kept.statement.sid = None),
            false => name::name(&mut statements, catalog),
        }
        pack(statements, self.space)
    }
}
