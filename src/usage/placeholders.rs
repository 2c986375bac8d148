//! What fills a placeholder of an ARN template: what the operation tells (`placeholder-values.tsv`), the
//! parameter of its name, or one that the catalog lists, read by the service's own rules where its values are
//! not plain names (`values.rs`).

use crate::catalog::ActionFacts;

use super::call::Call;
use super::values::{Filled, read};

/// What the names of parameters begin with that stand beside another of the same kind.
const SIDES: [&str; 3] = ["Destination", "Source", "Target"];

/// The values that a call gives a placeholder; several when a parameter is a list.
pub(super) fn fill_placeholder(
    call: &Call<'_>,
    facts: &ActionFacts,
    placeholder: &str,
) -> Vec<Filled> {
    let service = facts.action.service();
    let values = |name: &str| -> Vec<Filled> {
        let of_request = call.request.get(name).iter();
        let of_keys = call.request.get(&format!("{name} keys")).iter();
        of_request
            .chain(of_keys)
            .filter_map(|text| read(call, facts, placeholder, text))
            .collect()
    };
    let told = |given| {
        let place = (service, placeholder);
        call.catalog
            .placeholder_value(place, &call.operation, given)
    };
    if let Some(value) = told(true) {
        return vec![Filled::exactly(value)];
    }
    let listed: Vec<_> = call.catalog.parameters(service, placeholder).collect();
    let own = names(&call.operation, placeholder);
    let mut all = listed.iter().copied().chain(own.iter().map(String::as_str));
    let mut found = all
        .by_ref()
        .map(values)
        .find(|values| !values.is_empty())
        .unwrap_or_default();
    // A copy names two resources of a kind.
    let sides = listed
        .iter()
        .filter(|name| SIDES.iter().any(|side| name.starts_with(side)));
    for value in sides.flat_map(|name| values(name)) {
        if !found.contains(&value) {
            found.push(value);
        }
    }
    if !found.is_empty() {
        return found;
    }
    let default = told(false).filter(|_| call.request.are_known());
    let filled = |value: &str| match value.contains('*') {
        true => Filled::pattern(value),
        false => Filled::exactly(value),
    };
    default.map(filled).into_iter().collect()
}

/// The names that a parameter for the placeholder may have: its own, the plural, `…Identifier` and the bare
/// word (`cluster` for `ClusterName`), and `name` or `id` in an operation on just this kind of resource. A
/// parameter that says `…Id` never fills a placeholder that says `…Name`: those are two texts.
fn names(operation: &str, placeholder: &str) -> Vec<String> {
    let own = placeholder.strip_suffix("WithPath").unwrap_or(placeholder);
    let mut names = vec![own.to_owned(), format!("{own}s")];
    for ending in ["Name", "Id", "Identifier"] {
        let Some(stem) = own.strip_suffix(ending).filter(|stem| stem.len() > 1) else {
            continue;
        };
        let plain = ["", "s", "Identifier", "Identifiers"];
        names.extend(plain.map(|end| format!("{stem}{end}")));
        let rest = operation.trim_start_matches(|c: char| c.is_ascii_lowercase());
        let object = rest
            .find(|c: char| c.is_ascii_lowercase())
            .and_then(|lower| {
                rest[lower..]
                    .find(|c: char| c.is_ascii_uppercase())
                    .map(|upper| &rest[lower + upper..])
            });
        if object.is_some_and(|object| object.eq_ignore_ascii_case(stem)) {
            names.push(ending.to_owned());
        }
    }
    names
}
