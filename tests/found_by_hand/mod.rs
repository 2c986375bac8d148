//! What a check came to, written by hand: findings of each kind, and findings whose every text is hostile.

use std::sync::Arc;

use tightrope::algebra::Witness;
use tightrope::gate::{Checked, Edit, Finding, Fix, Looked, Severity, Standing, check};
use tightrope::iac::{Place, Problem};
use tightrope::iam::{ConditionKey, RequestContext};
use tightrope::text::Position;
use tightrope::text::Texts;

const TEMPLATE: &str = "\
Resources:
  OrdersRole:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: orders
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: iam:PassRole
                Resource: '*'
              - Effect: Allow
                Action: 's3:*' # für Größe
                Resource: '*'
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt OrdersRole.Arn
";

pub(crate) fn place(file: &str, text: &str, part: &str) -> Place {
    let start = text.find(part).expect("the part is in the text");
    let Position { line, column } = Position::of(text, start);
    Place {
        file: file.into(),
        line,
        column,
        span: Some((start..start + part.len()).into()),
        resource: None,
        cdk_path: None,
    }
}

pub(crate) fn finding(id: &str, place: Place, says: &str) -> Finding {
    let check = check(id).expect("a check of this name");
    Finding {
        check,
        severity: check.severity,
        fingerprint: format!(
            "{:032x}",
            place.line * 1_000 + place.column + id.len() * 1_000_000
        ),
        place,
        role: None,
        function: None,
        says: says.into(),
        granted: None,
        witness: None,
        fix: None,
        about: format!("about {id}"),
        standing: Standing::Open,
    }
}

fn witness(action: &str, resource: &str, key: &str, value: &str) -> Witness {
    let mut context = RequestContext::default();
    context.set(ConditionKey::new(key), [value.to_owned()]);
    Witness {
        action: action.into(),
        resource: resource.into(),
        context,
    }
}

fn waived(reason: &str) -> Standing {
    Standing::Waived {
        owner: "platform".into(),
        reason: reason.into(),
        expires: jiff::civil::date(2027, 1, 31),
    }
}

pub(crate) fn sources<const N: usize>(files: [(&str, &str); N]) -> Texts {
    files
        .map(|(file, text)| (Arc::from(file), Arc::from(text)))
        .into()
}

fn in_orders(part: &str) -> Place {
    Place {
        resource: Some("OrdersRole".into()),
        cdk_path: Some("Shop/Orders/ServiceRole".into()),
        ..place("stacks/orders.yaml", TEMPLATE, part)
    }
}

/// One that has everything.
fn passes_roles() -> Finding {
    let place = in_orders("'*'");
    let says = "`iam:PassRole` on every role, for every service";
    Finding {
        role: Some("OrdersRole".into()),
        function: Some("Orders".into()),
        granted: Some("iam:PassRole on *".into()),
        witness: Some(witness(
            "iam:PassRole",
            "arn:aws:iam::123456789012:role/Admin",
            "iam:PassedToService",
            "ec2.amazonaws.com",
        )),
        fix: Some(Fix {
            says: "name the role".into(),
            edits: vec![Edit {
                file: place.file.clone(),
                span: place.span.expect("a span"),
                text: "!GetAtt WorkerRole.Arn".into(),
            }],
        }),
        ..finding("pass-role-scoped", place, says)
    }
}

/// A finding of each kind.
pub(crate) fn ordinary() -> (Checked, Texts) {
    let found = |id, part, says| finding(id, in_orders(part), says);
    let long =
        "- Effect: Allow\n                Action: iam:PassRole\n                Resource: '*'";
    let mut elsewhere = found(
        "unknown-policy",
        "Orders:",
        "`arn:aws:iam::aws:policy/Unheard` is not known",
    );
    elsewhere.place.file = "not-at-hand.json".into();
    elsewhere.place.span = None;
    let findings = vec![
        elsewhere,
        passes_roles(),
        found(
            "no-wildcard-action",
            "'s3:*'",
            "`s3:*` also stands for `s3:DeleteBucket`",
        ),
        found(
            "redundant-statement",
            long,
            "nothing that the others do not allow",
        ),
        found("log-retention", "Orders:\n", "logs are kept for ever"),
        Finding {
            standing: Standing::InBaseline,
            ..found("tracing", "Orders:", "no traces")
        },
        Finding {
            standing: waived("split in spring"),
            ..found("no-shared-role", "Role: !GetAtt", "two functions have it")
        },
    ];
    let problem = Problem {
        place: place("broken.json", "{", "{"),
        rule: "not JSON: an object has no end".into(),
    };
    let checked = Checked {
        findings,
        problems: vec![problem],
        looked: Looked {
            files: 3,
            roles: 1,
            policies: 1,
            functions: 1,
            unknown: 2,
        },
        fails_on: Severity::Error,
    };
    let sources = sources([
        ("stacks/orders.yaml", TEMPLATE),
        ("broken.json", "{"),
        ("stacks/fine.yaml", "Resources: {}\n"),
    ]);
    (checked, sources)
}

/// Every text that somebody else may have written is this one.
pub(crate) fn hostile(text: &str) -> (Checked, Texts) {
    let file = format!("a{text}.yaml");
    let source = format!("x: \"{text}\"\n");
    let at = Place {
        resource: Some(text.into()),
        cdk_path: Some(text.into()),
        ..place(&file, &source, &format!("\"{text}\""))
    };
    let mut open = finding("no-wildcard-action", at.clone(), text);
    open.role = Some(text.into());
    open.function = Some(text.into());
    open.granted = Some(text.into());
    open.witness = Some(witness(text, text, text, text));
    open.fix = Some(Fix {
        says: text.into(),
        edits: vec![Edit {
            file: at.file.clone(),
            span: at.span.expect("a span"),
            text: text.into(),
        }],
    });
    let note = Finding {
        severity: Severity::Note,
        ..finding("tracing", at.clone(), text)
    };
    let accepted = Finding {
        standing: waived(text),
        ..finding("no-shared-role", at.clone(), text)
    };
    let checked = Checked {
        findings: vec![open, note, accepted],
        problems: vec![Problem {
            place: at,
            rule: text.into(),
        }],
        looked: Looked::default(),
        fails_on: Severity::Note,
    };
    (checked, sources([(&file, &source)]))
}

/// As many findings as somebody has who checks for the first time.
pub(crate) fn many(number: usize) -> (Checked, Texts) {
    let (mut checked, sources) = ordinary();
    let [first, second] = [1, 2].map(|index| checked.findings[index].clone());
    checked.findings = [first, second].into_iter().cycle().take(number).collect();
    (checked, sources)
}

/// Nothing at all.
pub(crate) fn nothing() -> (Checked, Texts) {
    let checked = Checked {
        findings: Vec::new(),
        problems: Vec::new(),
        looked: Looked::default(),
        fails_on: Severity::Error,
    };
    (checked, sources([("fine.yaml", "Resources: {}\n")]))
}
