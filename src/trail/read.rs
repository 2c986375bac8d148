//! One log file, from its bytes on disk to its records.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;

use super::fault::Trouble;
use super::find::Source;
use crate::records::{FaultKind, Found, Place, Records};

/// Bytes that are read, and decompressed, at a time.
const CHUNK: usize = 64 << 10;

/// No compressed file may give more text than this: 64 GiB. Text that is not compressed has no limit.
pub const MAX_GZIP_TEXT_BYTES: u64 = 64 << 30;

/// What is refused as a zip bomb. CloudTrail's own files give about 10 bytes of text a byte; gzip can give 1,032.
const BOMB: Bomb = Bomb {
    ratio: 200,
    from: 256 << 20,
    limit: MAX_GZIP_TEXT_BYTES,
};

#[derive(Clone, Copy)]
struct Bomb {
    /// More bytes of text a compressed byte than this are too many,
    ratio: u64,
    /// once there are so many bytes of text;
    from: u64,
    /// and more than this are too many in any case.
    limit: u64,
}

impl Bomb {
    fn is_in(&self, read: &FileRead) -> bool {
        let (text, compressed) = (read.text_bytes, read.compressed_bytes);
        let most = compressed.saturating_mul(self.ratio);
        // Text that is not compressed is as long as its file.
        text > compressed && (text > self.limit || text > self.from && text > most)
    }
}

/// What a sink is given, in this order for each file: its name, then its records and faults as they come.
#[derive(Debug)]
pub enum Item<'a> {
    /// A file begins, or a folder that cannot be listed; what follows is of it.
    File(&'a Source),
    /// A record.
    Record {
        /// Where in the (decompressed) text.
        at: Place,
        /// Its JSON; see [`Found::Record`].
        json: &'a [u8],
    },
    /// Something that could not be read.
    Fault(&'a Trouble),
}

type Sink<'s> = dyn FnMut(Item<'_>) + 's;

/// What reading one file gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileRead {
    /// Records given.
    pub records: u64,
    /// Digests found, and left aside.
    pub digests: u64,
    /// Faults given.
    pub faults: u64,
    /// Bytes read of the file.
    pub compressed_bytes: u64,
    /// Bytes of text in them.
    pub text_bytes: u64,
}

impl FileRead {
    /// Is it a digest file: a digest and nothing else?
    pub fn is_digest(&self) -> bool {
        self.digests > 0 && self.records == 0
    }
}

/// Reads one file of a [`Listing`](super::Listing), or standard input. Gzip is known by its first two bytes, whatever
/// the file's name; one file may hold several gzip members. What goes wrong is an [`Item::Fault`]; what came before it
/// counts. Several files may be read at the same time, each with its own sink.
pub fn read_file(source: &Source, sink: &mut dyn FnMut(Item<'_>)) -> FileRead {
    let opened = match source {
        Source::StandardInput => return read_bytes(source, &mut io::stdin().lock(), sink),
        Source::Path(path) => File::open(path),
        Source::Fetched(_) => Err(ErrorKind::Unsupported.into()),
    };
    match opened {
        Ok(mut file) => read_bytes(source, &mut file, sink),
        Err(cause) => {
            sink(Item::File(source));
            let mut reading = Reading::of(sink);
            reading.fault(&Trouble::Open(cause));
            reading.read
        }
    }
}

/// Reads the bytes of a source as [`read_file`] does: what was fetched is not opened.
pub fn read_bytes(
    source: &Source,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Item<'_>),
) -> FileRead {
    sink(Item::File(source));
    let mut reading = Reading::of(sink);
    reading.all(bytes);
    reading.read
}

struct Reading<'s> {
    read: FileRead,
    bomb: Bomb,
    sink: &'s mut Sink<'s>,
}

impl<'s> Reading<'s> {
    fn of(sink: &'s mut Sink<'s>) -> Self {
        Reading {
            read: FileRead::default(),
            bomb: BOMB,
            sink,
        }
    }

    fn all(&mut self, input: &mut dyn Read) {
        let mut records = Records::new();
        match self.text(input, &mut records) {
            Ok(()) => records.finish(&mut |found| self.found(found)),
            Err(trouble) => {
                self.fault(&trouble);
                // That the text ends too early has just been said.
                records.finish(&mut |found| match found {
                    Found::Fault(fault) if ends_too_early(&fault.kind) => {}
                    found => self.found(found),
                });
            }
        }
    }

    fn text(&mut self, mut input: &mut dyn Read, records: &mut Records) -> Result<(), Trouble> {
        let mut magic = Vec::with_capacity(2);
        let begin = (&mut input).take(2).read_to_end(&mut magic);
        begin.map_err(|cause| self.broken_off(cause))?;
        let is_gzip = magic == [0x1F, 0x8B];
        let mut counted = Counted {
            inner: BufReader::with_capacity(CHUNK, (&magic[..]).chain(input)),
            count: 0,
        };
        if !is_gzip {
            let ended = self.pour(&mut counted, records, |counted| counted.count);
            return ended.map_err(|cause| self.broken_off(cause));
        }
        let mut gzip = MultiGzDecoder::new(counted);
        let ended = self.pour(&mut gzip, records, |gzip| gzip.get_ref().count);
        ended.map_err(|cause| self.gzip_broken_off(cause))?;
        if self.bomb.is_in(&self.read) {
            return Err(Trouble::Bomb {
                compressed: self.read.compressed_bytes,
                text: self.read.text_bytes,
            });
        }
        Ok(())
    }

    /// Reads the text chunk by chunk, to its end, or until nothing of it matters any more.
    fn pour<R: Read>(
        &mut self,
        text: &mut R,
        records: &mut Records,
        compressed: impl Fn(&R) -> u64,
    ) -> io::Result<()> {
        let mut chunk = vec![0; CHUNK];
        while !records.is_stopped() && !self.bomb.is_in(&self.read) {
            let length = match text.read(&mut chunk) {
                Err(cause) if cause.kind() == ErrorKind::Interrupted => continue,
                read => {
                    self.read.compressed_bytes = compressed(text);
                    read?
                }
            };
            if length == 0 {
                break;
            }
            self.read.text_bytes += length as u64;
            records.push(&chunk[..length], &mut |found| self.found(found));
        }
        Ok(())
    }

    fn found(&mut self, found: Found<'_>) {
        match found {
            Found::Record { at, json } => {
                self.read.records += 1;
                (self.sink)(Item::Record { at, json });
            }
            Found::Digest { .. } => self.read.digests += 1,
            Found::Fault(fault) => self.fault(&Trouble::Text(fault)),
        }
    }

    fn fault(&mut self, trouble: &Trouble) {
        self.read.faults += 1;
        (self.sink)(Item::Fault(trouble));
    }

    fn broken_off(&self, cause: io::Error) -> Trouble {
        let compressed = self.read.compressed_bytes;
        Trouble::Read { compressed, cause }
    }

    fn gzip_broken_off(&self, cause: io::Error) -> Trouble {
        let (compressed, text) = (self.read.compressed_bytes, self.read.text_bytes);
        match cause.kind() {
            ErrorKind::UnexpectedEof => Trouble::GzipCut { compressed, text },
            ErrorKind::InvalidInput | ErrorKind::InvalidData => Trouble::GzipDamaged {
                compressed,
                text,
                cause,
            },
            _ => Trouble::Read { compressed, cause },
        }
    }
}

fn ends_too_early(kind: &FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::Cut { .. } | FaultKind::CutList { .. } | FaultKind::Empty
    )
}

/// Counts the bytes that were used, not those that were read ahead.
struct Counted<R> {
    inner: BufReader<R>,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

impl<R: Read> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        self.count += length as u64;
        self.inner.consume(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;
    use std::io::Write;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).expect("memory can be written");
        encoder.finish().expect("memory can be written")
    }

    fn read_all(input: &mut dyn Read, bomb: Bomb) -> (FileRead, Vec<String>, Vec<String>) {
        let (mut records, mut faults) = (Vec::new(), Vec::new());
        let mut sink = |item: Item<'_>| match item {
            Item::File(_) => {}
            Item::Record { json, .. } => records.push(String::from_utf8_lossy(json).into_owned()),
            Item::Fault(trouble) => faults.push(trouble.to_string()),
        };
        let mut reading = Reading {
            read: FileRead::default(),
            bomb,
            sink: &mut sink,
        };
        reading.all(input);
        (reading.read, records, faults)
    }

    fn read_bytes(bytes: &[u8]) -> (FileRead, Vec<String>, Vec<String>) {
        read_all(&mut &*bytes, BOMB)
    }

    fn log(records: usize) -> Vec<u8> {
        let each = |n| format!(r#"{{"eventID":"{n}","hash":{}}}"#, n * 7919 % 1_000_003);
        let records: Vec<String> = (0..records).map(each).collect();
        format!(r#"{{"Records":[{}]}}"#, records.join(",")).into_bytes()
    }

    #[test]
    fn gzip_in_one_or_several_members_gives_what_the_text_gives() {
        let text = log(5000);
        let (plain, records, faults) = read_bytes(&text);
        assert_eq!((plain.records, faults.len()), (5000, 0));
        assert_eq!(
            (plain.compressed_bytes, plain.text_bytes),
            (text.len() as u64, text.len() as u64)
        );
        let (one, two) = text.split_at(70_001);
        for file in [gzip(&text), [gzip(one), gzip(b""), gzip(two)].concat()] {
            let (read, same, faults) = read_bytes(&file);
            assert_eq!((faults.len(), same == records), (0, true));
            assert_eq!(
                (read.compressed_bytes, read.text_bytes),
                (file.len() as u64, text.len() as u64)
            );
        }
    }

    #[test]
    fn a_cut_gzip_file_gives_the_records_before_the_cut_and_one_fault_with_both_offsets() {
        let file = gzip(&log(5000));
        let (_, all, _) = read_bytes(&file);
        for length in [
            2,
            5,
            10,
            11,
            1000,
            file.len() / 2,
            file.len() - 8,
            file.len() - 1,
        ] {
            let (read, records, faults) = read_bytes(&file[..length]);
            assert_eq!(records, all[..records.len()]);
            let expected = format!(
                "it ends at compressed byte {length}, which is byte {} of the text",
                read.text_bytes
            );
            assert!(
                faults.len() == 1 && faults[0].contains(&expected),
                "{faults:?}"
            );
            assert!(length < 10_000 || records.len() > 1000);
        }
    }

    #[test]
    fn damage_in_a_gzip_file_is_one_fault_and_the_records_before_it_count() {
        let good = gzip(&log(5000));
        let mut wrong_sum = good.clone();
        let sum = wrong_sum.len() - 6;
        wrong_sum[sum] ^= 1;
        for (file, least) in [
            ([&good[..], b"and then more text"].concat(), 5000),
            (wrong_sum, 5000),
        ] {
            let (_, records, faults) = read_bytes(&file);
            assert!(records.len() >= least && faults.len() == 1, "{faults:?}");
            assert!(
                faults[0].contains("damaged near compressed byte"),
                "{faults:?}"
            );
        }
    }

    #[test]
    fn a_zip_bomb_is_stopped_soon_after_the_bound_and_the_records_before_it_count() {
        let file = gzip(
            &[
                br#"{"Records":[{"a":1},"#,
                &vec![b' '; 3 << 20][..],
                b"{}]}",
            ]
            .concat(),
        );
        let bomb = Bomb {
            from: 1 << 20,
            ..BOMB
        };
        let (read, records, faults) = read_all(&mut &file[..], bomb);
        assert_eq!(records, [r#"{"a":1}"#]);
        assert!(read.text_bytes <= (1 << 20) + CHUNK as u64);
        assert!(
            faults.len() == 1 && faults[0].contains("give more than"),
            "{faults:?}"
        );
        let (_, records, faults) = read_bytes(&file);
        assert_eq!(
            (records.len(), faults.len()),
            (2, 0),
            "below 256 MiB the ratio is not looked at"
        );
    }

    #[test]
    fn compressed_text_has_an_absolute_limit_and_plain_text_has_none() {
        let text = log(20_000);
        let bomb = Bomb {
            limit: 1 << 18,
            ..BOMB
        };
        let (read, _, faults) = read_all(&mut &gzip(&text)[..], bomb);
        assert!(faults.len() == 1 && read.text_bytes <= (1 << 18) + CHUNK as u64);
        let (read, _, faults) = read_all(&mut &text[..], bomb);
        assert_eq!((faults.len(), read.records), (0, 20_000));
    }

    /// One byte at a time, with interruptions, as a slow pipe gives them.
    struct Slow<'a>(&'a [u8], bool);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(ErrorKind::Interrupted.into());
            }
            let length = buffer.len().min(1);
            self.0.read(&mut buffer[..length])
        }
    }

    #[test]
    fn a_pipe_that_gives_one_byte_at_a_time_is_read_as_a_file_is() {
        for file in [log(50), gzip(&log(50))] {
            assert_eq!(read_all(&mut Slow(&file, false), BOMB), read_bytes(&file));
        }
    }

    #[test]
    fn an_error_of_the_disk_is_one_fault_after_the_records() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("the disk is gone"))
            }
        }
        for begin in [
            b"{} {\"a\"".to_vec(),
            gzip(b"{} {\"a\"")[..12].to_vec(),
            Vec::new(),
        ] {
            let (_, _, faults) = read_all(&mut begin.chain(Failing), BOMB);
            assert!(
                faults.len() == 1 && faults[0].contains("the disk is gone"),
                "{faults:?}"
            );
        }
    }

    #[test]
    fn a_digest_is_known_by_what_it_holds() {
        let (read, _, faults) = read_bytes(&gzip(
            br#"{"digestS3Bucket":"b","digestS3Object":"o","logFiles":[{}]}"#,
        ));
        assert!(read.is_digest() && faults.is_empty());
        let (read, ..) = read_bytes(b"{}");
        assert!(!read.is_digest());
    }

    #[test]
    fn nothing_is_read_after_a_text_that_is_not_json() {
        let (read, _, faults) = read_bytes(&[0; 10 * CHUNK]);
        assert_eq!(
            (read.text_bytes <= 2 * CHUNK as u64, faults.len()),
            (true, 1)
        );
    }

    proptest! {
        #[test]
        fn no_bytes_after_a_gzip_header_stop_it(bytes in prop::collection::vec(any::<u8>(), 0..300), at in any::<prop::sample::Index>()) {
            let mut damaged = gzip(&log(20));
            read_bytes(&[&damaged[..10], &bytes].concat());
            let at = at.index(damaged.len());
            damaged.splice(at..(at + bytes.len()).min(damaged.len()), bytes);
            read_bytes(&damaged);
        }
    }
}
