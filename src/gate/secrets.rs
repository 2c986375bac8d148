//! Whether a variable of a function's environment holds a secret as plain text.

use std::sync::LazyLock;

use regex::Regex;

use crate::iac::Text;

/// Texts that are secrets whatever they are called, and what each is.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>
static SECRETS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let kinds = [
        (
            r"(?-u:\b)(AKIA|ASIA)[A-Z2-7]{16}(?-u:\b)",
            "an access key of AWS",
        ),
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----", "a private key"),
        (r"(?-u:\b)gh[pousr]_[A-Za-z0-9]{36}", "a token of GitHub"),
        (r"(?-u:\b)xox[abprs]-[A-Za-z0-9-]{10,}", "a token of Slack"),
        (r"(?-u:\b)[sr]k_live_[A-Za-z0-9]{16,}", "a key of Stripe"),
        (
            r"(?-u:\b)eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.",
            "a JSON web token",
        ),
        (
            r"^[a-z][a-z0-9+]*://[^/ :@]+:[^/ :@$]+@",
            "a password in a URL",
        ),
    ];
    let compiled = kinds.map(|(pattern, what)| {
        let regex = Regex::new(pattern).expect("a test has a case for each of these patterns");
        (regex, what)
    });
    compiled.into()
});

/// Words by which variables that hold secrets are called.
const WORDS: [&str; 13] = [
    "password",
    "passwd",
    "pwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "accesskey",
    "access_key",
    "privatekey",
    "private_key",
    "credentials",
    "passphrase",
];

/// Words that say that it is only the name of a secret, or something about it.
const ABOUT: [&str; 25] = [
    "arn",
    "name",
    "id",
    "path",
    "url",
    "uri",
    "endpoint",
    "table",
    "bucket",
    "topic",
    "queue",
    "param",
    "parameter",
    "prefix",
    "header",
    "ttl",
    "expiry",
    "expiration",
    "expires",
    "length",
    "type",
    "version",
    "ref",
    "location",
    "region",
];

/// What secret it holds; `None` when it seems to hold none, or what it holds is not known.
pub(super) fn secret(name: &str, value: &Text) -> Option<&'static str> {
    let value = value.as_known()?;
    if let Some((_, what)) = SECRETS.iter().find(|(regex, _)| regex.is_match(value)) {
        return Some(what);
    }
    let name = snake(name);
    let called = WORDS.iter().any(|word| name.contains(word));
    let about = name
        .rsplit('_')
        .next()
        .is_some_and(|last| ABOUT.contains(&last));
    (called && !about && could_be_one(value)).then_some("a secret, by its name")
}

/// `dbPassword` and `DB-PASSWORD` as `db_password`.
fn snake(name: &str) -> String {
    let mut text = String::new();
    let mut before = None;
    for letter in name.chars() {
        let begins =
            letter.is_ascii_uppercase() && before.is_some_and(|one: char| one.is_ascii_lowercase());
        if begins {
            text.push('_');
        }
        text.push(match letter {
            '-' | '.' | ' ' => '_',
            letter => letter.to_ascii_lowercase(),
        });
        before = Some(letter);
    }
    text
}

/// Names, references and switches are no secrets, nor are texts that stand for one that somebody has to put there.
fn could_be_one(value: &str) -> bool {
    let refers = [
        "arn:",
        "{{resolve:",
        "/",
        "ssm:",
        "http://",
        "https://",
        "${",
        "<",
        "alias/",
    ];
    let switches = ["true", "false", "none", "null", "enabled", "disabled"];
    let stands_for = [
        "changeme",
        "change-me",
        "replace",
        "your",
        "example",
        "todo",
        "xxx",
        "dummy",
        "placeholder",
    ];
    let lower = value.to_ascii_lowercase();
    value.len() >= 4
        && !value.contains(char::is_whitespace)
        && !value.chars().all(|letter| letter.is_ascii_digit())
        && !refers.iter().any(|begin| lower.starts_with(begin))
        && !switches.contains(&lower.as_str())
        && !stands_for.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rustfmt::skip]
    #[test]
    fn secrets_are_told_from_names_of_secrets() {
        let cases = [
            ("DB_PASSWORD", "hunter2hunter2", Some("a secret, by its name")),
            ("dbPassword", "hunter2hunter2", Some("a secret, by its name")),
            ("API_KEY", "a8f5f167f44f4964", Some("a secret, by its name")),
            ("ANYTHING", "AKIAIOSFODNN7EXAMPLE", Some("an access key of AWS")),
            ("ANYTHING", "-----BEGIN RSA PRIVATE KEY-----\nMIIE", Some("a private key")),
            ("ANYTHING", "ghp_abcdefghijklmnopqrstuvwxyzABCDEFGHIJ", Some("a token of GitHub")),
            ("ANYTHING", "xoxb-1234567890-abc", Some("a token of Slack")),
            ("ANYTHING", "sk_live_abcdefghijklmnop", Some("a key of Stripe")),
            ("ANYTHING", "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.abc", Some("a JSON web token")),
            ("DATABASE", "postgres://app:hunter2@db/orders", Some("a password in a URL")),
            ("DATABASE", "postgres://db/orders", None),
            ("SECRET_ARN", "arn:aws:secretsmanager:x", None),
            ("SECRET_NAME", "orders/database", None),
            ("DB_SECRET", "arn:aws:secretsmanager:x", None),
            ("TOKEN_TTL", "3600s", None),
            ("USE_TOKEN", "true", None),
            ("DB_PASSWORD", "/orders/database/password", None),
            ("DB_PASSWORD", "{{resolve:secretsmanager:orders}}", None),
            ("DB_PASSWORD", "<your password>", None),
            ("DB_PASSWORD", "", None),
            ("TABLE", "orders", None),
        ];
        for (name, value, expected) in cases {
            assert_eq!(
                secret(name, &Text::known(value)),
                expected,
                "{name}={value}"
            );
        }
    }
}
