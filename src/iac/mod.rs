//! The roles, policies and functions inside infrastructure code, with their places.
//!
//! From the text of one file, or of the files of one folder of Terraform, to what it says. What a file is, is told by its content.
//! Every form is brought into the words of CloudFormation first: SAM and the Serverless Framework by what they make of themselves,
//! and Terraform, a plan or a configuration, by its resources. From there on there is one way: resources → roles and their policies → functions.
//!
//! What is not known before something is deployed stands for every value that it could have: see [`FoundPolicy::policy`].
//! Nothing here touches a file.

mod account_snapshot;
mod cloudformation;
mod condition;
mod conditions;
mod document;
mod found;
mod functions;
mod given;
mod hcl;
mod hcl_attributes;
mod hcl_blocks;
mod hcl_configuration;
mod hcl_documents;
mod hcl_files;
mod hcl_for;
mod hcl_functions;
mod hcl_lists;
mod hcl_references;
mod hcl_scope;
mod hcl_templates;
mod hcl_values;
mod identities;
mod lists;
mod log_groups;
mod nodes;
mod read;
mod resolve;
mod resource;
mod sam;
mod sam_connectors;
mod sam_destinations;
mod sam_events;
mod sam_policies;
mod sam_roles;
mod serverless;
mod serverless_events;
mod serverless_permissions;
mod serverless_policies;
mod serverless_roles;
mod source;
mod template;
mod terraform;
mod terraform_document;
mod terraform_links;
mod terraform_resource;
mod terraform_values;
mod terraform_words;
mod text;
mod trust;
mod value;
mod variables;
mod widen;

pub use found::{
    Attached, Carrier, Form, Found, FoundDestination, FoundEventSource, FoundFunction, FoundModule,
    FoundPermission, FoundPolicy, FoundRole, FoundUrl, Place, Problem, Remark, RoleOf, Unknown,
    Variable,
};
pub use given::Given;
pub use hcl::read_module;
pub use read::read;
pub use text::{Part, Text, Why};
