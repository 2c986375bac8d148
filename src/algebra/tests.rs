//! The laws of grants by name, and the search against all short requests.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;

use super::budget::Budget;
use super::outside::Outside;
use super::pieces::Inside;
use super::search::find_prepared;
use super::tests_of_globs::{glob, short_strings};
use super::*;
use crate::iam::ConditionKey;

/// Any set of strings, its globs drawn from `globs`.
fn strings(
    globs: impl Strategy<Value = Glob> + Clone + 'static,
) -> impl Strategy<Value = Strings> + Clone {
    let some = vec(globs, 0..4);
    prop_oneof![
        4 => some.clone().prop_map(Strings::AnyOf),
        1 => some.prop_map(Strings::NoneOf),
        1 => Just(Strings::AnyOf(vec![Glob::wildcards("*")])),
    ]
}

/// A test of a key, with sets of text or of numbers.
fn test() -> impl Strategy<Value = Test> + Clone {
    let number = |number: i64| Point::Number(number.into());
    let ranges = prop_oneof![
        (0i64..3).prop_map(move |at| (Limit::Including(number(at)), Limit::Including(number(at)))),
        (0i64..3).prop_map(move |at| (Limit::Excluding(number(at)), Limit::None)),
        (0i64..3).prop_map(move |at| (Limit::None, Limit::Including(number(at)))),
    ];
    let ordered = (vec(ranges, 0..3), any::<bool>()).prop_map(|(ranges, all_but)| {
        let ranges = ranges.into_iter().map(|(from, to)| Range { from, to });
        Values::Ordered {
            scale: Scale::Number,
            ranges: ranges.collect(),
            all_but,
        }
    });
    let literal = "[ab]{0,2}".prop_map(|text| Glob::literal(&text));
    let values = prop_oneof![
        3 => strings(glob(2)).prop_map(Values::Text),
        1 => strings(literal).prop_map(Values::Text),
        1 => ordered,
    ];
    let share = prop_oneof![Just(Share::Some), Just(Share::Every)];
    (
        share,
        values,
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.3),
    )
        .prop_map(|(share, values, or_absent, of_several)| Test {
            share,
            values,
            or_absent,
            of_several,
        })
}

fn conditions() -> impl Strategy<Value = Conditions> + Clone {
    let key = prop_oneof![2 => Just("k"), 1 => Just("l")];
    let tests = vec((key, test()), 0..3);
    let tests = tests.prop_map(|tests| {
        Conditions::new(
            tests
                .into_iter()
                .map(|(key, test)| (ConditionKey::new(key), test)),
        )
    });
    prop_oneof![2 => Just(Conditions::default()), 3 => tests]
}

fn product() -> impl Strategy<Value = Product> + Clone {
    (strings(glob(3)), strings(glob(4)), conditions()).prop_map(|(action, resource, when)| {
        Product {
            action,
            resource,
            when,
        }
    })
}

fn grant() -> impl Strategy<Value = Grant> + Clone {
    (vec(product(), 0..4), vec(product(), 0..3)).prop_map(|(allow, deny)| Grant::new(allow, deny))
}

/// The test that a key is not absent.
fn is_present() -> Test {
    Test {
        share: Share::Some,
        values: Values::Text(none_of(&[])),
        or_absent: false,
        of_several: false,
    }
}

fn any_of(globs: &[&str]) -> Strings {
    Strings::AnyOf(globs.iter().map(|text| Glob::wildcards(text)).collect())
}

fn none_of(globs: &[&str]) -> Strings {
    any_of(globs).complement()
}

fn unconditional(action: Strings, resource: Strings) -> Product {
    Product {
        action,
        resource,
        when: Conditions::default(),
    }
}

/// Bit *i* of the mask: is `text` in the set *i*?
fn mask<'a>(text: &str, sets: impl Iterator<Item = &'a Strings>) -> u32 {
    sets.enumerate()
        .map(|(bit, set)| u32::from(set.contains(text)) << bit)
        .sum()
}

/// What a key can have, as far as trying goes: nothing, one value, and up to three if it may have several.
fn choices(several: bool) -> Vec<BTreeSet<String>> {
    let mut values = short_strings(if several { 1 } else { 2 }).to_vec();
    values.extend(["aa", "ab", "zz"].map(str::to_owned));
    values.extend(["0", "1", "1.5", "2", "3", "1.0", "0.5", "-1", "2.00"].map(str::to_owned));
    let mut choices = vec![BTreeSet::new()];
    let mut from = 0;
    for _ in 0..if several { 3 } else { 1 } {
        let until = choices.len();
        let with = |choice: &BTreeSet<String>, value: &String| {
            let larger = choice.last().is_none_or(|last| last < value);
            larger.then(|| choice.iter().cloned().chain([value.clone()]).collect())
        };
        let shorter = choices[from..until].to_vec();
        choices.extend(shorter.iter().flat_map(|choice| {
            values
                .iter()
                .filter_map(|value| with(choice, value))
                .collect::<Vec<_>>()
        }));
        from = until;
    }
    choices
}

/// All contexts as far as trying goes: which products hold in each, without what comes twice.
fn context_masks(products: &[&Product]) -> BTreeSet<u32> {
    let mut masks = BTreeSet::from([u32::MAX]);
    for key in ["k", "l"].map(ConditionKey::new) {
        let several = products
            .iter()
            .any(|product| product.when.of(&key).iter().any(|test| test.of_several));
        let holds =
            |product: &Product, values| product.when.of(&key).iter().all(|test| test.holds(values));
        let of_key: BTreeSet<u32> = choices(several)
            .iter()
            .map(|values| {
                let bits = products.iter().enumerate();
                bits.map(|(bit, product)| u32::from(holds(product, values)) << bit)
                    .sum()
            })
            .collect();
        masks = masks
            .iter()
            .flat_map(|mask| of_key.iter().map(move |other| mask & other))
            .collect();
    }
    masks
}

/// Whether there is a request in all of `inside` and in none of `outside` whose action has three characters and whose
/// resource has four at most. Tries every one of them, in every context that is worth a try.
fn by_trying(inside: &[Product], outside: &[Product]) -> bool {
    let products: Vec<&Product> = inside.iter().chain(outside).collect();
    let wanted = (1 << inside.len()) - 1;
    let masks = |most, part: fn(&Product) -> &Strings| -> BTreeSet<u32> {
        let texts = short_strings(most);
        texts
            .iter()
            .map(|text| mask(text, products.iter().map(|product| part(product))))
            .collect()
    };
    let actions = masks(3, |product| &product.action);
    let resources = masks(4, |product| &product.resource);
    let contexts = context_masks(&products);
    let mut pairs = actions
        .iter()
        .flat_map(|action| resources.iter().map(move |resource| action & resource));
    pairs.any(|pair| contexts.iter().any(|context| pair & context == wanted))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn find_agrees_with_trying_every_short_request(inside in vec(product(), 1..4), outside in vec(product(), 0..9)) {
        match find(&inside.iter().collect::<Vec<_>>(), &outside.iter().collect::<Vec<_>>()) {
            Search::Found(witness) => {
                prop_assert!(inside.iter().all(|product| product.contains(&witness)), "{:?}", witness);
                prop_assert!(!outside.iter().any(|product| product.contains(&witness)), "{:?}", witness);
            }
            Search::Nothing => prop_assert!(!by_trying(&inside, &outside)),
            Search::Undecided(reason) => prop_assert!(matches!(reason, Reason::Mixed(_)), "{}", reason),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_refutes_is_in_the_left_and_not_in_the_right(left in grant(), right in grant(), within in product()) {
        match included(&left, &right, Some(&within)) {
            Verdict::Refuted(witness) => {
                prop_assert!(left.contains(&witness) && within.contains(&witness) && !right.contains(&witness));
            }
            Verdict::Included => for text in short_strings(2) {
                for resource in short_strings(2) {
                    let request = Witness { action: text.clone(), resource: resource.clone(), ..Witness::default() };
                    let escapes = left.contains(&request) && within.contains(&request) && !right.contains(&request);
                    prop_assert!(!escapes, "{:?}", request);
                }
            },
            Verdict::Unknown(reason) => prop_assert!(matches!(reason, Reason::Mixed(_)), "{}", reason),
        }
    }

    #[test]
    fn inclusion_is_reflexive(grant in grant()) {
        prop_assert_eq!(included(&grant, &grant, None), Verdict::Included);
    }

    #[test]
    fn inclusion_is_transitive(first in grant(), second in grant(), more in vec(product(), 0..3)) {
        // A chain that holds by construction: less allowed, more denied.
        let narrow = Grant { allow: first.allow.clone(), deny: [first.deny.clone(), second.deny.clone()].concat() };
        let wide = Grant { allow: [first.allow.clone(), Grant::new(more, []).allow].concat(), deny: first.deny.clone() };
        prop_assert_eq!(included(&narrow, &first, None), Verdict::Included);
        prop_assert_eq!(included(&first, &wide, None), Verdict::Included);
        prop_assert_eq!(included(&narrow, &wide, None), Verdict::Included);
        // And one that may hold or not.
        if included(&second, &narrow, None) == Verdict::Included {
            prop_assert_eq!(included(&second, &wide, None), Verdict::Included);
        }
    }

    #[test]
    fn grants_within_each_other_allow_the_same_requests(left in grant(), right in grant(), third in grant()) {
        let mutual = |one, other| included(one, other, None) == Verdict::Included && included(other, one, None) == Verdict::Included;
        let twice = Grant { allow: [left.allow.clone(), left.allow.clone()].concat(), deny: left.deny.iter().rev().cloned().collect() };
        prop_assert!(mutual(&left, &twice));
        // Whether a key has several values is told by all that is compared, so that a third can change what two are.
        let several = |grants: &[&Grant]| {
            let products = grants.iter().flat_map(|grant| grant.allow.iter().chain(&grant.deny));
            several_valued(products.map(|product| &**product))
        };
        let alike = several(&[&left, &right]) == several(&[&left, &right, &third]);
        if alike && mutual(&left, &right) {
            prop_assert_eq!(included(&left, &third, None) == Verdict::Included, included(&right, &third, None) == Verdict::Included);
        }
    }

    #[test]
    fn a_set_and_its_complement_share_nothing_and_leave_nothing_out(set in strings(glob(4)), resource in strings(glob(4))) {
        let product = unconditional(set.clone(), resource.clone());
        let others = unconditional(set.complement(), resource.clone());
        let both = unconditional(none_of(&[]), resource);
        prop_assert_eq!(find(&[&product, &others], &[]), Search::Nothing);
        prop_assert_eq!(find(&[&both], &[&product, &others]), Search::Nothing);
    }

    #[test]
    fn another_deny_never_adds_a_request_and_another_allow_never_removes_one(grant in grant(), one in product()) {
        let mut denying = grant.clone();
        denying.deny.push(Arc::new(one.clone()));
        let mut allowing = grant.clone();
        allowing.allow.push(Arc::new(one));
        prop_assert_eq!(included(&denying, &grant, None), Verdict::Included);
        prop_assert_eq!(included(&grant, &allowing, None), Verdict::Included);
    }

    #[test]
    fn other_names_for_the_literals_leave_the_verdict_as_it_is(left in grant(), right in grant()) {
        let verdict = |left, right| std::mem::discriminant(&included(left, right, None));
        prop_assert_eq!(verdict(&left, &right), verdict(&renamed(&left), &renamed(&right)));
    }
}

/// The grant with other characters for its literals, one for one. One of them is longer in bytes.
fn renamed(grant: &Grant) -> Grant {
    let token = |token| match token {
        Token::Literal('a') => Token::Literal('x'),
        Token::EitherCase('a') => Token::EitherCase('x'),
        Token::Literal('b') => Token::Literal('é'),
        Token::Literal('*') => Token::Literal('a'),
        other => other,
    };
    let globs = |globs: &[Glob]| {
        globs
            .iter()
            .map(|glob| Glob::from_tokens(glob.tokens().map(token)))
            .collect()
    };
    let strings = |strings: &Strings| match strings {
        Strings::AnyOf(some) => Strings::AnyOf(globs(some)),
        Strings::NoneOf(some) => Strings::NoneOf(globs(some)),
    };
    let product = |product: &Product| Product {
        action: strings(&product.action),
        resource: strings(&product.resource),
        when: product.when.clone(),
    };
    Grant::new(
        grant.allow.iter().map(|one| product(one)),
        grant.deny.iter().map(|one| product(one)),
    )
}

/// Reads `+action resource k` (allowed when there is a key k) and `-!action resource` (denied for all other
/// actions), any number of them with `; ` between.
fn written(text: &str) -> Grant {
    let set = |text: &str| match text.strip_prefix('!') {
        Some(text) => none_of(&[text]),
        None => any_of(&[text]),
    };
    let mut grant = Grant::default();
    for product in text.split("; ").filter(|product| !product.is_empty()) {
        let parts: Vec<&str> = product[1..].split(' ').collect();
        let when = parts
            .get(2)
            .map(|key| (ConditionKey::new(key), is_present()));
        let read = Product {
            action: set(parts[0]),
            resource: set(parts[1]),
            when: Conditions::new(when),
        };
        if product.starts_with('+') {
            grant.allow.push(Arc::new(read))
        } else {
            grant.deny.push(Arc::new(read))
        }
    }
    grant
}

#[test]
fn verdicts_on_examples() {
    let cases = [
        (
            "a narrower pattern",
            "+s3:getobject b/x?",
            "+s3:get* b/*",
            None,
        ),
        (
            "a wider pattern",
            "+s3:get* b/*",
            "+s3:get* b/?*",
            Some("s3:get b/"),
        ),
        ("three parts", "+* *", "+s3:* b/*; +!s3:* *; +* !b/*", None),
        (
            "three parts, one missing",
            "+* *",
            "+s3:* b/*; +* !b/*",
            Some(" b/"),
        ),
        (
            "a deny beats an allow",
            "+* *",
            "+* *; -s3:* b/*",
            Some("s3: b/"),
        ),
        (
            "what is denied need not be allowed",
            "+* *; -!s3:* *; -* !b/*",
            "+s3:* b/*",
            None,
        ),
        (
            "a narrower deny",
            "+* *; -s3:* b/*",
            "+* *; -s3:get* b/1*",
            None,
        ),
        (
            "a wider deny",
            "+* *; -s3:* b/*",
            "+* *; -s3:* *",
            Some("s3: "),
        ),
        ("a condition narrows", "+s3:* * k", "+s3:* *", None),
        ("no condition widens", "+s3:* *", "+s3:* * k", Some("s3: ")),
        (
            "another condition differs",
            "+s3:* * k",
            "+s3:* * l",
            Some("s3: "),
        ),
        (
            "a conditional deny can be off",
            "+s3:* *; -s3:* * k",
            "",
            Some("s3: "),
        ),
        (
            "a conditional deny can be on",
            "+s3:* *",
            "+s3:* *; -s3:* * k",
            Some("s3: "),
        ),
        ("nothing is within nothing", "", "", None),
        (
            "an unheard-of letter is a plain one",
            "+s3:?? *",
            "+s3:xx *; +s3:x? y",
            Some("s3:yx "),
        ),
    ];
    for (name, left, right, refuting) in cases {
        let found = match included(&written(left), &written(right), None) {
            Verdict::Included => None,
            Verdict::Refuted(witness) => Some(format!("{} {}", witness.action, witness.resource)),
            Verdict::Unknown(reason) => panic!("{name}: {reason}"),
        };
        assert_eq!(found.as_deref(), refuting, "{name}");
    }
}

#[test]
fn a_request_for_the_resource_star_is_one_string_among_all() {
    let star = unconditional(any_of(&["a"]), Strings::AnyOf(vec![Glob::literal("*")]));
    let one_letter = unconditional(any_of(&["a"]), any_of(&["?"]));
    let arns = unconditional(any_of(&["a"]), any_of(&["arn:*"]));
    assert_eq!(find(&[&star], &[&one_letter]), Search::Nothing);
    assert_ne!(find(&[&one_letter], &[&star]), Search::Nothing);
    let Search::Found(witness) = find(&[&star], &[&arns]) else {
        panic!("no ARN pattern matches it")
    };
    assert_eq!(witness.resource, "*");
}

/// Everything, and a product and its complement: that they cover it shows only in 2^(n+1) states.
fn hard(length: usize) -> (Product, [Product; 2]) {
    let pattern = format!("*a{}", "?".repeat(length));
    let one = unconditional(any_of(&["*"]), any_of(&[&pattern]));
    (
        unconditional(any_of(&["*"]), any_of(&["*"])),
        [
            one.clone(),
            Product {
                resource: one.resource.complement(),
                ..one
            },
        ],
    )
}

#[test]
fn a_search_past_its_budget_says_so() {
    let (everything, halves) = hard(6);
    let inside = Inside::new(&everything);
    let outside = Outside::new(&halves.each_ref());
    let several = BTreeSet::new();
    let within = |states, moves| {
        find_prepared(
            &[&inside],
            &outside,
            &several,
            &mut Budget { states, moves },
        )
    };
    assert_eq!(within(1_000, 1_000_000), Search::Nothing);
    assert_eq!(within(50, 1_000_000), Search::Undecided(Reason::Budget));
    assert_eq!(within(1_000, 500), Search::Undecided(Reason::Budget));
}

#[test]
fn a_question_too_hard_does_not_hide_an_easy_refutation() {
    let (everything, halves) = hard(10);
    let conditional = Product {
        when: Conditions::new([(ConditionKey::new("k"), is_present())]),
        ..everything.clone()
    };
    let halves = halves.map(|half| Product {
        when: Conditions::new([(ConditionKey::new("k"), is_present())]),
        ..half
    });
    let left = Grant::new(
        [conditional, unconditional(any_of(&["b"]), any_of(&["b"]))],
        [],
    );
    let right = Grant::new(halves, []);
    let Verdict::Refuted(witness) = included(&left, &right, None) else {
        panic!("the second product is not in the right")
    };
    assert_eq!((&*witness.action, &*witness.resource), ("b", "b"));
}

#[test]
fn long_lists_are_looked_up_and_not_tried_one_by_one() {
    let names = |count: usize| {
        (0..count)
            .map(|index| Glob::literal(&format!("table/{index}")))
            .collect()
    };
    let listed = |count| unconditional(any_of(&["get", "put"]), Strings::AnyOf(names(count)));
    let one_by_one = |count| -> Vec<Product> {
        let single = |name| unconditional(any_of(&["get", "put"]), Strings::AnyOf(vec![name]));
        let names: Vec<Glob> = names(count);
        names.into_iter().map(single).collect()
    };
    let grant = |allow: Vec<Product>| Grant::new(allow, []);
    assert_eq!(
        included(&grant(vec![listed(500)]), &grant(one_by_one(500)), None),
        Verdict::Included
    );
    assert_eq!(
        included(&grant(one_by_one(500)), &grant(vec![listed(500)]), None),
        Verdict::Included
    );
    let Verdict::Refuted(witness) =
        included(&grant(vec![listed(500)]), &grant(one_by_one(499)), None)
    else {
        panic!("the last table is not in the right")
    };
    assert_eq!((&*witness.action, &*witness.resource), ("get", "table/499"));
}
