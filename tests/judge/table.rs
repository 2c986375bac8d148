//! The scores, to read.

use std::collections::BTreeMap;

use super::score::{Score, Share};

/// Prints the scores of a set of traces.
pub(crate) fn print(set: &str, scores: &[Score]) {
    println!(
        "\n{set}: {} roles",
        scores
            .first()
            .map_or(0, |score| score.roles.of + score.without_proposal)
    );
    println!(
        "days  level     calls denied %  (known)  roles denied %  (known)  decoys allowed %  characters  no proposal"
    );
    for score in scores {
        println!(
            "{:>4}  {:<8}  {:>14.2}  {:>7.2}  {:>14.1}  {:>7.1}  {:>16.2}  {:>10}  {:>11}",
            score.days,
            score.level,
            score.denied.percent(),
            score.denied_of_known.percent(),
            score.roles.percent(),
            score.roles_of_known.percent(),
            score.decoys.percent(),
            score.characters_of_one(),
            score.without_proposal,
        );
    }
    println!("the templates with most known calls denied, and with most decoys allowed:");
    for score in scores {
        let most = [&score.by_template, &score.decoys_by_template].map(most);
        println!(
            "{:>4}  {:<8}  {} | {}",
            score.days, score.level, most[0], most[1]
        );
    }
}

/// The five templates with the most, each with its number and its share.
fn most(by_template: &BTreeMap<&'static str, Share>) -> String {
    let mut templates: Vec<_> = by_template
        .iter()
        .filter(|(_, share)| share.part > 0)
        .collect();
    templates.sort_by_key(|(name, share)| (std::cmp::Reverse(share.part), **name));
    let texts: Vec<_> = templates
        .iter()
        .take(5)
        .map(|(name, share)| format!("{name} {} ({:.1} %)", share.part, share.percent()))
        .collect();
    match texts.is_empty() {
        true => "none".into(),
        false => texts.join(", "),
    }
}
