//! Functions, and the resources that configure them.

use super::found::{
    Found, FoundDestination, FoundEventSource, FoundFunction, FoundPermission, FoundUrl, RoleOf,
    Variable,
};
use super::log_groups::find_retention;
use super::resource::Resource;
use super::text::Text;
use super::value::{Possible, Value};
use crate::lambda::Outcome;

/// Finds the functions. The roles must have been found before.
pub(super) fn find_functions(resources: &[Resource<'_>], found: &mut Found) {
    let functions: Vec<_> = resources
        .iter()
        .filter(|resource| resource.kind == "AWS::Lambda::Function")
        .collect();
    for resource in &functions {
        let function = function(resource, resources, found);
        found.functions.push(function);
    }
    for resource in resources {
        configure(resource, resources, &functions, found);
    }
    find_retention(resources, found);
}

fn function(resource: &Resource<'_>, resources: &[Resource<'_>], found: &Found) -> FoundFunction {
    let Resource {
        within, properties, ..
    } = resource;
    let below = |outer: &str, name: &str| properties.first(outer)?.text_of(name);
    let texts = |name: &str| {
        let items = properties.items_of(name);
        items.iter().map(|item| item.value.text()).collect()
    };
    let access_points = properties.items_of("FileSystemConfigs");
    FoundFunction {
        place: within.place(within.span),
        id: resource.id.clone(),
        name: resource.name.clone(),
        roles: roles(properties, resources, found),
        runtime: properties.text_of("Runtime"),
        image: properties
            .text_of("PackageType")
            .is_some_and(|package| package.as_known() == Some("Image")),
        vpc: properties.first("VpcConfig").is_some_and(is_in_vpc),
        tracing: below("TracingConfig", "Mode"),
        environment: environment(resource),
        environment_key: properties.text_of("KmsKeyArn"),
        dead_letters: below("DeadLetterConfig", "TargetArn"),
        log_group: below("LoggingConfig", "LogGroup"),
        log_retention: None,
        layers: texts("Layers"),
        file_systems: access_points
            .iter()
            .filter_map(|item| item.value.text_of("Arn"))
            .collect(),
        event_sources: Vec::new(),
        destinations: Vec::new(),
        permissions: Vec::new(),
        urls: Vec::new(),
    }
}

/// A configuration without subnets is none.
fn is_in_vpc(vpc: &Value) -> bool {
    vpc.fields().is_none() || !vpc.items_of("SubnetIds").is_empty()
}

fn roles(properties: &Value, resources: &[Resource<'_>], found: &Found) -> Vec<RoleOf> {
    let role = |either: &Possible<'_>| {
        let text = either.value.text();
        let here = resources
            .iter()
            .find(|resource| resource.kind == "AWS::IAM::Role" && resource.is_named(&text));
        let here = here.and_then(|role| found.roles.iter().position(|one| one.id == role.id));
        match here {
            Some(index) => RoleOf::Here(index),
            None => RoleOf::Elsewhere(text),
        }
    };
    properties.member("Role").iter().map(role).collect()
}

fn environment(resource: &Resource<'_>) -> Vec<Variable> {
    let mut found = Vec::new();
    for environment in resource.properties.member("Environment") {
        for variables in environment.value.member("Variables") {
            for field in variables.value.fields().unwrap_or_default() {
                found.push(Variable {
                    place: resource.within.place(field.value.span),
                    name: field.name.clone(),
                    value: field.value.text(),
                });
            }
        }
    }
    found
}

/// Adds what another resource says of a function.
fn configure(
    resource: &Resource<'_>,
    resources: &[Resource<'_>],
    functions: &[&Resource<'_>],
    found: &mut Found,
) {
    let properties = &resource.properties;
    let of = match resource.kind.as_str() {
        "AWS::Lambda::Url" => "TargetFunctionArn",
        "AWS::Lambda::EventSourceMapping"
        | "AWS::Lambda::EventInvokeConfig"
        | "AWS::Lambda::Permission" => "FunctionName",
        _ => return,
    };
    let place = resource.within.place(resource.within.span);
    for either in properties.member(of) {
        let Some(index) = index_of(&either.value.text(), resources, functions) else {
            continue;
        };
        let Some(function) = found.functions.get_mut(index) else {
            continue;
        };
        match resource.kind.as_str() {
            "AWS::Lambda::EventSourceMapping" => function.event_sources.push(FoundEventSource {
                place: place.clone(),
                arn: properties.text_of("EventSourceArn"),
                on_failure: destination(properties, "OnFailure"),
            }),
            "AWS::Lambda::EventInvokeConfig" => {
                let both = [
                    ("OnSuccess", Outcome::Success),
                    ("OnFailure", Outcome::Failure),
                ];
                let to = both.into_iter().filter_map(|(name, after)| {
                    Some(FoundDestination {
                        place: place.clone(),
                        after,
                        to: destination(properties, name)?,
                    })
                });
                function.destinations.extend(to);
            }
            "AWS::Lambda::Permission" => function.permissions.push(FoundPermission {
                place: place.clone(),
                principal: properties.text_of("Principal").unwrap_or_default(),
                action: properties.text_of("Action").unwrap_or_default(),
                source: properties.text_of("SourceArn"),
            }),
            _ => function.urls.push(FoundUrl {
                place: place.clone(),
                auth: properties.text_of("AuthType").unwrap_or_default(),
            }),
        }
    }
}

fn destination(properties: &Value, after: &str) -> Option<Text> {
    let destinations = properties.first("DestinationConfig")?;
    destinations.first(after)?.text_of("Destination")
}

/// The function that a text names, itself or by one of its aliases or versions.
fn index_of(text: &Text, resources: &[Resource<'_>], functions: &[&Resource<'_>]) -> Option<usize> {
    let direct = functions
        .iter()
        .position(|function| function.is_named(text));
    direct.or_else(|| {
        let alias = resources.iter().find(|resource| {
            let kinds = ["AWS::Lambda::Alias", "AWS::Lambda::Version"];
            kinds.contains(&resource.kind.as_str()) && resource.is_named(text)
        })?;
        let of = alias.properties.text_of("FunctionName")?;
        functions.iter().position(|function| function.is_named(&of))
    })
}
