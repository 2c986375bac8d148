//! What is written in the files of one folder of Terraform, by name.
//!
//! <https://developer.hashicorp.com/terraform/language/files>

use std::collections::HashMap;

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};

use super::value::Value;
use crate::text::Span;

/// A file as it was parsed, and where it begins in the text of all.
pub(super) struct Parsed {
    pub(super) base: usize,
    pub(super) says: Says,
}

/// What a file says.
pub(super) enum Says {
    /// What there is.
    Blocks(Body),
    /// The values of variables.
    Gifts(Body),
    /// The values of variables, as JSON.
    Json(Vec<(String, Value)>),
}

/// Something of a file; its places are counted from where the file begins.
pub(super) struct Written<'c, T> {
    pub(super) base: usize,
    pub(super) it: &'c T,
}

impl<T> Clone for Written<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Written<'_, T> {}

impl<T: hcl_edit::Span> Written<'_, T> {
    /// Where it stands in the text of all files.
    pub(super) fn span(&self) -> Option<Span> {
        placed(self.it.span(), self.base)
    }
}

/// A part of a file in the text of all files.
pub(super) fn placed(span: Option<std::ops::Range<usize>>, base: usize) -> Option<Span> {
    span.map(|span| (span.start + base..span.end + base).into())
}

/// A value that is given to a variable from beside the configuration.
pub(super) enum Gift<'c> {
    Expression(Written<'c, Expression>),
    Value(&'c Value),
}

/// A resource or a data source.
pub(super) struct Declared<'c> {
    /// `aws_iam_role.orders`, `data.aws_iam_policy_document.orders`
    pub(super) address: String,
    pub(super) kind: &'c str,
    pub(super) is_data: bool,
    pub(super) block: Written<'c, Block>,
}

/// The blocks of all files.
#[derive(Default)]
pub(super) struct Configuration<'c> {
    pub(super) variables: HashMap<&'c str, Written<'c, Block>>,
    pub(super) gifts: HashMap<String, Gift<'c>>,
    pub(super) locals: HashMap<&'c str, Written<'c, Expression>>,
    /// In the order in which they stand.
    pub(super) declared: Vec<Declared<'c>>,
    by_address: HashMap<String, usize>,
    pub(super) modules: Vec<Written<'c, Block>>,
    /// The region of the provider that has no other name.
    pub(super) region: Option<Written<'c, Expression>>,
    /// Addresses that stand more than once.
    pub(super) repeated: Vec<(String, Option<Span>)>,
}

impl<'c> Configuration<'c> {
    pub(super) fn of(files: &'c [Parsed]) -> Self {
        let mut all = Configuration::default();
        for file in files {
            let base = file.base;
            match &file.says {
                Says::Blocks(body) => {
                    for it in body.blocks() {
                        all.block(Written { base, it });
                    }
                }
                Says::Gifts(body) => {
                    for attribute in body.attributes() {
                        let it = &attribute.value;
                        let gift = Gift::Expression(Written { base, it });
                        all.gifts.insert(attribute.key.as_str().to_owned(), gift);
                    }
                }
                Says::Json(gifts) => {
                    let gifts = gifts.iter();
                    let gifts = gifts.map(|(name, value)| (name.clone(), Gift::Value(value)));
                    all.gifts.extend(gifts);
                }
            }
        }
        all
    }

    fn block(&mut self, block: Written<'c, Block>) {
        let label = |index: usize| block.it.labels.get(index).map(|label| label.as_str());
        let base = block.base;
        let expression = |it| Written { base, it };
        match (block.it.ident.as_str(), label(0), label(1)) {
            ("variable", Some(name), _) => {
                self.variables.insert(name, block);
            }
            ("locals", ..) => {
                for attribute in block.it.body.attributes() {
                    let value = expression(&attribute.value);
                    self.locals.insert(attribute.key.as_str(), value);
                }
            }
            ("module", Some(_), _) => self.modules.push(block),
            ("provider", Some("aws"), _) if !block.it.body.has_attribute("alias") => {
                let region = block.it.body.get_attribute("region");
                self.region = region.map(|region| expression(&region.value));
            }
            ("resource", Some(kind), Some(name)) => {
                self.declare(format!("{kind}.{name}"), kind, false, block);
            }
            ("data", Some(kind), Some(name)) => {
                self.declare(format!("data.{kind}.{name}"), kind, true, block);
            }
            _ => {}
        }
    }

    fn declare(
        &mut self,
        address: String,
        kind: &'c str,
        is_data: bool,
        block: Written<'c, Block>,
    ) {
        let index = self.declared.len();
        let before = self.by_address.insert(address.clone(), index);
        if before.is_some() {
            self.repeated.push((address.clone(), block.span()));
        }
        self.declared.push(Declared {
            address,
            kind,
            is_data,
            block,
        });
    }

    pub(super) fn at(&self, address: &str) -> Option<&Declared<'c>> {
        self.declared.get(*self.by_address.get(address)?)
    }
}
