//! What a path leads to, as the policies name it.

use super::asked::{Answer, Asked, whatever};
use crate::algebra::Product;
use crate::catalog::RequiredAction;
use crate::evaluation::{Rule, resource_glob};
use crate::iam::{Effect, ResourcePattern, Resources};

/// The resources that a method's first action is allowed on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// The type of the resources, for example `role`; nothing where the action has none.
    pub of_type: Option<&'static str>,
    /// The patterns that allow them, in order; a `*` alone for any.
    pub only: Vec<ResourcePattern>,
    /// The patterns that take away from them, whatever the context.
    pub except: Vec<ResourcePattern>,
}

impl Targets {
    /// Whether they are all of their type.
    #[must_use]
    pub fn are_all(&self) -> bool {
        self.except.is_empty() && self.only.iter().any(ResourcePattern::is_any)
    }

    pub(super) fn of(required: &RequiredAction, asked: &Asked<'_>) -> Self {
        let Some(product) = asked.product(required) else {
            return Targets::default();
        };
        let reached = |pattern: &&ResourcePattern| {
            let within = whatever(resource_glob(pattern));
            let mut globs = product.resource.globs().iter();
            globs.any(|glob| within.resource.globs()[0].overlap(glob).is_some())
        };
        let allowing = asked.speaking(&product, Effect::Allow);
        let mut targets = Targets {
            of_type: asked.types(required).first().copied(),
            ..Targets::default()
        };
        for rule in &allowing {
            let patterns = rule.statement.resources.patterns().iter();
            match &rule.statement.resources {
                Resources::Only(_) => targets.only.extend(patterns.filter(reached).cloned()),
                Resources::AllBut(_) => {
                    targets.only.push(ResourcePattern::any());
                    if allowing.len() == 1 {
                        targets.except.extend(patterns.filter(reached).cloned());
                    }
                }
            }
        }
        let denying = asked.speaking(&product, Effect::Deny);
        for rule in denying
            .into_iter()
            .filter(|rule| !rule.depends_on_context())
        {
            targets.except.extend(taken(rule).filter(reached).cloned());
        }
        targets.tidied(&product, asked)
    }

    /// Each pattern once, in order, and none of which nothing is left.
    fn tidied(mut self, product: &Product, asked: &Asked<'_>) -> Self {
        if self.only.iter().any(ResourcePattern::is_any) {
            self.only = vec![ResourcePattern::any()];
        }
        self.only.sort();
        self.only.dedup();
        self.except.sort();
        self.except.dedup();
        if self.except.is_empty() {
            return self;
        }
        self.only.retain(|pattern| {
            let within = Product {
                resource: whatever(resource_glob(pattern)).resource,
                ..product.clone()
            };
            asked.answer(&within, &[]) != Answer::Never
        });
        self
    }
}

/// The patterns of a denial; one that denies all but some has none.
fn taken(rule: &Rule) -> impl Iterator<Item = &ResourcePattern> {
    let patterns = match &rule.statement.resources {
        Resources::Only(patterns) => patterns.as_slice(),
        Resources::AllBut(_) => &[],
    };
    patterns.iter()
}
