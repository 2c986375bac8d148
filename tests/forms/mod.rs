//! One project in every form that infrastructure code has.

mod cloudformation;
pub(crate) mod project;
mod serverless;
mod terraform;
pub(crate) mod text;

use serde_json::Value;
use tightrope::iac::Form;

use project::Project;
use text::{Written, json, yaml};

/// A way to write a project down.
pub(crate) struct Writing {
    pub(crate) name: &'static str,
    pub(crate) form: Form,
    value: fn(&Project) -> Value,
    write: fn(&Value) -> Written,
    /// What stands in the line of the role, and in that of the function.
    role: Line,
    function: Line,
}

/// A line, told by a part of the text in it or behind it.
type Line = fn(&Written, &Project) -> usize;

pub(crate) const WRITINGS: [Writing; 7] = [
    Writing {
        name: "policy.json",
        form: Form::Policy,
        value: Project::document,
        write: json,
        role: |_, _| 1,
        function: |_, _| 1,
    },
    Writing {
        name: "template.yaml",
        form: Form::CloudFormation,
        value: cloudformation::template,
        write: yaml,
        role: |written, _| written.line_of_key("OrdersRole"),
        function: |written, _| written.line_of_key("Orders"),
    },
    Writing {
        name: "template.json",
        form: Form::CloudFormation,
        value: cloudformation::template,
        write: json,
        role: |written, _| written.line_of_key("OrdersRole"),
        function: |written, _| written.line_of_key("Orders"),
    },
    Writing {
        name: "sam.yaml",
        form: Form::Sam,
        value: cloudformation::of_sam,
        write: yaml,
        role: |written, project| match project.own_role {
            true => written.line_of_key("OrdersRole"),
            false => written.line_of_key("Orders"),
        },
        function: |written, _| written.line_of_key("Orders"),
    },
    Writing {
        name: "cdk.template.json",
        form: Form::Cdk,
        value: cloudformation::of_the_cdk,
        write: json,
        role: |written, _| written.line_of_key("OrdersRole"),
        function: |written, _| written.line_of_key("Orders"),
    },
    // A resource of a plan begins in the line before its address.
    Writing {
        name: "plan.json",
        form: Form::TerraformPlan,
        value: terraform::plan,
        write: json,
        role: |written, _| written.last_line_of("aws_iam_role.orders") - 1,
        function: |written, _| written.last_line_of("aws_lambda_function.Orders") - 1,
    },
    Writing {
        name: "serverless.yml",
        form: Form::Serverless,
        value: serverless::service,
        write: yaml,
        role: |written, project| match project.own_role {
            true => written.line_of_key("OrdersRole"),
            false => written.line_of_key("managedPolicies"),
        },
        function: |written, _| written.line_of_key("Orders"),
    },
];

impl Writing {
    pub(crate) fn has_roles(&self) -> bool {
        self.form != Form::Policy
    }

    pub(crate) fn write(&self, project: &Project) -> Written {
        (self.write)(&(self.value)(project))
    }

    pub(crate) fn line_of_role(&self, written: &Written, project: &Project) -> usize {
        (self.role)(written, project)
    }

    pub(crate) fn line_of_function(&self, written: &Written, project: &Project) -> usize {
        (self.function)(written, project)
    }
}
