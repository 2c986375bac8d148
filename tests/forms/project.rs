//! A role with its functions, before it is written in a form.

use serde_json::{Value, json};

/// What makes a project other than the one of which nothing is found.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    /// The role has a statement, as JSON.
    Says(&'static str),
    /// The role has a statement on this many tables.
    Tables(usize),
    /// Another service may take the role.
    Trusts(&'static str),
    /// A managed policy is attached.
    Attaches(&'static str),
    /// The role is written as a resource, where the form would make one.
    OwnRole,
    /// A second function has the role.
    Second,
    Runtime(&'static str),
    Variable(&'static str, &'static str),
    Key,
    Untraced,
    KeptForEver,
    /// The function has a URL, whose authentication is this.
    Url(&'static str),
    Vpc,
    /// A queue invokes the function.
    Queue,
}

pub(crate) use Part::{
    Attaches, KeptForEver, Key, OwnRole, Queue, Runtime, Says, Second, Tables, Trusts, Untraced,
    Url, Variable, Vpc,
};

pub(crate) const QUEUE: &str = "arn:aws:sqs:eu-central-1:123456789012:jobs";
pub(crate) const KEY: &str = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd";

/// A role, and its function.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    pub(crate) statements: Vec<Value>,
    pub(crate) services: Vec<&'static str>,
    pub(crate) attached: Vec<&'static str>,
    pub(crate) own_role: bool,
    pub(crate) functions: Vec<&'static str>,
    pub(crate) runtime: &'static str,
    pub(crate) variables: Vec<(&'static str, &'static str)>,
    pub(crate) key: bool,
    pub(crate) traced: bool,
    pub(crate) retention: Option<u32>,
    pub(crate) url: Option<&'static str>,
    pub(crate) vpc: bool,
    pub(crate) queue: bool,
}

impl Project {
    pub(crate) fn of(parts: &[Part]) -> Self {
        let mut project = Project {
            statements: Vec::new(),
            services: vec!["lambda.amazonaws.com"],
            attached: Vec::new(),
            own_role: false,
            functions: vec!["Orders"],
            runtime: "python3.13",
            variables: Vec::new(),
            key: false,
            traced: true,
            retention: Some(30),
            url: None,
            vpc: false,
            queue: false,
        };
        for part in parts {
            match *part {
                Says(text) => project.statements.push(statement(text)),
                Tables(count) => project.statements.push(tables(count)),
                Trusts(service) => project.services.push(service),
                Attaches(arn) => project.attached.push(arn),
                OwnRole => {}
                Second => project.functions.push("Payments"),
                Runtime(runtime) => project.runtime = runtime,
                Variable(name, value) => project.variables.push((name, value)),
                Key => project.key = true,
                Untraced => project.traced = false,
                KeptForEver => project.retention = None,
                Url(auth) => project.url = Some(auth),
                Vpc => project.vpc = true,
                Queue => project.queue = true,
            }
            project.own_role |= matches!(part, OwnRole | Second | Trusts(_));
        }
        project
    }

    pub(crate) fn trust(&self) -> Value {
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Principal": {"Service": self.services}, "Action": "sts:AssumeRole"}]})
    }

    pub(crate) fn document(&self) -> Value {
        json!({"Version": "2012-10-17", "Statement": self.statements})
    }

    pub(crate) fn environment(&self) -> Value {
        let variables = self.variables.iter();
        variables
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect()
    }
}

pub(crate) fn statement(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn tables(count: usize) -> Value {
    let arn =
        |number| format!("arn:aws:dynamodb:eu-central-1:123456789012:table/orders-{number:04}");
    let arns: Vec<_> = (0..count).map(arn).collect();
    json!({"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": arns})
}
