//! Policy documents of which a part may not be known: the most that they may allow.
//!
//! An unknown part stands for every value that it could have. What widens the policy then has `*` there, and what would
//! narrow it is left out: an unknown resource of an `Allow` is every resource, and a `Deny` of unknown resources denies nothing
//! for sure.

use super::condition::widen_condition;
use super::found::{FoundPolicy, Problem, Unknown};
use super::nodes::{list, member, node_of, text};
use super::source::Within;
use super::text::{Text, Why};
use super::value::{Field, Known, Possible, Value};
use crate::iam::{Actions, Effect, Policy, PolicyError, Statement, Version};
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

/// What is known of a statement.
struct Widened {
    /// The statement as a policy has it; `None` when nothing of it is sure.
    members: Option<Vec<Member>>,
    unknown: Vec<Unknown>,
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
        (problem.place.line, problem.place.column) = (at.line, at.column);
    }
    problem
}

fn widen(statement: &Value, certain: bool, within: &Within<'_>) -> Widened {
    let mut widening = Widening {
        effect: Effect::Allow,
        within,
        unknown: Vec::new(),
    };
    let written = statement.text_of("Effect");
    match written.as_ref().map(|effect| (effect, effect.as_known())) {
        Some((_, Some("Deny"))) => widening.effect = Effect::Deny,
        Some((effect, None)) => {
            widening.note(statement.span, "Effect", effect, "Allow");
        }
        _ => {}
    }
    if widening.effect == Effect::Deny && !certain {
        let text = Text::unknown(Why::Condition("a condition".into()));
        widening.note(statement.span, "Statement", &text, LEFT_OUT);
        return Widened {
            members: None,
            unknown: widening.unknown,
        };
    }
    let fields = statement.fields().unwrap_or_default();
    let members = fields
        .iter()
        .filter(|field| !matches!(field.value.shape, Known::Absent))
        .map(|field| widening.element(field))
        .collect::<Result<Vec<_>, LeaveOut>>();
    Widened {
        members: members
            .ok()
            .map(|members| members.into_iter().flatten().collect()),
        unknown: widening.unknown,
    }
}

/// The statement denies nothing for sure.
pub(super) struct LeaveOut;

pub(super) const LEFT_OUT: &str = "left out";

/// Replaces what is not known in a statement.
pub(super) struct Widening<'w, 's> {
    pub(super) effect: Effect,
    within: &'w Within<'s>,
    pub(super) unknown: Vec<Unknown>,
}

impl Widening<'_, '_> {
    /// Notes what is not known.
    pub(super) fn note(
        &mut self,
        span: Option<Span>,
        element: &'static str,
        value: &Text,
        read_as: &str,
    ) {
        self.unknown.push(Unknown {
            place: self.within.place(span),
            statement: None,
            element,
            value: value.to_string(),
            read_as: read_as.to_owned(),
            why: value.unknowns().cloned().collect(),
        });
    }

    /// The element as a policy has it; `None` when it is left out.
    fn element(&mut self, field: &Field) -> Result<Option<Member>, LeaveOut> {
        let value = match field.name.as_str() {
            "Effect" => {
                let deny = self.effect == Effect::Deny;
                let said = field.value.text();
                let word = match said.as_known() {
                    Some(word) => word.to_owned(),
                    None if deny => "Deny".to_owned(),
                    None => "Allow".to_owned(),
                };
                text(field.value.span, &word)
            }
            "Sid" if field.value.text().as_known().is_none() => return Ok(None),
            "Action" => self.patterns(field, "Action", true)?,
            "Resource" => self.patterns(field, "Resource", true)?,
            "NotAction" => return self.all_but(field, "NotAction", "Action").map(Some),
            "NotResource" => return self.all_but(field, "NotResource", "Resource").map(Some),
            "Condition" => match widen_condition(self, &field.value)? {
                Some(condition) => condition,
                None => return Ok(None),
            },
            _ => node_of(&field.value),
        };
        Ok(Some(named(field, value)))
    }

    /// `NotAction` or `NotResource`. When nothing of it is sure, it is every one.
    fn all_but(
        &mut self,
        field: &Field,
        element: &'static str,
        only: &str,
    ) -> Result<Member, LeaveOut> {
        let value = self.patterns(field, element, false)?;
        let sure_of_some = !matches!(&value.shape, Shape::List(items) if items.is_empty());
        Ok(match sure_of_some || field.value.items().is_empty() {
            true => named(field, value),
            false => Member {
                name: only.to_owned(),
                name_span: field.name_span,
                value: text(field.value.span, "*"),
            },
        })
    }

    /// The patterns of an element. `positive` is whether it says what is meant, and not what is not.
    fn patterns(
        &mut self,
        field: &Field,
        element: &'static str,
        positive: bool,
    ) -> Result<Node, LeaveOut> {
        // More patterns mean more access in an `Allow` of these, and in a `Deny` of all but these.
        let more_is_wider = (self.effect == Effect::Allow) == positive;
        let mut patterns = Vec::new();
        let items = field.value.items();
        for Possible { value, certain } in &items {
            let said = match &value.shape {
                Known::Text(_) | Known::Unknown(_) => value.text(),
                _ => {
                    patterns.push(node_of(value));
                    continue;
                }
            };
            let known = said.as_known().filter(|_| *certain || more_is_wider);
            match known {
                Some(known) => patterns.push(text(value.span, known)),
                None if more_is_wider => {
                    let pattern = acceptable(said.pattern(), element);
                    self.note(value.span, element, &said, &pattern);
                    patterns.push(text(value.span, &pattern));
                }
                None => self.note(value.span, element, &said, LEFT_OUT),
            }
        }
        let none_is_sure = patterns.is_empty() && !items.is_empty();
        if none_is_sure && self.effect == Effect::Deny {
            return Err(LeaveOut);
        }
        Ok(match (patterns.len(), &field.value.shape) {
            (1, shape) if !matches!(shape, Known::List(_)) => patterns.remove(0),
            _ => list(field.value.span, patterns),
        })
    }
}

/// A pattern that AWS accepts there, or `*` where the unknown part could make it one.
fn acceptable(pattern: String, element: &str) -> String {
    let with = |action: &str, resource: &str| {
        let statement = Node {
            span: None,
            shape: Shape::Object(vec![
                member("Effect", text(None, "Allow")),
                member("Action", text(None, action)),
                member("Resource", text(None, resource)),
            ]),
        };
        let document = Node {
            span: None,
            shape: Shape::Object(vec![member("Statement", statement)]),
        };
        Policy::parse_node(&document, "").is_ok_and(|policy| {
            let actions = policy.statements.iter().map(|statement| &statement.actions);
            actions
                .into_iter()
                .all(|actions| matches!(actions, Actions::Only(_)))
        })
    };
    let accepted = match element.ends_with("Action") {
        true => with(&pattern, "*"),
        false => with("*", &pattern),
    };
    match accepted {
        true => pattern,
        false => "*".to_owned(),
    }
}

pub(super) fn named(field: &Field, value: Node) -> Member {
    Member {
        name: field.name.clone(),
        name_span: field.name_span,
        value,
    }
}
