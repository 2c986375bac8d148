//! What a function's configuration should have, as AWS's guide to secure functions says.

use jiff::civil::Date;

use super::Fix;
use super::findings::{Findings, Says};
use super::roles::{name_of, roles_of};
use super::secrets::secret;
use crate::catalog::Catalog;
use crate::iac::{Found, FoundFunction};

pub(super) fn check_function(
    (found, function): (&Found, &FoundFunction),
    today: Date,
    findings: &mut Findings<'_>,
) {
    let of = &|says: String| Says {
        role: roles_of(function, &found.roles),
        function: Some(name_of(function)),
        ..Says::at(&function.place, says)
    };
    environment(function, of, findings);
    if function.log_retention.is_none() {
        findings.add(
            "log-retention",
            Says {
                fix: Fix::by_hand("declare its log group with `RetentionInDays`"),
                ..of("its logs are kept for ever".to_owned())
            },
        );
    }
    let is_traced = |mode: &crate::iac::Text| mode.as_known().is_none_or(|mode| mode == "Active");
    if !function.tracing.as_ref().is_some_and(is_traced) {
        findings.add(
            "tracing",
            Says {
                fix: Fix::by_hand("set tracing to `Active`"),
                ..of("it sends no traces".to_owned())
            },
        );
    }
    if let Some(runtime) = function.runtime.as_ref().and_then(|name| name.as_known())
        && let Some(day) = Catalog::bundled().runtime_deprecated(runtime)
        && day <= today
    {
        findings.add(
            "runtime-deprecated",
            Says {
                about: runtime.to_owned(),
                fix: Fix::by_hand("take a runtime that is supported"),
                ..of(format!(
                    "its runtime {runtime} has been deprecated since {day}"
                ))
            },
        );
    }
    for url in &function.urls {
        if url.auth.as_known() == Some("NONE") {
            findings.add(
                "function-url-auth",
                Says {
                    place: &url.place,
                    fix: Fix::by_hand("set the authentication to `AWS_IAM`, if its callers can sign their requests"),
                    ..of("anyone may call it by its URL".to_owned())
                },
            );
        }
    }
}

fn environment<'f>(
    function: &'f FoundFunction,
    of: &dyn Fn(String) -> Says<'f>,
    findings: &mut Findings<'_>,
) {
    for variable in &function.environment {
        if let Some(why) = secret(&variable.name, &variable.value) {
            findings.add(
                "no-secret-in-environment",
                Says {
                    place: &variable.place,
                    about: variable.name.clone(),
                    fix: Fix::by_hand(
                        "keep it in Secrets Manager or Parameter Store, and give the function its name",
                    ),
                    ..of(format!("the variable `{}` holds {why}", variable.name))
                },
            );
        }
    }
    if !function.environment.is_empty() && function.environment_key.is_none() {
        findings.add(
            "environment-key",
            Says {
                fix: Fix::by_hand("set `KmsKeyArn`"),
                ..of("its environment is encrypted with AWS's own key".to_owned())
            },
        );
    }
}
