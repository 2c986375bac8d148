//! Partitioned data.

use jiff::civil::{Date, DateTime};

use super::calls::{list, object, object_arn};
use super::dates::{days_after, hours_after, written};
use super::dice::Dice;
use super::workload::{Site, Workload, beside, elsewhere, keys};

const UUID: &str = "????????-????-????-????-????????????";

/// Writes files of Spark's names into Hive's partitions.
/// <https://docs.aws.amazon.com/athena/latest/ug/partitions.html>
pub(crate) fn hive_lake(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = site.bucket("data-lake");
    let dataset = dice.pick(&["orders", "page_views", "sensor_readings"]);
    let key = move |at: DateTime, dice: &mut Dice| {
        let partition = written(dice.before(at, 5_400), "year=%Y/month=%m/day=%d/hour=%H");
        let (part, id) = (dice.below(12), dice.uuid());
        format!("curated/{dataset}/{partition}/part-{part:05}-{id}.c000.snappy.parquet")
    };
    let (example, id) = (key(site.later, dice), dice.uuid());
    let partition = written(site.later, "year=%Y/month=%m/day=%d/hour=%H");
    let never = beside(
        "PutObject",
        &bucket,
        keys![
            "curated/customers_pii/{partition}/part-00001-{id}.c000.snappy.parquet",
            "raw/{dataset}/{partition}/part-00001.json",
            "curated/{dataset}_backup/{partition}/part-00001.c000.snappy.parquet",
            "curated/{dataset}/{partition}/export.csv",
            "curated/{dataset}/_schema.json",
            "curated/{dataset}/{partition}/.credentials",
        ],
    );
    let pattern = format!(
        "curated/{dataset}/year=????/month=??/day=??/hour=??/part-?????-{UUID}.c000.snappy.parquet"
    );
    let hand = object_arn(&bucket, &pattern);
    let never = never
        .into_iter()
        .chain(elsewhere(site, "PutObject", &bucket, &example));
    let never: Vec<_> = never.collect();
    Workload::new("hive_lake", move |day, dice| {
        let moments = dice.moments(day, (3, 8));
        let put = |at| object("PutObject", &bucket, &key(at, dice)).at(at);
        moments.into_iter().map(put).collect()
    })
    .never(never)
    .by_hand("s3:PutObject", hand)
}

/// Reads the partition of the day before in the night and writes its sum.
pub(crate) fn yesterdays_partition(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = site.bucket("events");
    let format = dice.pick(&["dt=%Y-%m-%d", "date=%Y%m%d"]);
    let source = move |day: Date, part: usize| {
        let partition = day.strftime(format);
        format!("clicks/{partition}/{part:06}_0.gz")
    };
    let sum = move |day: Date| format!("daily/{}/clicks.parquet", day.strftime(format));
    let dt = written(site.later, format);
    let never = beside(
        "GetObject",
        &bucket,
        keys![
            "payments/{dt}/000001_0.gz",
            "clicks/{dt}/users.csv",
            "clicks-unmasked/{dt}/000001_0.gz",
            "daily/{dt}/clicks.parquet",
        ],
    );
    let written_never = beside(
        "PutObject",
        &bucket,
        keys![
            "clicks/{dt}/000001_0.gz",
            "daily/{dt}/payments.parquet",
            "daily/clicks.parquet",
        ],
    );
    let away = elsewhere(site, "GetObject", &bucket, &source(site.later.date(), 1));
    let pattern = format.replace("%Y", "????");
    let pattern = pattern.replace("%m", "??").replace("%d", "??");
    let [read, write] = [
        format!("clicks/{pattern}/??????_0.gz"),
        format!("daily/{pattern}/clicks.parquet"),
    ]
    .map(|key| object_arn(&bucket, &key));
    let listed = format!("arn:aws:s3:::{bucket}");
    let other = list(&format!("{}-hr-documents", site.org), "");
    Workload::new("yesterdays_partition", move |day, dice| {
        let before = days_after(day, -1);
        let at = dice.moment_at(day, 2);
        let mut calls = vec![list(&bucket, "clicks/").at(at)];
        for part in 0..dice.between(2, 5) {
            calls.push(object("GetObject", &bucket, &source(before, part)).at(at));
        }
        calls.push(object("PutObject", &bucket, &sum(before)).at(at));
        calls
    })
    .never(never)
    .never(written_never)
    .never(away)
    .never([other])
    .by_hand("s3:GetObject", read)
    .by_hand("s3:PutObject", write)
    .by_hand("s3:ListBucket", listed)
}

/// Reads what Firehose delivers and writes it masked.
/// <https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html>
pub(crate) fn firehose(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = site.bucket("streams");
    let stream = dice.pick(&["audit-events", "web-clicks", "telemetry"]);
    let key = move |at: DateTime, dice: &mut Dice| {
        let at = dice.before(at, 900);
        let folder = written(at, "%Y/%m/%d/%H");
        let time = written(at, "%Y-%m-%d-%H-%M-%S");
        format!("delivered/{folder}/{stream}-4-{time}-{}.gz", dice.uuid())
    };
    let masked = |key: &str| key.replace("delivered/", "masked/").replace(".gz", ".json");
    let (example, id) = (key(site.later, dice), dice.uuid());
    let folder = written(site.later, "%Y/%m/%d/%H");
    let never = beside(
        "GetObject",
        &bucket,
        keys![
            "delivered/{folder}/payment-events-1-2026-10-02-08-15-00-{id}.gz",
            "delivered/{folder}/dump.sql",
            "processing-failed/{folder}/{stream}-4.gz",
            "masked/{folder}/secrets.json",
        ],
    );
    let put_never = beside(
        "PutObject",
        &bucket,
        keys![
            "delivered/{folder}/overwritten.gz",
            "masked/index.html",
            "public/{folder}/{stream}-4.json",
        ],
    );
    let away = elsewhere(site, "GetObject", &bucket, &example);
    let hand = format!("{stream}-4-????-??-??-??-??-??-{UUID}");
    let [read, write] = [
        format!("delivered/????/??/??/??/{hand}.gz"),
        format!("masked/????/??/??/??/{hand}.json"),
    ]
    .map(|key| object_arn(&bucket, &key));
    Workload::new("firehose", move |day, dice| {
        let moments = dice.moments(day, (2, 6));
        let both = |at| {
            let key = key(at, dice);
            [("GetObject", key.clone()), ("PutObject", masked(&key))]
                .map(|(event, key)| object(event, &bucket, &key).at(at))
        };
        moments.into_iter().flat_map(both).collect()
    })
    .never(never)
    .never(put_never)
    .never(away)
    .by_hand("s3:GetObject", read)
    .by_hand("s3:PutObject", write)
}

/// Writes the day of a time zone far from UTC, in counted parts.
pub(crate) fn local_days(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = site.bucket("warehouse-exports");
    let hours = dice.pick(&[-8_i64, 9, 10, -5]);
    let key = move |at: DateTime, part: usize| {
        let local = written(hours_after(at, hours), "%Y%m%d");
        format!("sales/business_date={local}/part-{part:05}.c000.csv")
    };
    let day = written(site.later, "%Y%m%d");
    let never = beside(
        "PutObject",
        &bucket,
        keys![
            "salaries/business_date={day}/part-00001.c000.csv",
            "sales/business_date={day}/manifest.json",
            "sales/part-00001.c000.csv",
            "sales/store=12/business_date={day}/part-00001.c000.csv",
            "sales_archive/business_date={day}/part-00001.c000.csv",
        ],
    );
    let away = elsewhere(site, "PutObject", &bucket, &key(site.later, 1));
    let pattern = "sales/business_date=????????/part-?????.c000.csv";
    let hand = object_arn(&bucket, pattern);
    Workload::new("local_days", move |day, dice| {
        let at = dice.moment(day);
        let parts = dice.between(1, 6);
        let put = |part| object("PutObject", &bucket, &key(at, part)).at(at);
        (0..parts).map(put).collect()
    })
    .never(never)
    .never(away)
    .by_hand("s3:PutObject", hand)
}
