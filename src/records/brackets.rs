//! Where one JSON value ends, found as its bytes arrive: brackets and strings exactly, nothing else.

use std::ops::Range;

use memchr::memchr3;

use super::found::Breakage;

/// Levels of brackets that are followed, one bit each; `serde_json` goes no deeper.
const MAX_DEPTH: u32 = 128;

/// What the bytes of a value led to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// All of them belong to the value, and it goes on.
    More,
    /// The value ends after so many of them.
    End(usize),
    /// The list under the top-level key [`Records`](Key::Records) or [`Events`](Key::Events) begins after so many of them.
    List(usize, Key),
    /// The brackets cannot close; so many of them were taken.
    Broken(usize, Breakage),
}

impl Step {
    /// How many of the bytes that led to it were taken.
    pub(super) fn taken(&self, bytes: &[u8]) -> usize {
        match self {
            Step::More => bytes.len(),
            Step::End(taken) | Step::List(taken, _) | Step::Broken(taken, _) => *taken,
        }
    }
}

/// The keys of a top-level object that say what it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Key {
    #[default]
    Other,
    Records,
    Events,
    DigestBucket,
    DigestObject,
    CloudTrailEvent,
}

impl Key {
    /// The longest key has 15 bytes.
    const ROOM: usize = 16;

    fn named(name: &[u8]) -> Key {
        match name {
            b"Records" => Key::Records,
            b"Events" => Key::Events,
            b"digestS3Bucket" => Key::DigestBucket,
            b"digestS3Object" => Key::DigestObject,
            b"CloudTrailEvent" => Key::CloudTrailEvent,
            _ => Key::Other,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Text {
    #[default]
    Outside,
    Inside,
    AfterBackslash,
}

/// What a string is for the outermost object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Role {
    #[default]
    Other,
    Name,
    /// The value of `CloudTrailEvent`.
    Event,
}

/// The state of one value in progress. Everything that has to outlive a chunk is in here.
#[derive(Debug, Default)]
pub(super) struct Brackets {
    /// Stop at `Records` and `Events`?
    lists: bool,
    /// Bytes of the value in earlier chunks.
    earlier: u64,
    /// Line feeds so far.
    pub(super) lines: u64,
    /// The open brackets, innermost in the lowest bit; 1 is an object.
    kinds: u128,
    depth: u32,
    text: Text,
    /// The last byte that is not white space; `"` after a string.
    before: u8,
    /// The last byte of the earlier chunk.
    last: u8,
    /// What the string in progress is.
    role: Role,
    /// The bytes of a name from earlier chunks, as many as fit: one more than the longest that matters.
    name: [u8; Key::ROOM],
    name_length: usize,
    key: Key,
    bucket: bool,
    object: bool,
    /// Where the string `CloudTrailEvent` begins and ends in the value, without its quotes.
    event: (u64, u64),
}

impl Brackets {
    /// For a value whose first byte is `{`, `[` or `"`. With `lists`, the two lists of records are stopped at.
    pub(super) fn new(lists: bool) -> Brackets {
        Brackets {
            lists,
            // As if a key came before it: any value may begin.
            before: b':',
            ..Brackets::default()
        }
    }

    /// Were the two keys of a digest file at its top?
    pub(super) fn is_digest(&self) -> bool {
        self.bucket && self.object
    }

    /// Where the string under the top-level key `CloudTrailEvent` lies in the value, without its quotes.
    pub(super) fn event(&self) -> Option<Range<usize>> {
        let (start, end) = self.event;
        let range = usize::try_from(start).ok()?..usize::try_from(end).ok()?;
        (start > 0 && start <= end).then_some(range)
    }

    /// Takes the next bytes of the value.
    pub(super) fn scan(&mut self, bytes: &[u8]) -> Step {
        let step = self.outside(bytes);
        let taken = step.taken(bytes);
        self.earlier += taken as u64;
        if let Some(last) = taken.checked_sub(1) {
            self.last = bytes[last];
        }
        step
    }

    fn outside(&mut self, bytes: &[u8]) -> Step {
        let mut at = 0;
        if self.text != Text::Outside {
            match self.string(bytes, 0) {
                Ok(after) => at = after,
                Err(step) => return step,
            }
        }
        while let Some(&byte) = bytes.get(at) {
            at += 1;
            match byte {
                b'"' => {
                    self.begin_string(at);
                    match self.string(bytes, at) {
                        Ok(after) => at = after,
                        Err(step) => return step,
                    }
                }
                b'{' | b'[' => {
                    if byte == b'[' && self.begins_list() {
                        // Its elements are the caller's: for this value the list is over.
                        self.before = b']';
                        return Step::List(at, self.key);
                    }
                    let previous = at.checked_sub(2).map_or(self.last, |i| bytes[i]);
                    if let Some(why) = self.open(byte, previous) {
                        return Step::Broken(at - 1, why);
                    }
                }
                b'}' | b']' => {
                    if self.kinds & 1 != u128::from(byte == b'}') {
                        return Step::Broken(at - 1, Breakage::WrongBracket);
                    }
                    // Not below zero: the first byte of the value opened a bracket.
                    self.depth -= 1;
                    self.kinds >>= 1;
                    self.before = byte;
                    if self.depth == 0 {
                        return Step::End(at);
                    }
                }
                b'\n' => self.lines += 1,
                b' ' | b'\t' | b'\r' => {}
                0 => return Step::Broken(at - 1, Breakage::ZeroByte),
                _ => self.before = byte,
            }
        }
        Step::More
    }

    fn begins_list(&self) -> bool {
        self.lists
            && self.depth == 1
            && self.before == b':'
            && matches!(self.key, Key::Records | Key::Events)
    }

    /// A value may begin after `:`, `[`, and the `,` of a list; a line that begins with `{` elsewhere is the next record.
    fn open(&mut self, bracket: u8, previous: u8) -> Option<Breakage> {
        if bracket == b'{' && previous == b'\n' {
            let allowed = match self.before {
                b':' | b'[' => true,
                b',' => self.kinds & 1 == 0,
                _ => false,
            };
            if !allowed {
                return Some(Breakage::NextRecord);
            }
        }
        if self.depth == MAX_DEPTH {
            return Some(Breakage::TooDeep);
        }
        self.kinds = self.kinds << 1 | u128::from(bracket == b'{');
        self.depth += 1;
        self.before = bracket;
        None
    }

    /// The string whose first byte after the quote is `bytes[from]`.
    fn begin_string(&mut self, from: usize) {
        self.role = Role::Other;
        if self.depth == 1 && self.kinds == 1 {
            match self.before {
                b'{' | b',' => {
                    self.role = Role::Name;
                    self.name_length = 0;
                }
                b':' if self.key == Key::CloudTrailEvent => {
                    self.role = Role::Event;
                    self.event.0 = self.earlier + from as u64;
                }
                _ => {}
            }
        }
    }

    /// Takes the rest of a string; gives the index after its closing quote, or the step that the bytes end with.
    fn string(&mut self, bytes: &[u8], from: usize) -> Result<usize, Step> {
        let mut at = from;
        loop {
            if self.text == Text::AfterBackslash {
                match bytes.get(at) {
                    None => return Err(self.pause(&bytes[from..])),
                    Some(b'\n') => return Err(Step::Broken(at, Breakage::LineFeedInString)),
                    Some(_) => at += 1,
                }
            }
            self.text = Text::Inside;
            match memchr3(b'"', b'\\', b'\n', &bytes[at..]) {
                None => return Err(self.pause(&bytes[from..])),
                Some(plain) => at += plain,
            }
            match bytes[at] {
                b'"' => break,
                b'\\' => self.text = Text::AfterBackslash,
                _ => return Err(Step::Broken(at, Breakage::LineFeedInString)),
            }
            at += 1;
        }
        self.end_string(&bytes[from..at], at);
        let after = at + 1;
        if self.depth == 0 {
            return Err(Step::End(after));
        }
        Ok(after)
    }

    fn end_string(&mut self, body: &[u8], at: usize) {
        self.text = Text::Outside;
        self.before = b'"';
        match self.role {
            Role::Other => {}
            Role::Event => self.event.1 = self.earlier + at as u64,
            Role::Name if self.name_length == 0 => self.key = Key::named(body),
            Role::Name => {
                self.keep_name(body);
                self.key = Key::named(&self.name[..self.name_length]);
            }
        }
        match self.key {
            Key::DigestBucket => self.bucket = true,
            Key::DigestObject => self.object = true,
            _ => {}
        }
    }

    /// The chunk ends inside the string.
    fn pause(&mut self, body: &[u8]) -> Step {
        if self.role == Role::Name {
            self.keep_name(body);
        }
        Step::More
    }

    fn keep_name(&mut self, body: &[u8]) {
        let room = &mut self.name[self.name_length..];
        let kept = body.len().min(room.len());
        room[..kept].copy_from_slice(&body[..kept]);
        self.name_length += kept;
    }
}
