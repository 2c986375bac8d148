//! Roles and the ways between them: who gets where, in one step or in several.
//!
//! An edge is a method that leads from what one role is granted to another: that role is passed to a service that it trusts, is
//! taken, runs a function whose code can be changed, or has its policies or its trust changed.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::asked::{Answer, Asked};
use super::{DependsOn, Own, Path};
use crate::algebra::Product;
use crate::catalog::{Catalog, EscalationMethod, Gives};
use crate::evaluation::{Granted, NamedPolicy, Reading, included};
use crate::iam::{Arn, Policy, TrustPolicy};

/// A role, and what is known of it.
#[derive(Clone, Debug)]
pub struct Holder<'a> {
    /// The role and the functions that run with it.
    pub own: Own,
    /// What it is granted.
    pub granted: &'a Granted,
    /// Its ways to more, as [`super::paths`] has them.
    pub paths: &'a [Path],
    /// Who may take it; where that is not known, everyone might.
    pub trust: Option<&'a TrustPolicy>,
}

/// One step from a role to another, or to other policies of the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The role that takes it.
    pub from: Arn,
    /// The role that it leads to.
    pub to: Arn,
    /// How.
    pub method: Arc<EscalationMethod>,
    /// Whether it rests on no condition, and on no trust that is not known. The conditions of a trust policy are not looked at.
    pub sure: bool,
}

/// How much the end of a chain has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Power {
    /// Everything in IAM, or any policy that it writes for itself.
    Administrator,
    /// Something that the beginning is not granted, as far as is proved.
    More,
}

/// The shortest way to a role that has more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The steps, at least one; each begins where the one before ends.
    pub hops: Vec<Hop>,
    /// What its end has.
    pub power: Power,
}

/// All roles that are known, with the steps between them.
#[derive(Debug)]
pub struct Graph<'a> {
    graph: DiGraph<Node<'a>, Hop>,
    places: BTreeMap<Arn, NodeIndex>,
}

#[derive(Debug)]
struct Node<'a> {
    granted: &'a Granted,
    is_administrator: bool,
    /// How it writes policies for itself.
    by_itself: Option<Hop>,
}

impl<'a> Graph<'a> {
    /// The graph of these roles. One whose ARN is not known is left out.
    #[must_use]
    pub fn new(roles: &[Holder<'a>], catalog: &Catalog) -> Self {
        let named = roles
            .iter()
            .filter_map(|role| Some((role.own.role.clone()?, role)));
        let roles: BTreeMap<Arn, &Holder<'a>> = named.collect();
        let everything = everything_in_iam();
        let mut graph = DiGraph::new();
        let mut places = BTreeMap::new();
        let mut hops = Vec::new();
        for (arn, role) in &roles {
            let asked = Asked::new(role.granted, &role.own, catalog);
            let by_itself = role.paths.iter().find(|path| path.itself).map(|path| Hop {
                from: arn.clone(),
                to: arn.clone(),
                method: Arc::clone(&path.method),
                sure: path.depends_on == DependsOn::Nothing,
            });
            let node = graph.add_node(Node {
                granted: role.granted,
                is_administrator: included(&everything, role.granted).is_included(),
                by_itself,
            });
            places.insert(arn.clone(), node);
            let others = roles.iter().filter(|(other, _)| *other != arn);
            hops.extend(
                others.filter_map(|(other, to)| hop((arn, role.paths, &asked), (other, to))),
            );
        }
        for hop in hops {
            graph.add_edge(places[&hop.from], places[&hop.to], hop);
        }
        Graph { graph, places }
    }

    /// The shortest chain from a role to each that has more, administrators first, then the shorter, then by name. A role that
    /// writes policies for itself has a chain to itself.
    #[must_use]
    pub fn reachable(&self, from: &Arn) -> Vec<Chain> {
        let Some(start) = self.places.get(from).copied() else {
            return Vec::new();
        };
        let mut chains = Vec::new();
        for (node, mut hops) in self.shortest(start) {
            let to = &self.graph[node];
            let power = match (&to.by_itself, to.is_administrator) {
                (_, true) => Power::Administrator,
                (Some(hop), false) => {
                    hops.push(hop.clone());
                    Power::Administrator
                }
                (None, false) if included(to.granted, self.graph[start].granted).is_included() => {
                    continue;
                }
                (None, false) => Power::More,
            };
            if !hops.is_empty() {
                chains.push(Chain { hops, power });
            }
        }
        chains.sort_by_cached_key(|chain| {
            (
                chain.power,
                chain.hops.len(),
                chain.hops.last().map(|hop| hop.to.clone()),
            )
        });
        chains
    }

    /// Each role that can be reached, with the fewest steps to it; among as few, those to the first names.
    fn shortest(&self, start: NodeIndex) -> Vec<(NodeIndex, Vec<Hop>)> {
        let mut found = vec![(start, Vec::new())];
        let mut seen = vec![false; self.graph.node_count()];
        seen[start.index()] = true;
        let mut next = VecDeque::from([0]);
        while let Some(at) = next.pop_front() {
            let (node, hops) = found[at].clone();
            // Nodes were added in the order of their names.
            let mut edges: Vec<_> = self.graph.edges(node).collect();
            edges.sort_by_key(|edge| edge.target());
            for edge in edges {
                if !std::mem::replace(&mut seen[edge.target().index()], true) {
                    let mut hops = hops.clone();
                    hops.push(edge.weight().clone());
                    next.push_back(found.len());
                    found.push((edge.target(), hops));
                }
            }
        }
        found
    }
}

/// How a role with these paths gets to another: a sure way first, then by the method's name.
fn hop(
    (from, paths, asked): (&Arn, &[Path], &Asked<'_>),
    (arn, to): (&Arn, &Holder<'_>),
) -> Option<Hop> {
    let hops = paths.iter().filter_map(|path| {
        let trusted = is_trusted(&path.method, from, to.trust)?;
        let first = path.method.requires.first()?;
        let product = asked.product(first)?;
        let own = asked.resources_of((&to.own, to.granted), first).into_iter();
        let answers = own.map(|own| {
            let product = Product {
                resource: own.resource,
                ..product.clone()
            };
            asked.answer(&product, &[])
        });
        let answer = answers
            .into_iter()
            .find(|answer| *answer != Answer::Never)?;
        let sure =
            trusted && path.depends_on == DependsOn::Nothing && matches!(answer, Answer::Surely(_));
        Some(Hop {
            from: from.clone(),
            to: arn.clone(),
            method: Arc::clone(&path.method),
            sure,
        })
    });
    hops.min_by_key(|hop| (!hop.sure, hop.method.id))
}

/// Whether the role lets itself be taken in this way: surely, or for all that is known; `None` for no.
fn is_trusted(method: &EscalationMethod, by: &Arn, trust: Option<&TrustPolicy>) -> Option<bool> {
    let first = method.requires.first()?;
    let admits = |trust: &TrustPolicy| match method.gives {
        Gives::PassedRole => first
            .services
            .iter()
            .any(|service| trust.admits_service(service)),
        Gives::Role if first.action.service() == "sts" => trust.admits_role(by),
        Gives::Role | Gives::Policies | Gives::RunningRole | Gives::User => true,
    };
    match (method.gives, trust) {
        (Gives::PassedRole | Gives::Role, None) => Some(false),
        (_, None) => Some(true),
        (_, Some(trust)) => admits(trust).then_some(true),
    }
}

/// Who is allowed all this is an administrator: IAM gives the rest.
fn everything_in_iam() -> Granted {
    let document = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}}"#;
    let policy = Policy::parse_text(document).map(|policy| NamedPolicy {
        name: "everything in IAM".into(),
        policy,
    });
    Granted::new(policy.into_iter().collect(), Reading::default())
}
