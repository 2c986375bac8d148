//! CloudTrail's event history: the management events of 90 days, of an account in a Region, asked day by day.
//!
//! AWS answers two calls a second, of 50 events each. A day that was asked whole is kept whole, so that what breaks off goes on
//! with the day at which it was.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::primitives::DateTime;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::{StreamExt, pin_mut, stream};
use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::kept::Kept;
use super::{NotFetched, Part, Parts, Wanted, region};
use crate::iam::{AccountId, Partition};
use crate::live::{Fault, caller, in_region};
use crate::trail::{EVENT_HISTORY, Source};

/// How far back it goes.
const DAYS: i32 = 90;

/// The time from one call to the next: two a second are answered.
const PAUSE: Duration = Duration::from_millis(500);

/// Events on one page, the most that there can be.
const PAGE: i32 = 50;

/// The folder of what is kept.
const FOLDER: &str = "event-history";

/// Asks for the wanted days of every Region.
pub(super) async fn send(sdk: &SdkConfig, wanted: &Wanted, parts: Parts) -> Result<(), NotFetched> {
    let account = account(sdk, wanted).await?;
    let regions = regions(sdk, wanted)?;
    let regions = regions
        .iter()
        .map(|region| (region.clone(), Asking::new(sdk, region)));
    let regions: BTreeMap<String, Asking> = regions.collect();
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    // Of the day that far back, a part is gone already.
    let Some(days) = wanted.days.since(today.saturating_sub((DAYS - 1).days())) else {
        return Ok(());
    };
    let kept = Kept(wanted.keep.as_deref());
    let all = days
        .each()
        .flat_map(|day| regions.iter().map(move |region| (day, region)));
    let fetched = stream::iter(all)
        .map(|(day, (region, asking))| asking.part((account, region, day), today, kept))
        .buffered(regions.len());
    pin_mut!(fetched);
    while let Some(part) = fetched.next().await {
        let part = part?;
        if let Err(fault) = &part.bytes
            && (fault.is_of_credentials() || matches!(fault, Fault::Denied { .. }))
        {
            let place = part.source.to_string();
            let fault = fault.clone();
            return Err(NotFetched::Unread { place, fault });
        }
        if parts.send(part).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// The account of the credentials. It is that of the roles, or nothing of theirs would be found.
async fn account(sdk: &SdkConfig, wanted: &Wanted) -> Result<AccountId, NotFetched> {
    let caller = caller(sdk).await?;
    match wanted.accounts.is_empty() || wanted.accounts.contains(&caller) {
        true => Ok(caller),
        false => Err(NotFetched::OtherCaller {
            caller,
            wanted: wanted.accounts.iter().copied().collect(),
        }),
    }
}

/// The Regions that are asked: with the one that has the events of services without a Region.
fn regions(sdk: &SdkConfig, wanted: &Wanted) -> Result<BTreeSet<String>, NotFetched> {
    let mut regions: BTreeSet<_> = wanted.connection.regions.iter().cloned().collect();
    if regions.is_empty() {
        regions.extend(region(sdk).map(str::to_owned));
    }
    let global = |region: &String| Partition::of_region(region).global_region().to_owned();
    let global: Vec<_> = regions.iter().map(global).collect();
    regions.extend(global);
    match regions.is_empty() {
        true => Err(NotFetched::NoRegion),
        false => Ok(regions),
    }
}

/// The event history of a Region, which is asked no more often than it answers.
struct Asking {
    client: Client,
    next: Mutex<Instant>,
}

impl Asking {
    fn new(sdk: &SdkConfig, region: &str) -> Self {
        Asking {
            client: Client::new(&in_region(sdk, region)),
            next: Mutex::new(Instant::now()),
        }
    }

    async fn part(
        &self,
        (account, region, day): (AccountId, &str, Date),
        today: Date,
        kept: Kept<'_>,
    ) -> Result<Part, NotFetched> {
        let folder = day.strftime("%Y/%m/%d");
        let name = format!("AWSLogs/{account}/CloudTrail/{region}/{folder}/{EVENT_HISTORY}");
        let source = Source::Fetched(format!("lookup://{name}").into());
        let name = format!("{FOLDER}/{name}");
        let bytes = match kept.read(&name, None) {
            Some(bytes) => Ok(bytes),
            None => {
                let bytes = self.day(day).await;
                // Today is not over: tomorrow it has more.
                if let Ok(bytes) = &bytes
                    && day < today
                {
                    kept.write(&name, bytes)?;
                }
                bytes
            }
        };
        Ok(Part {
            source,
            bytes,
            _memory: None,
        })
    }

    /// The events of a day in the form of a log file, compressed as they come: a busy day has a million.
    async fn day(&self, day: Date) -> Result<Vec<u8>, Fault> {
        let mut again = true;
        loop {
            match self.pages(day).await {
                // The name of a page holds for a while only.
                Err(Fault::Said { code, .. }) if again && code == "InvalidNextTokenException" => {
                    again = false;
                }
                ended => return ended,
            }
        }
    }

    async fn pages(&self, day: Date) -> Result<Vec<u8>, Fault> {
        let mut log = Log::new();
        let mut next: Option<String> = None;
        let [first, last] = bounds(day);
        loop {
            self.wait().await;
            let call = self.client.lookup_events().max_results(PAGE);
            let call = call.start_time(first).end_time(last);
            let answer = call.set_next_token(next.clone()).send().await;
            let answer = answer.map_err(|error| Fault::of(&error, "cloudtrail:LookupEvents"))?;
            for event in answer.events.unwrap_or_default() {
                log.push(event.cloud_trail_event.as_deref())?;
            }
            match answer.next_token.filter(|token| !token.is_empty()) {
                None => return log.finish(),
                same if same == next => {
                    let odd = "a page names itself as the next";
                    return Err(Fault::NotUnderstood(odd.into()));
                }
                token => next = token,
            }
        }
    }

    /// Until it is time for another call.
    async fn wait(&self) {
        let mut next = self.next.lock().await;
        tokio::time::sleep_until(*next).await;
        *next = Instant::now() + PAUSE;
    }
}

/// The first and the last second of a day.
fn bounds(day: Date) -> [DateTime; 2] {
    let second = |day: Date| {
        let begin = day.to_zoned(TimeZone::UTC);
        begin.map_or(0, |begin| begin.timestamp().as_second())
    };
    let tomorrow = second(day.tomorrow().unwrap_or(day));
    [second(day), tomorrow - 1].map(DateTime::from_secs)
}

/// A log file in the making.
struct Log {
    file: GzEncoder<Vec<u8>>,
    events: usize,
}

impl Log {
    fn new() -> Self {
        let mut file = GzEncoder::new(Vec::new(), Compression::fast());
        // Memory takes all that is written.
        let _ = file.write_all(b"{\"Records\":[");
        Log { file, events: 0 }
    }

    /// Takes the record of an event.
    fn push(&mut self, record: Option<&str>) -> Result<(), Fault> {
        let record =
            record.filter(|record| serde_json::from_str::<serde::de::IgnoredAny>(record).is_ok());
        let record = record.ok_or_else(|| Fault::NotUnderstood("an event has no record".into()))?;
        let comma = if self.events > 0 { ",\n" } else { "" };
        self.events += 1;
        let written = write!(self.file, "{comma}{record}");
        written.map_err(|error| Fault::NotUnderstood(error.to_string()))
    }

    fn finish(mut self) -> Result<Vec<u8>, Fault> {
        let written = self.file.write_all(b"]}").and_then(|()| self.file.finish());
        written.map_err(|error| Fault::NotUnderstood(error.to_string()))
    }
}
