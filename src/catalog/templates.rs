//! What templates of infrastructure code mean: references of CloudFormation, policy templates and connectors of SAM.

use super::table::Row;
use super::{Catalog, words};

/// What `Ref` or `Fn::GetAtt` of a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The text, with the placeholders of the table's README.
    pub value: &'static str,
    /// The property that gives the resource its name, if one does.
    pub name_property: Option<&'static str>,
}

/// A statement of a policy template of SAM: an `Allow`.
#[derive(Clone, Copy, Debug)]
pub struct TemplateStatement {
    row: Row,
}

impl TemplateStatement {
    /// The actions, as SAM writes them.
    pub fn actions(&self) -> impl Iterator<Item = &'static str> {
        words(self.row.column(1))
    }

    /// The resources, each with `${…}` for parameters of the policy template and pseudo parameters.
    pub fn resources(&self) -> impl Iterator<Item = &'static str> {
        words(self.row.column(2))
    }

    /// The operator, the key and the value of its condition, if it has one.
    #[must_use]
    pub fn condition(&self) -> Option<[&'static str; 3]> {
        let (operator, rest) = self.row.column(3).split_once(':')?;
        let (key, value) = rest.split_once('=')?;
        Some([operator, key, value])
    }

    /// The parameters of its policy template.
    pub fn parameters(&self) -> impl Iterator<Item = &'static str> {
        words(self.row.column(4))
    }
}

/// On what a connector of SAM puts a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermissionOn {
    /// The role of the resource that it comes from.
    Source,
    /// The role of the resource that it goes to.
    Destination,
    /// The policy of a resource: no role has more for it.
    Resource,
}

/// What a connector of SAM allows.
#[derive(Clone, Copy, Debug)]
pub struct Connection {
    row: Row,
}

impl Connection {
    /// The actions.
    pub fn actions(&self) -> impl Iterator<Item = &'static str> {
        words(self.row.column(3))
    }

    /// The resources, each with placeholders as the table's README has them.
    pub fn resources(&self) -> impl Iterator<Item = &'static str> {
        words(self.row.column(4))
    }

    /// On what it is put.
    #[must_use]
    pub fn permission_on(&self) -> PermissionOn {
        match self.row.column(5) {
            "source" => PermissionOn::Source,
            "destination" => PermissionOn::Destination,
            _ => PermissionOn::Resource,
        }
    }
}

impl Catalog {
    /// What `Ref` (under that name) or an attribute of a resource of this type is; `None` where the table does not say.
    ///
    /// ```
    /// # use tightrope::catalog::Catalog;
    /// let arn = Catalog::bundled().reference("AWS::S3::Bucket", "Arn").expect("in the table");
    /// assert_eq!((arn.value, arn.name_property), ("arn:${Partition}:s3:::${Name}", Some("BucketName")));
    /// ```
    #[must_use]
    pub fn reference(&self, resource_type: &str, attribute: &str) -> Option<Reference> {
        let row = self
            .template_references
            .rows(&[resource_type, attribute])
            .next()?;
        Some(Reference {
            value: row.column(2),
            name_property: words(row.column(3)).next(),
        })
    }

    /// The path before the name in the ARN of an AWS managed policy: `service-role/`, or nothing.
    ///
    /// ```
    /// # use tightrope::catalog::Catalog;
    /// let catalog = Catalog::bundled();
    /// assert_eq!(catalog.managed_policy_path("AWSLambdaBasicExecutionRole"), "service-role/");
    /// assert_eq!(catalog.managed_policy_path("AmazonS3ReadOnlyAccess"), "");
    /// ```
    #[must_use]
    pub fn managed_policy_path(&self, name: &str) -> &'static str {
        let mut rows = self.managed_policy_paths.rows(&[name]);
        rows.next().map_or("", |row| row.column(1))
    }

    /// The statements of a policy template of SAM; none when there is no policy template of this name.
    ///
    /// ```
    /// # use tightrope::catalog::Catalog;
    /// let mut statements = Catalog::bundled().sam_policy_template("SQSSendMessagePolicy");
    /// let statement = statements.next().expect("one statement");
    /// assert_eq!(statement.actions().collect::<Vec<_>>(), ["sqs:SendMessage*"]);
    /// assert_eq!(statement.parameters().collect::<Vec<_>>(), ["QueueName"]);
    /// ```
    pub fn sam_policy_template(&self, name: &str) -> impl Iterator<Item = TemplateStatement> {
        let rows = self.sam_policy_templates.rows_of_first(name);
        rows.map(|row| TemplateStatement { row })
    }

    /// What a connector of SAM between resources of these types gives for `Read` or `Write`; nothing where the table does not
    /// have it.
    pub fn sam_connector(
        &self,
        from: &str,
        to: &str,
        access: &str,
    ) -> impl Iterator<Item = Connection> {
        let rows = self.sam_connectors.rows(&[from, to, access]);
        rows.map(|row| Connection { row })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_template_has_the_parameters_that_its_statements_name() {
        for row in Catalog::bundled().sam_policy_templates.all() {
            let statement = TemplateStatement { row };
            let condition = statement.condition().map(|[.., value]| value);
            let parameters: Vec<_> = statement.parameters().collect();
            for text in statement.resources().chain(condition) {
                for name in text
                    .split("${")
                    .skip(1)
                    .filter_map(|rest| rest.split('}').next())
                {
                    let known = name.starts_with("AWS::") || parameters.contains(&name);
                    assert!(known, "{} {name}", row.text());
                }
            }
            assert!(statement.actions().next().is_some(), "{}", row.text());
        }
    }

    #[test]
    fn every_reference_has_placeholders_that_are_filled() {
        let known = ["Partition", "Region", "Account", "Name", "Path", "Id"];
        for row in Catalog::bundled().template_references.all() {
            let placeholders = row.column(2).split("${").skip(1);
            for name in placeholders.filter_map(|rest| rest.split('}').next()) {
                assert!(known.contains(&name), "{}", row.text());
            }
        }
    }

    #[test]
    fn a_connector_gives_to_a_role_or_says_that_it_does_not() {
        for row in Catalog::bundled().sam_connectors.all() {
            let connection = Connection { row };
            let to_a_role = connection.permission_on() != PermissionOn::Resource;
            assert_eq!(
                connection.actions().next().is_some(),
                to_a_role,
                "{}",
                row.text()
            );
            assert_eq!(
                connection.resources().next().is_some(),
                to_a_role,
                "{}",
                row.text()
            );
        }
    }
}
