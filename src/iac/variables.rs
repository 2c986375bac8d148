//! Variables of the Serverless Framework: `${self:custom.table}`, `${opt:stage, 'dev'}`.
//!
//! <https://www.serverless.com/framework/docs/guides/variables>

use super::template::{Asked, DEPTH, Template};
use super::text::{Text, Why};
use super::value::{Known, Value, joined};
use crate::text::{Node, Shape};

/// The variables of a file.
pub(super) struct Variables<'t> {
    /// The whole file, of which `self` speaks.
    pub(super) root: &'t Node,
}

/// A part of a text with variables.
enum Token<'x> {
    Literal(&'x str),
    /// What stands between `${` or `#{` and the brace that closes it.
    Braced(&'x str),
}

impl Variables<'_> {
    /// A plain text with its variables.
    pub(super) fn expand(&self, text: &str, template: &Template<'_>, asked: Asked) -> Value {
        let tokens = tokens(text);
        if let [Token::Braced(inside)] = tokens.as_slice()
            && let Some(value) = self.braced(inside, template, asked)
        {
            return value;
        }
        let pieces: Vec<_> = tokens
            .iter()
            .map(|token| match token {
                Token::Literal(text) => vec![Text::known(*text)],
                Token::Braced(inside) => match self.braced(inside, template, asked) {
                    Some(value) => value.texts(),
                    None => vec![Text::known(format!("${{{inside}}}"))],
                },
            })
            .collect();
        let texts = joined(&pieces).into_iter();
        let each = texts.map(|text| Value::new(None, Known::Text(text)));
        Value::one_of(None, each.collect())
    }

    /// A variable, or a pseudo parameter; `None` when it is neither: a variable of a policy, or of `Fn::Sub`.
    fn braced(&self, inside: &str, template: &Template<'_>, asked: Asked) -> Option<Value> {
        if asked.depth > DEPTH {
            return Some(Value::unknown(None, Why::Unreadable(inside.to_owned())));
        }
        if inside.starts_with("AWS::") {
            return template.pseudo(inside, asked);
        }
        let mut sources = sources(inside).into_iter();
        let first = sources.next()?;
        let mut last = self.source(first, template, asked)?;
        for other in sources {
            if !matches!(last.shape, Known::Unknown(_)) {
                return Some(last);
            }
            if let Some(value) = self.source(other, template, asked) {
                last = value;
            }
        }
        Some(last)
    }

    fn source(&self, source: &str, template: &Template<'_>, asked: Asked) -> Option<Value> {
        let text = |text: &str| Value::new(None, Known::Text(Text::known(text)));
        let unknown = |why: fn(String) -> Why| Value::unknown(None, why(source.to_owned()));
        if let Some(quoted) = quoted(source) {
            return Some(self.expand(quoted, template, asked.deeper()));
        }
        if source.is_empty() || source.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(text(source));
        }
        if let "true" | "false" = source {
            return Some(Value::new(None, Known::Bool(source == "true")));
        }
        if source.starts_with("file(") {
            return Some(unknown(Why::Elsewhere));
        }
        let (kind, name) = source.split_once(':')?;
        let name = self.expand(name, template, asked.deeper()).text();
        let given = || {
            let value = template.given.parameters.get(name.as_known()?);
            value.filter(|_| kind == "opt").map(|value| text(value))
        };
        Some(match (kind, name.as_known()) {
            ("self", Some(path)) => self.own(path, template, asked),
            ("opt" | "env" | "param", _) => given().unwrap_or_else(|| unknown(Why::Parameter)),
            ("sls", Some("stage")) if template.given.parameters.contains_key("stage") => {
                text(template.given.parameters.get("stage")?)
            }
            ("sls", Some("stage")) => self.own("provider.stage", template, asked),
            ("aws", Some("accountId")) => template.pseudo("AWS::AccountId", asked)?,
            ("aws", Some("region")) => self.own("provider.region", template, asked),
            ("cf" | "ssm" | "s3" | "output" | "git" | "terraform" | "sls" | "self", _) => {
                unknown(Why::Elsewhere)
            }
            (other, _) if other.starts_with("cf(") || other.starts_with("cf.") => {
                unknown(Why::Elsewhere)
            }
            _ => return None,
        })
    }

    /// The Region that the file is deployed to.
    pub(super) fn region(&self, template: &Template<'_>, asked: Asked) -> Text {
        match asked.depth > DEPTH {
            true => Text::unknown(Why::Pseudo("AWS::Region")),
            false => self.own("provider.region", template, asked).text(),
        }
    }

    /// What the file itself says at a path.
    fn own(&self, path: &str, template: &Template<'_>, asked: Asked) -> Value {
        // The service may be an object, and is meant by its name.
        let path = match path {
            "service"
                if self
                    .root
                    .get("service")
                    .is_some_and(|node| node.as_text().is_none()) =>
            {
                "service.name"
            }
            path => path,
        };
        let mut node = self.root;
        for step in path.split('.').filter(|step| !step.is_empty()) {
            let below = match &node.shape {
                Shape::List(items) => step.parse::<usize>().ok().and_then(|at| items.get(at)),
                _ => node.get(step),
            };
            match below {
                Some(below) => node = below,
                None => return self.default_of(path, template),
            }
        }
        template.resolve(node, asked.deeper())
    }

    /// What the framework takes where the file says nothing.
    fn default_of(&self, path: &str, template: &Template<'_>) -> Value {
        let given = &template.given;
        let text = match path {
            "provider.stage" => given.parameters.get("stage").map_or("dev", String::as_str),
            "provider.region" => given.region.as_deref().unwrap_or("us-east-1"),
            _ => return Value::unknown(None, Why::Missing(format!("self:{path}"))),
        };
        Value::new(None, Known::Text(Text::known(text)))
    }
}

/// The parts of a text; a brace that is never closed is text.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let (mut literal, mut at) = (0, 0);
    while let Some(open) = text[at..]
        .find("${")
        .into_iter()
        .chain(text[at..].find("#{AWS::"))
        .min()
    {
        let open = at + open;
        let Some(length) = closing(&text[open + 2..]) else {
            break;
        };
        if open > literal {
            found.push(Token::Literal(&text[literal..open]));
        }
        found.push(Token::Braced(text[open + 2..open + 2 + length].trim()));
        at = open + 2 + length + 1;
        literal = at;
    }
    if literal < text.len() {
        found.push(Token::Literal(&text[literal..]));
    }
    found
}

/// Where the brace closes that was opened before the text.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// A source and what is taken where it has nothing, between commas.
fn sources(inside: &str) -> Vec<&str> {
    let (mut found, mut from, mut depth, mut quote) = (Vec::new(), 0, 0_usize, None);
    for (at, character) in inside.char_indices() {
        match (character, quote) {
            ('\'' | '"', None) => quote = Some(character),
            (_, Some(open)) if open == character => quote = None,
            ('{' | '(', None) => depth += 1,
            ('}' | ')', None) => depth = depth.saturating_sub(1),
            (',', None) if depth == 0 => {
                found.push(inside[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(inside[from..].trim());
    found
}

fn quoted(source: &str) -> Option<&str> {
    ['\'', '"'].into_iter().find_map(|quote| {
        source
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote))
    })
}
