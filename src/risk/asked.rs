//! One action that a method needs, asked of the permissions: is it allowed, on what, and does it depend on conditions?

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::Own;
use super::question::{Question, Unknown};
use crate::algebra::{Conditions, Glob, Product, Share, Strings, Test, Values, Witness};
use crate::catalog::{ActionFacts, Catalog, RequiredAction};
use crate::diff::Setting;
use crate::evaluation::{Granted, Place, Rule, template_glob};
use crate::iam::{AccountId, Arn, ConditionKey, Effect};

/// Whether requests of a product are allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// None is.
    Never,
    /// This one is.
    Surely(Witness),
    /// This one is, and that rests on the conditions of these statements.
    OnConditions(Witness, BTreeSet<Place>),
    /// That was not decided.
    Undecided,
}

/// Permissions, to be asked about what methods need.
pub(super) struct Asked<'a> {
    pub(super) granted: &'a Granted,
    /// No permissions, with the same variables.
    pub(super) nothing: Granted,
    own: &'a Own,
    pub(super) catalog: &'a Catalog,
    /// Where examples are set.
    pub(super) setting: Setting,
    partition: String,
    /// What was asked before: several methods need the same.
    known: RefCell<BTreeMap<(&'a RequiredAction, bool), Answer>>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(granted: &'a Granted, own: &'a Own, catalog: &'a Catalog) -> Self {
        let region = own.functions.first().map(Arn::region);
        let example = Setting::example();
        let setting = Setting {
            account: own
                .role
                .as_ref()
                .and_then(Arn::account)
                .unwrap_or(example.account),
            region: region.map_or(example.region, str::to_owned),
        };
        Asked {
            granted,
            nothing: granted.beside(Vec::new()),
            own,
            catalog,
            setting,
            partition: partition(granted, own),
            known: RefCell::default(),
        }
    }

    /// Whether a statement that allows names the action.
    pub(super) fn is_named(&self, required: &RequiredAction) -> bool {
        let action = required.action.as_str().to_ascii_lowercase();
        let mut rules = self.granted.rules(Effect::Allow);
        rules.any(|rule| rule.product.action.contains(&action))
    }

    fn facts(&self, required: &RequiredAction) -> Option<&'a ActionFacts> {
        self.catalog.action(&required.action)
    }

    /// The types of the resources that the action has to be allowed on: the one that is asked for, or else those that AWS marks
    /// as required, or else all of them.
    pub(super) fn types(&self, required: &RequiredAction) -> Vec<&'static str> {
        if let Some(name) = required.resource_type {
            return vec![name];
        }
        let types = self
            .facts(required)
            .into_iter()
            .flat_map(ActionFacts::resource_types);
        let types: Vec<_> = types.collect();
        let any_required = types.iter().any(|(_, required)| *required);
        let asked = types
            .into_iter()
            .filter(|(_, required)| *required || !any_required);
        asked.map(|(name, _)| name).collect()
    }

    /// The requests that have the action, on a resource as the method needs it; `None` for an action that AWS does not have.
    pub(super) fn product(&self, required: &RequiredAction) -> Option<Product> {
        let facts = self.facts(required)?;
        let service = facts.action.service();
        let templates = self.types(required).into_iter();
        let templates = templates.flat_map(|name| self.catalog.arn_templates(service, name));
        // No call of IAM reaches into another account.
        let account = self.own.role.as_ref().and_then(Arn::account);
        let account = account.filter(|_| service == "iam");
        let globs: Vec<_> = templates
            .map(|template| self.glob(template, account))
            .collect();
        Some(Product {
            action: Strings::AnyOf(vec![Glob::literal(facts.folded())]),
            resource: Strings::AnyOf(match globs.is_empty() {
                true => vec![Glob::literal("*")],
                false => globs,
            }),
            when: self.known(required),
        })
    }

    /// The ARNs of a template, in the partition, and in this account if it is known.
    fn glob(&self, template: &str, account: Option<AccountId>) -> Glob {
        let template = template.replace("${Partition}", &self.partition);
        match account {
            Some(account) => template_glob(&template.replace("${Account}", &account.to_string())),
            None => template_glob(&template),
        }
    }

    /// What is known of the context: the service that a role is passed to, and who asks, if a statement wants to know.
    fn known(&self, required: &RequiredAction) -> Conditions {
        let services = required
            .services
            .iter()
            .map(|service| Glob::literal(service));
        let services: Vec<_> = services.collect();
        let service = (!services.is_empty()).then(|| is("iam:PassedToService", services));
        let wanted = |rule: &Rule| {
            !rule
                .product
                .when
                .of(&ConditionKey::new("aws:PrincipalArn"))
                .is_empty()
        };
        let role = self
            .own
            .role
            .as_ref()
            .filter(|_| self.granted.all_rules().iter().any(wanted));
        let role = role.map(|role| is("aws:PrincipalArn", vec![Glob::literal(role.as_str())]));
        Conditions::new(service.into_iter().chain(role))
    }

    /// What the role has already of the action's resources, each as all requests on it: itself, its functions, and the managed
    /// policies of its account that are attached to it.
    pub(super) fn own_resources(&self, required: &RequiredAction) -> Vec<Product> {
        self.resources_of((self.own, self.granted), required)
    }

    /// What a role has of the action's resources.
    pub(super) fn resources_of(
        &self,
        (own, granted): (&Own, &Granted),
        required: &RequiredAction,
    ) -> Vec<Product> {
        let policies = granted.policies().iter();
        let policies = policies.filter_map(|named| named.name.parse::<Arn>().ok());
        let policies = policies.filter(|arn| arn.service() == "iam" && arn.account().is_some());
        let own = own
            .role
            .iter()
            .chain(&own.functions)
            .cloned()
            .chain(policies);
        let types = self.types(required);
        let service = required.action.service();
        let templates = types
            .iter()
            .flat_map(|name| self.catalog.arn_templates(service, name));
        let globs: Vec<_> = templates.map(template_glob).collect();
        let of_type = |arn: &Arn| globs.iter().any(|glob| glob.matches(arn.as_str()));
        let own = own.filter(of_type).flat_map(|arn| match arn.service() {
            // A version or an alias of a function has its role.
            "lambda" => vec![arn.to_string(), format!("{arn}:*")],
            _ => vec![arn.to_string()],
        });
        own.map(|own| whatever(Glob::wildcards(&own))).collect()
    }

    /// The statements that speak of a product's action.
    pub(super) fn speaking(&self, product: &Product, effect: Effect) -> Vec<&'a Rule> {
        let speaks = |rule: &&Rule| match &product.action {
            Strings::AnyOf(actions) => actions
                .iter()
                .filter_map(Glob::as_literal)
                .any(|action| rule.product.action.contains(action)),
            Strings::NoneOf(_) => true,
        };
        self.granted.rules(effect).filter(speaks).collect()
    }

    /// Whether the action is allowed as the method needs it, and `elsewhere` than on what the role has already if that is asked.
    pub(super) fn required(&self, required: &'a RequiredAction, elsewhere: bool) -> Answer {
        let known = self.known.borrow().get(&(required, elsewhere)).cloned();
        known.unwrap_or_else(|| {
            let own = match elsewhere {
                true => self.own_resources(required),
                false => Vec::new(),
            };
            let product = self.product(required);
            let answer = product.map_or(Answer::Never, |product| self.answer(&product, &own));
            self.known
                .borrow_mut()
                .insert((required, elsewhere), answer.clone());
            answer
        })
    }

    /// Whether a request of the product and of none of `without` is allowed.
    pub(super) fn answer(&self, product: &Product, without: &[Product]) -> Answer {
        let allowing = self.speaking(product, Effect::Allow);
        if allowing.is_empty() {
            return Answer::Never;
        }
        let denying = self.speaking(product, Effect::Deny);
        let question = Question {
            asked: self,
            product,
            without,
        };
        let sure = |rule: &&&Rule| {
            rule.product.when.iter().all(|(key, _)| question.knows(key))
                && !rule.product.has_unknown()
        };
        let surely: Vec<&Product> = allowing
            .iter()
            .filter(sure)
            .map(|rule| &*rule.product)
            .collect();
        let could_deny: Vec<Product> = denying.iter().map(|rule| question.widened(rule)).collect();
        let could_deny: Vec<&Product> = could_deny.iter().collect();
        if let Some(witness) = question
            .example()
            .and_then(|like| question.readable(&like, &surely, &could_deny))
        {
            return Answer::Surely(witness);
        }
        let mut undecided = false;
        for allowed in surely {
            match question.find(allowed, &could_deny) {
                Ok(Some(witness)) => return Answer::Surely(witness),
                Ok(None) => {}
                Err(Unknown) => undecided = true,
            }
        }
        let denied: Vec<&Product> = denying.iter().map(|rule| &*rule.product).collect();
        for rule in &allowing {
            match question.find(&rule.product, &denied) {
                Ok(Some(witness)) => {
                    let places = question.conditions(&witness, rule, &denying);
                    return Answer::OnConditions(witness, places);
                }
                Ok(None) => {}
                Err(Unknown) => undecided = true,
            }
        }
        if undecided {
            Answer::Undecided
        } else {
            Answer::Never
        }
    }
}

/// The partition that policies are of: that of the first ARN that names one.
fn partition<'g>(granted: &'g Granted, own: &'g Own) -> String {
    let role = own.role.iter().map(|role| role.partition().to_owned());
    let rules = granted.all_rules().iter();
    let globs = rules.flat_map(|rule| rule.product.resource.globs());
    let named = globs.filter_map(|glob| {
        let (partition, _) = glob.beginning().strip_prefix("arn:")?.split_once(':')?;
        Some(partition.to_owned())
    });
    role.chain(named).next().unwrap_or_else(|| "aws".to_owned())
}

/// All requests on these resources.
pub(super) fn whatever(resources: Glob) -> Product {
    Product::on(Strings::AnyOf(vec![resources]))
}

/// That a key is there and has one of these values.
fn is(key: &str, values: Vec<Glob>) -> (ConditionKey, Test) {
    let test = Test {
        share: Share::Some,
        values: Values::Text(Strings::AnyOf(values)),
        or_absent: false,
        of_several: false,
    };
    (ConditionKey::new(key), test)
}
