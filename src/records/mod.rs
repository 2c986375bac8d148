//! CloudTrail records, found in bytes that arrive in chunks.
//!
//! Four forms are read: `{"Records":[…]}` with any other keys around it
//! (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html>), a bare list, one
//! event a line, and objects one after the other. The saved output of `aws cloudtrail lookup-events` carries each
//! record as a string, `CloudTrailEvent`, which is unescaped
//! (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Event.html>).
//!
//! Only brackets and strings are followed; what is inside a record is the caller's to read. Kept in memory is the record
//! in progress, and only when it began in an earlier chunk. How the text is cut into chunks changes nothing.
//!
//! ```
//! # use tightrope::records::{Found, Records};
//! let mut found = Vec::new();
//! let mut sink = |part: Found<'_>| {
//!     if let Found::Record { at, json } = part {
//!         found.push((at.byte, json.to_vec()));
//!     }
//! };
//! let mut records = Records::new();
//! records.push(br#"{"Records":[{"eventName":"Get"#, &mut sink);
//! records.push(br#"Object"},{}]}"#, &mut sink);
//! records.finish(&mut sink);
//! assert_eq!(found, [(12, br#"{"eventName":"GetObject"}"#.to_vec()), (38, b"{}".to_vec())]);
//! ```

mod brackets;
mod found;
mod lost;
mod string;
mod value;

use memchr::memchr_iter;

use self::brackets::{Key, Step};
pub use self::found::{Breakage, Fault, FaultKind, Found, MAX_FAULTS, MAX_RECORD_BYTES, Place};
use self::lost::{Lost, Skip};
use self::string::carried;
use self::value::{Part, Value};

/// Memory that stays reserved between records, in bytes.
const RESERVED: usize = 1 << 20;

type Sink<'s> = dyn FnMut(Found<'_>) + 's;

/// The splitter: [`push`](Records::push) chunks, then [`finish`](Records::finish).
#[derive(Debug)]
pub struct Records {
    /// Where the next byte is.
    next: Place,
    state: State,
    around: Around,
    /// The bytes of the value in progress that came in earlier chunks.
    kept: Vec<u8>,
    faults: usize,
    /// Was there a record, a list or a digest?
    found: bool,
}

#[derive(Debug)]
enum State {
    /// Between values; `true` after a byte of a number or word that stands in a list.
    Between(bool),
    Value(Value),
    Lost(Lost),
    Stopped,
}

/// The list that the text is in.
#[derive(Debug)]
enum Around {
    Nothing,
    Array(Place),
    Keyed(Value, Key),
}

impl Default for Records {
    fn default() -> Self {
        Self::new()
    }
}

impl Records {
    /// A splitter at the beginning of a text.
    pub fn new() -> Records {
        Records {
            next: Place::START,
            state: State::Between(false),
            around: Around::Nothing,
            kept: Vec::new(),
            faults: 0,
            found: false,
        }
    }

    /// Takes the next bytes of the text and gives what they complete, in the order of the text.
    pub fn push(&mut self, chunk: &[u8], sink: &mut dyn FnMut(Found<'_>)) {
        let mut rest = chunk;
        while !rest.is_empty() {
            let taken = match std::mem::replace(&mut self.state, State::Between(false)) {
                State::Between(in_word) => self.between(rest, in_word, sink),
                State::Value(value) => self.value(value, rest, sink),
                State::Lost(lost) => self.lost(lost, rest, sink),
                State::Stopped => {
                    self.state = State::Stopped;
                    return;
                }
            };
            rest = &rest[taken..];
        }
    }

    /// Is nothing more read, whatever follows? So after too many faults, or when the text is not JSON at all.
    pub fn is_stopped(&self) -> bool {
        matches!(self.state, State::Stopped)
    }

    /// The text ends here.
    pub fn finish(mut self, sink: &mut dyn FnMut(Found<'_>)) {
        let end = self.next.byte;
        match std::mem::replace(&mut self.state, State::Stopped) {
            State::Stopped => {}
            State::Value(value) if value.part == Part::Whole => {
                self.fault(value.at, FaultKind::Cut { end }, sink);
            }
            State::Value(value) => self.fault(value.at, FaultKind::CutList { end }, sink),
            State::Lost(lost) => self.fault(lost.at, lost.kind(end), sink),
            State::Between(_) => match &self.around {
                Around::Array(at) | Around::Keyed(Value { at, .. }, _) => {
                    self.fault(*at, FaultKind::CutList { end }, sink);
                }
                Around::Nothing if !self.found && self.faults == 0 => {
                    self.fault(Place::START, FaultKind::Empty, sink);
                }
                Around::Nothing => {}
            },
        }
    }

    /// White space, commas and brackets of lists, up to the first byte of a value.
    fn between(&mut self, bytes: &[u8], mut in_word: bool, sink: &mut Sink<'_>) -> usize {
        for (taken, &byte) in bytes.iter().enumerate() {
            let in_list = !matches!(self.around, Around::Nothing);
            let word = in_list && is_word(byte);
            match byte {
                b'\n' => self.next.line += 1,
                b' ' | b'\t' | b'\r' | b',' => {}
                b'[' if !in_list => self.around = Around::Array(self.next),
                b'{' | b'[' => return self.begin(taken),
                b'"' if in_list => return self.begin(taken),
                b']' if in_list => {
                    self.found = true;
                    if let Around::Keyed(mut value, _) = self.leave_list() {
                        value.part = Part::AfterList;
                        self.next.byte += 1;
                        self.state = State::Value(value);
                        return taken + 1;
                    }
                }
                // What is left of a list that was lost is not worth another fault.
                b']' | b'}' if !in_list && self.faults > 0 => {}
                // The byte order mark, which stays inside when files are joined.
                0xEF | 0xBB | 0xBF if !in_list => {}
                _ if word && in_word => {}
                _ if word => self.fault(self.next, FaultKind::NotARecord, sink),
                _ => {
                    self.leave_list();
                    self.state = State::Lost(Lost::text(self.next, !self.found));
                    return taken;
                }
            }
            in_word = word;
            self.next.byte += 1;
            if self.is_stopped() {
                return taken + 1;
            }
        }
        self.state = State::Between(in_word);
        bytes.len()
    }

    fn leave_list(&mut self) -> Around {
        std::mem::replace(&mut self.around, Around::Nothing)
    }

    fn begin(&mut self, taken: usize) -> usize {
        let in_list = !matches!(self.around, Around::Nothing);
        self.state = State::Value(Value::at(self.next, in_list));
        taken
    }

    fn value(&mut self, mut value: Value, bytes: &[u8], sink: &mut Sink<'_>) -> usize {
        let (step, taken) = value.take(bytes, &mut self.next);
        match step {
            Step::More => {
                self.keep(&value, bytes);
                self.state = State::Value(value);
            }
            Step::End(_) if value.part == Part::AfterList => {}
            Step::End(_) => self.end(&value, &bytes[..taken], sink),
            Step::List(_, key) => {
                self.found = true;
                self.forget();
                self.around = Around::Keyed(value, key);
            }
            Step::Broken(_, why) => self.lose(&value, why, sink),
        }
        taken
    }

    /// Keeps the bytes of a record that goes on in the next chunk, unless it is too long already.
    fn keep(&mut self, value: &Value, bytes: &[u8]) {
        if value.part == Part::Whole && self.next.byte - value.at.byte <= MAX_RECORD_BYTES {
            self.kept.extend_from_slice(bytes);
        } else {
            self.forget();
        }
    }

    fn forget(&mut self) {
        self.kept.clear();
        self.kept.shrink_to(RESERVED);
    }

    /// A whole value: one piece if it was in one chunk, copied together otherwise.
    fn end(&mut self, value: &Value, bytes: &[u8], sink: &mut Sink<'_>) {
        let length = self.next.byte - value.at.byte;
        if value.is_digest() && matches!(self.around, Around::Nothing) {
            self.found = true;
            sink(Found::Digest { at: value.at });
        } else if length > MAX_RECORD_BYTES {
            self.fault(value.at, FaultKind::TooLong { length }, sink);
        } else if self.kept.is_empty() {
            self.give(value, bytes, sink);
        } else {
            let mut kept = std::mem::take(&mut self.kept);
            kept.extend_from_slice(bytes);
            self.give(value, &kept, sink);
            self.kept = kept;
        }
        self.forget();
    }

    fn give(&mut self, value: &Value, json: &[u8], sink: &mut Sink<'_>) {
        let at = value.at;
        let in_events = matches!(self.around, Around::Keyed(_, Key::Events));
        match carried(json, value.event(), in_events) {
            Ok(json) => {
                self.found = true;
                sink(Found::Record { at, json: &json });
            }
            Err(kind) => self.fault(at, kind, sink),
        }
    }

    /// A record broke: what is left of it is passed over, and of the list that it was in.
    fn lose(&mut self, value: &Value, why: Breakage, sink: &mut Sink<'_>) {
        self.forget();
        self.leave_list();
        let second_byte = self.next.byte == value.at.byte + 1;
        if why == Breakage::ZeroByte && second_byte && !self.found {
            return self.stop(value.at, FaultKind::Utf16, sink);
        }
        self.state = State::Lost(Lost::record(value.at, why, self.next));
    }

    /// Passes over text up to where reading can go on.
    fn lost(&mut self, mut lost: Lost, bytes: &[u8], sink: &mut Sink<'_>) -> usize {
        let skip = lost.skip(bytes);
        let taken = match skip {
            Skip::Resume(taken) => taken,
            Skip::All | Skip::Binary => bytes.len(),
        };
        self.next.byte += taken as u64;
        self.next.line += memchr_iter(b'\n', &bytes[..taken]).count() as u64;
        let (at, end) = (lost.at, self.next.byte);
        match skip {
            Skip::All => self.state = State::Lost(lost),
            Skip::Resume(_) => self.fault(at, lost.kind(end), sink),
            Skip::Binary => self.stop(at, lost.kind(end), sink),
        }
        taken
    }

    fn fault(&mut self, at: Place, kind: FaultKind, sink: &mut Sink<'_>) {
        if self.faults == MAX_FAULTS {
            return self.stop(at, FaultKind::TooMany, sink);
        }
        self.faults += 1;
        sink(Found::Fault(Fault { at, kind }));
    }

    fn stop(&mut self, at: Place, kind: FaultKind, sink: &mut Sink<'_>) {
        self.state = State::Stopped;
        sink(Found::Fault(Fault { at, kind }));
    }
}

/// A byte of a number, `true`, `false` or `null`.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    /// What a text gives: records as `line:byte json`, digests and faults as their words.
    fn parts(chunks: &[&[u8]]) -> Vec<String> {
        let mut parts = Vec::new();
        let mut sink = |found: Found<'_>| {
            parts.push(match found {
                Found::Record { at, json } => {
                    format!("{}:{} {}", at.line, at.byte, String::from_utf8_lossy(json))
                }
                Found::Digest { at } => format!("{}:{} digest", at.line, at.byte),
                Found::Fault(fault) => format!("fault at {fault}"),
            });
        };
        let mut records = Records::new();
        for chunk in chunks {
            records.push(chunk, &mut sink);
        }
        records.finish(&mut sink);
        parts
    }

    fn parts_of(text: impl AsRef<[u8]>) -> Vec<String> {
        parts(&[text.as_ref()])
    }

    fn kinds_of(text: impl AsRef<[u8]>) -> Vec<FaultKind> {
        let mut kinds = Vec::new();
        let mut sink = |found: Found<'_>| {
            if let Found::Fault(fault) = found {
                kinds.push(fault.kind);
            }
        };
        let mut records = Records::new();
        records.push(text.as_ref(), &mut sink);
        records.finish(&mut sink);
        kinds
    }

    #[test]
    fn every_form_gives_its_records_and_their_places() {
        let cases: [(&str, &[&str]); 16] = [
            (
                r#"{"Records":[{"a":1},{"b":[{}]}]}"#,
                &[r#"1:12 {"a":1}"#, r#"1:20 {"b":[{}]}"#],
            ),
            (
                r#"{"x":{"Records":[{}]},"Records":[{"a":1}],"y":[{}]}"#,
                &[r#"1:33 {"a":1}"#],
            ),
            (
                "{\"Records\" : [\n{},\n {}\n]\n}\n",
                &["2:15 {}", "3:20 {}"],
            ),
            (r#"{"Records":[]}"#, &[]),
            (
                r#"{"Records":[{}]} {"Records":[{"a":1}]}"#,
                &["1:12 {}", r#"1:29 {"a":1}"#],
            ),
            ("[{},\n{}]", &["1:1 {}", "2:5 {}"]),
            ("[]", &[]),
            (
                "{}\n{\"a\":\"}\"}\r\n\n{}",
                &["1:0 {}", r#"2:3 {"a":"}"}"#, "4:15 {}"],
            ),
            ("{}{}\t{}", &["1:0 {}", "1:2 {}", "1:5 {}"]),
            ("{},\n{},\n", &["1:0 {}", "2:4 {}"]),
            ("\u{feff}{\"Records\":[{}]}", &["1:15 {}"]),
            ("{}\n\u{feff}{}", &["1:0 {}", "2:6 {}"]),
            (
                "{\n \"Records\": 1,\n \"a\": [\n  {\n  }\n ]\n}",
                &["1:0 {\n \"Records\": 1,\n \"a\": [\n  {\n  }\n ]\n}"],
            ),
            (
                r#"{"a":"\"}{\\","b":"\\\""}"#,
                &[r#"1:0 {"a":"\"}{\\","b":"\\\""}"#],
            ),
            (r#"["{\"a\":\"\\u00e9\"}"]"#, &[r#"1:1 {"a":"\u00e9"}"#]),
            (
                r#"{"a":1,"digestS3Object":"o","digestS3Bucket":"b"}"#,
                &["1:0 digest"],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(parts_of(text), expected, "{text}");
        }
    }

    #[test]
    fn the_output_of_lookup_events_gives_the_records_in_its_strings() {
        let event = r#"{"EventId":"1","Resources":[{"CloudTrailEvent":"no"}],"CloudTrailEvent":"{\"eventName\":\"Get\\\"Object\"}"}"#;
        let record = r#"{"eventName":"Get\"Object"}"#;
        assert_eq!(
            parts_of(format!(r#"{{"Events":[{event}],"NextToken":"t"}}"#)),
            [format!("1:11 {record}")]
        );
        assert_eq!(parts_of(format!("[{event}]")), [format!("1:1 {record}")]);
        assert_eq!(
            parts_of(format!("{event}\n{event}")),
            [format!("1:0 {record}"), format!("2:109 {record}")]
        );
    }

    #[test]
    fn an_event_without_a_record_in_it_is_a_fault_that_says_so() {
        let bad = [
            r#"{"Events":[{"EventId":"1"}]}"#,
            r#"{"Events":[{"CloudTrailEvent":{"eventName":"x"}}]}"#,
            r#"{"Events":[{"CloudTrailEvent":"\q"}]}"#,
            r#"{"Events":[{"CloudTrailEvent":"text"}]}"#,
        ];
        for text in bad {
            assert_eq!(kinds_of(text), [FaultKind::NoCloudTrailEvent], "{text}");
        }
    }

    #[test]
    fn elements_that_are_no_objects_are_faults_and_the_others_are_read() {
        let text = r#"{"Records":[null, {"a":1}, -1.5e3,[{"b":2}],"text",true,{}]}"#;
        let faults = kinds_of(text);
        assert_eq!(faults, vec![FaultKind::NotARecord; 5]);
        let records: Vec<_> = parts_of(text)
            .into_iter()
            .filter(|p| !p.starts_with("fault"))
            .collect();
        assert_eq!(records, [r#"1:18 {"a":1}"#, "1:56 {}"]);
    }

    #[test]
    fn a_cut_text_says_where_the_record_began_and_where_the_text_ends() {
        for (text, begin) in [
            (r#"{"Records":[{},{"a":"b"#, 15),
            (r#"[{},{"a":["#, 4),
            ("{}\n{\"a\":\"b\\", 3),
        ] {
            let parts = parts_of(text);
            let (end, line) = (text.len(), text.lines().count());
            let expected = format!(
                "fault at line {line}, byte {begin}: the text ends at byte {end}, inside the record"
            );
            assert!(parts[0].ends_with("{}"), "{parts:?}");
            assert!(parts[1].starts_with(&expected), "{parts:?}");
            assert_eq!(parts.len(), 2);
        }
    }

    #[test]
    fn a_list_that_is_not_closed_is_a_fault_after_its_records() {
        for (text, at) in [
            (r#"{"Records":[{}"#, 0),
            (r#" {"Records":[{},"#, 1),
            ("[{}", 0),
            (r#"{"Records":[{}],"a""#, 0),
        ] {
            let parts = parts_of(text);
            assert!(parts[0].ends_with("{}") && parts.len() == 2, "{parts:?}");
            let expected = format!(
                "fault at line 1, byte {at}: the text ends at byte {}, before the list",
                text.len()
            );
            assert!(parts[1].starts_with(&expected), "{parts:?}");
        }
    }

    #[test]
    fn garbage_between_lines_is_one_fault_a_stretch_and_the_lines_around_it_are_read() {
        let parts = parts_of("{}\nhello <world>\nmore\n  {\"a\":1}\n!\n{}\n}\n{}\noops");
        let records: Vec<_> = parts.iter().filter(|p| !p.starts_with("fault")).collect();
        assert_eq!(records, ["1:0 {}", r#"4:24 {"a":1}"#, "6:34 {}", "8:39 {}"]);
        let faults: Vec<_> = parts.iter().filter(|p| p.starts_with("fault")).collect();
        assert!(faults[0].starts_with(r"fault at line 2, byte 3: `hello <world>\nmore\n  ` does not begin a record; 21 bytes skipped"), "{faults:?}");
        assert!(
            faults[1].contains("`!\\n`") && faults[2].contains("`oops`") && faults.len() == 3,
            "{faults:?}"
        );
    }

    #[test]
    fn a_record_that_breaks_costs_no_line_after_it() {
        for (broken, why) in [
            (r#"{"a":"b"#, Breakage::LineFeedInString),
            (r#"{"a":"b\"#, Breakage::LineFeedInString),
            (r#"{"a":1"#, Breakage::NextRecord),
            (r#"{"a":1,"#, Breakage::NextRecord),
            (r#"{"a":{"b":2}"#, Breakage::NextRecord),
            (r#"{"a":[}, {}"#, Breakage::WrongBracket),
            (r#"{"a":1]"#, Breakage::WrongBracket),
            ("{\"a\": \0\0\0", Breakage::ZeroByte),
        ] {
            let text = format!("{{}}\n{broken}\n{{\"c\":3}}\n");
            let skipped = broken.len() as u64 + 1;
            assert!(
                matches!(kinds_of(&text)[..], [FaultKind::Broken { why: w, skipped: s, .. }] if w == why && s == skipped),
                "{text}: {:?}",
                kinds_of(&text)
            );
            assert_eq!(
                parts_of(&text).last(),
                Some(&format!(r#"3:{} {{"c":3}}"#, 3 + skipped))
            );
        }
    }

    #[test]
    fn nesting_beyond_the_limit_is_a_fault_and_the_limit_is_not() {
        let nested = |levels: usize| {
            format!(
                "{{\"a\":{}{}}}\n{{}}",
                "[".repeat(levels - 1),
                "]".repeat(levels - 1)
            )
        };
        assert_eq!(kinds_of(nested(128)), []);
        assert!(matches!(
            kinds_of(nested(129))[..],
            [FaultKind::Broken {
                why: Breakage::TooDeep,
                ..
            }]
        ));
        assert!(matches!(
            kinds_of(nested(100_000))[..],
            [FaultKind::Broken {
                why: Breakage::TooDeep,
                ..
            }]
        ));
    }

    #[test]
    fn a_text_that_is_not_json_at_all_is_one_fault_that_names_it() {
        let cases: [(&[u8], Option<&str>); 6] = [
            (b"PK\x03\x04 {\n{}", Some("a zip archive")),
            (
                b"PAR1\x15\x04\x15 one two three four five six",
                Some("a Parquet file"),
            ),
            (
                b"\x1f\x8b\x08\0\0\0\0\0",
                Some("gzip data inside the text (compressed twice?)"),
            ),
            (b"\x1b[1;39m{\n", Some("text with terminal colours")),
            (b"\x89PNG\r\n\x1a\n{\n{}", None),
            (&[0; 100], None),
        ];
        for (text, looks_like) in cases {
            assert_eq!(kinds_of(text), [FaultKind::Binary { looks_like }]);
        }
    }

    #[test]
    fn utf_16_is_named_with_its_mark_and_without_in_either_order() {
        let text = "\u{feff}{\"Records\":[{\"a\":1},\n{}]}";
        for skip in [0, 1] {
            for text in [
                text,
                &text.replace("{\"Records\":[", "[").replace("]}", "]"),
            ] {
                let units = || text.encode_utf16().skip(skip);
                let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
                let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
                assert_eq!(kinds_of(&little), [FaultKind::Utf16], "{little:?}");
                assert_eq!(kinds_of(&big), [FaultKind::Utf16], "{big:?}");
            }
        }
    }

    #[test]
    fn a_hole_of_zero_bytes_after_good_records_does_not_end_the_reading() {
        let text = [b"{}\n".as_slice(), &[0; 5000], b"\n{\"a\":1}\n"].concat();
        assert!(matches!(
            kinds_of(&text)[..],
            [FaultKind::Garbage { skipped: 5001, .. }]
        ));
        assert_eq!(
            parts_of(&text).last().map(String::as_str),
            Some(r#"3:5004 {"a":1}"#)
        );
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_given_as_they_are_inside_strings() {
        let mut found = Vec::new();
        let mut records = Records::new();
        let mut sink = |part: Found<'_>| {
            if let Found::Record { json, .. } = part {
                found.extend_from_slice(json);
            }
        };
        records.push(b"{\"a\":\"\xff\xfe\x80\"}", &mut sink);
        records.finish(&mut sink);
        assert_eq!(found, b"{\"a\":\"\xff\xfe\x80\"}");
    }

    #[test]
    fn nothing_at_all_is_a_fault() {
        for text in ["", " \n\n", "\u{feff}"] {
            assert_eq!(kinds_of(text), [FaultKind::Empty]);
        }
    }

    #[test]
    fn after_twenty_faults_one_last_fault_says_that_reading_stopped() {
        let kinds = kinds_of("{}\nbad\n".repeat(100));
        assert_eq!(kinds.len(), MAX_FAULTS + 1);
        assert_eq!(kinds.last(), Some(&FaultKind::TooMany));
        assert_eq!(kinds_of("{}\nbad\n".repeat(20)).len(), MAX_FAULTS);
        assert_eq!(
            kinds_of(format!("[{}]", "1,".repeat(100))).len(),
            MAX_FAULTS + 1
        );
    }

    #[test]
    fn a_record_beyond_the_limit_is_left_out_and_the_next_is_read() {
        let long = usize::try_from(MAX_RECORD_BYTES).expect("fits") - r#"{"a":""}"#.len();
        for (extra, expected) in [(0, 2), (1, 1)] {
            let text = format!("{{\"a\":\"{}\"}}\n{{}}", "x".repeat(long + extra));
            for size in [1 << 20, text.len()] {
                let chunks: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
                let (mut records, mut found, mut faults) = (Records::new(), 0, Vec::new());
                let mut sink = |part: Found<'_>| match part {
                    Found::Fault(fault) => faults.push(fault.kind),
                    _ => found += 1,
                };
                for chunk in chunks {
                    records.push(chunk, &mut sink);
                }
                records.finish(&mut sink);
                assert_eq!(found, expected);
                let length = MAX_RECORD_BYTES + 1;
                assert_eq!(faults, vec![FaultKind::TooLong { length }; extra]);
            }
        }
    }

    #[test]
    fn only_the_record_in_progress_is_kept() {
        let mut records = Records::new();
        let mut found = 0;
        records.push(br#"{"Records":["#, &mut |_| found += 1);
        for _ in 0..20_000 {
            records.push(br#"{"eventName":"Get"#, &mut |_| found += 1);
            assert!(records.kept.capacity() < 100);
            records.push(br#"Object"},"#, &mut |_| found += 1);
        }
        assert_eq!(found, 20_000);
    }

    /// The slow twin: `serde_json` reads the whole, and its own reader says which bytes each record has.
    fn twin(text: &[u8]) -> Option<Vec<String>> {
        let mut records = Vec::new();
        for value in serde_json::Deserializer::from_slice(text).into_iter::<&RawValue>() {
            let value = value.ok()?.get();
            let list = if value.starts_with('[') {
                Some(value)
            } else {
                None
            };
            let object: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(value).unwrap_or_default();
            let raw: std::collections::HashMap<String, &RawValue> =
                serde_json::from_str(value).unwrap_or_default();
            let keyed = raw
                .get("Records")
                .map(|list| list.get())
                .filter(|_| object["Records"].is_array());
            match list.or(keyed) {
                Some(list) => {
                    let list: Vec<&RawValue> = serde_json::from_str(list).ok()?;
                    records.extend(list.iter().map(|record| record.get().to_owned()));
                }
                None => records.push(value.to_owned()),
            }
        }
        Some(records)
    }

    fn records_of(chunks: &[&[u8]]) -> Vec<String> {
        let parts = parts(chunks);
        parts
            .into_iter()
            .map(|part| match part.split_once(' ') {
                Some((place, json)) if place != "fault" => json.to_owned(),
                _ => part,
            })
            .collect()
    }

    fn cut<'a>(text: &'a [u8], places: &[prop::sample::Index]) -> Vec<&'a [u8]> {
        let mut places: Vec<usize> = places.iter().map(|p| p.index(text.len() + 1)).collect();
        places.extend([0, text.len()]);
        places.sort_unstable();
        places
            .windows(2)
            .map(|pair| &text[pair[0]..pair[1]])
            .collect()
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<i32>().prop_map(Into::into),
            any::<bool>().prop_map(Into::into),
            r#"[a-z{}\[\]":,\\/\n é😀]{0,12}"#.prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![vec(inner.clone(), 0..4).prop_map(Into::into), object(inner),]
        })
    }

    fn object(
        inner: impl Strategy<Value = serde_json::Value>,
    ) -> impl Strategy<Value = serde_json::Value> {
        let name = prop_oneof![
            4 => r#"[a-c{}\[\]"\\]{0,5}"#,
            1 => Just("eventName".to_owned()),
            1 => Just("digestS3Bucket".to_owned()),
            1 => Just("Record".to_owned()),
        ];
        prop::collection::hash_map(name, inner, 0..5).prop_map(|members| {
            members
                .into_iter()
                .collect::<serde_json::Map<_, _>>()
                .into()
        })
    }

    /// A list of records in one of the forms, compact or with line feeds.
    fn text() -> impl Strategy<Value = String> {
        (vec(object(json()), 1..6), 0..6, any::<bool>()).prop_map(|(records, form, pretty)| {
            let print = |value: &serde_json::Value| {
                if pretty {
                    serde_json::to_string_pretty(value)
                } else {
                    serde_json::to_string(value)
                }
                .expect("JSON can be written")
            };
            let each: Vec<String> = records.iter().map(print).collect();
            match form {
                0 => print(&serde_json::json!({ "Records": records })),
                1 => print(
                    &serde_json::json!({ "A": { "Records": [{}] }, "Records": records, "Z": "]}" }),
                ),
                2 => print(&records.into()),
                3 => each.join("\n"),
                4 => each.concat(),
                _ => format!("[\n{}\n]\n", each.join(",\n")),
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn every_form_in_every_chunking_gives_the_records_that_a_whole_parse_gives(text in text(), places in vec(any::<prop::sample::Index>(), 0..12)) {
            prop_assert_eq!(Some(records_of(&cut(text.as_bytes(), &places))), twin(text.as_bytes()));
        }

        #[test]
        fn byte_by_byte_is_the_same_as_in_one_piece(text in text()) {
            let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
            prop_assert_eq!(parts(&bytes), parts_of(&text));
        }

        #[test]
        fn a_line_that_is_cut_costs_itself_and_at_most_the_next(
            records in vec(object(json()), 2..8), which in any::<prop::sample::Index>(), length in any::<prop::sample::Index>(),
        ) {
            let mut lines: Vec<String> = records.iter().map(ToString::to_string).collect();
            let whole: Vec<Vec<u8>> = lines.iter().map(|line| line.clone().into_bytes()).collect();
            let which = which.index(lines.len());
            let mut text = Vec::new();
            for (number, line) in lines.drain(..).enumerate() {
                let kept = if number == which { 1 + length.index(line.len() - 1) } else { line.len() };
                text.extend_from_slice(&line.as_bytes()[..kept]);
                text.push(b'\n');
            }
            let mut found = Vec::new();
            let mut faults = 0;
            let mut splitter = Records::new();
            let mut sink = |part: Found<'_>| match part {
                Found::Record { json, .. } => found.push(json.to_vec()),
                _ => faults += 1,
            };
            splitter.push(&text, &mut sink);
            splitter.finish(&mut sink);
            let without = |skipped: &[usize]| -> Vec<Vec<u8>> {
                whole.iter().enumerate().filter(|(n, _)| !skipped.contains(n)).map(|(_, line)| line.clone()).collect()
            };
            prop_assert!(found == without(&[which]) || found == without(&[which, which + 1]));
            prop_assert_eq!(faults, 1);
        }

        #[test]
        fn damaged_text_gives_the_same_in_every_chunking_and_true_places(
            text in text(),
            damage in vec((any::<prop::sample::Index>(), 0..3, prop_oneof![any::<u8>(), Just(b'\n'), Just(b'{'), Just(b'"'), Just(b'\\'), Just(b']')]), 0..6),
            places in vec(any::<prop::sample::Index>(), 0..12),
        ) {
            let mut text = text.into_bytes();
            for (at, how, byte) in damage {
                let at = at.index(text.len());
                match how {
                    0 => text[at] = byte,
                    1 => text.insert(at, byte),
                    _ => text.truncate(at.max(1)),
                }
            }
            check_all(&text, &places)?;
        }

        #[test]
        fn arbitrary_bytes_give_the_same_in_every_chunking_and_true_places(
            text in vec(prop_oneof![any::<u8>(), prop::sample::select(br#"{}[]",:\n "#.to_vec()), Just(b'\n')], 0..200),
            places in vec(any::<prop::sample::Index>(), 0..12),
        ) {
            check_all(&text, &places)?;
        }
    }

    /// The laws that hold for any bytes at all.
    fn check_all(text: &[u8], places: &[prop::sample::Index]) -> Result<(), TestCaseError> {
        prop_assert_eq!(parts(&cut(text, places)), parts_of(text));
        let (mut next, mut faults, mut laws) = (0, 0, Ok(()));
        let mut sink = |part: Found<'_>| {
            let at = match &part {
                Found::Record { at, .. }
                | Found::Digest { at }
                | Found::Fault(Fault { at, .. }) => *at,
            };
            let before = &text[..usize::try_from(at.byte).expect("fits")];
            let mut true_place =
                at.line == 1 + before.iter().filter(|b| **b == b'\n').count() as u64;
            match part {
                Found::Record { json, .. } => {
                    true_place &= at.byte >= next
                        && (text[before.len()..].starts_with(json) || text[before.len()] == b'"');
                    next = at.byte + 1;
                }
                Found::Digest { .. } => {}
                Found::Fault(_) => faults += 1,
            }
            if !true_place && laws.is_ok() {
                laws = Err(TestCaseError::fail(format!("wrong place {at}")));
            }
        };
        let mut records = Records::new();
        records.push(text, &mut sink);
        records.finish(&mut sink);
        laws?;
        prop_assert!(faults <= MAX_FAULTS + 1);
        Ok(())
    }
}
