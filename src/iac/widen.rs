//! Statements of which a part is not known: the most that each may allow, the least that each surely denies.

use super::condition::widen_condition;
use super::found::{LEFT_OUT, Unknown};
use super::nodes::{list, member, node_of, text};
use super::source::Within;
use super::text::{Text, Why};
use super::value::{Field, Known, Possible, Value};
use crate::iam::{Actions, Effect, Policy};
use crate::text::{Member, Node, Shape, Span};

/// What is known of a statement.
pub(super) struct Widened {
    /// The statement as a policy has it; `None` when nothing of it is sure.
    pub(super) members: Option<Vec<Member>>,
    pub(super) unknown: Vec<Unknown>,
}

/// Replaces what is not known in a statement by what makes it the widest.
pub(super) fn widen(statement: &Value, certain: bool, within: &Within<'_>) -> Widened {
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
            // A policy of a role has none, and so it is not there.
            "Principal" | "NotPrincipal" if field.value.is_only_perhaps() => return Ok(None),
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
        let mut items = field.value.items();
        // What AWS does not accept is not what a condition decides for.
        let is_possible = |item: &Possible<'_>| {
            let known = item.value.text();
            let known = known.as_known();
            item.certain || known.is_none_or(|known| is_accepted(known, element))
        };
        if items.iter().any(is_possible) {
            items.retain(is_possible);
        }
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
    match is_accepted(&pattern, element) {
        true => pattern,
        false => "*".to_owned(),
    }
}

fn is_accepted(pattern: &str, element: &str) -> bool {
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
    match element.ends_with("Action") {
        true => with(pattern, "*"),
        false => with("*", pattern),
    }
}

pub(super) fn named(field: &Field, value: Node) -> Member {
    Member {
        name: field.name.clone(),
        name_span: field.name_span,
        value,
    }
}
