//! The files of one folder of Terraform: which of them count, and what each says.

use hcl_edit::parser::parse_body;

use super::hcl_configuration::Says;
use super::terraform_words::speaks;
use super::value::Value;
use crate::text::{Node, parse_json};

/// The kinds of blocks that stand in a file for themselves.
const BLOCKS: [&str; 13] = [
    "check",
    "data",
    "ephemeral",
    "import",
    "locals",
    "module",
    "moved",
    "output",
    "provider",
    "removed",
    "resource",
    "terraform",
    "variable",
];

/// Whether it is a configuration of Terraform, by the first line of it that says something.
pub(super) fn is_configuration(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        rest = match (
            rest.strip_prefix("/*"),
            rest.starts_with(['#']) || rest.starts_with("//"),
        ) {
            (Some(comment), _) => comment.split_once("*/").map_or("", |(_, rest)| rest),
            (None, true) => rest.split_once('\n').map_or("", |(_, rest)| rest),
            (None, false) => break,
        }
        .trim_start();
    }
    let begins = |word: &str| {
        let behind = rest.strip_prefix(word);
        let behind = behind.map(|behind| behind.trim_start_matches([' ', '\t']));
        behind.is_some_and(|behind| behind.starts_with(['"', '{']))
    };
    BLOCKS.iter().any(|word| begins(word))
}

/// The files that count, those that give values to variables in the order in which a later one counts more.
pub(super) fn in_order<'f>(files: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let rank = |name: &str| {
        let plain = name.strip_suffix(".json").unwrap_or(name);
        let base = plain.rsplit('/').next().unwrap_or(plain);
        match base {
            "terraform.tfvars" => Some(1),
            _ if base.ends_with(".auto.tfvars") => Some(2),
            _ if base.ends_with(".tfvars") => None,
            _ if plain.len() < name.len() && !plain.ends_with(".tf") => None,
            _ => Some(0),
        }
    };
    let plain = |text: &'f str| text.strip_prefix('\u{feff}').unwrap_or(text);
    let ranked = files
        .iter()
        .filter_map(|(name, text)| Some((rank(name)?, (*name, plain(text)))));
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_by_key(|(rank, (name, _))| (*rank, if *rank == 2 { *name } else { "" }));
    ranked.into_iter().map(|(_, file)| file).collect()
}

/// The text of all files, and where each begins.
pub(super) fn one_behind_the_other<'f>(
    files: &[(&'f str, &'f str)],
) -> (String, Vec<(usize, &'f str)>) {
    let mut text = String::new();
    let mut starts = Vec::new();
    for (name, own) in files {
        starts.push((text.len(), *name));
        text.push_str(own);
        text.push('\n');
    }
    (text, starts)
}

/// What is said of a configuration as JSON.
pub(super) const IN_JSON: &str = "a configuration of Terraform in the syntax of JSON is not read; write its plan as JSON \
                                  (`terraform show -json PLAN`) and give that";

/// Whether it is a configuration as JSON that makes roles, policies or functions.
pub(super) fn is_json_configuration(root: &Node) -> bool {
    let of = |name: &str| {
        root.get(name)
            .and_then(Node::members)
            .unwrap_or_default()
            .iter()
    };
    of("resource")
        .chain(of("data"))
        .any(|member| speaks(&member.name))
}

/// What a file says, or where it stops being one, and why.
pub(super) fn says(name: &str, text: &str) -> Result<Says, (usize, String)> {
    if name.ends_with(".tf.json") {
        return Err((0, IN_JSON.to_owned()));
    }
    if name.ends_with(".json") {
        let node = parse_json(text).map_err(|error| (error.span.start, error.to_string()))?;
        let members = node.members().unwrap_or_default().iter();
        let gifts =
            members.map(|member| (member.name.clone(), Value::from(&member.value).at(None)));
        return Ok(Says::Json(gifts.collect()));
    }
    let body = parse_body(text).map_err(|error| {
        let rule = format!("not Terraform: {}", error.message());
        (error.location().offset(), rule)
    })?;
    Ok(match name.ends_with(".tfvars") {
        true => Says::Gifts(body),
        false => Says::Blocks(body),
    })
}

/// Whether a text that cannot be read seems to be one that should have been.
pub(super) fn speaks_of_policies(text: &str) -> bool {
    [
        "aws_iam_",
        "aws_lambda_",
        "\"Statement\"",
        "Statement ",
        "module \"",
    ]
    .iter()
    .any(|word| text.contains(word))
}
