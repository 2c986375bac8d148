//! Resources that lie in one another, as the catalog's ARN templates tell: an object in its bucket.

use crate::evaluation::{resource_glob, template_glob};
use crate::iam::{ResourcePattern, Version};

/// Whether a resource, or something that a pattern matches, is of the type with this template, and not all of it of a type
/// whose ARNs go on where this one's end: the ARN of an object begins like a bucket's.
pub(super) fn is_of(resource: &ResourcePattern, template: &str, all: &[&str]) -> bool {
    let glob = resource_glob(resource);
    let longer = all.iter().filter(|other| rest(template, other).is_some());
    template_glob(template).overlap(&glob).is_some()
        && !longer
            .into_iter()
            .any(|longer| template_glob(longer).covers(&glob))
}

/// What a template has after another that it begins with, if a part of its own begins there.
fn rest<'t>(template: &str, longer: &'t str) -> Option<&'t str> {
    let rest = longer.strip_prefix(template)?;
    rest.starts_with(['/', ':']).then_some(rest)
}

/// All resources of a type that lie in one of another type: `arn:aws:s3:::b/*` in `arn:aws:s3:::b`.
pub(super) fn child(
    resource: &ResourcePattern,
    template: &str,
    of: &str,
) -> Option<ResourcePattern> {
    let mut text = resource.to_text(Version::V2012);
    let mut rest = rest(template, of)?;
    while let Some((before, after)) = rest.split_once("${") {
        text.push_str(before);
        text.push('*');
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    Some(ResourcePattern::parse(&text, Version::V2012))
}

/// The resource of a type that one of another type lies in: `arn:aws:s3:::b` of `arn:aws:s3:::b/*`.
pub(super) fn parent(
    resource: &ResourcePattern,
    template: &str,
    of: &str,
) -> Option<ResourcePattern> {
    let sign = rest(of, template)?.get(..1)?;
    let text = resource.to_text(Version::V2012);
    let parts: Vec<_> = text.split(sign).take(of.split(sign).count()).collect();
    Some(ResourcePattern::parse(&parts.join(sign), Version::V2012))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUCKET: &str = "arn:${Partition}:s3:::${BucketName}";
    const OBJECT: &str = "arn:${Partition}:s3:::${BucketName}/${ObjectName}";
    const TABLE: &str = "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}";
    const INDEX: &str =
        "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}/index/${IndexName}";

    const LOGS: &str = "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}";
    const STREAMS: &str = "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}:log-stream:${LogStreamName}";
    const GROUP: &str = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/f";

    fn pattern(text: &str) -> ResourcePattern {
        ResourcePattern::parse(text, Version::V2012)
    }

    #[test]
    fn an_object_is_no_bucket_though_its_arn_begins_like_one() {
        for (resource, template, expected) in [
            ("arn:aws:s3:::b", BUCKET, true),
            ("arn:aws:s3:::b", OBJECT, false),
            ("arn:aws:s3:::b/k/l", BUCKET, false),
            ("arn:aws:s3:::b/k/l", OBJECT, true),
            ("arn:aws:s3:::b/*", OBJECT, true),
            ("arn:aws:s3:::b/*", BUCKET, false),
            ("arn:aws:s3:::b*", BUCKET, true),
            ("arn:aws:s3:::b*", OBJECT, true),
            ("arn:aws:sqs:eu-central-1:123456789012:q", BUCKET, false),
        ] {
            let found = is_of(&pattern(resource), template, &[BUCKET, OBJECT]);
            assert_eq!(found, expected, "{resource} {template}");
        }
    }

    #[test]
    fn what_lies_in_a_resource_and_what_it_lies_in_are_told_by_the_templates() {
        let table = "arn:aws:dynamodb:eu-central-1:123456789012:table/t";
        for (resource, own, other, expected) in [
            ("arn:aws:s3:::b", BUCKET, OBJECT, Some("arn:aws:s3:::b/*")),
            ("arn:aws:s3:::b/k/l", OBJECT, BUCKET, Some("arn:aws:s3:::b")),
            ("arn:aws:s3:::b/k", OBJECT, OBJECT, None),
            (table, TABLE, INDEX, Some(&*format!("{table}/index/*"))),
            (&format!("{table}/index/i"), INDEX, TABLE, Some(table)),
            (table, TABLE, BUCKET, None),
            (
                GROUP,
                LOGS,
                STREAMS,
                Some(&*format!("{GROUP}:log-stream:*")),
            ),
            (
                &format!("{GROUP}:log-stream:s/t"),
                STREAMS,
                LOGS,
                Some(GROUP),
            ),
        ] {
            let resource = pattern(resource);
            let kin = child(&resource, own, other).or_else(|| parent(&resource, own, other));
            assert_eq!(kin.map(|kin| kin.to_string()).as_deref(), expected);
        }
    }
}
