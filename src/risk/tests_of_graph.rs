//! Chains from role to role, of roles by hand.

use serde_json::{Value, json};

use super::tests::{granted, statement};
use super::{Chain, Graph, Holder, Own, paths};
use crate::catalog::Catalog;
use crate::iam::{Arn, TrustPolicy};

/// A role of the graph: its name, its statements, whom it trusts, and its functions.
type Known = (
    &'static str,
    Value,
    Option<&'static str>,
    &'static [&'static str],
);

fn role(name: &str) -> Arn {
    let arn = format!("arn:aws:iam::123456789012:role/{name}");
    arn.parse().expect("a role")
}

fn trust(principal: &str) -> TrustPolicy {
    let kind = if principal.contains("amazonaws") {
        "Service"
    } else {
        "AWS"
    };
    let statement =
        json!({"Effect": "Allow", "Principal": {kind: principal}, "Action": "sts:AssumeRole"});
    TrustPolicy::parse(&json!({"Version": "2012-10-17", "Statement": statement}))
        .expect("a trust policy")
}

fn own((name, _, _, functions): &Known) -> Own {
    let function = |name: &&str| {
        let arn = format!("arn:aws:lambda:eu-central-1:123456789012:function:{name}");
        arn.parse().expect("an ARN")
    };
    Own {
        role: Some(role(name)),
        functions: functions.iter().map(function).collect(),
    }
}

fn in_short(chain: &Chain) -> String {
    let name = |arn: &Arn| arn.resource().trim_start_matches("role/").to_owned();
    let hops = chain.hops.iter().map(|hop| {
        let sure = if hop.sure { "" } else { "?" };
        let (from, to) = (name(&hop.from), name(&hop.to));
        format!("{from} {}{sure}> {to}", hop.method.id)
    });
    format!("{}, {:?}", hops.collect::<Vec<_>>().join(", "), chain.power)
}

/// The chains from `start`, in short: `start lambda-update-code> other, administrator`, with `?>` where it is not sure.
fn chains(roles: &[Known]) -> Vec<String> {
    let known = roles.iter().map(|role| {
        let (own, granted) = (own(role), granted(&role.1));
        let paths = paths(&granted, &own, Catalog::bundled());
        (own, granted, paths, role.2.map(trust))
    });
    let known: Vec<_> = known.collect();
    let holders = known.iter().map(|(own, granted, paths, trust)| Holder {
        own: own.clone(),
        granted,
        paths,
        trust: trust.as_ref(),
    });
    let holders: Vec<_> = holders.collect();
    let reachable = Graph::new(&holders, Catalog::bundled()).reachable(&role("start"));
    reachable.iter().map(in_short).collect()
}

#[test]
fn a_chain_is_the_shortest_way_from_role_to_role() {
    let on = |action: &str, resource: &str| json!([statement("Allow", &[action], &[resource])]);
    let all = json!([statement("Allow", &["*"], &["*"])]);
    let nothing = on("s3:GetObject", "arn:aws:s3:::b/*");
    let lambda = Some("lambda.amazonaws.com");
    let deploy = json!([
        statement(
            "Allow",
            &["lambda:CreateFunction", "lambda:InvokeFunction"],
            &["*"]
        ),
        statement(
            "Allow",
            &["iam:PassRole"],
            &["arn:aws:iam::123456789012:role/admin"]
        ),
    ]);
    let assume = |name: &str| on("sts:AssumeRole", role(name).as_str());
    let update = on(
        "lambda:UpdateFunctionCode",
        "arn:aws:lambda:*:*:function:tool",
    );
    let admin =
        |trust, functions: &'static [&'static str]| ("admin", all.clone(), trust, functions);
    let middle =
        |statements: &Value, trust| ("middle", statements.clone(), trust, &["tool"] as &[_]);
    let start = |statements: &Value| ("start", statements.clone(), lambda, &["start"] as &[_]);
    let account = Some("arn:aws:iam::123456789012:root");
    let cases: [(&[Known], &[&str]); 10] = [
        (
            &[start(&deploy), admin(lambda, &[])],
            &["start lambda-create-and-invoke> admin, Administrator"],
        ),
        (
            &[start(&deploy), admin(None, &[])],
            &["start lambda-create-and-invoke?> admin, Administrator"],
        ),
        (
            &[start(&deploy), admin(Some("ec2.amazonaws.com"), &[])],
            &[],
        ),
        (
            &[start(&assume("admin")), admin(account, &[])],
            &["start sts-assume-role> admin, Administrator"],
        ),
        (
            &[
                start(&assume("admin")),
                admin(Some("arn:aws:iam::123456789012:role/other"), &[]),
            ],
            &[],
        ),
        (
            &[start(&update), admin(lambda, &["tool"])],
            &["start lambda-update-code> admin, Administrator"],
        ),
        (
            &[
                start(&update),
                middle(&assume("admin"), lambda),
                admin(account, &[]),
            ],
            &[
                "start lambda-update-code> middle, middle sts-assume-role> admin, Administrator",
                "start lambda-update-code> middle, More",
            ],
        ),
        (
            &[
                start(&on("iam:PutRolePolicy", "*")),
                middle(&nothing, lambda),
            ],
            &[
                "start iam-put-role-policy> start, Administrator",
                "start iam-put-role-policy> middle, More",
            ],
        ),
        (
            &[
                start(&on("iam:UpdateAssumeRolePolicy", "*")),
                middle(&nothing, lambda),
            ],
            &["start iam-update-assume-role-policy> middle, More"],
        ),
        (&[start(&nothing), admin(account, &[])], &[]),
    ];
    for (roles, expected) in cases {
        assert_eq!(chains(roles), expected, "{roles:?}");
        let mut turned = roles.to_vec();
        turned.reverse();
        assert_eq!(chains(&turned), expected, "in another order: {roles:?}");
    }
}
