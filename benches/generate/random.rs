//! Numbers that look random and are the same on every machine.

/// `SplitMix64`, <https://prng.di.unimi.it/splitmix64.c>.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn seeded(seed: u64) -> Self {
        Random(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `most - 1`, each as likely as the other; 0 if there is no such number.
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.next() % most.max(1)
    }

    pub(crate) fn one_in(&mut self, most: u64) -> bool {
        self.below(most) == 0
    }

    pub(crate) fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let index = self.below(items.len() as u64);
        &items[usize::try_from(index).unwrap_or_default()]
    }

    /// From 0 to `most - 1` with a heavy tail: half of all draws fall on the first 6 % of the numbers.
    pub(crate) fn tail(&mut self, most: u64) -> u64 {
        let draws = [self.below(1 << 15), self.below(1 << 15)];
        let low = draws[0].min(draws[1]);
        // (low / 2^15)^2 * most
        (low * low).wrapping_mul(most) >> 30
    }
}
