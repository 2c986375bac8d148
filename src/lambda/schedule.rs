//! Schedules that invoke a function, and how rarely.

use std::fmt;

use cronexpr::{MakeTimestamp, ParseOptions};
use jiff::civil::Date;

/// Something that invokes a function on a schedule: a rule of EventBridge, or a schedule of EventBridge Scheduler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Its name.
    pub name: String,
    /// How often it does so.
    pub rhythm: Rhythm,
}

/// How often something comes round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rhythm {
    /// At least once in this many days, begun ones included.
    Days(i32),
    /// Once, on this day.
    Once(Date),
    /// It is not known: this is what the schedule says, if it says anything.
    Unknown(String),
}

impl Rhythm {
    /// Reads a schedule expression: `rate(30 days)`, `cron(0 8 1 * ? *)`, `at(2026-11-30T08:00:00)`.
    ///
    /// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html>
    ///
    /// ```
    /// # use tightrope::lambda::Rhythm;
    /// assert_eq!(Rhythm::parse("rate(12 hours)"), Rhythm::Days(1));
    /// assert_eq!(Rhythm::parse("cron(0 8 ? * MON-FRI *)"), Rhythm::Days(3));
    /// assert_eq!(Rhythm::parse("cron(0 8 1 * ? *)"), Rhythm::Days(31));
    /// ```
    #[must_use]
    pub fn parse(expression: &str) -> Self {
        let text = expression.trim();
        let inside = |kind: &str| text.strip_prefix(kind)?.strip_suffix(')');
        let read = if let Some(rate) = inside("rate(") {
            rate_in_days(rate).map(Rhythm::Days)
        } else if let Some(cron) = inside("cron(") {
            longest_gap(cron).map(Rhythm::Days)
        } else {
            let day = inside("at(").and_then(|at| at.get(..10)?.parse().ok());
            day.map(Rhythm::Once)
        };
        read.unwrap_or_else(|| Rhythm::Unknown(text.to_owned()))
    }

    /// Whether one whole period lies in these days, so that what it invokes was seen at work.
    #[must_use]
    pub fn was_seen(&self, first: Date, last: Date, days: i32) -> bool {
        match self {
            Rhythm::Days(period) => *period <= days,
            Rhythm::Once(day) => (first..=last).contains(day),
            Rhythm::Unknown(_) => false,
        }
    }
}

impl fmt::Display for Rhythm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rhythm::Days(1) => f.write_str("comes round daily"),
            Rhythm::Days(days) => write!(f, "comes round every {days} days"),
            Rhythm::Once(day) => write!(f, "comes on {day}"),
            Rhythm::Unknown(text) if text.is_empty() => f.write_str("comes nobody knows when"),
            Rhythm::Unknown(text) => write!(f, "comes by `{text}`, which is not understood"),
        }
    }
}

/// `5 minutes` in days, begun ones included.
fn rate_in_days(rate: &str) -> Option<i32> {
    let (value, unit) = rate.trim().split_once(' ')?;
    let value: i32 = value.parse().ok().filter(|value| *value > 0)?;
    match unit.trim().trim_end_matches('s') {
        "minute" => Some(value.div_euclid(24 * 60) + i32::from(value % (24 * 60) > 0)),
        "hour" => Some(value.div_euclid(24) + i32::from(value % 24 > 0)),
        "day" => Some(value),
        _ => None,
    }
}

/// How long one day with an invocation may be after another by a cron expression of six fields. Expressions that say the
/// year come to an end, and are not understood.
fn longest_gap(cron: &str) -> Option<i32> {
    /// The five years from 2024, with a leap day and with the longest gaps between the same days of months and weeks.
    const YEARS: (i64, i64) = (1_704_067_200, 1_861_920_000);
    let fields: Vec<_> = cron.split_whitespace().collect();
    let [_, _, day, month, weekday, "*"] = fields.as_slice() else {
        return None;
    };
    let any = |field: &str| {
        if field == "?" {
            "*".to_owned()
        } else {
            field.to_owned()
        }
    };
    // As far apart as the last ones of their months, which cronexpr 1.7 does not find in December.
    let day = any(day).replace("LW", "1").replace('L', "1");
    let at_midnight = format!("0 0 {day} {month} {} UTC", weekdays(&any(weekday)));
    let crontab = cronexpr::parse_crontab_with(&at_midnight, ParseOptions::default()).ok()?;
    let start = MakeTimestamp::from_second(YEARS.0).ok()?;
    let mut last: Option<Date> = None;
    let mut longest = None;
    for time in crontab.iter_after(start).ok()? {
        let Ok(time) = time else { break };
        if time.timestamp().as_second() > YEARS.1 {
            break;
        }
        let day = time.date();
        if let Some(last) = last {
            let gap = (day - last).get_days();
            longest = longest.max(Some(gap));
        }
        last = Some(day);
    }
    longest
}

/// AWS counts the days of the week from 1 for Sunday, cron from 0; `L` is the last one, and `6L` the last Friday of the month,
/// which the fourth one stands for.
fn weekdays(field: &str) -> String {
    let mut out = String::new();
    let mut before = None;
    for sign in field.chars() {
        match sign {
            '1'..='7' if !matches!(before, Some('/' | '#')) => {
                out.extend(
                    sign.to_digit(10)
                        .and_then(|day| char::from_digit(day - 1, 10)),
                );
            }
            'L' if before.is_none() => out.push('6'),
            'L' => out.push_str("#4"),
            sign => out.push(sign),
        }
        before = Some(sign);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html>
    #[test]
    fn a_schedule_says_how_many_days_may_be_between_two_invocations() {
        for (expression, expected) in [
            ("rate(5 minutes)", 1),
            ("rate(1 hour)", 1),
            ("rate(25 hours)", 2),
            ("rate(1 day)", 1),
            ("rate(90 days)", 90),
            ("cron(0 10 * * ? *)", 1),
            ("cron(15 12 * * ? *)", 1),
            ("cron(0 18 ? * MON-FRI *)", 3),
            ("cron(0 18 ? * 2-6 *)", 3),
            ("cron(0 8 1 * ? *)", 31),
            ("cron(0/15 * * * ? *)", 1),
            ("cron(0 9 ? * 2 *)", 7),
            ("cron(0 9 ? * 2#1 *)", 35),
            ("cron(0 9 ? * 6L *)", 35),
            ("cron(0 9 ? * FRIL *)", 35),
            ("cron(0 9 LW * ? *)", 31),
            ("cron(0 9 ? * L *)", 7),
            ("cron(0 9 L * ? *)", 31),
            ("cron(0 0 1 1,4,7,10 ? *)", 92),
            ("cron(0 0 1 1 ? *)", 366),
            ("cron(0 0 1/2 * ? *)", 2),
        ] {
            let found = Rhythm::parse(expression);
            assert_eq!(found, Rhythm::Days(expected), "{expression}");
        }
    }

    #[test]
    fn what_comes_once_or_is_not_understood_says_so() {
        let day = "2026-11-30".parse().expect("a day");
        assert_eq!(Rhythm::parse("at(2026-11-30T08:00:00)"), Rhythm::Once(day));
        for text in [
            "",
            "rate(x days)",
            "rate(0 days)",
            "cron(0 8 1 * ?)",
            "cron(0 8 1 * ? 2026)",
            "cron(é)",
            "at(soon)",
            "at(ééééé)",
        ] {
            assert_eq!(
                Rhythm::parse(text),
                Rhythm::Unknown(text.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn a_rare_job_was_seen_when_one_of_its_periods_lies_in_the_days() {
        let day = |text: &str| text.parse::<Date>().expect("a day");
        let (first, last) = (day("2026-10-01"), day("2026-10-31"));
        for (rhythm, expected) in [
            (Rhythm::Days(31), true),
            (Rhythm::Days(32), false),
            (Rhythm::Once(day("2026-10-31")), true),
            (Rhythm::Once(day("2026-11-01")), false),
            (Rhythm::Unknown(String::new()), false),
        ] {
            assert_eq!(rhythm.was_seen(first, last, 31), expected, "{rhythm}");
        }
    }
}
