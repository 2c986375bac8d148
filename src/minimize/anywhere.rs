//! Needs on every resource that actions can be asked on.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::algebra::Strings;
use crate::catalog::Catalog;
use crate::evaluation::real_resources;
use crate::iam::ActionPattern;

use super::need::{Ground, Need, NeededOn};

/// Makes needs on every resource that actions can be asked on, which is worked out once a service.
#[derive(Clone, Debug)]
pub(super) struct Anywhere<'a> {
    pub(super) catalog: &'a Catalog,
    real: RefCell<BTreeMap<Option<String>, Arc<Strings>>>,
}

impl<'a> Anywhere<'a> {
    pub(super) fn new(catalog: &'a Catalog) -> Self {
        Anywhere {
            catalog,
            real: RefCell::default(),
        }
    }

    pub(super) fn need(&self, actions: ActionPattern, ground: Ground) -> Need {
        let service = actions.service();
        let mut real = self.real.borrow_mut();
        let resources = real
            .entry(service.map(str::to_ascii_lowercase))
            .or_insert_with(|| Arc::new(real_resources(service, self.catalog)));
        let on = NeededOn::Any(Arc::clone(resources));
        Need {
            actions,
            on,
            when: None,
            ground,
        }
    }
}
