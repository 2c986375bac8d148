//! What was found in a file, as lines for a reader.

use tightrope::iac::{Carrier, Found, FoundFunction, FoundPolicy, FoundRole, Place, RoleOf};
use tightrope::iam::{Actions, Effect, Resources, Statement};

/// One line a fact; what stands in something is indented.
pub(crate) fn told(found: &Found) -> String {
    let mut lines = vec![match found.form {
        Some(form) => form.name().to_owned(),
        None => "no form".to_owned(),
    }];
    for role in &found.roles {
        lines.extend(of_role(role));
    }
    for policy in &found.policies {
        lines.extend(of_policy("policy", policy));
    }
    for function in &found.functions {
        lines.extend(of_function(function, found));
    }
    for module in &found.modules {
        let (place, name, source) = (at(&module.place), &module.name, &module.source);
        lines.push(format!("module {name} {place}: {source}"));
    }
    for problem in &found.problems {
        lines.push(format!("problem {} {}", at(&problem.place), problem.rule));
    }
    lines.join("\n") + "\n"
}

fn at(place: &Place) -> String {
    format!("{}:{}", place.line, place.column)
}

fn of_role(role: &FoundRole) -> Vec<String> {
    let kind = match role.carrier {
        Carrier::Role => "role",
        Carrier::User => "user",
        Carrier::Group => "group",
    };
    let implicit = if role.implicit { " (implicit)" } else { "" };
    let path = role.place.cdk_path.as_deref();
    let path = path.map(|path| format!(" of {path}")).unwrap_or_default();
    let place = at(&role.place);
    let mut lines = vec![format!(
        "{kind} {}{implicit}{path} {place}: {} = {}",
        role.id, role.name, role.arn
    )];
    if let Some(trust) = &role.trust {
        let mut who: Vec<_> = trust.others().map(ToString::to_string).collect();
        who.extend(
            trust
                .admits_lambda()
                .then(|| "lambda.amazonaws.com".to_owned()),
        );
        lines.push(format!("  trusts {}", who.join(", ")));
    }
    for policy in &role.inline {
        let inner = of_policy("inline", policy).into_iter();
        lines.extend(inner.map(|line| format!("  {line}")));
    }
    for attached in &role.attached {
        let here = if attached.policy.is_some() {
            " (here)"
        } else {
            ""
        };
        let perhaps = if attached.certain { "" } else { " (perhaps)" };
        let place = at(&attached.place);
        lines.push(format!(
            "  attached {place} {}{here}{perhaps}",
            attached.arn
        ));
    }
    lines.extend(role.boundary.iter().map(|arn| format!("  boundary {arn}")));
    lines
}

fn of_policy(what: &str, policy: &FoundPolicy) -> Vec<String> {
    let name = policy
        .name
        .as_ref()
        .map(|name| format!(" {name}"))
        .unwrap_or_default();
    let arn = policy
        .arn
        .as_ref()
        .map(|arn| format!(" = {arn}"))
        .unwrap_or_default();
    let mut lines = vec![format!("{what}{name}{arn} {}", at(&policy.place))];
    for (statement, place) in policy.policy.statements.iter().zip(&policy.statements) {
        lines.push(format!("  {} {}", at(place), of_statement(statement)));
    }
    for unknown in &policy.unknown {
        let statement = unknown
            .statement
            .map_or("-".to_owned(), |index| index.to_string());
        let (place, element, value) = (at(&unknown.place), unknown.element, &unknown.value);
        lines.push(format!(
            "  unknown {place} in {statement}: {element} {value} → {}",
            unknown.read_as
        ));
    }
    lines.extend(
        policy
            .attached_to
            .iter()
            .map(|to| format!("  attached to {to}")),
    );
    lines
}

fn of_statement(statement: &Statement) -> String {
    let effect = match statement.effect {
        Effect::Allow => "allow",
        Effect::Deny => "deny",
    };
    let join = |texts: Vec<String>| texts.join(", ");
    let actions = join(
        statement
            .actions
            .patterns()
            .iter()
            .map(ToString::to_string)
            .collect(),
    );
    let actions = match statement.actions {
        Actions::Only(_) => actions,
        Actions::AllBut(_) => format!("all but {actions}"),
    };
    let resources = join(
        statement
            .resources
            .patterns()
            .iter()
            .map(ToString::to_string)
            .collect(),
    );
    let resources = match statement.resources {
        Resources::Only(_) => resources,
        Resources::AllBut(_) => format!("all but {resources}"),
    };
    let clauses = statement
        .condition
        .iter()
        .flat_map(|condition| condition.clauses());
    let clauses = clauses.map(|clause| {
        format!(
            "{} {} {}",
            clause.key,
            clause.operator,
            clause.values.join(" or ")
        )
    });
    let when = join(clauses.collect());
    let when = if when.is_empty() {
        when
    } else {
        format!(" when {when}")
    };
    format!("{effect} {actions} on {resources}{when}")
}

fn of_function(function: &FoundFunction, found: &Found) -> Vec<String> {
    let roles = function.roles.iter().map(|role| match role {
        RoleOf::Here(index) => found.roles[*index].id.clone(),
        RoleOf::Elsewhere(arn) => format!("elsewhere {arn}"),
    });
    let roles: Vec<_> = roles.collect();
    let mut lines = vec![format!(
        "function {} {}: {}, role {}",
        function.id,
        at(&function.place),
        function.name,
        roles.join(" or ")
    )];
    let texts = [
        ("runtime", &function.runtime),
        ("tracing", &function.tracing),
        ("environment key", &function.environment_key),
        ("dead letters", &function.dead_letters),
        ("log group", &function.log_group),
    ];
    let said = texts
        .iter()
        .filter_map(|(what, text)| Some((what, text.as_ref()?)));
    lines.extend(said.map(|(what, text)| format!("  {what} {text}")));
    lines.extend(function.image.then(|| "  image".to_owned()));
    lines.extend(function.vpc.then(|| "  in a VPC".to_owned()));
    lines.extend(function.layers.iter().map(|arn| format!("  layer {arn}")));
    lines.extend(
        function
            .file_systems
            .iter()
            .map(|arn| format!("  file system {arn}")),
    );
    let variables = function.environment.iter();
    lines.extend(variables.map(|variable| {
        let (place, value) = (at(&variable.place), &variable.value);
        format!("  variable {place} {}={value}", variable.name)
    }));
    lines.extend(connections(function));
    lines
}

/// What invokes a function, and where its records go.
fn connections(function: &FoundFunction) -> Vec<String> {
    let mut lines = Vec::new();
    for source in &function.event_sources {
        let arn = source
            .arn
            .as_ref()
            .map_or("-".to_owned(), ToString::to_string);
        let failed = source
            .on_failure
            .iter()
            .map(|to| format!(", on failure {to}"));
        let failed: String = failed.collect();
        lines.push(format!("  polls {} {arn}{failed}", at(&source.place)));
    }
    for destination in &function.destinations {
        let (after, place) = (destination.after.name(), at(&destination.place));
        lines.push(format!("  {after} {place} {}", destination.to));
    }
    for permission in &function.permissions {
        let source = permission
            .source
            .iter()
            .map(|source| format!(" for {source}"));
        let source: String = source.collect();
        let (principal, action) = (&permission.principal, &permission.action);
        lines.push(format!("  {principal} may {action}{source}"));
    }
    for url in &function.urls {
        lines.push(format!("  URL {} {}", at(&url.place), url.auth));
    }
    lines
}
