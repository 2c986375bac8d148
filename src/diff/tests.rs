use super::*;
use crate::algebra::{Conditions, Glob, Strings};

fn grant(statements: &[(&str, &str)]) -> Grant {
    let product = |(action, resource): &(&str, &str)| Product {
        action: Strings::AnyOf(vec![Glob::wildcards(&action.to_ascii_lowercase())]),
        resource: Strings::AnyOf(vec![Glob::wildcards(resource)]),
        when: Conditions::default(),
    };
    Grant::new(statements.iter().map(product), [])
}

fn compare(before: &Grant, after: &Grant) -> Diff {
    let setting = Setting {
        account: "123456789012".parse().expect("an account"),
        region: "eu-central-1".into(),
    };
    diff(before, after, Catalog::bundled(), &setting)
}

#[test]
fn a_grant_differs_from_itself_in_nothing() {
    let grant = grant(&[("s3:*", "*"), ("sqs:SendMessage", "arn:aws:sqs:*:*:q")]);
    let diff = compare(&grant, &grant);
    assert!(diff.lost.is_empty() && diff.gained.is_empty());
    assert_eq!(diff.actions_before, diff.actions_after);
}

#[test]
fn what_goes_is_told_from_what_is_narrowed_and_each_has_a_witness() {
    let before = grant(&[("s3:*", "*")]);
    let after = grant(&[("s3:GetObject", "arn:aws:s3:::b/*")]);
    let diff = compare(&before, &after);
    assert!(diff.gained.is_empty());
    let [s3] = diff.lost.as_slice() else {
        panic!("{:?}", diff.lost)
    };
    let narrowed: Vec<_> = s3
        .narrowed
        .iter()
        .map(|lost| lost.action.as_str())
        .collect();
    assert_eq!((narrowed, s3.whole), (vec!["s3:GetObject"], false));
    assert_eq!(s3.gone.len() + 1, diff.actions_before);
    for lost in s3.gone.iter().chain(&s3.narrowed) {
        assert!(
            before.contains(&lost.witness) && !after.contains(&lost.witness),
            "{lost:?}"
        );
    }
    let example = s3.example().expect("something is lost");
    assert_eq!(example.level, AccessLevel::PermissionsManagement);
}

#[test]
fn a_new_deny_is_a_loss_and_the_way_back_a_gain() {
    let before = grant(&[("sqs:*", "*")]);
    let after = Grant {
        deny: grant(&[("sqs:DeleteQueue", "*")]).allow,
        ..before.clone()
    };
    let actions = |services: &[ServiceLoss]| {
        let gone = services.iter().flat_map(|service| &service.gone);
        gone.map(|lost| lost.action.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(actions(&compare(&before, &after).lost), ["sqs:DeleteQueue"]);
    assert_eq!(
        actions(&compare(&after, &before).gained),
        ["sqs:DeleteQueue"]
    );
}
