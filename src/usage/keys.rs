//! The two keys of a re-encryption.

use crate::iam::Arn;

use super::access::On;
use super::call::Call;

/// A ciphertext comes from one key and goes to another, and each needs an action of its own. The record names
/// both keys without saying which is which; the request names the second, and the first only if it wants to.
/// `None` where they cannot be told apart: then both actions are on both keys.
///
/// <https://docs.aws.amazon.com/kms/latest/developerguide/ct-reencrypt.html>
pub(super) fn re_encryption(call: &Call<'_>) -> Option<Vec<(&'static str, Vec<On>)>> {
    let keys: Vec<Arn> = call.event.resources();
    let is_key = |arn: &Arn| arn.service() == "kms" && arn.resource().starts_with("key/");
    let keys: Vec<_> = keys.into_iter().filter(is_key).map(On::Exactly).collect();
    let (from, to) = (
        named(call, &keys, "sourceKeyId"),
        named(call, &keys, "destinationKeyId"),
    );
    let other = |than: &[On]| {
        let others: Vec<_> = keys.iter().filter(|key| !than.contains(key)).collect();
        match (others[..].first(), keys.is_empty()) {
            // Under the same key again.
            (None, false) => than.to_vec(),
            (None, true) => vec![call.below("kms", "key/")],
            (Some(_), _) => others.into_iter().cloned().collect(),
        }
    };
    let (from, to) = match (from.is_empty(), to.is_empty()) {
        (true, true) => return None,
        (true, false) => (other(&to), to),
        (false, true) => (from.clone(), other(&from)),
        (false, false) => (from, to),
    };
    Some(vec![("kms:ReEncryptFrom", from), ("kms:ReEncryptTo", to)])
}

/// The keys that a parameter names: those of the record, else by its own text. An alias names none of them.
fn named(call: &Call<'_>, keys: &[On], parameter: &str) -> Vec<On> {
    let texts = call.request.get(parameter);
    let texts = texts.iter().filter(|text| !text.contains("alias/"));
    let ends = |key: &&On, text: &str| {
        let On::Exactly(arn) = key else { return false };
        arn.as_str() == text || arn.resource().strip_prefix("key/") == Some(text)
    };
    let of_text = |text: &String| -> Vec<On> {
        let found: Vec<_> = keys.iter().filter(|key| ends(key, text)).cloned().collect();
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        match text.parse() {
            _ if !found.is_empty() => found,
            Ok(arn) => vec![On::Exactly(arn)],
            Err(_) if plain => vec![call.here("kms", &format!("key/{text}"))],
            Err(_) => Vec::new(),
        }
    };
    texts.flat_map(of_text).collect()
}
