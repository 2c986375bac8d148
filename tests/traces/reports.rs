//! Jobs by the calendar: nightly, weekly, monthly, quarterly.

use jiff::civil::{Date, DateTime, Weekday};

use super::calls::{object, object_arn};
use super::dates::{begins_quarter, days_after, milliseconds, quarter, seconds, written};
use super::dice::{Dice, Regulars};
use super::workload::{Site, Workload, beside, elsewhere, keys};

/// A `strftime` format with `?` for each character that it writes.
fn open(format: &str) -> String {
    let mut pattern = format.replace("%Y", "????").replace("%G", "????");
    for two in ["%m", "%d", "%H", "%M", "%S", "%V"] {
        pattern = pattern.replace(two, "??");
    }
    pattern
}

/// Writes a report a night, named after the day before or the day itself, and reads the one of the day before.
pub(crate) fn nightly_report(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = site.bucket("reports");
    let format = dice.pick(&[
        "reports/sales-%Y-%m-%d.csv",
        "reports/daily/%Y%m%d/summary.csv",
        "reports/%Y/%m/%d/summary.csv",
        "reports/%Y-%m/summary-%d.csv",
    ]);
    let lag = dice.pick(&[0, -1]);
    let key = move |day: Date| day.strftime(format).to_string();
    let example = written(site.later, format);
    let folder = example.rsplit_once('/').map_or("", |(folder, _)| folder);
    let never = beside(
        "GetObject",
        &bucket,
        keys![
            "{folder}/salaries.xlsx",
            "reports/board/minutes.pdf",
            "reports/config.json",
        ],
    );
    let put_never = [
        example.replace("reports/", "exports/"),
        example.replace("reports/", "reports-internal/"),
        example.replace(".csv", ".csv.bak"),
        example.replace(".csv", ".html"),
    ];
    let put_never = beside("PutObject", &bucket, &put_never);
    let away = elsewhere(site, "GetObject", &bucket, &example);
    let hand = object_arn(&bucket, &open(format));
    Workload::new("nightly_report", move |day, dice| {
        let at = dice.moment_at(day, 3);
        let of = days_after(day, lag);
        vec![
            object("GetObject", &bucket, &key(days_after(of, -1))).at(at),
            object("PutObject", &bucket, &key(of)).at(at),
        ]
    })
    .never(never)
    .never(put_never)
    .never(away)
    .by_hand("s3:GetObject s3:PutObject", hand)
}

/// On the first of each month, a statement for each customer of the month.
pub(crate) fn monthly_statements(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = site.bucket("statements");
    let day_of_month = dice.pick(&[1, 1, 2, 15]);
    let mut customers = Regulars::new(12);
    let month = written(site.later, "%Y-%m");
    let never = beside(
        "PutObject",
        &bucket,
        keys![
            "statements/{month}/index.html",
            "statements/{month}/C000001.pdf.sig",
            "tax/{month}/C000001.pdf",
            "statements-draft/{month}/C000001.pdf",
            "statements/C000001.pdf",
        ],
    );
    let example = format!("statements/{month}/C000001.pdf");
    let away = elsewhere(site, "PutObject", &bucket, &example);
    let hand = object_arn(&bucket, "statements/????-??/C??????.pdf");
    Workload::new("monthly_statements", move |day, dice| {
        if day.day() != day_of_month {
            return Vec::new();
        }
        let at = dice.moment_at(day, 4);
        let month = written(days_after(day, -20).at(0, 0, 0, 0), "%Y-%m");
        let mut put = |_| {
            let customer = customers.next(dice, |dice| format!("C{}", dice.digits(6)));
            object(
                "PutObject",
                &bucket,
                &format!("statements/{month}/{customer}.pdf"),
            )
            .at(at)
        };
        (0..14).map(&mut put).collect()
    })
    .never(never)
    .never(away)
    .by_hand("s3:PutObject", hand)
}

/// How a moment stands in a name.
#[derive(Clone, Copy)]
enum Stamp {
    Seconds,
    Milliseconds,
    Compact,
    Dashed,
}

impl Stamp {
    fn of(self, at: DateTime) -> String {
        match self {
            Stamp::Seconds => seconds(at).to_string(),
            Stamp::Milliseconds => milliseconds(at).to_string(),
            Stamp::Compact => written(at, "%Y%m%dT%H%M%SZ"),
            Stamp::Dashed => written(at, "%Y-%m-%dT%H-%M-%SZ"),
        }
    }
}

/// Writes a file an hour or two, named after the moment.
pub(crate) fn stamped_exports(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = site.bucket("exports");
    let stamp = dice.pick(&[
        Stamp::Seconds,
        Stamp::Milliseconds,
        Stamp::Compact,
        Stamp::Dashed,
    ]);
    let table = dice.pick(&["inventory", "price-list", "subscribers"]);
    let example = stamp.of(site.later);
    let never = beside(
        "PutObject",
        &bucket,
        keys![
            "export/{table}/{example}.sql",
            "export/{table}/latest.json.gz",
            "export/employees/{example}.json.gz",
            "import/{table}/{example}.json.gz",
            "export/{table}-full/{example}.json.gz",
            "export/{table}/{example}/dump.json.gz",
        ],
    );
    let example = format!("export/{table}/{example}.json.gz");
    let away = elsewhere(site, "PutObject", &bucket, &example);
    let digits = match stamp {
        Stamp::Seconds => "?".repeat(10),
        Stamp::Milliseconds => "?".repeat(13),
        Stamp::Compact => "????????T??????Z".into(),
        Stamp::Dashed => "????-??-??T??-??-??Z".into(),
    };
    let hand = object_arn(&bucket, &format!("export/{table}/{digits}.json.gz"));
    Workload::new("stamped_exports", move |day, dice| {
        let moments = dice.moments(day, (3, 7));
        let put = |at| {
            let key = format!("export/{table}/{}.json.gz", stamp.of(dice.before(at, 3)));
            object("PutObject", &bucket, &key).at(at)
        };
        moments.into_iter().map(put).collect()
    })
    .never(never)
    .never(away)
    .by_hand("s3:PutObject", hand)
}

/// On Mondays the file of the week before by ISO's count, and on the first of a quarter that of the quarter before.
pub(crate) fn weekly_and_quarterly(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = site.bucket("finance");
    let weekly = dice.pick(&["weekly/%G-W%V.xlsx", "weekly/%G/week-%V/figures.xlsx"]);
    let example = written(site.later, weekly);
    let never = [
        example.replace("weekly/", "payroll/"),
        example.replace(".xlsx", ".xlsx.key"),
        example.replace("weekly/", "weekly-board/"),
        "weekly/passwords.xlsx".into(),
        "quarterly/2026-Q4/draft.pdf".into(),
        "annual/2026.pdf".into(),
    ];
    let never = beside("PutObject", &bucket, &never);
    let away = elsewhere(site, "PutObject", &bucket, &example);
    let [week, of_quarter] =
        [open(weekly), "quarterly/????-Q?.pdf".into()].map(|key| object_arn(&bucket, &key));
    Workload::new("weekly_and_quarterly", move |day, dice| {
        let at = dice.moment_at(day, 6);
        let mut calls = Vec::new();
        if day.weekday() == Weekday::Monday {
            let key = days_after(day, -7).strftime(weekly).to_string();
            calls.push(object("PutObject", &bucket, &key).at(at));
        }
        if begins_quarter(day) {
            let key = format!("quarterly/{}.pdf", quarter(days_after(day, -1)));
            calls.push(object("PutObject", &bucket, &key).at(at).rarely("quarter"));
        }
        calls
    })
    .never(never)
    .never(away)
    .by_hand("s3:PutObject", week)
    .by_hand("s3:PutObject", of_quarter)
}
