//! What AWS has: services, actions, resource types; which event is which action; what CloudTrail shows.
//!
//! The facts are the sorted text files of `policy-data/`, deflated by `build.rs` in blocks of lines that are
//! inflated when they are first asked for: looking up is a binary search over lines, and there is no second
//! format that could disagree with them.
//! This is the only reader of `policy-data/`. Where each fact comes from stands in its README.

mod actions;
mod configured;
mod contents;
mod escalation;
mod families;
mod mapping;
mod practice;
mod reasons;
mod rules;
mod table;
mod templates;

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use crate::iam::{Action, ActionPattern};

use actions::Actions;
pub use actions::{AccessLevel, ActionFacts};
pub use configured::Configured;
pub use contents::Contents;
pub use escalation::{EscalationMethod, Gives, RequiredAction};
use families::Families;
pub use mapping::{GatewayCall, Mapping, Operation, Outcome};
pub use reasons::Fact;
pub use rules::{Effect, Rule, RuleOn, Test};
use table::{Block, Row, Table};
pub use templates::{Connection, PermissionOn, Reference, TemplateStatement};

/// Actions whose calls a management trail does not show.
#[derive(Clone, Debug)]
pub struct Unobservable {
    /// The actions.
    pub actions: ActionPattern,
    /// Why they are not seen.
    pub why: Unseen,
    /// The CloudTrail resource types of the data events that show them; none where nothing does.
    pub types: Vec<&'static str>,
    /// The resources on which they are not seen, if that is not on all.
    pub on: Vec<&'static str>,
}

/// Why CloudTrail does not show a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unseen {
    /// It is a data event of this CloudTrail resource type, and those are off unless a trail asks for them.
    DataEvent(&'static str),
    /// CloudTrail has no event for it.
    NeverLogged,
    /// CloudTrail has events for some of its calls only; the text says for which not.
    InPart(&'static str),
    /// A trail may leave out all events of the service, and this one has none.
    LeftOut,
}

/// The bundled facts.
#[derive(Debug)]
pub struct Catalog {
    services: Table,
    actions: Actions,
    resource_types: Table,
    condition_keys: Table,
    apigateway: Table,
    event_sources: Table,
    event_names: Table,
    operations: Table,
    no_permission: Table,
    parameters: Table,
    placeholder_values: Table,
    error_codes: Table,
    encryption_contexts: Table,
    pass_role: Table,
    global_services: Table,
    families: Families,
    observability: Table,
    partly_observable: Table,
    conditional_rules: Table,
    lambda_configuration: Table,
    template_references: Table,
    managed_policy_paths: Table,
    sam_policy_templates: Table,
    sam_connectors: Table,
    managed_policies: Table,
    lambda_runtimes: Table,
    data_reads: Table,
    escalation_table: Table,
    risk_weights: Table,
    escalation_methods: LazyLock<Vec<Arc<EscalationMethod>>>,
    rules: LazyLock<Vec<Rule>>,
    unobservable: LazyLock<Vec<Unobservable>>,
    in_part: LazyLock<Vec<Unobservable>>,
}

macro_rules! bundled {
    ($file:literal, $keys:literal) => {{
        static BLOCKS: LazyLock<Vec<Block>> =
            LazyLock::new(|| include!(concat!(env!("OUT_DIR"), "/", $file, ".rs")));
        Table::new($file, &BLOCKS, $keys)
    }};
}

impl Catalog {
    /// The facts that this build carries.
    #[must_use]
    pub fn bundled() -> &'static Catalog {
        static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::new);
        &CATALOG
    }

    fn new() -> Catalog {
        let services = bundled!("generated/services.tsv", 1);
        Catalog {
            actions: Actions::new(bundled!("generated/actions.tsv", 1), &services),
            services,
            resource_types: bundled!("generated/resource-types.tsv", 2),
            condition_keys: bundled!("generated/condition-keys.tsv", 2),
            apigateway: bundled!("generated/apigateway-operations.tsv", 1),
            event_sources: bundled!("written/event-sources.tsv", 1),
            event_names: bundled!("written/event-names.tsv", 2),
            operations: bundled!("written/operations.tsv", 2),
            no_permission: bundled!("written/no-permission.tsv", 2),
            parameters: bundled!("written/parameters.tsv", 2),
            placeholder_values: bundled!("written/placeholder-values.tsv", 2),
            error_codes: bundled!("written/error-codes.tsv", 1),
            pass_role: bundled!("written/pass-role.tsv", 1),
            global_services: bundled!("written/global-services.tsv", 1),
            encryption_contexts: bundled!("written/encryption-contexts.tsv", 1),
            families: Families::new(bundled!("written/families.tsv", 1)),
            observability: bundled!("written/observability.tsv", 1),
            partly_observable: bundled!("written/partly-observable.tsv", 1),
            conditional_rules: bundled!("written/conditional-rules.tsv", 1),
            lambda_configuration: bundled!("written/lambda-configuration.tsv", 2),
            template_references: bundled!("written/template-references.tsv", 2),
            managed_policy_paths: bundled!("written/managed-policy-paths.tsv", 1),
            sam_policy_templates: bundled!("written/sam-policy-templates.tsv", 2),
            sam_connectors: bundled!("written/sam-connectors.tsv", 4),
            managed_policies: bundled!("generated/managed-policies.tsv", 1),
            lambda_runtimes: bundled!("written/lambda-runtimes.tsv", 1),
            data_reads: bundled!("written/data-reads.tsv", 1),
            escalation_table: bundled!("written/escalation-methods.tsv", 1),
            risk_weights: bundled!("written/risk-weights.tsv", 2),
            escalation_methods: LazyLock::new(|| {
                let rows = Catalog::bundled().escalation_table.all();
                rows.filter_map(EscalationMethod::parse)
                    .map(Arc::new)
                    .collect()
            }),
            rules: LazyLock::new(|| {
                let rows = Catalog::bundled().conditional_rules.all();
                rows.filter_map(Rule::parse).collect()
            }),
            unobservable: LazyLock::new(|| unobservable(&Catalog::bundled().observability)),
            in_part: LazyLock::new(|| unobservable(&Catalog::bundled().partly_observable)),
        }
    }

    /// The name of the service with this prefix, for example `Amazon S3` for `s3`.
    #[must_use]
    pub fn service_name(&self, prefix: &str) -> Option<&'static str> {
        self.services
            .rows(&[prefix])
            .next()
            .map(|row| row.column(1))
    }

    /// What is known of an action; `None` when no service has it.
    #[must_use]
    pub fn action(&self, action: &Action) -> Option<&ActionFacts> {
        self.actions.get(action)
    }

    /// Every action of every service; those of a service stand together, sorted.
    pub fn actions(&self) -> impl Iterator<Item = &ActionFacts> {
        self.actions.by_service().flatten()
    }

    /// The prefixes of all services, in lower case and sorted.
    pub fn service_prefixes(&self) -> impl Iterator<Item = &str> {
        self.actions.prefixes()
    }

    /// The actions of each service, sorted.
    pub fn actions_by_service(&self) -> impl Iterator<Item = &[ActionFacts]> {
        self.actions.by_service()
    }

    /// Every action of one service, sorted.
    #[must_use]
    pub fn actions_of(&self, prefix: &str) -> &[ActionFacts] {
        self.actions.of(prefix)
    }

    /// The ARN templates of a service's resource type, with placeholders as in `${BucketName}`.
    pub fn arn_templates(
        &self,
        prefix: &str,
        resource_type: &str,
    ) -> impl Iterator<Item = &'static str> {
        self.resource_types
            .rows(&[prefix, resource_type])
            .map(|row| row.column(2))
    }

    /// The ARN templates of all resource types of a service.
    pub fn arn_templates_of(&self, prefix: &str) -> impl Iterator<Item = &'static str> {
        self.resource_types
            .rows_of_first(prefix)
            .map(|row| row.column(2))
    }

    /// The namespaces of the ARNs that a service's actions are asked on: its own prefix, and those of the
    /// resource types that AWS lists for it (`rds` for `rds-data`).
    #[must_use]
    pub fn arn_namespaces(&self, prefix: &str) -> BTreeSet<String> {
        let rows = self.resource_types.rows_of_first(prefix);
        let namespaces = rows.filter_map(|row| row.column(2).split(':').nth(2));
        namespaces
            .map(str::to_owned)
            .chain([prefix.to_ascii_lowercase()])
            .collect()
    }

    /// The request parameters that fill a placeholder of an ARN template, most telling first.
    pub fn parameters(
        &self,
        prefix: &str,
        placeholder: &str,
    ) -> impl Iterator<Item = &'static str> {
        self.parameters
            .rows(&[prefix, placeholder])
            .flat_map(|row| words(row.column(2)))
    }

    /// The value that an operation itself gives a placeholder of an ARN template, a pattern if it holds a `*`;
    /// `given` is whether a parameter gives one, which goes before a default.
    #[must_use]
    pub fn placeholder_value(
        &self,
        (prefix, placeholder): (&str, &str),
        operation: &str,
        given: bool,
    ) -> Option<&'static str> {
        let of_operation = |row: &Row| {
            let mut names = words(row.column(3));
            names.any(|name| match name.strip_suffix('*') {
                Some(beginning) => operation.starts_with(beginning),
                None => operation == name,
            })
        };
        let mut rows = self.placeholder_values.rows(&[prefix, placeholder]);
        let row = rows.find(|row| of_operation(row) && (row.column(4) == "always" || !given));
        row.map(|row| row.column(2))
    }

    /// The service that encrypts with this key in the encryption context.
    #[must_use]
    pub fn encrypted_by(&self, context_key: &str) -> Option<&'static str> {
        let mut rows = self.encryption_contexts.all();
        let row = rows.find(|row| row.column(1) == context_key);
        row.map(|row| row.column(2))
    }

    /// Whether a fact says that the operation gives a role to its service.
    #[must_use]
    pub fn passes_role(&self, operation: &Operation) -> bool {
        let mut rows = self.pass_role.all();
        rows.any(|row| row.column(1) == &*operation.service && row.column(2) == &*operation.name)
    }

    /// Whether the region that a call of this service is made in says little: it has an endpoint for all regions, or none
    /// of its resources is in one.
    #[must_use]
    pub fn is_global(&self, prefix: &str) -> bool {
        let listed = self.global_services.rows(&[prefix]).next().is_some();
        let in_a_region = |template: &str| template.contains("${Region}");
        listed || !self.arn_templates_of(prefix).any(in_a_region)
    }

    /// The rules on what the parameters of an operation change about its permissions.
    pub fn rules(&self, operation: &Operation) -> impl Iterator<Item = &Rule> {
        self.rules
            .iter()
            .filter(|rule| rule.is_of(&operation.service, &operation.name))
    }

    /// The actions that a trail of management events does not show, or shows in part, whatever trail it is.
    pub fn unobservable(&self) -> impl Iterator<Item = &Unobservable> {
        self.unobservable.iter().chain(&*self.in_part)
    }

    /// The prefixes of the services whose calls have this event source, such as `rds-data` for `rdsdata.amazonaws.com`.
    #[must_use]
    pub fn prefixes_of_source(&self, source: &str) -> Vec<&'static str> {
        let name = source.strip_suffix(".amazonaws.com").unwrap_or(source);
        let listed = self.event_sources.rows(&[name]).next();
        match listed {
            Some(row) => words(row.column(1)).collect(),
            None => {
                let own = self.services.rows(&[name]);
                own.map(|row| row.column(0)).collect()
            }
        }
    }
}

fn unobservable(table: &Table) -> Vec<Unobservable> {
    let read = |row: Row| {
        Some(Unobservable {
            actions: row.column(0).parse().ok()?,
            why: unseen(row),
            types: words(row.column(2)).collect(),
            on: match table.file {
                "written/partly-observable.tsv" => words(row.column(3)).collect(),
                _ => Vec::new(),
            },
        })
    };
    table.all().filter_map(read).collect()
}

/// What a row of `observability.tsv` or `partly-observable.tsv` says. Of the latter, a row for a whole service
/// is one that a trail may leave out.
fn unseen(row: Row) -> Unseen {
    match row.column(1) {
        "data" => Unseen::DataEvent(row.column(2)),
        "never" => Unseen::NeverLogged,
        _ if row.column(0).ends_with(":*") => Unseen::LeftOut,
        part => Unseen::InPart(part),
    }
}

/// The words of a column; `-` stands for none.
fn words(column: &'static str) -> impl Iterator<Item = &'static str> {
    column
        .split(' ')
        .filter(|word| !word.is_empty() && *word != "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_found_in_any_case_with_its_own_spelling() {
        let facts = Catalog::bundled().action(&"S3:getobject".parse().expect("an action"));
        let facts = facts.expect("s3:GetObject is in the catalog");
        assert_eq!(facts.action.as_str(), "s3:GetObject");
        assert_eq!(facts.level(), AccessLevel::Read);
        assert!(facts.resource_types().any(|(name, _)| name == "object"));
    }

    #[test]
    fn an_action_without_resource_level_permission_has_no_resource_types() {
        let facts = Catalog::bundled().action(&"s3:ListAllMyBuckets".parse().expect("an action"));
        assert_eq!(facts.expect("in the catalog").resource_types().count(), 0);
    }

    /// Every table, by its path.
    fn tables(catalog: &Catalog) -> [&Table; 28] {
        [
            &catalog.services,
            catalog.actions.table(),
            &catalog.resource_types,
            &catalog.condition_keys,
            &catalog.apigateway,
            &catalog.event_sources,
            &catalog.event_names,
            &catalog.operations,
            &catalog.no_permission,
            &catalog.parameters,
            &catalog.placeholder_values,
            &catalog.error_codes,
            &catalog.encryption_contexts,
            &catalog.pass_role,
            &catalog.global_services,
            catalog.families.table(),
            &catalog.observability,
            &catalog.partly_observable,
            &catalog.conditional_rules,
            &catalog.lambda_configuration,
            &catalog.template_references,
            &catalog.managed_policy_paths,
            &catalog.sam_policy_templates,
            &catalog.sam_connectors,
            &catalog.lambda_runtimes,
            &catalog.data_reads,
            &catalog.escalation_table,
            &catalog.risk_weights,
        ]
    }

    #[test]
    fn what_is_bundled_is_the_committed_text_row_by_row() {
        for table in tables(Catalog::bundled()) {
            let path = format!("policy-data/{}", table.file);
            let text = std::fs::read_to_string(&path).expect("a table of policy-data");
            let committed = text.lines().skip(1);
            assert!(table.all().map(Row::text).eq(committed), "{path}");
        }
    }

    #[test]
    fn what_is_bundled_is_at_most_a_megabyte() {
        let tables = tables(Catalog::bundled());
        let bytes: usize = tables.into_iter().map(Table::bundled_bytes).sum();
        assert!(bytes <= 1_000_000, "{bytes} bytes");
    }

    #[test]
    fn no_row_of_any_table_is_lost() {
        let catalog = Catalog::bundled();
        assert!(catalog.actions().count() > 22_000);
        assert_eq!(
            catalog.actions().count(),
            catalog.actions.table().all().count()
        );
        let tables = [&catalog.observability, &catalog.partly_observable];
        let rows = tables.map(|table| table.all().count());
        assert_eq!([catalog.unobservable.len(), catalog.in_part.len()], rows);
        for facts in catalog.actions() {
            let found = catalog
                .action(&facts.action)
                .expect("each action finds itself");
            assert_eq!(found.action.as_str(), facts.action.as_str());
        }
    }

    #[test]
    fn every_resource_type_that_an_action_names_has_a_template() {
        let catalog = Catalog::bundled();
        let without = catalog.actions().flat_map(|facts| {
            let service = facts.action.service().to_owned();
            let types: Vec<_> = facts.resource_types().collect();
            types.into_iter().filter_map(move |(name, _)| {
                let none = catalog.arn_templates(&service, name).next().is_none();
                none.then(|| format!("{} {name}", facts.action))
            })
        });
        assert_eq!(without.collect::<Vec<_>>(), Vec::<String>::new());
    }
}
