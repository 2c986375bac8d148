//! `tightrope.toml`: what a team asks of the program, in one file for all commands.

mod account;

use serde::Deserialize;

use crate::gate::Settings;
use crate::text::{Position, nearest};

pub use account::{Account, ReadingRole};

/// What the file says. Everything may be left out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What `tightrope check` asks of infrastructure code.
    pub check: Settings,
    /// The accounts that `tightrope account pull` reads; without one, that of the credentials.
    #[serde(rename = "account", deserialize_with = "account::accounts")]
    pub accounts: Vec<Account>,
}

/// Why a configuration cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{position}: {rule}")]
pub struct NotConfig {
    /// Where.
    pub position: Position,
    /// What is wrong.
    pub rule: String,
}

impl Config {
    /// Reads the text of a configuration.
    ///
    /// ```
    /// # use tightrope::config::Config;
    /// let config = Config::parse("[check]\nfail-on = \"warning\"\n")?;
    /// assert_eq!(config.check.fail_on.name(), "warning");
    /// let error = Config::parse("[check]\nfial-on = \"warning\"\n").expect_err("a misspelt key");
    /// assert_eq!(error.to_string(), "line 2, column 1: there is no key `fial-on` here; did you mean `fail-on`?");
    /// # Ok::<(), tightrope::config::NotConfig>(())
    /// ```
    ///
    /// # Errors
    /// When it is not TOML, has a key that is not known, or a value that cannot be.
    pub fn parse(text: &str) -> Result<Self, NotConfig> {
        toml::from_str(text).map_err(|error| NotConfig {
            position: Position::of(text, error.span().map_or(0, |span| span.start)),
            rule: rule(error.message()),
        })
    }
}

/// The message of a parser, with the nearest of the names that are known where a name is not.
fn rule(message: &str) -> String {
    let quoted = |text: &str| -> Vec<String> {
        let parts = text.split('`').skip(1).step_by(2);
        parts.map(str::to_owned).collect()
    };
    for (begins, what) in [("unknown field", "key"), ("unknown variant", "value")] {
        if !message.starts_with(begins) {
            continue;
        }
        if let [written, known @ ..] = quoted(message).as_slice() {
            let near = nearest(written, known.iter().map(String::as_str));
            let hint = match (near, known) {
                (Some(near), _) => format!("; did you mean `{near}`?"),
                (None, []) => String::new(),
                (None, known) => format!("; known are {}", known.join(", ")),
            };
            return format!("there is no {what} `{written}` here{hint}");
        }
    }
    message.lines().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_with_its_place_and_what_was_meant() {
        let cases = [
            (
                "x = ",
                "line 1, column 5: string values must be quoted, expected literal string",
            ),
            (
                "[chek]\n",
                "line 1, column 2: there is no key `chek` here; did you mean `check`?",
            ),
            (
                "[check.severity]\nno-wildcard-acton = \"off\"\n",
                "line 1, column 1: there is no check `no-wildcard-acton`; did you mean `no-wildcard-action`?",
            ),
            (
                "[check.severity]\ntracing = \"erorr\"\n",
                "line 2, column 11: there is no value `erorr` here; did you mean `error`?",
            ),
            (
                "[check]\nfail-on = \"off\"\n",
                "line 2, column 11: it is one of `note`, `warning`, `error`",
            ),
            (
                "[[check.waiver]]\ncheck = \"tracing\"\nowner = \"\"\nreason = \"r\"\nexpires = 2027-01-31\n",
                "line 3, column 9: a waiver says who answers for it, and why",
            ),
            (
                "[[check.waiver]]\ncheck = \"tracing\"\nowner = \"a\"\nreason = \"r\"\nexpires = \"soon\"\n",
                "line 5, column 11: `soon` is no day; write it as 2027-01-31",
            ),
            (
                "[[check.waiver]]\ncheck = \"tracing\"\nowner = \"a\"\nreason = \"r\"\n",
                "line 1, column 1: missing field `expires`",
            ),
            (
                "[[check.not-granted]]\nactions = [\"iam\"]\n",
                "line 2, column 11: `iam` is not an action: it is `*` or has the form `service:name`",
            ),
        ];
        for (text, expected) in cases {
            let error = Config::parse(text).expect_err(text);
            assert_eq!(error.to_string(), expected, "{text}");
        }
    }

    #[test]
    fn the_last_rule_for_a_path_holds() {
        let text = r#"
[check]
unused = 2
[check.severity]
tracing = "error"
[[check.path]]
paths = ["legacy/"]
unused = 9
severity = { tracing = "off", no-shared-role = "error" }
[[check.path]]
paths = ["legacy/new/*.yaml"]
severity = { tracing = "note" }
[[check.path]]
role = "importer-*"
unused = 40
"#;
        let settings = Config::parse(text).expect("a configuration").check;
        let cases = [
            ("tracing", "a.yaml", "error"),
            ("tracing", "legacy/a.yaml", "off"),
            ("tracing", "./legacy/deep/a.yaml", "off"),
            ("tracing", "legacy/new/a.yaml", "note"),
            ("no-shared-role", "legacy/new/a.yaml", "error"),
            ("no-shared-role", "a.yaml", "warning"),
        ];
        for (id, file, expected) in cases {
            let check = crate::gate::check(id).expect("a check");
            assert_eq!(
                settings.severity_of(check, file, Some("orders")).name(),
                expected,
                "{id} {file}"
            );
        }
        assert_eq!(
            (
                settings.unused_in("a", "orders"),
                settings.unused_in("legacy/b", "orders"),
                settings.unused_in("legacy/b", "importer-2"),
            ),
            (2, 9, 40)
        );
    }
}
