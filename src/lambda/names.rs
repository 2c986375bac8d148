//! Fills the placeholders of `policy-data/written/lambda-configuration.tsv` from a configuration.

use std::collections::BTreeMap;

use super::Function;
use crate::iam::{Arn, PatternToken, ResourcePattern, Version};

/// What the placeholders stand for. One may stand for several things, and then a template makes a resource of
/// each; a template with one that stands for nothing makes none.
#[derive(Clone, Debug)]
pub(super) struct Names(BTreeMap<&'static str, Vec<ResourcePattern>>);

impl Names {
    /// What every part of a function's configuration can name.
    pub(super) fn of(function: &Function) -> Self {
        let arn = &function.arn;
        let group = function.configuration.log_group.clone();
        let group = group.unwrap_or_else(|| format!("/aws/lambda/{}", function.name));
        let account = arn.as_str().split(':').nth(4).unwrap_or_default();
        Names(BTreeMap::new())
            .with("Partition", arn.partition())
            .with("Region", arn.region())
            .with("Account", account)
            .with("FunctionArn", arn.as_str())
            .with("FunctionName", &function.name)
            .with("LogGroup", &group)
    }

    /// Also this placeholder, for exactly this text.
    pub(super) fn with(self, placeholder: &'static str, text: &str) -> Self {
        self.each(placeholder, [text])
    }

    /// Also this placeholder, for each of these texts.
    pub(super) fn each<T: AsRef<str>>(
        mut self,
        placeholder: &'static str,
        texts: impl IntoIterator<Item = T>,
    ) -> Self {
        let exactly = |text: T| ResourcePattern::exactly(text.as_ref());
        self.0
            .insert(placeholder, texts.into_iter().map(exactly).collect());
        self
    }

    /// Also this placeholder, for all that each of these patterns matches.
    pub(super) fn any(
        mut self,
        placeholder: &'static str,
        patterns: impl IntoIterator<Item = String>,
    ) -> Self {
        let patterns = patterns.into_iter().map(|pattern| plain(&pattern));
        self.0.insert(placeholder, patterns.collect());
        self
    }

    /// Also `${KeyArn}`, for any key that may encrypt this: keys are of the Region of what they encrypt, and
    /// perhaps of another account.
    pub(super) fn with_a_key_for(self, encrypted: &Arn) -> Self {
        let region = match encrypted.region() {
            "" => "*",
            region => region,
        };
        let keys = format!("arn:{}:kms:{region}:*:key/*", encrypted.partition());
        self.any("KeyArn", [keys])
    }

    /// The patterns that a template makes.
    pub(super) fn fill(&self, template: &str) -> Vec<ResourcePattern> {
        let mut made: Vec<Vec<PatternToken>> = vec![Vec::new()];
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("${") {
            let (placeholder, after) = after.split_once('}').unwrap_or((after, ""));
            let values = self.0.get(placeholder).map_or(&[][..], Vec::as_slice);
            made = append(made, &[plain(before)]);
            made = append(made, values);
            rest = after;
        }
        let made = append(made, &[plain(rest)]);
        made.into_iter().map(ResourcePattern::from_tokens).collect()
    }
}

/// In a policy of 2008 `${` is text, so that nothing but `*` and `?` is read out of a name.
fn plain(pattern: &str) -> ResourcePattern {
    ResourcePattern::parse(pattern, Version::V2008)
}

fn append(made: Vec<Vec<PatternToken>>, values: &[ResourcePattern]) -> Vec<Vec<PatternToken>> {
    let longer = |tokens: Vec<PatternToken>| {
        let each = values.iter().map(move |value| {
            let value = value.tokens().iter().cloned();
            tokens.iter().cloned().chain(value).collect()
        });
        each.collect::<Vec<_>>()
    };
    made.into_iter().flat_map(longer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names() -> Names {
        Names(BTreeMap::new())
            .with("A", "a*")
            .each("B", ["1", "2"])
            .any("C", ["c*".to_owned()])
            .each("D", [""; 0])
    }

    #[test]
    fn a_template_makes_a_pattern_of_every_combination() {
        let cases = [
            ("x", "x"),
            ("*", "*"),
            ("${A}", "a${*}"),
            ("${A}/*", "a${*}/*"),
            ("${B}", "1 2"),
            ("${B}-${B}", "1-1 1-2 2-1 2-2"),
            ("x${C}y", "xc*y"),
            ("${B}${D}", ""),
            ("${Unknown}", ""),
        ];
        for (template, expected) in cases {
            let made = names().fill(template);
            let made: Vec<_> = made.iter().map(ToString::to_string).collect();
            assert_eq!(made.join(" "), expected, "{template}");
        }
    }

    proptest! {
        /// The slow way: each placeholder is replaced in the text, one after the other.
        #[test]
        fn filling_is_replacing_placeholder_by_placeholder(pieces in prop::collection::vec(0..5_usize, 0..6)) {
            let parts = ["x", "*", "/", "${B}", "${E}"];
            let template: String = pieces.iter().map(|piece| parts[*piece]).collect();
            let names = Names(BTreeMap::new()).each("B", ["1", "2"]).with("E", "e");
            let mut made = vec![template.clone()];
            for (placeholder, values) in [("${B}", &["1", "2"][..]), ("${E}", &["e"])] {
                while made.iter().any(|text| text.contains(placeholder)) {
                    let one = |text: &String| {
                        let each = values.iter().map(|value| text.replacen(placeholder, value, 1));
                        each.collect::<Vec<_>>()
                    };
                    made = made.iter().flat_map(one).collect();
                }
            }
            let mut slow: Vec<_> = made.iter().map(|text| plain(text)).collect();
            let mut quick = names.fill(&template);
            slow.sort();
            quick.sort();
            prop_assert_eq!(quick, slow, "{}", template);
        }
    }
}
