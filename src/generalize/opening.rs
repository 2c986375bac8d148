//! Which of the values at one place are opened, and into what.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::class::{Class, class};
use super::evidence::{Seen, Window};
use super::explain::Opened;
use super::ground::{Ground, Value};
use super::kinds::{Kind, may_be_random, split_number};
use super::pattern::Pattern;
use super::pool::Pool;
use super::rendering;

/// What an opened place has, and why.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) pattern: Pattern,
    pub(super) why: Opened,
}

/// Some of the sightings at a place, and what they have there: one text, or what all of theirs were opened into.
pub(super) type Branch = (Vec<usize>, Option<Rc<Opening>>);

/// Digits of a number that may be a counter: longer ones are ids.
const COUNTER_DIGITS: usize = 5;
/// The fewest values of a counter.
const FEWEST_COUNTS: usize = 3;
/// No policy has room for more names at one place.
const MOST_NAMES: usize = 100;
/// The longest words that are let in early where all have one length.
const LONGEST_CODE: usize = 3;
/// The fewest numbered folders of which a next one may follow.
const FEWEST_FOLDERS: usize = 6;
/// Parts the sightings, which agree up to this place, by what they have there.
pub(super) fn branches<'a>(
    ground: &'a Ground<'a>,
    pool: &'a OnceCell<Pool<'a>>,
    ids: Vec<usize>,
    place: usize,
) -> Vec<Branch> {
    let values = ground.values(ids, place);
    Place::new(ground, pool, place, values).open()
}

struct Place<'a> {
    ground: &'a Ground<'a>,
    place: usize,
    window: Window,
    in_head: bool,
    /// Made when it is first asked for.
    pool: &'a OnceCell<Pool<'a>>,
    /// Values that are not yet in a branch.
    left: Vec<Value<'a>>,
    branches: Vec<Branch>,
}

impl<'a> Place<'a> {
    fn new(
        ground: &'a Ground<'a>,
        pool: &'a OnceCell<Pool<'a>>,
        place: usize,
        values: Vec<Value<'a>>,
    ) -> Self {
        let ids = values.iter().flat_map(|value| &value.ids);
        let window = Window::of(ground.of(ids.clone()));
        Place {
            ground,
            place,
            window,
            in_head: ids.clone().any(|id| place < ground.lines[*id].head),
            pool,
            left: values,
            branches: Vec::new(),
        }
    }

    fn open(mut self) -> Vec<Branch> {
        self.open_classes(|class| {
            matches!(
                class,
                Class::Time(_) | Class::Uuid | Class::Secret | Class::Name
            )
        });
        self.open_ids();
        self.open_classes(|_| true);
        if !self.in_head && !self.open_names() {
            (1..=LONGEST_CODE).for_each(|length| self.open_codes(length));
        }
        let literal = self.left.into_iter().map(|value| (value.ids, None));
        self.branches.extend(literal);
        self.branches
    }

    /// Opens each of these classes of values, if it is to be opened.
    fn open_classes(&mut self, wanted: impl Fn(Class<'_>) -> bool) {
        let mut members: BTreeMap<Class<'a>, Vec<Value<'a>>> = BTreeMap::new();
        for value in std::mem::take(&mut self.left) {
            match class(&value).filter(|class| wanted(*class)) {
                Some(class) => members.entry(class).or_default().push(value),
                None => self.left.push(value),
            }
        }
        for (class, members) in members {
            self.open_members(class, members);
        }
    }

    /// Opens random ids and hashes, with those that happen to look like something else.
    fn open_ids(&mut self) {
        let random = self.random_lengths();
        let is_random = |value: &Value<'_>| {
            let fits = random.contains(&value.text.len()) && may_be_random(value.text);
            fits || value.kind == Some(Kind::Random)
        };
        let members: Vec<_> = self.left.extract_if(.., |value| is_random(value)).collect();
        self.open_members(Class::Random, members);
        let hashes = self
            .left
            .iter()
            .filter(|value| value.kind == Some(Kind::Hex));
        let lengths: BTreeSet<_> = hashes.map(|value| value.text.len()).collect();
        for length in lengths {
            let is_hash = |value: &mut Value<'_>| {
                let kind = matches!(value.kind, Some(Kind::Hex | Kind::Number));
                kind && value.text.len() == length
            };
            let members = self.left.extract_if(.., is_hash).collect();
            self.open_members(Class::Hex(length), members);
        }
    }

    /// Opens these values, or those of them that do not stay; what is not opened is left.
    fn open_members(&mut self, class: Class<'_>, members: Vec<Value<'a>>) {
        let sure = members.iter().any(|value| value.sure);
        let counter = self.is_counter(class, &members);
        if !self.opens(class, &members, sure || counter) {
            return self.open_pooled(class, members);
        }
        let opens =
            |value: &Value<'_>| value.sure || counter || !self.window.is_settled(&value.seen);
        let (opened, kept): (Vec<_>, Vec<_>) = members.into_iter().partition(opens);
        self.left.extend(kept);
        let opening = self.opening(class, &opened, sure);
        self.branch(opened, opening);
    }

    /// Opens those of the ids that come and go as they do in the neighbouring folders.
    fn open_pooled(&mut self, class: Class<'_>, members: Vec<Value<'a>>) {
        if members.is_empty() || self.in_head {
            return self.left.extend(members);
        }
        let pool = self.pool.get_or_init(|| Pool::of(self.ground));
        let changes = |value: &Value<'_>| {
            let at = (value.ids[0], self.place);
            pool.changes(self.ground, at, class, &value.seen)
        };
        let (opened, kept): (Vec<_>, Vec<_>) = members.into_iter().partition(changes);
        self.left.extend(kept);
        let opening = self.opening(class, &opened, false);
        self.branch(opened, opening);
    }

    fn opens(&self, class: Class<'_>, members: &[Value<'_>], clear: bool) -> bool {
        let seen: Vec<_> = members.iter().map(|value| value.seen).collect();
        match (self.in_head, class) {
            (_, Class::Secret) => true,
            (true, Class::Number | Class::Numbered(_)) => false,
            (true, Class::Time(_)) => clear && members.len() >= 2,
            (true, _) => self.window.resources_change(&seen),
            // Of a few small numbers of folders each may be somebody's.
            (false, Class::Number | Class::Numbered(_)) if !clear && are_small(members) => {
                members.len() >= FEWEST_FOLDERS && self.window.ids_change(&seen)
            }
            (false, _) => clear || self.window.ids_change(&seen),
        }
    }

    /// The lengths of random ids, where much of what may be one of that length looks like one: half of them do not.
    fn random_lengths(&self) -> Vec<usize> {
        let mut counts: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        for value in self.left.iter().filter(|value| may_be_random(value.text)) {
            let (random, all) = counts.entry(value.text.len()).or_default();
            *random += usize::from(value.kind == Some(Kind::Random));
            *all += 1;
        }
        let most = |(_, (random, all)): &(usize, (usize, usize))| 4 * random >= *all;
        counts
            .into_iter()
            .filter(most)
            .map(|(length, _)| length)
            .collect()
    }

    /// Is it a small number in the name of a file, of which a next one may follow?
    fn is_counter(&self, class: Class<'_>, members: &[Value<'_>]) -> bool {
        let is_long = |value: &Value<'_>| split_number(value.text).1.len() > COUNTER_DIGITS;
        matches!(class, Class::Number | Class::Numbered(_))
            && members.len() >= FEWEST_COUNTS
            && !members.iter().any(is_long)
            && !members.iter().any(|value| {
                let line = &self.ground.lines[value.ids[0]];
                line.is_in_folder_name(self.place)
            })
    }

    fn opening(&self, class: Class<'_>, opened: &[Value<'_>], sure: bool) -> Opening {
        let texts: Vec<_> = opened.iter().map(|value| value.text).collect();
        let texts = texts.as_slice();
        let (pattern, why) = match class {
            Class::Time(shape) => (
                rendering::shape(self.ground.shapes.text(shape)),
                Opened::Date,
            ),
            Class::Uuid => (rendering::uuid(), Opened::Uuid),
            Class::Hex(_) => (rendering::id(texts), Opened::Hash),
            Class::Random => (rendering::id(texts), Opened::RandomSuffix),
            Class::Version(_) => (rendering::versions(texts), Opened::Number),
            Class::Secret => (rendering::fixed(texts), Opened::SecretSuffix),
            Class::Name => (
                rendering::name(texts),
                self.names(opened.iter().map(|value| value.seen)),
            ),
            // A version of a function, in the name of its log stream.
            Class::Number if sure && texts.iter().all(|text| !text.starts_with('0')) => {
                (rendering::shape("*"), Opened::Number)
            }
            Class::Number | Class::Numbered(_) => {
                // What a granted `?` stood for has to stay one character.
                let whole = opened.iter().all(|value| {
                    let line = &self.ground.lines[value.ids[0]];
                    value.text.len() == 1 && line.is_whole_capture(self.place)
                });
                (rendering::number(texts, whole), Opened::Number)
            }
        };
        Opening { pattern, why }
    }

    /// Opens what is left, if it is names of which ever new ones appear, and says whether it did.
    fn open_names(&mut self) -> bool {
        let window = self.window;
        let is_name = |value: &Value<'_>| value.kind.is_some_and(Kind::opens);
        let names = self.left.iter().filter(|value| is_name(value));
        let seen: Vec<_> = names.map(|value| value.seen).collect();
        let why = self.names(seen.iter().copied());
        let many = seen.len() > MOST_NAMES;
        if !many && !window.names_change(&seen) {
            return false;
        }
        let changes =
            |value: &mut Value<'_>| is_name(value) && (many || !window.is_settled(&value.seen));
        let opened: Vec<_> = self.left.extract_if(.., changes).collect();
        let texts: Vec<_> = opened.iter().map(|value| value.text).collect();
        let opening = Opening {
            pattern: rendering::name(&texts),
            why,
        };
        self.branch(opened, opening);
        true
    }

    /// Opens words of so few letters, such as those of languages, if new ones appear.
    fn open_codes(&mut self, length: usize) {
        let is_code = |value: &Value<'_>| {
            value.kind == Some(Kind::Word) && value.text.chars().count() == length
        };
        let codes = self.left.iter().filter(|value| is_code(value));
        let seen: Vec<_> = codes.map(|value| value.seen).collect();
        if !self.window.codes_change(&seen) {
            return;
        }
        let window = self.window;
        let changes = |value: &mut Value<'_>| is_code(value) && !window.is_settled(&value.seen);
        let opened: Vec<_> = self.left.extract_if(.., changes).collect();
        let mut pattern = Pattern::default();
        pattern.push_ones(length);
        let why = self.names(seen.iter().copied());
        self.branch(opened, Opening { pattern, why });
    }

    /// Why names are open of which this was seen.
    fn names(&self, seen: impl Iterator<Item = Seen>) -> Opened {
        let (mut distinct, mut once) = (0, 0);
        for seen in seen {
            distinct += 1;
            once += usize::from(self.window.is_once(&seen));
        }
        Opened::Word { distinct, once }
    }

    fn branch(&mut self, values: Vec<Value<'_>>, opening: Opening) {
        // All that would have been opened may have settled.
        if values.is_empty() {
            return;
        }
        let ids = values.into_iter().flat_map(|value| value.ids);
        let mut ids: Vec<_> = ids.collect();
        // In their order the lines lie one behind the other, which is four times as fast to read.
        ids.sort_unstable();
        self.branches.push((ids, Some(Rc::new(opening))));
    }
}

/// Do they have two digits at most?
fn are_small(members: &[Value<'_>]) -> bool {
    let digits = |value: &Value<'_>| split_number(value.text).1.len();
    members.iter().map(digits).max() <= Some(2)
}
