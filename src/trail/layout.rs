//! The path of a log file in a trail's bucket: whose events it holds, of which region, delivered on which day.

use std::path::Path;

use jiff::civil::Date;

use crate::iam::AccountId;

/// The folders beside `CloudTrail` that hold no records of calls: digests, insights and aggregated events.
pub(crate) const ASIDE: [&str; 3] = [
    "CloudTrail-Digest",
    "CloudTrail-Insight",
    "CloudTrail-Aggregated",
];

/// A day of the calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    /// 1970 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to the last day of the month.
    pub day: u8,
}

/// What the path `…/AWSLogs/[o-…/]<account>/CloudTrail/<region>/<yyyy>/<mm>/<dd>/<file>` says of a log file
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html>).
///
/// The day is that of the delivery: events of the last minutes of a day are often in the next day's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Layout<'a> {
    /// The organization id, `o-…`, of an organization trail.
    pub organization: Option<&'a str>,
    /// The account, twelve digits.
    pub account: &'a str,
    /// The region, such as `eu-central-1`.
    pub region: &'a str,
    /// The day of the delivery.
    pub day: Day,
}

impl<'a> Layout<'a> {
    /// Reads the path of a file, or the key of an object; `None` when it does not have this layout.
    ///
    /// ```
    /// use std::path::Path;
    /// use tightrope::trail::Layout;
    ///
    /// let path = Path::new("logs/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/10/08/a.json.gz");
    /// let layout = Layout::of(path).expect("it is a trail's path");
    /// assert_eq!((layout.account, layout.region, layout.day.month), ("111122223333", "eu-west-1", 10));
    /// ```
    pub fn of(path: &'a Path) -> Option<Layout<'a>> {
        let mut parts = path.iter().rev().map(|part| part.to_str());
        parts.next()?;
        let day = parts.next()??;
        let month = parts.next()??;
        let year = parts.next()??;
        let day = Day {
            year: number(year, 4)?,
            month: u8::try_from(number(month, 2)?).ok()?,
            day: u8::try_from(number(day, 2)?).ok()?,
        };
        let region = parts.next()??;
        if parts.next()?? != "CloudTrail" {
            return None;
        }
        let account = parts.next()??;
        let organization = match parts.next()?? {
            "AWSLogs" => None,
            organization => (parts.next()?? == "AWSLogs").then_some(Some(organization))?,
        };
        let layout = Layout {
            organization,
            account,
            region,
            day,
        };
        layout.is_sound().then_some(layout)
    }

    /// Account, region and day as the program has them elsewhere.
    #[must_use]
    pub fn place(&self) -> Option<(AccountId, &'a str, Date)> {
        let [month, day] = [self.day.month, self.day.day].map(i8::try_from);
        let year = i16::try_from(self.day.year).ok()?;
        let day = Date::new(year, month.ok()?, day.ok()?).ok()?;
        Some((self.account.parse().ok()?, self.region, day))
    }

    fn is_sound(&self) -> bool {
        let word = |text: &str| {
            let of_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            !text.is_empty() && text.bytes().all(of_word)
        };
        let organization = |id: &str| id.starts_with("o-") && word(id);
        is_digits(self.account, 12)
            && word(self.region)
            && self.organization.is_none_or(organization)
            && self.day.year >= 1970
            && (1..=12).contains(&self.day.month)
            && (1..=self.day.days_of_month()).contains(&self.day.day)
    }
}

impl Day {
    fn days_of_month(self) -> u8 {
        let leap = self.year.is_multiple_of(4) && !self.year.is_multiple_of(100)
            || self.year.is_multiple_of(400);
        match self.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

fn number(text: &str, digits: usize) -> Option<u16> {
    is_digits(text, digits).then(|| text.parse().ok()).flatten()
}

fn is_digits(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(path: &str) -> Option<String> {
        Layout::of(Path::new(path)).map(|layout| {
            let Day { year, month, day } = layout.day;
            let organization = layout.organization.unwrap_or("-");
            format!(
                "{organization} {} {} {year}-{month}-{day}",
                layout.account, layout.region
            )
        })
    }

    #[test]
    fn a_path_of_a_trail_says_account_region_and_day() {
        for (path, expected) in [
            (
                "AWSLogs/111122223333/CloudTrail/us-east-1/2026/02/28/a.json.gz",
                "- 111122223333 us-east-1 2026-2-28",
            ),
            (
                "/d/x/AWSLogs/o-a1b2c3/111122223333/CloudTrail/us-gov-west-1/2024/02/29/a",
                "o-a1b2c3 111122223333 us-gov-west-1 2024-2-29",
            ),
            (
                "b/o-a1/AWSLogs/o-a1/000000000001/CloudTrail/eu-west-1/2026/12/31/a.gz",
                "o-a1 000000000001 eu-west-1 2026-12-31",
            ),
        ] {
            assert_eq!(words(path).as_deref(), Some(expected));
        }
    }

    #[test]
    fn any_other_path_says_nothing() {
        for path in [
            "",
            "/",
            "a.json.gz",
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/02/28",
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/02/28/more/a.gz",
            "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/02/28/a.gz",
            "AWSLogs/11112222333/CloudTrail/us-east-1/2026/02/28/a.gz",
            "AWSLogs/11112222333x/CloudTrail/us-east-1/2026/02/28/a.gz",
            "AWSLogs/x-1/111122223333/CloudTrail/us-east-1/2026/02/28/a.gz",
            "AWSLogs/o-1/o-1/111122223333/CloudTrail/us-east-1/2026/02/28/a.gz",
            "Logs/111122223333/CloudTrail/us-east-1/2026/02/28/a.gz",
            "AWSLogs/111122223333/CloudTrail/US_EAST/2026/02/28/a.gz",
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/02/29/a.gz",
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/13/01/a.gz",
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/00/01/a.gz",
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/1/01/a.gz",
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/+1/01/a.gz",
            "AWSLogs/111122223333/CloudTrail/us-east-1/1900/02/29/a.gz",
        ] {
            assert_eq!(words(path), None, "{path}");
        }
    }
}
