//! Numbers that look random and are the same on every machine: no floating point in them.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

/// A die. The same seed throws the same.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn seeded(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x2545_f491_4f6c_dd1d))
    }

    /// `SplitMix64`, <https://prng.di.unimi.it/splitmix64.c>.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of so many numbers, from 0.
    pub(crate) fn below(&mut self, sides: usize) -> usize {
        usize::try_from(self.next() % sides.max(1) as u64).expect("a small number")
    }

    /// One of these numbers, both ends among them.
    pub(crate) fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least + 1)
    }

    pub(crate) fn once_in(&mut self, throws: usize) -> bool {
        self.below(throws) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// So many of these, each once.
    pub(crate) fn some<T: Copy>(&mut self, all: &[T], count: usize) -> Vec<T> {
        let mut left = all.to_vec();
        let count = count.min(left.len());
        (0..count)
            .map(|_| left.remove(self.below(left.len())))
            .collect()
    }

    /// So many characters of an alphabet.
    fn characters(&mut self, alphabet: &str, count: usize) -> String {
        let alphabet = alphabet.as_bytes();
        (0..count)
            .map(|_| char::from(self.pick(alphabet)))
            .collect()
    }

    pub(crate) fn hex(&mut self, count: usize) -> String {
        self.characters("0123456789abcdef", count)
    }

    pub(crate) fn digits(&mut self, count: usize) -> String {
        self.characters("0123456789", count)
    }

    pub(crate) fn alphanumeric(&mut self, count: usize) -> String {
        let all = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        self.characters(all, count)
    }

    /// A random UUID, <https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-4>.
    pub(crate) fn uuid(&mut self) -> String {
        let [a, b, c, d] = [8, 4, 3, 3].map(|count| self.hex(count));
        let variant = self.pick(&['8', '9', 'a', 'b']);
        format!("{a}-{b}-4{c}-{variant}{d}-{}", self.hex(12))
    }

    /// 48 bits of time and 80 of chance in Crockford's letters, <https://github.com/ulid/spec>.
    pub(crate) fn ulid(&mut self, at: DateTime) -> String {
        const LETTERS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let milliseconds = super::dates::milliseconds(at);
        let letter = |place: u32| {
            let digit = (milliseconds >> (5 * place)) & 31;
            char::from(LETTERS.as_bytes()[usize::try_from(digit).expect("below 32")])
        };
        let time: String = (0..10).rev().map(letter).collect();
        time + &self.characters(LETTERS, 16)
    }

    /// Moments of a day, in order: as many as between these two numbers.
    pub(crate) fn moments(&mut self, day: Date, (least, most): (usize, usize)) -> Vec<DateTime> {
        let count = self.between(least, most);
        let mut moments: Vec<_> = (0..count).map(|_| self.moment(day)).collect();
        moments.sort();
        moments
    }

    /// A moment before this one, by at most so many seconds: names are older than the calls that bear them.
    pub(crate) fn before(&mut self, at: DateTime, seconds: usize) -> DateTime {
        let seconds = i64::try_from(self.below(seconds + 1)).expect("a small number");
        at.checked_sub(seconds.seconds())
            .expect("a time of our time")
    }

    /// Some moment of a day.
    pub(crate) fn moment(&mut self, day: Date) -> DateTime {
        let hour = self.below(24);
        self.moment_at(day, hour)
    }

    /// Some moment of an hour of a day.
    pub(crate) fn moment_at(&mut self, day: Date, hour: usize) -> DateTime {
        let [hour, minute, second] = [hour, self.below(60), self.below(60)]
            .map(|number| i8::try_from(number).expect("below 60"));
        day.at(hour, minute, second, 0)
    }
}

/// Things that come back: the more often one was there, the more likely it comes again, and new ones never
/// cease to appear. Their frequencies have a heavy tail (Hoppe's urn).
pub(crate) struct Regulars {
    draws: Vec<String>,
    newness: usize,
}

impl Regulars {
    /// The larger `newness`, the more of them there are: about `newness * ln(draws / newness)`.
    pub(crate) fn new(newness: usize) -> Self {
        Regulars {
            draws: Vec::new(),
            newness,
        }
    }

    /// The next one, made with `make` if it is new.
    pub(crate) fn next(
        &mut self,
        dice: &mut Dice,
        make: impl FnOnce(&mut Dice) -> String,
    ) -> String {
        let drawn = dice.below(self.draws.len() + self.newness);
        let next = match self.draws.get(drawn) {
            Some(known) => known.clone(),
            None => make(dice),
        };
        self.draws.push(next.clone());
        next
    }
}
