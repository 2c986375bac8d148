//! How opened values are written: `?` for each character where their length is fixed, `*` where it is not.
//!
//! A `?` matches no more than a character, and so no folder more: it keeps out all that is not of that length.

use super::pattern::Pattern;

/// Longer texts are written `*`, since a policy has few characters.
const LONGEST_FIXED: usize = 40;
/// Fewer ids share letters by chance.
const FEWEST_TO_COMPARE: usize = 3;
/// The shortest beginning or ending that all names have and that is kept: a shorter one may be chance.
const SHORTEST_KEPT: usize = 3;

/// A text in which `?` and `*` are wildcards.
pub(super) fn shape(shape: &str) -> Pattern {
    let mut pattern = Pattern::default();
    pattern.push_shape(shape);
    pattern
}

/// Any UUID.
pub(super) fn uuid() -> Pattern {
    shape("????????-????-????-????-????????????")
}

/// Ids: letters that all begin with stay, but no digits, since an id may begin with the time.
pub(super) fn id(texts: &[&str]) -> Pattern {
    let kept = shared(texts.iter().map(|text| text.chars()));
    let letters = kept.chars().take_while(char::is_ascii_alphabetic).count();
    // The letters of one or two ids are shared by chance.
    let enough = texts.len() >= FEWEST_TO_COMPARE && letters >= SHORTEST_KEPT;
    let kept = if enough { &kept[..letters] } else { "" };
    let mut pattern = Pattern::default();
    pattern.push_text(kept);
    push_rest(
        &mut pattern,
        texts.iter().map(|text| text[kept.len()..].chars().count()),
    );
    pattern
}

/// As many characters as all of the texts have, of which none stays.
pub(super) fn fixed(texts: &[&str]) -> Pattern {
    let mut pattern = Pattern::default();
    push_rest(&mut pattern, texts.iter().map(|text| text.chars().count()));
    pattern
}

/// Numbers after the same letters. A width is fixed where there are zeros to show it, or as long as there is room.
pub(super) fn number(texts: &[&str], one_character: bool) -> Pattern {
    let letters = texts
        .first()
        .map_or("", |text| super::kinds::split_number(text).0);
    let digits = || texts.iter().map(|text| &text[letters.len()..]);
    let padded = digits().any(|digits| digits.len() > 1 && digits.starts_with('0'));
    let nearly_full = |digits: &str| digits.len() <= 2 && digits.starts_with(['8', '9']);
    let at_the_end =
        texts.len() >= FEWEST_TO_COMPARE && digits().all(|digits| digits.starts_with('9'));
    let mut pattern = Pattern::default();
    pattern.push_text(letters);
    if !padded && !one_character && (at_the_end || digits().any(nearly_full)) {
        pattern.push_run();
    } else {
        push_rest(&mut pattern, digits().map(str::len));
    }
    pattern
}

/// Versions: as many numbers as the shortest has, since any of them may grow.
pub(super) fn versions(texts: &[&str]) -> Pattern {
    let parts = texts.iter().map(|text| text.split('.').count());
    let letter = texts.first().filter(|text| text.starts_with('v'));
    let runs = vec!["*"; parts.min().unwrap_or(1)];
    shape(&format!("{}{}", letter.map_or("", |_| "v"), runs.join(".")))
}

/// Names: what all begin and end with stays. Short ones of one length keep it.
pub(super) fn name(texts: &[&str]) -> Pattern {
    let start = shared(texts.iter().map(|text| text.chars()));
    let start = if start.chars().count() >= SHORTEST_KEPT {
        start.as_str()
    } else {
        ""
    };
    let rests = || texts.iter().map(|text| &text[start.len()..]);
    let end = shared(rests().map(|rest| rest.chars().rev()));
    let end: String = end.chars().rev().collect();
    let end = if end.chars().count() >= SHORTEST_KEPT {
        end.as_str()
    } else {
        ""
    };
    let mut pattern = Pattern::default();
    pattern.push_text(start);
    let length = texts.first().map_or(0, |text| text.chars().count());
    let one_length = texts.iter().all(|text| text.chars().count() == length);
    match one_length && length <= SHORTEST_KEPT && start.is_empty() && end.is_empty() {
        true => pattern.push_ones(length),
        false => pattern.push_run(),
    }
    pattern.push_text(end);
    pattern
}

fn push_rest(pattern: &mut Pattern, mut lengths: impl Iterator<Item = usize> + Clone) {
    let first = lengths.next().unwrap_or(0);
    match lengths.all(|length| length == first) && first <= LONGEST_FIXED {
        true => pattern.push_ones(first),
        false => pattern.push_run(),
    }
}

/// What all begin with.
fn shared<I: Iterator<Item = char>>(mut texts: impl Iterator<Item = I>) -> String {
    let first: String = texts.next().into_iter().flatten().collect();
    texts.fold(first, |shared, text| {
        let pairs = shared.chars().zip(text);
        let same = pairs.take_while(|(left, right)| left == right);
        same.map(|(left, _)| left).collect()
    })
}
