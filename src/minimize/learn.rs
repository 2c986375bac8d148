//! Puts patterns in place of the single resources that were used, so that tomorrow's calls are allowed too.
//!
//! Of a granted pattern only what its wildcards stood for is generalised, so that each result is an instance of it: the
//! author's star becomes narrower and nothing new comes in. What is learned of a granted pattern is learned from all that the
//! role did under it; an action gets those of the patterns that its own uses fall under.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::algebra::Glob;
use crate::catalog::Catalog;
use crate::evaluation::{Granted, resource_glob};
use crate::generalize::{Learned, Level, Opened, Sighting, generalize};
use crate::iam::{Arn, PatternToken, ResourcePattern, Resources, RoleId};
use crate::usage::{ArnNames, Evidence};

use super::capture::{captures, with_captures};
use super::need::Ground;
use super::neighbours::Neighbours;
use super::piece::{Extent, Origin, Piece};

/// How a pattern came about, for a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The pattern.
    pub pattern: ResourcePattern,
    /// How many different resources it stands for that were seen.
    pub seen: usize,
    /// Why each open part of it is open, from the left.
    pub opened: Vec<Opened>,
}

impl Explained {
    /// The binary logarithm of the number of texts of printable characters that it matches, rounded up; `None` if they may
    /// be of any length.
    #[must_use]
    pub fn bits(&self) -> Option<u32> {
        /// Of 95 printable characters, `log2(95)` in thousandths, rounded up.
        const THOUSANDTHS: u32 = 6_570;
        let tokens = self.pattern.tokens();
        let endless = tokens.contains(&PatternToken::AnyRun);
        let ones = tokens
            .iter()
            .filter(|token| **token == PatternToken::AnyOne);
        let ones = u32::try_from(ones.count()).ok()?;
        (!endless).then(|| ones.saturating_mul(THOUSANDTHS).div_ceil(1_000))
    }
}

/// What patterns are learned by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Learning<'a> {
    pub(super) granted: &'a Granted,
    pub(super) catalog: &'a Catalog,
    pub(super) role: &'a RoleId,
    pub(super) neighbours: &'a Neighbours,
    pub(super) level: Level,
}

impl Learning<'_> {
    /// The pieces with patterns in place of the resources that were used. All others stay as they are.
    pub(super) fn learn(&self, mut pieces: Vec<Piece>) -> Vec<Piece> {
        if self.level == Level::Exact {
            return pieces;
        }
        let mut groups: BTreeMap<Origin, BTreeMap<String, Vec<usize>>> = BTreeMap::new();
        for (place, piece) in pieces.iter().enumerate() {
            if let Some(text) = used_resource(piece) {
                let group = groups.entry(piece.from).or_default();
                group.entry(text.to_owned()).or_default().push(place);
            }
        }
        let mut names = BTreeMap::new();
        for (origin, texts) in groups {
            let Some(granted) = self.granted_pattern(origin) else {
                continue;
            };
            let sightings: Vec<_> = texts
                .iter()
                .filter_map(|(text, places)| {
                    let evidence = places.iter().map(|place| &pieces[*place]);
                    let sighting = self.sighting(&granted, text, evidence, &mut names)?;
                    Some((sighting, places.clone()))
                })
                .collect();
            self.learn_group(&mut pieces, &granted, (origin, sightings));
        }
        pieces
    }

    /// Writes what is learned of one granted pattern into the pieces that lie in it.
    fn learn_group(
        &self,
        pieces: &mut [Piece],
        granted: &ResourcePattern,
        (origin, sightings): (Origin, Vec<(Sighting, Vec<usize>)>),
    ) {
        let (sightings, places): (Vec<_>, Vec<_>) = sightings.into_iter().unzip();
        let excluded = self.excluded(origin);
        let refuse = |tokens: &[Vec<crate::generalize::Token>]| {
            let glob = resource_glob(&with_captures(granted, tokens));
            excluded.iter().any(|other| other.overlap(&glob).is_some())
                || self.neighbours.refuse(self.role, &glob)
        };
        for learned in generalize(&sightings, self.level, &refuse) {
            let explained = Rc::new(explained(granted, &learned));
            if is_literal(&explained.pattern) {
                continue;
            }
            for place in learned.matches.iter().flat_map(|index| &places[*index]) {
                let piece = &mut pieces[*place];
                // The first pattern that a resource falls under is the one.
                if piece.learned.is_none() {
                    piece.reach.extent = Extent::Only(explained.pattern.clone());
                    piece.learned = Some(Rc::clone(&explained));
                }
            }
        }
    }

    /// The granted pattern that a piece lies in, if there is something in it to generalise. What lies outside of a
    /// `NotResource` lies in `*`.
    fn granted_pattern(&self, origin: Origin) -> Option<ResourcePattern> {
        let rule = self.granted.all_rules().get(origin.rule)?;
        let pattern = match origin.pattern {
            Some(place) => rule.statement.resources.patterns().get(place)?.clone(),
            None => ResourcePattern::any(),
        };
        (!is_literal(&pattern) && !pattern.has_variable()).then_some(pattern)
    }

    /// What the statement does not allow, of which no pattern may hold anything.
    fn excluded(&self, origin: Origin) -> Vec<Glob> {
        match self.granted.all_rules().get(origin.rule) {
            Some(rule) => match &rule.statement.resources {
                Resources::AllBut(patterns) => patterns.iter().map(resource_glob).collect(),
                Resources::Only(_) => Vec::new(),
            },
            None => Vec::new(),
        }
    }

    /// One resource, as it was seen in all of these pieces.
    fn sighting<'p>(
        &self,
        granted: &ResourcePattern,
        text: &str,
        pieces: impl Iterator<Item = &'p Piece>,
        names: &mut BTreeMap<String, ArnNames>,
    ) -> Option<Sighting> {
        let captures = captures(granted, text)?;
        let arn: Arn = text.parse().ok()?;
        let names = names
            .entry(arn.service().to_owned())
            .or_insert_with(|| ArnNames::of(arn.service(), self.catalog));
        let name = names.begin_at(&arn);
        let before = |from: usize, length: usize| name.saturating_sub(from).min(length);
        let head = captures.iter().map(|one| before(one.from, one.text.len()));
        let evidence = evidence(pieces);
        Some(Sighting {
            text: text.to_owned(),
            head: head.sum(),
            captures: captures.iter().map(|one| one.text.to_owned()).collect(),
            days: evidence
                .as_ref()
                .map(|seen| seen.days().to_vec())
                .unwrap_or_default(),
            span: evidence.and_then(|seen| seen.span),
        })
    }
}

fn evidence<'p>(pieces: impl Iterator<Item = &'p Piece>) -> Option<Evidence> {
    let mut all = pieces.filter_map(|piece| match &piece.ground {
        Ground::Used { uses, .. } => Some(uses.each()),
        _ => None,
    });
    let mut all = all.by_ref().flatten();
    let mut evidence = all.next()?.clone();
    all.for_each(|more| evidence.merge(more));
    Some(evidence)
}

/// The resource of a piece that was used on the very resource that was seen.
fn used_resource(piece: &Piece) -> Option<&str> {
    let Ground::Used {
        resource_confirmed: true,
        ..
    } = piece.ground
    else {
        return None;
    };
    match &piece.reach.extent {
        Extent::Only(pattern) => match pattern.tokens() {
            [PatternToken::Literal(text)] => Some(text),
            _ => None,
        },
        Extent::AllBut(_) => None,
    }
}

fn is_literal(pattern: &ResourcePattern) -> bool {
    matches!(pattern.tokens(), [PatternToken::Literal(_)])
}

fn explained(granted: &ResourcePattern, learned: &Learned) -> Explained {
    Explained {
        pattern: with_captures(granted, &learned.captures),
        seen: learned.matches.len(),
        opened: learned.opened.clone(),
    }
}
