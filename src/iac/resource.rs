//! A resource with its properties known as far as they can be, whatever form it was written in.

use super::source::Within;
use super::text::Text;
use super::value::Value;

/// A resource, in the words of CloudFormation.
pub(super) struct Resource<'s> {
    /// A name within the file.
    pub(super) id: String,
    /// The type: `AWS::IAM::Role`.
    pub(super) kind: String,
    pub(super) within: Within<'s>,
    pub(super) properties: Value,
    /// What AWS calls it.
    pub(super) name: Text,
    pub(super) arn: Text,
    /// Whether it is there whatever the conditions say.
    pub(super) certain: bool,
    /// Whether nobody wrote it.
    pub(super) implicit: bool,
}

impl Resource<'_> {
    /// Whether a text names this resource, by a reference or by its name or ARN.
    pub(super) fn is_named(&self, text: &Text) -> bool {
        if let Some(id) = text.refers_to() {
            return id == self.id;
        }
        // Of two that are called the same, one is AWS's own.
        if let (Some(own), Some(arn)) = (self.arn.as_known(), text.as_known())
            && arn.starts_with("arn:")
        {
            return own == arn;
        }
        let same = |own: &Text| {
            own.as_known()
                .is_some_and(|own| text.as_known() == Some(own))
        };
        same(&self.name) || same(&self.arn) || ends_with_name(text, &self.name)
    }
}

/// Whether an ARN, whose account may not be known, ends in this name.
fn ends_with_name(arn: &Text, name: &Text) -> bool {
    let pattern = arn.pattern();
    let named = |name: &str| {
        let end = pattern.rsplit([':', '/']).next();
        pattern.starts_with("arn:") && end == Some(name)
    };
    name.as_known().is_some_and(named)
}
