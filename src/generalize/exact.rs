//! The texts as they were seen.

use super::Sighting;
use super::pattern::Pattern;

/// The captures, each standing for itself.
pub(super) fn literal(sighting: &Sighting) -> Vec<Pattern> {
    sighting
        .captures
        .iter()
        .map(|capture| {
            let mut pattern = Pattern::default();
            pattern.push_text(capture);
            pattern
        })
        .collect()
}
