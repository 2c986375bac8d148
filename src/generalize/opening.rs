//! Which of the values at one place are opened, and into what.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::Sighting;
use super::evidence::{Seen, Window};
use super::explain::Opened;
use super::kinds::{Kind, split_number};
use super::pattern::Pattern;
use super::pieces::{Line, Shapes};
use super::rendering;

/// What an opened place has, and why.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) pattern: Pattern,
    pub(super) why: Opened,
}

/// Some of the sightings at a place, and what they have there: one text, or what all of theirs were opened into.
pub(super) type Branch = (Vec<usize>, Option<Rc<Opening>>);

/// What all decisions rest on.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    pub(super) sightings: &'a [Sighting],
    pub(super) lines: Vec<Line<'a>>,
    pub(super) shapes: Shapes,
}

/// The sightings that have one text at the place.
#[derive(Debug)]
struct Value<'a> {
    text: &'a str,
    kind: Option<Kind>,
    sure: bool,
    ids: Vec<usize>,
    seen: Seen,
}

/// Values that may be opened together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class<'a> {
    Time(u32),
    Uuid,
    Hex(usize),
    Random,
    Number,
    Numbered(&'a str),
    Secret,
}

/// Digits of a number that may be a counter: longer ones are ids.
const COUNTER_DIGITS: usize = 5;
/// The fewest values of a counter.
const FEWEST_COUNTS: usize = 3;
/// The digits of an account, which is somebody's.
const ACCOUNT_DIGITS: usize = 12;

impl Ground<'_> {
    /// Parts the sightings, which agree up to this place, by what they have there.
    pub(super) fn branches(&self, ids: Vec<usize>, place: usize) -> Vec<Branch> {
        let first = ids.first().map(|id| &self.lines[*id]);
        let key = first.map_or((None, ""), |line| (line.kind(place), line.piece(place)));
        let same = |id: &usize| {
            let line = &self.lines[*id];
            (line.kind(place), line.piece(place)) == key && !line.is_sure(place)
        };
        if ids.iter().all(same) {
            return vec![(ids, None)];
        }
        let values = self.values(ids, place);
        Place::new(self, place, values).open()
    }

    fn values(&self, mut ids: Vec<usize>, place: usize) -> Vec<Value<'_>> {
        // A line that has ended is not one whose capture ends here.
        let key = |id: &usize| {
            let line = &self.lines[*id];
            let kind = line.kind(place);
            (kind.is_some(), kind == Some(Kind::Edge), line.piece(place))
        };
        ids.sort_by(|left, right| key(left).cmp(&key(right)).then(left.cmp(right)));
        let values = ids.chunk_by(|left, right| key(left) == key(right));
        values.map(|ids| self.value(ids, place)).collect()
    }

    fn value(&self, ids: &[usize], place: usize) -> Value<'_> {
        let first = &self.lines[ids[0]];
        let sure = ids.iter().map(|id| &self.lines[*id]);
        let sure = sure.filter(|line| line.is_sure(place));
        // Of kinds that depend on the time of use the sure one counts, whatever the order.
        let kinds = sure.map(|line| line.kind(place));
        let kind = kinds.max();
        Value {
            text: first.piece(place),
            sure: kind.is_some(),
            kind: kind.unwrap_or_else(|| {
                ids.iter()
                    .filter_map(|id| self.lines[*id].kind(place))
                    .max()
            }),
            seen: Seen::of(ids.iter().map(|id| &self.sightings[*id])),
            ids: ids.to_vec(),
        }
    }
}

struct Place<'a> {
    ground: &'a Ground<'a>,
    place: usize,
    window: Window,
    in_head: bool,
    /// Values that are not yet in a branch.
    left: Vec<Value<'a>>,
    branches: Vec<Branch>,
}

impl<'a> Place<'a> {
    fn new(ground: &'a Ground<'a>, place: usize, values: Vec<Value<'a>>) -> Self {
        let ids = values.iter().flat_map(|value| &value.ids);
        let window = Window::of(ids.clone().map(|id| &ground.sightings[*id]));
        Place {
            ground,
            place,
            window,
            in_head: ids.clone().any(|id| place < ground.lines[*id].head),
            left: values,
            branches: Vec::new(),
        }
    }

    fn open(mut self) -> Vec<Branch> {
        for class in self.classes() {
            self.open_class(class);
        }
        if !self.in_head {
            self.open_names();
        }
        let literal = self.left.into_iter().map(|value| (value.ids, None));
        self.branches.extend(literal);
        self.branches
    }

    fn classes(&self) -> BTreeSet<Class<'a>> {
        self.left.iter().filter_map(|value| class(value)).collect()
    }

    /// Takes out the values of the class that are opened, if they are.
    fn open_class(&mut self, wanted: Class<'_>) {
        let is_member = |value: &Value<'_>| match (class(value), wanted) {
            // A hash may happen to have no letter.
            (Some(Class::Number), Class::Hex(length)) => value.text.len() == length,
            (own, _) => own == Some(wanted),
        };
        let members: Vec<_> = self.left.iter().filter(|value| is_member(value)).collect();
        let sure = members.iter().any(|value| value.sure);
        let counter = self.is_counter(wanted, &members);
        let seen: Vec<_> = members.iter().map(|value| value.seen).collect();
        let opens = match (self.in_head, wanted) {
            (_, Class::Secret) => true,
            (true, Class::Number | Class::Numbered(_)) => false,
            (true, Class::Time(_)) => sure && members.len() >= 2,
            (true, _) => self.window.resources_change(&seen),
            (false, _) => sure || counter || self.window.ids_change(&seen),
        };
        if !opens {
            return;
        }
        let window = self.window;
        let taken = |value: &mut Value<'_>| {
            is_member(value) && (value.sure || counter || !window.is_settled(&value.seen))
        };
        let opened: Vec<_> = self.left.extract_if(.., taken).collect();
        let texts: Vec<_> = opened.iter().map(|value| value.text).collect();
        let opening = self.opening(wanted, &texts, sure);
        self.branch(opened, opening);
    }

    /// Is it a small number in the name of a file, of which a next one may follow?
    fn is_counter(&self, class: Class<'_>, members: &[&Value<'_>]) -> bool {
        let digits = |value: &&&Value<'_>| split_number(value.text).1.len() > COUNTER_DIGITS;
        matches!(class, Class::Number | Class::Numbered(_))
            && members.len() >= FEWEST_COUNTS
            && !members.iter().any(|value| digits(&value))
            && !members.iter().any(|value| {
                let line = &self.ground.lines[value.ids[0]];
                line.is_in_folder_name(self.place)
            })
    }

    fn opening(&self, class: Class<'_>, texts: &[&str], sure: bool) -> Opening {
        let (pattern, why) = match class {
            Class::Time(shape) => (
                rendering::shape(self.ground.shapes.text(shape)),
                Opened::Date,
            ),
            Class::Uuid => (rendering::uuid(), Opened::Uuid),
            Class::Hex(_) => (rendering::id(texts), Opened::Hash),
            Class::Random => (rendering::id(texts), Opened::RandomSuffix),
            Class::Secret => (rendering::fixed(texts), Opened::SecretSuffix),
            // A version of a function, in the name of its log stream.
            Class::Number if sure => (rendering::shape("*"), Opened::Number),
            Class::Number | Class::Numbered(_) => {
                let whole = texts.iter().all(|text| text.len() == 1);
                (rendering::number(texts, whole), Opened::Number)
            }
        };
        Opening { pattern, why }
    }

    /// Opens what is left, if it is names of which ever new ones appear.
    fn open_names(&mut self) {
        let window = self.window;
        let is_name = |value: &Value<'_>| {
            value.kind.is_some_and(Kind::opens) && !window.is_settled(&value.seen)
        };
        let names: Vec<_> = self.left.iter().filter(|value| is_name(value)).collect();
        let seen: Vec<_> = names.iter().map(|value| value.seen).collect();
        if !window.names_change(&seen) {
            return;
        }
        let opened: Vec<_> = self.left.extract_if(.., |value| is_name(value)).collect();
        let texts: Vec<_> = opened.iter().map(|value| value.text).collect();
        let opening = Opening {
            pattern: rendering::name(&texts),
            why: Opened::Word {
                distinct: opened.len(),
                once: seen.iter().filter(|seen| window.is_once(seen)).count(),
            },
        };
        self.branch(opened, opening);
    }

    fn branch(&mut self, values: Vec<Value<'_>>, opening: Opening) {
        let ids = values.into_iter().flat_map(|value| value.ids).collect();
        self.branches.push((ids, Some(Rc::new(opening))));
    }
}

fn class<'a>(value: &Value<'a>) -> Option<Class<'a>> {
    match value.kind? {
        Kind::Time(shape) => Some(Class::Time(shape)),
        Kind::Uuid => Some(Class::Uuid),
        Kind::Hex => Some(Class::Hex(value.text.len())),
        Kind::Random => Some(Class::Random),
        Kind::Secret => Some(Class::Secret),
        Kind::Number if value.text.len() == ACCOUNT_DIGITS && !value.sure => None,
        Kind::Number => Some(Class::Number),
        Kind::Numbered => Some(Class::Numbered(split_number(value.text).0)),
        Kind::Edge | Kind::Separator | Kind::Word => None,
    }
}
