//! Where in an ARN the name of the thing begins, by AWS's templates.

use super::template::Template;
use crate::catalog::Catalog;
use crate::iam::Arn;

/// The resource types in the namespace of a service, to be asked which part of an ARN is the name of the thing itself.
#[derive(Debug)]
pub struct ArnNames(Vec<Template>);

impl ArnNames {
    /// Those of the ARNs with this service.
    #[must_use]
    pub fn of(service: &str, catalog: &Catalog) -> Self {
        ArnNames(
            catalog
                .arn_templates_of(service)
                .map(Template::parse)
                .collect(),
        )
    }

    /// How many bytes stand before the last name of an ARN: of an object, before its key; of a table, before the table's
    /// name; of an index, before the index's. Of several types that fit, that whose name begins last is it. Of an ARN of
    /// no known type, all stands before.
    ///
    /// ```
    /// # use tightrope::{catalog::Catalog, usage::ArnNames};
    /// let names = ArnNames::of("s3", Catalog::bundled());
    /// let arn = "arn:aws:s3:::reports/2026/october.csv".parse().unwrap();
    /// assert_eq!(names.begin_at(&arn), "arn:aws:s3:::reports/".len());
    /// ```
    #[must_use]
    pub fn begin_at(&self, arn: &Arn) -> usize {
        let begin = |template: &Template| template.last_name(arn);
        let begins = self.0.iter().filter_map(begin);
        begins.max().unwrap_or(arn.as_str().len())
    }
}
