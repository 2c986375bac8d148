//! An account and its trail, made up: the same bytes from the same seed.

pub(crate) mod account;
mod calls;
mod event;
mod random;

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use self::event::{Event, pick};
use self::random::Random;

/// What was written.
pub(crate) struct Generated {
    folder: TempDir,
    /// Bytes of JSON in the trail.
    pub(crate) text_bytes: u64,
}

/// Records in the trail, copies among them.
pub(crate) const EVENTS: u64 = 100_000;
const EVENTS_IN_A_FILE: u64 = 2_000;

impl Generated {
    /// Writes [`EVENTS`] records in the layout of a bucket, and the account's snapshot beside it, into a
    /// folder that goes when this is dropped.
    pub(crate) fn new() -> io::Result<Self> {
        let mut generated = Generated {
            folder: tempfile::tempdir()?,
            text_bytes: 0,
        };
        fs::write(generated.account(), account::account().to_string())?;
        let mut random = Random::seeded(20_261_002);
        let mut copied: Option<Event> = None;
        for file in 0..EVENTS / EVENTS_IN_A_FILE {
            let mut text = String::from(r#"{"Records":["#);
            for index in 0..EVENTS_IN_A_FILE {
                // CloudTrail delivers an event more than once now and then.
                let event = match copied.take().filter(|_| random.one_in(50)) {
                    Some(copied) => copied,
                    None => pick(&mut random, file * EVENTS_IN_A_FILE + index),
                };
                if index > 0 {
                    text.push(',');
                }
                event.write(&mut text);
                copied = Some(event);
            }
            text.push_str("]}");
            generated.write(file, &text)?;
        }
        Ok(generated)
    }

    /// The folder of the trail.
    pub(crate) fn trail(&self) -> PathBuf {
        self.folder.path().join("trail")
    }

    /// The snapshot.
    pub(crate) fn account(&self) -> PathBuf {
        self.folder.path().join("account.json")
    }

    fn write(&mut self, file: u64, text: &str) -> io::Result<()> {
        let (day, hour) = (1 + file / 24, file % 24);
        let folder = self.trail().join(format!(
            "AWSLogs/123456789012/CloudTrail/eu-central-1/2026/10/{day:02}"
        ));
        let name = format!(
            "123456789012_CloudTrail_eu-central-1_202610{day:02}T{hour:02}00Z_{file:016}.json.gz"
        );
        fs::create_dir_all(&folder)?;
        let file = fs::File::create(folder.join(name))?;
        let mut gzip = GzEncoder::new(file, Compression::default());
        gzip.write_all(text.as_bytes())?;
        gzip.finish()?;
        self.text_bytes += text.len() as u64;
        Ok(())
    }
}
