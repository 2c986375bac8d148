//! The roles that the Serverless Framework makes: one for all functions, and those of single functions.
//!
//! <https://www.serverless.com/framework/docs/providers/aws/guide/iam>,
//! <https://github.com/functionalone/serverless-iam-roles-per-function>

use super::nodes::{managed_policy, object, text, there};
use super::resolve::function;
use super::serverless::{Written, made, normalized, setting};
use super::serverless_permissions::trusted;
use super::serverless_policies::{Policy, logs, of_function, properties};
use super::template::Declared;
use crate::text::{Node, Shape};

/// The logical id of the role of all functions.
pub(super) const SHARED: &str = "IamRoleLambdaExecution";

/// The roles of a file.
pub(super) struct Roles {
    pub(super) declared: Vec<Declared>,
    /// The functions with a role of their own, and its logical id.
    own: Vec<(String, String)>,
}

impl Roles {
    /// The logical id of the role that the framework makes for this function alone.
    pub(super) fn of_function(&self, name: &str) -> Option<&str> {
        let own = self.own.iter().find(|(function, _)| function == name)?;
        Some(&own.1)
    }
}

/// A role that all functions get, and that the framework does not make.
pub(super) fn existing_role(root: &Node) -> Option<&Node> {
    let provider = there(root, "provider")?;
    if let Some(role) = there(provider, "role") {
        return Some(role);
    }
    let role = there(there(provider, "iam")?, "role")?;
    (role.as_text().is_some() || function(role).is_some()).then_some(role)
}

/// What the file says of the role of all functions.
fn shared(root: &Node) -> Option<&Node> {
    let role = there(there(there(root, "provider")?, "iam")?, "role")?;
    role.members()
        .filter(|_| function(role).is_none())
        .map(|_| role)
}

/// A setting of the role of all functions, under its present name or the one that it had before.
fn shared_setting<'n>(root: &'n Node, name: &str, before: &str) -> Option<&'n Node> {
    let now = shared(root).and_then(|role| there(role, name));
    now.or_else(|| there(there(root, "provider")?, before))
}

/// The roles that the framework makes for these functions.
pub(super) fn roles(root: &Node, functions: &[Written<'_>]) -> Roles {
    let mut roles = Roles {
        declared: Vec::new(),
        own: Vec::new(),
    };
    if existing_role(root).is_some() {
        // Functions may still have roles by the plugin, which asks no provider.
        for written in functions
            .iter()
            .filter(|one| there(one.node, "iamRoleStatements").is_some())
        {
            own_role(root, written, &mut roles);
        }
        return roles;
    }
    let mode = shared(root)
        .and_then(|role| there(role, "mode"))
        .and_then(Node::as_text);
    let mut sharing = Vec::new();
    for written in functions
        .iter()
        .filter(|one| there(one.node, "role").is_none())
    {
        match mode == Some("perFunction") || has_own(written) {
            true => own_role(root, written, &mut roles),
            false => sharing.push(written),
        }
    }
    // A role that no function has is made all the same.
    let is_made = mode != Some("perFunction")
        && functions
            .iter()
            .any(|one| there(one.node, "role").is_none());
    if is_made {
        roles.declared.push(shared_role(root, &sharing));
    }
    roles
}

/// What a function says of its own role, in the framework's words.
fn own_settings<'n>(written: &Written<'n>) -> Option<&'n Node> {
    there(there(written.node, "iam")?, "role")
}

fn has_own(written: &Written<'_>) -> bool {
    let by_plugin = there(written.node, "iamRoleStatements").is_some();
    let says = |name: &str| own_settings(written).is_some_and(|role| there(role, name).is_some());
    by_plugin || says("statements") || says("managedPolicies")
}

/// The items of a list; a variable stands for a list.
fn items(node: Option<&Node>) -> Vec<Node> {
    match node.map(|node| (node, &node.shape)) {
        Some((_, Shape::List(items))) => items.clone(),
        Some((node, _)) => vec![node.clone()],
        None => Vec::new(),
    }
}

fn shared_role(root: &Node, functions: &[&Written<'_>]) -> Declared {
    let span = shared(root)
        .or_else(|| there(root, "provider"))
        .and_then(|node| node.span);
    let mut statements = logs(span, &["${self:service}-${sls:stage}*"], true);
    for written in functions {
        if let Some(name) = there(written.node, "name").and_then(Node::as_text) {
            statements.extend(logs(written.at.name_span, &[name], true));
        }
        statements.extend(of_function(root, written));
    }
    statements.extend(items(shared_setting(
        root,
        "statements",
        "iamRoleStatements",
    )));
    let mut managed = items(shared_setting(
        root,
        "managedPolicies",
        "iamManagedPolicies",
    ));
    let in_vpc = functions
        .iter()
        .find_map(|written| setting(root, written, "vpc"));
    managed.extend(in_vpc.map(|vpc| managed_policy(vpc.span, "AWSLambdaVPCAccessExecutionRole")));
    let name = text(
        span,
        "${self:service}-${sls:stage}-${aws:region}-lambdaRole",
    );
    let name = shared(root)
        .and_then(|role| there(role, "name"))
        .cloned()
        .unwrap_or(name);
    let boundary = shared_setting(root, "permissionsBoundary", "rolePermissionsBoundary");
    let boundary =
        boundary.or_else(|| shared(root).and_then(|role| there(role, "permissionBoundary")));
    let policy = Policy {
        name: "${self:service}-${sls:stage}-lambda".to_owned(),
        statements,
        managed,
    };
    let path = shared(root).and_then(|role| there(role, "path"));
    let trusted = trusted(functions.iter().copied());
    Declared {
        id: SHARED.to_owned(),
        kind: "AWS::IAM::Role".to_owned(),
        span,
        properties: object(
            span,
            properties(span, (name, path, boundary), policy, &trusted),
        ),
        condition: None,
        cdk_path: None,
        implicit: true,
    }
}

/// The role of one function.
fn own_role(root: &Node, written: &Written<'_>, roles: &mut Roles) {
    let span = written.at.name_span;
    let id = format!("{}{SHARED}", normalized(written.name));
    let own = own_settings(written);
    let by_plugin = there(written.node, "iamRoleStatements");
    let written_name = there(written.node, "name")
        .and_then(Node::as_text)
        .map(str::to_owned);
    let log_name = written_name
        .unwrap_or_else(|| format!("${{self:service}}-${{sls:stage}}-{}", written.name));
    let mut statements = logs(span, &[&log_name], false);
    statements.extend(of_function(root, written));
    let mut managed = Vec::new();
    if inherits(root, written) {
        statements.extend(items(shared_setting(
            root,
            "statements",
            "iamRoleStatements",
        )));
        if by_plugin.is_none() {
            managed.extend(items(shared_setting(
                root,
                "managedPolicies",
                "iamManagedPolicies",
            )));
        }
    }
    statements.extend(items(by_plugin.or_else(|| there(own?, "statements"))));
    managed.extend(items(own.and_then(|role| there(role, "managedPolicies"))));
    let vpc = setting(root, written, "vpc");
    managed.extend(vpc.map(|vpc| managed_policy(vpc.span, "AWSLambdaVPCAccessExecutionRole")));
    let name = own
        .and_then(|role| there(role, "name"))
        .or_else(|| there(written.node, "iamRoleStatementsName"))
        .cloned();
    let made_name = format!(
        "${{self:service}}-${{sls:stage}}-{}-${{aws:region}}-lambdaRole",
        written.name
    );
    let name = name.unwrap_or_else(|| text(span, &made_name));
    let boundary = own
        .and_then(|role| there(role, "permissionsBoundary"))
        .or_else(|| there(written.node, "iamPermissionsBoundary"))
        .or_else(|| there(plugin(root)?, "iamGlobalPermissionsBoundary"))
        .or_else(|| shared_setting(root, "permissionsBoundary", "rolePermissionsBoundary"));
    let path = own
        .and_then(|role| there(role, "path"))
        .or_else(|| there(shared(root)?, "path"));
    let policy = Policy {
        name: format!("${{self:service}}-${{sls:stage}}-{}", written.name),
        statements,
        managed,
    };
    let trusted = trusted([written]);
    let members = properties(span, (name, path, boundary), policy, &trusted);
    let mut role = made(written, id.clone(), "AWS::IAM::Role", members);
    role.implicit = true;
    roles.declared.push(role);
    roles.own.push((written.name.to_owned(), id));
}

/// What the file says to the plugin that makes roles of single functions.
fn plugin(root: &Node) -> Option<&Node> {
    there(there(root, "custom")?, "serverless-iam-roles-per-function")
}

/// Whether the role of a function has the statements of all functions too.
fn inherits(root: &Node, written: &Written<'_>) -> bool {
    let says = |node: Option<&Node>| node.map(|node| node.shape == Shape::Bool(true));
    let of_plugin = || says(plugin(root).and_then(|plugin| there(plugin, "defaultInherit")));
    let own = says(there(written.node, "iam").and_then(|iam| there(iam, "inheritStatements")));
    let by_plugin = says(there(written.node, "iamRoleStatementsInherit"));
    let mode = shared(root)
        .and_then(|role| there(role, "mode"))
        .and_then(Node::as_text);
    let by_default = || mode == Some("perFunction") || of_plugin() == Some(true);
    own.or(by_plugin).unwrap_or_else(by_default)
}
