//! What AWS refuses inside of a policy's texts.

use super::{Comparison, Operator};

/// Says why AWS refuses a text in `Resource` or `NotResource`.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
pub(super) fn check_resource(text: &str) -> Result<(), String> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte == b'*');
    if all || text.contains(':') {
        return Ok(());
    }
    Err(format!("`{text}` must be `*` or in the form of an ARN"))
}

/// Says why AWS refuses a condition value of this operator.
pub(super) fn check_value(operator: Operator, text: &str) -> Result<(), String> {
    let boolean =
        |text: &str| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    match operator.comparison {
        Comparison::Null if !boolean(text) => Err(format!(
            "`{operator}` asks for `true` or `false`, found `{text}`"
        )),
        _ => Ok(()),
    }
}
