//! Patterns against texts.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>

use super::Reading;

/// One place of a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// This character and no other.
    Text(char),
    /// The same, put in for a variable: it ends no segment.
    Value(char),
    /// `?`: any one character.
    AnyOne,
    /// `*`: any characters, or none.
    AnyRun,
}

/// Whether the pattern is the text, from its beginning to its end.
pub(super) fn glob(pattern: &[Piece], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((Piece::AnyRun, rest)) => (0..=text.len()).any(|from| glob(rest, &text[from..])),
        Some((place, rest)) => {
            let Some((character, text)) = text.split_first() else {
                return false;
            };
            let fits = match place {
                Piece::Text(own) | Piece::Value(own) => own == character,
                Piece::AnyOne | Piece::AnyRun => true,
            };
            fits && glob(rest, text)
        }
    }
}

/// Whether a pattern of `Resource` matches the resource of a request.
pub(super) fn resource(pattern: &[Piece], resource: &str, reading: Reading) -> bool {
    let everything = !pattern.is_empty() && pattern.iter().all(|place| *place == Piece::AnyRun);
    // An action that knows no resources is asked for on `*`, and only a policy that says `*` grants it.
    if everything || resource == "*" {
        return everything;
    }
    match reading {
        Reading::Spanning => glob(pattern, &characters(resource)),
        Reading::Segments => {
            let mut pattern = six(pattern, |place| *place == Piece::Text(':'));
            pattern.resize(6, vec![Piece::AnyRun]);
            each(&pattern, resource)
        }
    }
}

/// Whether a pattern of an `Arn…` operator matches: each of the six components on its own, in both readings.
pub(super) fn arn(pattern: &[Piece], arn: &str) -> bool {
    each(&six(pattern, |place| *place == Piece::Text(':')), arn)
}

fn each(pattern: &[Vec<Piece>], arn: &str) -> bool {
    let segments = six(&characters(arn), |character| *character == ':');
    pattern.len() == 6 && segments.len() == 6 && (0..6).all(|at| glob(&pattern[at], &segments[at]))
}

/// What is between the first five colons; the sixth part keeps all the others.
fn six<T: Clone>(whole: &[T], is_colon: impl Fn(&T) -> bool) -> Vec<Vec<T>> {
    whole.splitn(6, is_colon).map(<[T]>::to_vec).collect()
}

pub(super) fn characters(text: &str) -> Vec<char> {
    text.chars().collect()
}
