//! What one function does, day by day, and what it never does.

use jiff::civil::{Date, DateTime};

use super::calls::{Call, object};
use super::dice::Dice;

/// Where a workload runs.
pub(crate) struct Site {
    /// What the names of the company's buckets begin with.
    pub(crate) org: &'static str,
    /// Whether all functions of the role use one bucket.
    pub(crate) one_bucket: bool,
    /// A moment long after the training, for what an attacker would ask for then.
    pub(crate) later: DateTime,
}

impl Site {
    /// The bucket for something.
    pub(crate) fn bucket(&self, what: &str) -> String {
        match self.one_bucket {
            true => format!("{}-prod-data", self.org),
            false => format!("{}-{what}", self.org),
        }
    }
}

/// The calls of one day.
type OnDay = Box<dyn FnMut(Date, &mut Dice) -> Vec<Call>>;

/// What one function does.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    on: OnDay,
    /// Decoys: what it never asks for, with an action that it uses, in what a broad grant holds. Each can be told
    /// from all that it does by a pattern that a person would write.
    pub(crate) never: Vec<Call>,
    /// Such patterns: actions and the resources' ARNs.
    pub(crate) by_hand: Vec<(&'static str, String)>,
}

/// Makes a workload at a site.
pub(crate) type Template = fn(&Site, &mut Dice) -> Workload;

impl Workload {
    pub(crate) fn new(
        name: &'static str,
        on: impl FnMut(Date, &mut Dice) -> Vec<Call> + 'static,
    ) -> Self {
        Workload {
            name,
            on: Box::new(on),
            never: Vec::new(),
            by_hand: Vec::new(),
        }
    }

    pub(crate) fn never(mut self, calls: impl IntoIterator<Item = Call>) -> Self {
        self.never.extend(calls);
        self
    }

    /// A statement of the policy that a person would write who knows the function.
    pub(crate) fn by_hand(mut self, actions: &'static str, resource: String) -> Self {
        self.by_hand.push((actions, resource));
        self
    }

    pub(crate) fn on(&mut self, day: Date, dice: &mut Dice) -> Vec<Call> {
        (self.on)(day, dice)
    }
}

/// The same call on other keys of a bucket.
pub(crate) fn beside(event: &'static str, bucket: &str, keys: &[String]) -> Vec<Call> {
    keys.iter().map(|key| object(event, bucket, key)).collect()
}

/// The same call elsewhere: copies of the same object, and what every company has and none should lose.
pub(crate) fn elsewhere(site: &Site, event: &'static str, bucket: &str, key: &str) -> Vec<Call> {
    let org = site.org;
    vec![
        object(event, &format!("{bucket}-archive"), key),
        object(event, &format!("{bucket}-backup"), key),
        object(event, bucket, &format!("backup/{key}")),
        object(
            event,
            &format!("{org}-terraform-state"),
            "prod/network/terraform.tfstate",
        ),
        object(event, bucket, "credentials.csv"),
    ]
}

/// A list of texts as `beside` takes them.
macro_rules! keys {
    ($($key:literal),* $(,)?) => { &[$(format!($key)),*] };
}
pub(crate) use keys;
