//! The options that say what of a trail is fetched from AWS, and its reading as it comes.

use std::ops::ControlFlow;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::connected::Connected;
use super::reading::{Matters, Reader};
use crate::fetch::{Days, Part, Place, Wanted, fetch};
use crate::live::Connection;
use crate::trail::{ReadSummary, read_bytes};

/// How many days are fetched when nobody says otherwise: as many as the event history has.
const DAYS: u16 = 90;

/// What is fetched, and how.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Of `s3://` and `lookup://`")]
pub(super) struct Fetching {
    /// How many days are fetched; without it 90
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=3650))]
    days: Option<u16>,

    /// The last day that is fetched, in UTC, such as 2026-03-31; without it yesterday, the last one that is over
    #[arg(long, value_name = "DAY")]
    until: Option<Date>,

    /// Keep what is fetched in this folder, and take from there what is; `--trail DIR` then reads it without AWS
    #[arg(long, value_name = "DIR")]
    pub(super) keep: Option<PathBuf>,

    #[command(flatten)]
    connected: Connected,

    /// How buckets are reached, if not as the options say.
    #[arg(skip)]
    pub(super) buckets_by: Option<Connection>,

    /// How the event history is reached, if not as the options say.
    #[arg(skip)]
    pub(super) history_by: Option<Connection>,
}

impl Fetching {
    pub(super) fn connection(&self) -> Connection {
        self.connected.connection()
    }

    /// The first option that says what of an address is fetched.
    pub(super) fn asked(&self) -> Option<&'static str> {
        let asked = [
            ("--days", self.days.is_some()),
            ("--until", self.until.is_some()),
            ("--keep", self.keep.is_some()),
        ];
        asked
            .into_iter()
            .find_map(|(name, is_asked)| is_asked.then_some(name))
    }

    /// The end of the last day that is fetched.
    pub(super) fn end(&self) -> Timestamp {
        let after = self.last().tomorrow().unwrap_or(Date::MAX);
        let begin = after.to_zoned(TimeZone::UTC);
        begin.map_or(Timestamp::MAX, |begin| begin.timestamp())
    }

    fn last(&self) -> Date {
        self.until.unwrap_or_else(Days::yesterday)
    }

    /// Reads the events that matter, part by part as they come.
    pub(super) fn read(
        &self,
        place: &str,
        matters: &Matters,
        reader: &mut Reader,
        summary: &mut ReadSummary,
    ) -> anyhow::Result<()> {
        let Some(place) = Place::parse(place).transpose()? else {
            return Ok(());
        };
        let by = match &place {
            Place::Bucket { .. } => &self.buckets_by,
            Place::EventHistory => &self.history_by,
        };
        let wanted = Wanted {
            connection: by.clone().unwrap_or_else(|| self.connection()),
            accounts: matters.accounts.clone(),
            sources: matters.sources.clone(),
            days: Days::until(self.days.unwrap_or(DAYS), self.last()),
            keep: self.keep.clone(),
        };
        fetch(&place, &wanted, &mut |part: Part| {
            match &part.bytes {
                Ok(bytes) => {
                    let mut bytes = bytes.as_slice();
                    let read = read_bytes(&part.source, &mut bytes, &mut |item| reader.take(item));
                    summary.add(&read);
                }
                Err(why) => reader.lacks(&part.source, &why.to_string()),
            }
            ControlFlow::Continue(())
        })?;
        Ok(())
    }
}
