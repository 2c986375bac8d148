//! CloudTrail's event history: the management events of 90 days, of an account in a Region, asked day by day.
//!
//! AWS answers two calls a second, of 50 events each. A day that was asked whole is kept whole, so that what breaks off goes on
//! with the day at which it was.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::primitives::DateTime;
use aws_sdk_cloudtrail::types::{Event, LookupAttribute, LookupAttributeKey};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::{StreamExt, pin_mut, stream};
use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::de::IgnoredAny;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::kept::Kept;
use super::{NotFetched, Part, Parts, Wanted, region};
use crate::iam::{AccountId, Partition};
use crate::live::{self, Fault, in_region, next_page};
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
        .map(|(region, named)| (region.as_str(), Asking::new(sdk, (region, *named), wanted)));
    let regions: BTreeMap<&str, Asking<'_>> = regions.collect();
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
        let Some(part) = part? else { continue };
        if let Err(fault) = &part.bytes
            && (fault.ends_all() || matches!(fault, Fault::Denied { .. }))
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
    let caller = live::account(sdk).await?;
    match wanted.accounts.is_empty() || wanted.accounts.contains(&caller) {
        true => Ok(caller),
        false => Err(NotFetched::OtherCaller {
            caller,
            wanted: wanted.accounts.iter().copied().collect(),
        }),
    }
}

/// The Regions that are asked, and whether each is one that was named. The others of the partition are asked too: a function may
/// call wherever it likes, and what is not asked would count as not done.
fn regions(sdk: &SdkConfig, wanted: &Wanted) -> Result<BTreeMap<String, bool>, NotFetched> {
    let named = live::regions(&wanted.connection, region(sdk))?;
    let others = named
        .iter()
        .flat_map(|region| Partition::of_region(region).regions());
    let mut regions: BTreeMap<_, _> = others.map(|region| (region.to_owned(), false)).collect();
    regions.extend(named.into_iter().map(|region| (region, true)));
    Ok(regions)
}

/// Whether nobody calls anything in a Region: the account has not enabled it, or its organization has closed it.
fn is_closed(fault: &Fault) -> bool {
    match fault {
        Fault::Unknown { .. } => true,
        Fault::Denied { message, .. } => message.contains("service control policy"),
        _ => false,
    }
}

/// The event history of a Region, which is asked no more often than it answers.
struct Asking<'w> {
    client: Client,
    next: Mutex<Instant>,
    /// The event sources that matter, if that is known.
    sources: Option<&'w BTreeSet<String>>,
    /// Whether somebody named the Region: then it has to answer.
    named: bool,
    closed: AtomicBool,
    /// Whether they are asked for one by one; not known before a day was asked whole.
    one_by_one: Mutex<Option<bool>>,
}

impl<'w> Asking<'w> {
    fn new(sdk: &SdkConfig, (region, named): (&str, bool), wanted: &'w Wanted) -> Self {
        Asking {
            client: Client::new(&in_region(sdk, region)),
            next: Mutex::new(Instant::now()),
            sources: wanted.sources.as_ref(),
            named,
            closed: AtomicBool::new(false),
            one_by_one: Mutex::new(None),
        }
    }

    /// A day; `None` in a Region where nobody calls anything.
    async fn part(
        &self,
        (account, region, day): (AccountId, &str, Date),
        today: Date,
        kept: Kept<'_>,
    ) -> Result<Option<Part>, NotFetched> {
        if self.closed.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let folder = day.strftime("%Y/%m/%d");
        let name = format!("AWSLogs/{account}/CloudTrail/{region}/{folder}/{EVENT_HISTORY}");
        let source = Source::Fetched(format!("lookup://{name}").into());
        let whole = format!("{FOLDER}/{name}");
        // No log file by its name: it has not all events of the day.
        let in_part = self
            .sources
            .map(|sources| format!("{whole}.of-{}", digest(sources)));
        let before = in_part.as_ref().and_then(|name| kept.read(name, None));
        let bytes = match kept.read(&whole, None).or(before) {
            Some(bytes) => Ok(bytes),
            None => {
                let mut one_by_one = self.one_by_one.lock().await;
                let name = match &in_part {
                    Some(name) if *one_by_one == Some(true) => name,
                    _ => &whole,
                };
                let bytes = self.day(day, &mut one_by_one).await;
                if !self.named && bytes.as_ref().is_err_and(is_closed) {
                    self.closed.store(true, Ordering::Relaxed);
                    return Ok(None);
                }
                // Today is not over: tomorrow it has more.
                if let Ok(bytes) = &bytes
                    && day < today
                {
                    kept.write(name, bytes)?;
                }
                bytes
            }
        };
        Ok(Some(Part {
            source,
            bytes,
            _memory: None,
        }))
    }

    async fn day(&self, day: Date, one_by_one: &mut Option<bool>) -> Result<Vec<u8>, Fault> {
        match self.gather(day, one_by_one).await {
            // The name of a page holds for a while only.
            Err(Fault::Said { code, .. }) if code == "InvalidNextTokenException" => {
                self.gather(day, one_by_one).await
            }
            ended => ended,
        }
    }

    /// The events of a day that matter, in the form of a log file, compressed as they come: a busy day has a million. Of the first
    /// day all are asked for, and it tells whether it takes fewer calls to ask for those that matter alone.
    async fn gather(&self, day: Date, one_by_one: &mut Option<bool>) -> Result<Vec<u8>, Fault> {
        let mut log = Log::new();
        match self.sources {
            Some(sources) if *one_by_one == Some(true) => {
                for source in sources {
                    self.pages(day, Some(source), &mut log).await?;
                }
            }
            Some(sources) => {
                self.pages(day, None, &mut log).await?;
                *one_by_one = Some(log.takes_fewer_calls(sources));
            }
            None => self.pages(day, None, &mut log).await?,
        }
        log.finish()
    }

    async fn pages(&self, day: Date, source: Option<&str>, log: &mut Log) -> Result<(), Fault> {
        let mut next: Option<String> = None;
        let [first, last] = bounds(day);
        let attribute = source.map(|source| {
            let attribute =
                LookupAttribute::builder().attribute_key(LookupAttributeKey::EventSource);
            attribute.attribute_value(source).build()
        });
        let attribute = attribute.transpose();
        let attribute = attribute.map_err(|error| Fault::NotUnderstood(error.to_string()))?;
        loop {
            self.wait().await;
            let call = self.client.lookup_events().max_results(PAGE);
            let call = call.start_time(first).end_time(last);
            let call = call.set_lookup_attributes(attribute.clone().map(|only| vec![only]));
            let answer = call.set_next_token(next.clone()).send().await;
            let answer = answer.map_err(|error| Fault::of(&error, "cloudtrail:LookupEvents"))?;
            for event in answer.events.unwrap_or_default() {
                log.push(&event)?;
            }
            let token = answer.next_token.filter(|token| !token.is_empty());
            next = next_page(token.is_some(), token, next.as_ref())?;
            if next.is_none() {
                return Ok(());
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

/// A short name of these event sources and no others.
fn digest(sources: &BTreeSet<String>) -> String {
    let all: Vec<_> = sources.iter().map(String::as_str).collect();
    let digest = ring::digest::digest(&ring::digest::SHA256, all.join("\n").as_bytes());
    let bytes = digest.as_ref().iter().take(8);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// A log file in the making.
struct Log {
    file: GzEncoder<Vec<u8>>,
    /// How many events of each event source it has.
    events: BTreeMap<String, usize>,
}

impl Log {
    fn new() -> Self {
        let mut file = GzEncoder::new(Vec::new(), Compression::fast());
        // Memory takes all that is written.
        let _ = file.write_all(b"{\"Records\":[");
        let events = BTreeMap::new();
        Log { file, events }
    }

    /// Takes the record of an event.
    fn push(&mut self, event: &Event) -> Result<(), Fault> {
        let record = event.cloud_trail_event();
        let record = record.filter(|record| serde_json::from_str::<IgnoredAny>(record).is_ok());
        let record = record.ok_or_else(|| Fault::NotUnderstood("an event has no record".into()))?;
        let comma = if self.events.is_empty() { "" } else { ",\n" };
        let source = event.event_source().unwrap_or_default().to_owned();
        *self.events.entry(source).or_default() += 1;
        let written = write!(self.file, "{comma}{record}");
        written.map_err(|error| Fault::NotUnderstood(error.to_string()))
    }

    /// Whether asking for the events of these sources alone, one by one, would have taken fewer calls.
    fn takes_fewer_calls(&self, sources: &BTreeSet<String>) -> bool {
        let page = usize::try_from(PAGE).unwrap_or(1);
        let calls = |events: usize| events.div_ceil(page).max(1);
        let of = |source: &String| self.events.get(source).copied().unwrap_or_default();
        let one_by_one: usize = sources.iter().map(|source| calls(of(source))).sum();
        one_by_one < calls(self.events.values().sum())
    }

    fn finish(mut self) -> Result<Vec<u8>, Fault> {
        let written = self.file.write_all(b"]}").and_then(|()| self.file.finish());
        written.map_err(|error| Fault::NotUnderstood(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_asked_one_by_one_where_that_takes_fewer_calls() {
        let log = |events: &[(&str, usize)]| {
            let events = events
                .iter()
                .map(|(source, count)| ((*source).to_owned(), *count));
            Log {
                events: events.collect(),
                ..Log::new()
            }
        };
        for (events, sources, expected) in [
            (&[("s3", 10), ("kms", 20)][..], &["s3"][..], false),
            (&[("s3", 10), ("kms", 200)], &["s3"], true),
            (&[("s3", 10), ("kms", 200)], &["s3", "kms"], false),
            (&[("s3", 100), ("kms", 200)], &["s3", "sqs"], true),
            (&[("s3", 100), ("kms", 40)], &["s3", "sqs"], false),
            (&[], &["s3"], false),
        ] {
            let sources = sources.iter().map(|source| (*source).to_owned()).collect();
            let fewer = log(events).takes_fewer_calls(&sources);
            assert_eq!(fewer, expected, "{events:?} {sources:?}");
        }
    }
}
