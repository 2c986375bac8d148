//! What a piece of text may be, by its form alone.

/// What a piece is by its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// Where one capture ends and the next begins.
    Edge,
    /// A character that stands between words.
    Separator,
    /// A word.
    Word,
    /// Digits.
    Number,
    /// Letters and then digits, such as `user42`.
    Numbered,
    /// Eight or more hexadecimal digits, letters among them.
    Hex,
    /// Letters and digits in no order that a word has.
    Random,
    /// Numbers with dots between them, such as `1.12.0`.
    Version,
    /// A UUID with its hyphens.
    Uuid,
    /// A time, by the number of its shape.
    Time(u32),
    /// Characters of the random ending of a secret's ARN.
    Secret,
    /// A name of several words that comes and goes as a whole.
    Name,
}

impl Kind {
    /// May it be opened, on some evidence?
    pub(super) fn opens(self) -> bool {
        !matches!(self, Kind::Edge | Kind::Separator)
    }
}

/// What a text without separators is. Fewer than eight hexadecimal digits are no hash: many words are such.
pub(super) fn of_token(token: &str) -> Kind {
    if !token.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Kind::Word;
    }
    let letters = token.bytes().any(|byte| byte.is_ascii_alphabetic());
    let digits = token.bytes().any(|byte| byte.is_ascii_digit());
    match (letters, digits) {
        (false, _) => Kind::Number,
        (true, true) if token.len() >= 8 && is_hex(token) => Kind::Hex,
        (true, true) if digits_at_end(token) => Kind::Numbered,
        _ if looks_random(token) => Kind::Random,
        _ => Kind::Word,
    }
}

/// The letters and the digits of a token that is letters and then digits.
pub(super) fn split_number(token: &str) -> (&str, &str) {
    token.split_at(
        token
            .trim_end_matches(|end: char| end.is_ascii_digit())
            .len(),
    )
}

fn digits_at_end(token: &str) -> bool {
    let (letters, digits) = split_number(token);
    !digits.is_empty() && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_hex(token: &str) -> bool {
    let lower = token.bytes().any(|byte| byte.is_ascii_lowercase());
    let upper = token.bytes().any(|byte| byte.is_ascii_uppercase());
    !(lower && upper) && token.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Digits and letters that change places more often than in a name, or cases that do.
fn looks_random(token: &str) -> bool {
    let mix = Mix::of(token);
    let long = token.len() >= 16 && mix.digits > 0 && mix.lower > 0 && mix.upper > 0;
    let turns = token.len() >= 5 && mix.turns >= 2;
    let cases = token.len() >= 6 && 2 * mix.case_turns > token.len();
    long || turns || cases
}

/// Could the text be a random id that happens not to look like one? A word in small letters or in capitals is none.
pub(super) fn may_be_random(text: &str) -> bool {
    let mix = Mix::of(text);
    text.bytes().all(|byte| byte.is_ascii_alphanumeric()) && (mix.digits > 0 || mix.case_turns > 1)
}

/// Do so many turns between digits and cases, within one run of `A-Z a-z 0-9 - _`, show an id rather than a name?
pub(super) fn is_random_run(text: &str) -> bool {
    let mix = Mix::of(text);
    let all_kinds = mix.digits > 0 && mix.lower > 0 && mix.upper > 0;
    let turns = mix.turns + mix.case_turns;
    (20..=100).contains(&text.len())
        && all_kinds
        && 20 * turns >= 7 * text.len()
        && mix.longest <= 5
}

/// How digits, small and capital letters follow each other.
#[derive(Default)]
struct Mix {
    lower: usize,
    upper: usize,
    digits: usize,
    /// From a letter to a digit or back.
    turns: usize,
    /// From a small letter to a capital one or back.
    case_turns: usize,
    /// The longest run of one sort.
    longest: usize,
}

impl Mix {
    fn of(text: &str) -> Mix {
        let mut mix = Mix::default();
        let mut last = 0;
        let mut run = 0;
        for byte in text.bytes() {
            let (sort, count) = match byte {
                b'0'..=b'9' => (1, &mut mix.digits),
                b'a'..=b'z' => (2, &mut mix.lower),
                b'A'..=b'Z' => (3, &mut mix.upper),
                _ => continue,
            };
            *count += 1;
            match (last, sort) {
                (0, _) => {}
                (2, 3) | (3, 2) => mix.case_turns += 1,
                (before, now) if before != now => mix.turns += 1,
                _ => {}
            }
            run = if last == sort { run + 1 } else { 1 };
            mix.longest = mix.longest.max(run);
            last = sort;
        }
        mix
    }
}

/// The length of a UUID.
pub(super) const UUID: usize = 36;

/// Does the text begin with a UUID that ends there?
pub(super) fn begins_with_uuid(text: &[u8]) -> bool {
    let Some(uuid) = text.get(..UUID) else {
        return false;
    };
    let fits = uuid.iter().enumerate().all(|(place, byte)| match place {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    fits && !text.get(UUID).is_some_and(u8::is_ascii_alphanumeric)
}

/// How long the version is that the text begins with, such as `1.12.0` or `v1.12`. Fewer than three numbers without a
/// `v` may be a part of a sum, and more than four are none.
pub(super) fn version(text: &[u8]) -> Option<usize> {
    let marked = text.first() == Some(&b'v');
    let mut end = usize::from(marked);
    let mut numbers = 0;
    loop {
        let digits = text[end..].iter().take_while(|byte| byte.is_ascii_digit());
        let digits = digits.count();
        if digits == 0 || digits > 5 {
            return None;
        }
        end += digits;
        numbers += 1;
        let next = text.get(end..end + 2);
        match next {
            Some([b'.', digit]) if digit.is_ascii_digit() => end += 1,
            _ => break,
        }
    }
    let alone = !text
        .get(end)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
    let least = if marked { 2 } else { 3 };
    (alone && (least..=4).contains(&numbers)).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_told_by_its_form() {
        let cases = [
            ("invoice", Kind::Word),
            ("Ünïcode7", Kind::Word),
            ("MyHandlerFunction", Kind::Word),
            ("facade", Kind::Word),
            ("deadbeef", Kind::Word),
            ("00001", Kind::Number),
            ("user42", Kind::Numbered),
            ("v2", Kind::Numbered),
            ("9f86d081", Kind::Hex),
            ("9F86D081884C7D65", Kind::Hex),
            ("1a2b3c", Kind::Random),
            ("01J9ZQ4X8Y3M2N1P0R5S6T7V8W", Kind::Random),
            ("AbCdEf", Kind::Random),
            ("1A2B3C4D5E6F", Kind::Hex),
            ("1XQ2B7C4D5E6F", Kind::Random),
            ("2nXq4ZkPw8vRj6TmYbHcLdFsGa1", Kind::Random),
            ("mp4", Kind::Numbered),
            ("3rd", Kind::Word),
        ];
        for (token, kind) in cases {
            assert_eq!(of_token(token), kind, "{token}");
        }
    }

    #[test]
    fn an_id_with_hyphens_is_told_from_a_name() {
        let cases = [
            ("V1StGXR8_Z5jdHi6B-myT", true),
            ("dQw4w9WgXcQ-a1B2c3D4e", true),
            ("MyStack-HandlerFunction-1A2B3C4D5E6F", false),
            ("customer-report-final-2", false),
        ];
        for (text, random) in cases {
            assert_eq!(is_random_run(text), random, "{text}");
        }
    }
}
