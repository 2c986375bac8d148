//! Names that were meant, for messages about names that are not there.

/// The name of these that is nearest to what was written, if one is near.
#[must_use]
pub fn nearest<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    const NEAR: f64 = 0.7;
    let scored = names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(written, name), name));
    let best = scored.max_by(|left, right| left.0.total_cmp(&right.0))?;
    (best.0 >= NEAR).then_some(best.1)
}
