//! Why a part of a pattern is open, in words.

use std::fmt;

/// Why a part of a pattern is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Opened {
    /// All that follows, since no more than the beginning was asked for.
    Rest,
    /// A name, since ever new ones appear here.
    Word {
        /// How many different ones were seen.
        distinct: usize,
        /// How many of them were seen on one day only.
        once: usize,
    },
    /// A number, such as a counter.
    Number,
    /// A random id, such as one at the end of a name.
    RandomSuffix,
    /// A hash or another id of hexadecimal digits.
    Hash,
    /// A UUID.
    Uuid,
    /// A date, or a part of one, or a time of day with it.
    Date,
    /// The six characters that Secrets Manager puts after a secret's name, others for each secret made.
    SecretSuffix,
}

impl fmt::Display for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phrase = match self {
            Opened::Word { distinct, once } => {
                let share = (once * 100).checked_div(*distinct).unwrap_or(0);
                return write!(
                    f,
                    "one of {} names, {share} % seen on one day only",
                    grouped(*distinct)
                );
            }
            Opened::Rest => "everything that follows",
            Opened::Number => "a number",
            Opened::RandomSuffix => "a random id",
            Opened::Hash => "a hash",
            Opened::Uuid => "a UUID",
            Opened::Date => "a date or time",
            Opened::SecretSuffix => "the random ending of a secret",
        };
        f.write_str(phrase)
    }
}

/// The number with a comma before each three digits.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_reads_as_a_phrase() {
        let cases = [
            (Opened::Date, "a date or time"),
            (
                Opened::Word {
                    distinct: 3412,
                    once: 1399,
                },
                "one of 3,412 names, 41 % seen on one day only",
            ),
            (
                Opened::Word {
                    distinct: 0,
                    once: 0,
                },
                "one of 0 names, 0 % seen on one day only",
            ),
        ];
        for (opened, phrase) in cases {
            assert_eq!(opened.to_string(), phrase);
        }
    }
}
