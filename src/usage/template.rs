//! AWS's ARN templates, for example `arn:${Partition}:s3:::${BucketName}/${ObjectName}`.

use crate::iam::Arn;

/// A template in parts: literals and the names of placeholders.
#[derive(Debug)]
pub(super) struct Template(Vec<Part>);

#[derive(Debug)]
enum Part {
    Literal(&'static str),
    Placeholder(&'static str),
}

/// Words in the names of placeholders whose values may hold a `/`: names that are paths.
const PATHS: [&str; 11] = [
    "objectname",
    "path",
    "parametername",
    "loggroup",
    "logstream",
    "repository",
    "alias",
    "secretid",
    "relativeid",
    "uri",
    "resource",
];

/// The longest ARN that any service has, in bytes; a longer text in a record is no ARN.
const LONGEST: usize = 2_048;

impl Template {
    pub(super) fn parse(text: &'static str) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((literal, after)) = rest.split_once("${") {
            if !literal.is_empty() {
                parts.push(Part::Literal(literal));
            }
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            parts.push(Part::Placeholder(name));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest));
        }
        Template(parts)
    }

    /// Each part in order: `Ok` a literal, `Err` the name of a placeholder.
    pub(super) fn parts(&self) -> impl Iterator<Item = Result<&'static str, &'static str>> {
        self.0.iter().map(|part| match part {
            Part::Literal(text) => Ok(*text),
            Part::Placeholder(name) => Err(*name),
        })
    }

    /// The names of the placeholders that tell resources of this type apart.
    pub(super) fn own(&self) -> impl Iterator<Item = &'static str> {
        let shared = |name: &&str| matches!(*name, "Partition" | "Region" | "Account");
        let names = self.parts().filter_map(Result::err);
        names.filter(move |name| !shared(name))
    }

    /// Whether an ARN is of this type. A placeholder stands for at least one character without `:` (empty is
    /// allowed for region and account) and without `/`, unless it is a path.
    pub(super) fn fits(&self, arn: &Arn) -> bool {
        self.values(arn).is_some()
    }

    /// The byte at which the value of the last placeholder begins in an ARN of this type; `None` for another ARN.
    pub(super) fn last_name(&self, arn: &Arn) -> Option<usize> {
        let values = self.values(arn)?;
        let (_, last) = values.last()?;
        let after = self.0.iter().rev().map_while(|part| match part {
            Part::Literal(text) => Some(text.len()),
            Part::Placeholder(_) => None,
        });
        arn.as_str()
            .len()
            .checked_sub(after.sum::<usize>() + last.len())
    }

    /// What stands for each placeholder in an ARN of this type; `None` for another ARN.
    pub(super) fn values<'a>(&self, arn: &'a Arn) -> Option<Vec<(&'static str, &'a str)>> {
        let mut values = Vec::new();
        let fits = arn.as_str().len() <= LONGEST && fits(&self.0, arn.as_str(), &mut values);
        values.reverse();
        fits.then_some(values)
    }
}

/// Whether the parts make the text; the values of the placeholders, the last one first.
fn fits<'a>(parts: &[Part], text: &'a str, values: &mut Vec<(&'static str, &'a str)>) -> bool {
    match parts {
        [] => text.is_empty(),
        [Part::Literal(literal), rest @ ..] => text
            .strip_prefix(literal)
            .is_some_and(|text| fits(rest, text, values)),
        [Part::Placeholder(name), rest @ ..] => {
            let fewest = usize::from(!matches!(*name, "Region" | "Account"));
            let lower = name.to_ascii_lowercase();
            let path = PATHS.iter().any(|word| lower.contains(word));
            let allowed = |c: char| path || (c != '/' && c != ':');
            let most = text.find(|c| !allowed(c)).unwrap_or(text.len());
            // The longest value first: of `a/b` the last placeholder takes all.
            let mut ends = (fewest..=most)
                .rev()
                .filter(|end| text.is_char_boundary(*end));
            let end = ends.find(|end| fits(rest, &text[*end..], values));
            values.extend(end.map(|end| (*name, &text[..end])));
            end.is_some()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_of_the_type_whose_template_it_fills() {
        let object = "arn:${Partition}:s3:::${BucketName}/${ObjectName}";
        let bucket = "arn:${Partition}:s3:::${BucketName}";
        let role = "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}";
        let function = "arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}";
        let cases = [
            (object, "arn:aws:s3:::b/a/b c.txt", true),
            (object, "arn:aws:s3:::b", false),
            (bucket, "arn:aws:s3:::b", true),
            (bucket, "arn:aws:s3:::b/k", false),
            (role, "arn:aws:iam::123456789012:role/service-role/r", true),
            (role, "arn:aws:iam::123456789012:user/r", false),
            (
                function,
                "arn:aws:lambda:eu-central-1:123456789012:function:f",
                true,
            ),
            (
                function,
                "arn:aws:lambda:eu-central-1:123456789012:function:f:live",
                false,
            ),
        ];
        for (template, arn, expected) in cases {
            let arn: Arn = arn.parse().expect("an ARN");
            assert_eq!(
                Template::parse(template).fits(&arn),
                expected,
                "{template} {arn}"
            );
        }
    }
}
