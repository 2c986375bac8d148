//! Policy documents of which a part may not be known: the most that they may allow.
//!
//! An unknown part stands for every value that it could have. What widens the policy then has `*` there, and what would
//! narrow it is left out: an unknown resource of an `Allow` is every resource, and a `Deny` of unknown resources denies nothing
//! for sure.

use std::collections::BTreeSet;

use super::found::{FoundPolicy, Problem, Unknown};
use super::nodes::{member, text};
use super::source::Within;
use super::text::Text;
use super::value::{Field, Known, Possible, Value};
use super::widen::{Widened, widen};
use crate::iam::{Policy, PolicyError, Statement, Version};
use crate::text::{Member, Node, Shape, Span, parse_json};

/// Reads a policy document, or all that it may be. What cannot be read is among the problems, and the rest of it counts.
pub(super) fn read_policy(
    documents: &[Possible<'_>],
    within: &Within<'_>,
    problems: &mut Vec<Problem>,
) -> FoundPolicy {
    let mut reader = Reader {
        within,
        problems,
        found: FoundPolicy {
            place: within.place(documents.first().and_then(|one| one.value.span)),
            name: None,
            arn: None,
            policy: Policy {
                version: Version::V2008,
                statements: Vec::new(),
            },
            statements: Vec::new(),
            perhaps: BTreeSet::new(),
            unknown: Vec::new(),
            attached_to: Vec::new(),
        },
    };
    for document in documents {
        reader.document(*document);
    }
    reader.found
}

struct Reader<'r, 's> {
    within: &'r Within<'s>,
    problems: &'r mut Vec<Problem>,
    found: FoundPolicy,
}

impl Reader<'_, '_> {
    fn document(&mut self, document: Possible<'_>) {
        let Possible { value, certain } = document;
        match &value.shape {
            Known::Object(_) => {
                if value
                    .text_of("Version")
                    .is_some_and(|version| version.as_known() == Some("2012-10-17"))
                {
                    self.found.policy.version = Version::V2012;
                }
                self.unknown_elements(value);
                let statements = value.items_of("Statement");
                if value.member("Statement").is_empty() {
                    self.problem(value.span, "it has no `Statement`");
                }
                for statement in statements {
                    self.statement(statement.value, statement.certain && certain);
                }
            }
            Known::Text(text) => match text.as_known() {
                Some(known) => self.text(known, document),
                None => self.not_known(value, text),
            },
            Known::Unknown(why) => self.not_known(value, &Text::unknown(why.clone())),
            // What Terraform makes one document of.
            Known::List(documents) => {
                for value in documents {
                    self.document(Possible { value, certain });
                }
            }
            _ => {
                let found = format!("a policy is a JSON object, found {}", value.kind());
                self.problem(value.span, &found);
            }
        }
    }

    /// A document that stands in a text of the file.
    fn text(&mut self, text: &str, document: Possible<'_>) {
        match parse_json(text) {
            Ok(node) => {
                let value = Value::from(&node).at(document.value.span);
                self.document(Possible {
                    value: &value,
                    certain: document.certain,
                });
            }
            Err(error) => self.problem(document.value.span, &error.to_string()),
        }
    }

    /// What a policy does not have is refused once for all of its statements.
    fn unknown_elements(&mut self, document: &Value) {
        let known = |field: &&Field| ["Version", "Id", "Statement"].contains(&field.name.as_str());
        let fields = document.fields().unwrap_or_default();
        for field in fields.iter().filter(|field| !known(field)) {
            let rule = format!("a policy has no element `{}`", field.name);
            self.problem(field.name_span, &rule);
        }
    }

    fn statement(&mut self, statement: &Value, certain: bool) {
        let text = match &statement.shape {
            Known::Unknown(why) => Text::unknown(why.clone()),
            Known::Text(text) if text.as_known().is_none() => text.clone(),
            Known::Object(_) => return self.object(statement, certain),
            _ => {
                let found = format!("a statement must be an object, found {}", statement.kind());
                return self.problem(statement.span, &found);
            }
        };
        self.not_known(statement, &text);
    }

    /// Statements of which nothing is known.
    fn not_known(&mut self, value: &Value, text: &Text) {
        let unknown = Unknown {
            place: self.within.place(value.span),
            statement: None,
            element: "Statement",
            value: text.to_string(),
            read_as: "left out: it may allow anything".to_owned(),
            why: text.unknowns().cloned().collect(),
        };
        self.found.unknown.push(unknown);
    }

    fn object(&mut self, statement: &Value, certain: bool) {
        let Widened { members, unknown } = widen(statement, certain, self.within);
        let index = members.is_some().then_some(self.found.statements.len());
        if let Some(members) = members {
            match read_statement(
                members,
                statement.span,
                self.found.policy.version,
                self.within,
            ) {
                Ok(statement_read) => {
                    if !certain {
                        self.found.perhaps.insert(self.found.statements.len());
                    }
                    self.found.policy.statements.push(statement_read);
                    self.found
                        .statements
                        .push(self.within.place(statement.span));
                }
                Err(problem) => return self.problems.push(problem),
            }
        }
        let unknown = unknown.into_iter().map(|unknown| Unknown {
            statement: index,
            ..unknown
        });
        self.found.unknown.extend(unknown);
    }

    fn problem(&mut self, span: Option<Span>, rule: &str) {
        self.problems.push(self.within.problem(span, rule));
    }
}

/// Reads one statement as a policy of its own, so that what is wrong with it leaves the others as they are.
fn read_statement(
    members: Vec<Member>,
    span: Option<Span>,
    version: Version,
    within: &Within<'_>,
) -> Result<Statement, Problem> {
    let version = match version {
        Version::V2008 => "2008-10-17",
        Version::V2012 => "2012-10-17",
    };
    let statement = Node {
        span,
        shape: Shape::Object(members),
    };
    let document = Node {
        span,
        shape: Shape::Object(vec![
            member("Version", text(span, version)),
            member("Statement", statement),
        ]),
    };
    let mut read = Policy::parse_node(&document, within.source.text)
        .map_err(|error| policy_problem(error, span, within))?;
    read.statements
        .pop()
        .ok_or_else(|| within.problem(span, "it has no statement"))
}

/// What is wrong with a policy, where it stands in the file.
pub(super) fn policy_problem(
    error: PolicyError,
    span: Option<Span>,
    within: &Within<'_>,
) -> Problem {
    let mut problem = within.problem(span, error.rule);
    if let Some(at) = error.position {
        let at = within.source.at(at);
        (problem.place.file, problem.place.line, problem.place.column) =
            (at.file, at.line, at.column);
    }
    problem
}
