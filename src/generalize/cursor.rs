//! A place in a text at which parts of a time are read.

use jiff::civil::Date;

use super::times::Found;

/// A place in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

/// The names of months; their first three letters are their short names.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// What may stand between the parts of a time.
const BETWEEN: &[u8] = b"/-_.: ";

/// The longest name of a part, as in `/partition_month=10`.
const LONGEST_LABEL: usize = 16;

impl<'a> Cursor<'a> {
    pub(super) fn at(text: &'a str, at: usize) -> Self {
        Cursor { text, at }
    }

    /// The byte at which it stands.
    pub(super) fn place(self) -> usize {
        self.at
    }

    fn rest(self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn past(self, bytes: usize) -> Self {
        Cursor {
            at: self.at + bytes,
            ..self
        }
    }

    /// How many digits follow; more than twenty are not counted.
    pub(super) fn digits(self) -> usize {
        let digits = self.rest().iter().take(20);
        digits.take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// Does a digit follow?
    pub(super) fn begins_digit(self) -> bool {
        self.rest().first().is_some_and(u8::is_ascii_digit)
    }

    /// After the digits that follow.
    pub(super) fn past_digits(self) -> Self {
        self.past(self.digits())
    }

    /// Exactly so many digits, whatever follows them.
    fn exactly(self, digits: usize) -> Option<(i64, Self)> {
        let text = self.rest().get(..digits)?;
        let number = text.iter().try_fold(0_i64, |number, byte| {
            let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
            number.checked_mul(10)?.checked_add(digit)
        });
        Some((number?, self.past(digits)))
    }

    /// A number of so few digits, whatever follows them.
    pub(super) fn fixed(self, digits: usize) -> Option<(i8, Self)> {
        let (number, after) = self.exactly(digits)?;
        Some((i8::try_from(number).ok()?, after))
    }

    /// A whole run of digits of this length.
    pub(super) fn long_number(self, digits: usize) -> Option<(i64, Self)> {
        (self.digits() == digits).then(|| self.exactly(digits))?
    }

    /// A whole run of digits of one of these lengths.
    pub(super) fn number(self, least: usize, most: usize) -> Option<(i8, Self)> {
        let digits = self.digits();
        (least..=most)
            .contains(&digits)
            .then(|| self.fixed(digits))?
    }

    /// The four digits of a year from 1970 to 2099, whatever follows them.
    pub(super) fn year(self) -> Option<(i16, Self)> {
        let (year, after) = self.exactly(4)?;
        let year = i16::try_from(year).ok()?;
        (1970..=2099).contains(&year).then_some((year, after))
    }

    /// Four digits of a year and then no digit.
    pub(super) fn whole_year(self) -> Option<(i16, Self)> {
        self.year().filter(|_| self.digits() == 4)
    }

    /// The digits of a year, a month and a day.
    pub(super) fn compact_date(self) -> Option<(Date, Self)> {
        let (year, rest) = self.year()?;
        let (month, rest) = rest.fixed(2)?;
        let (day, after) = rest.fixed(2)?;
        Some((Date::new(year, month, day).ok()?, after))
    }

    /// A month by its number or its name.
    pub(super) fn month(self) -> Option<(i8, Self)> {
        if self.begins_digit() {
            let month = self.number(1, 2)?;
            return (1..=12).contains(&month.0).then_some(month);
        }
        let letters = self.rest().iter().take(10);
        let length = letters
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        let month = month_named(self.text.get(self.at..self.at + length)?)?;
        Some((i8::try_from(month).ok()?, self.past(length)))
    }

    /// After this letter in either case.
    pub(super) fn letter(self, letter: u8) -> Option<Self> {
        let first = self.rest().first()?;
        first.eq_ignore_ascii_case(&letter).then(|| self.past(1))
    }

    /// After a character that may stand between two numbers of a date.
    pub(super) fn separator(self) -> Option<Self> {
        let first = self.rest().first()?;
        b"/-_.".contains(first).then(|| self.past(1))
    }

    /// After what may stand between two parts of a time: a separator, a `T`, or a separator and a name as in `/month=`.
    pub(super) fn filler(self) -> Option<Self> {
        let first = self.rest().first()?;
        if let Some(after) = self.letter(b'T') {
            return after.begins_digit().then_some(after);
        }
        if !BETWEEN.contains(first) {
            return None;
        }
        let after = self.past(1);
        let label = after.rest().iter().take(LONGEST_LABEL + 1);
        let label = label.take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'_');
        let length = label.count();
        match after.rest().get(length) {
            Some(b'=') if length > 0 => Some(after.past(length + 1)),
            _ => Some(after),
        }
    }

    /// After a fraction of a second, if one follows.
    pub(super) fn past_fraction(self) -> Self {
        match self.rest().first() {
            Some(b'.' | b',') if (3..=9).contains(&self.past(1).digits()) => {
                self.past(1).past_digits()
            }
            _ => self,
        }
    }

    /// Is there no letter or digit before it?
    pub(super) fn begins_token(self) -> bool {
        let before = self.text.as_bytes().get(..self.at).and_then(<[u8]>::last);
        !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
    }

    /// Is there no letter or digit after it?
    pub(super) fn ends_token(self) -> bool {
        let after = self.rest().first();
        !after.is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
    }

    /// Is there no letter or digit before it, nor one after this place?
    pub(super) fn is_alone_until(self, end: usize) -> bool {
        let end = Cursor { at: end, ..self };
        // `Z` is a time zone.
        let zone = end.letter(b'Z').is_some_and(Self::ends_token);
        self.begins_token() && (zone || end.ends_token())
    }

    /// What was found from here to there, with a year at this place, if it has one. Of the year the century stays.
    pub(super) fn found(self, end: Self, year: Option<Self>) -> Found {
        let text = self.text.get(self.at..end.at).unwrap_or_default();
        let century = year.map(|year| year.at - self.at);
        Found {
            end: end.at,
            shape: shape(text, century.filter(|at| text[*at..].starts_with("20"))),
            sure: false,
            day: true,
        }
    }
}

/// The text with `?` for its digits, but for the two of a century at this place. Where months and days have one digit
/// or two it has `*` for both.
fn shape(text: &str, century: Option<usize>) -> String {
    let runs = text
        .as_bytes()
        .chunk_by(|left, right| sort(*left) == sort(*right));
    let unpadded = runs
        .clone()
        .any(|run| run.len() == 1 && sort(run[0]) == Sort::Digit);
    let mut shape = String::with_capacity(text.len());
    let mut at = 0;
    for run in runs {
        let plain = &text[at..at + run.len()];
        at += run.len();
        match sort(run[0]) {
            Sort::Digit if unpadded && run.len() <= 2 => shape.push('*'),
            Sort::Digit => (at - run.len()..at).for_each(|place| {
                let kept = century.filter(|start| (*start..start + 2).contains(&place));
                shape.push_str(kept.map_or("?", |_| &text[place..=place]));
            }),
            Sort::Letter if text[at..].starts_with('=') || month_named(plain).is_none() => {
                shape.push_str(plain);
            }
            Sort::Letter if plain.len() == 3 => shape.push_str("???"),
            Sort::Letter => shape.push('*'),
            Sort::Other => shape.push_str(plain),
        }
    }
    shape
}

#[derive(PartialEq)]
enum Sort {
    Digit,
    Letter,
    Other,
}

fn sort(byte: u8) -> Sort {
    match byte {
        b'0'..=b'9' => Sort::Digit,
        b'a'..=b'z' | b'A'..=b'Z' => Sort::Letter,
        _ => Sort::Other,
    }
}

/// The number of the month of this name, long or short, in any case.
fn month_named(name: &str) -> Option<usize> {
    let name = name.to_ascii_lowercase();
    let is = |month: &str| month == name || month[..3] == name;
    Some(MONTHS.iter().position(|month| is(month))? + 1)
}
