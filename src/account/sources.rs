//! Files in which the AWS CLI wrote what it knows of functions. What a file holds is told by its content, not
//! by its name.

use std::cell::RefCell;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::object::{Answer, Object};
use super::schedules::Schedules;
use super::{AccountError, destinations, event_sources, functions, object_lambda};
use crate::iam::Arn;
use crate::lambda::{AsyncDestination, EventSource, Function};
use crate::text::{Node, Shape, parse_json};
use crate::trail::{holds, within};

/// Where it stands what an account's functions are and how they are configured: each path is a file, or a
/// folder of such files, whatever they are called.
///
/// A file counts for what it holds, wherever it is named here.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Outputs of `aws lambda list-functions`, `get-function-configuration` or `get-function`.
    pub functions: Vec<PathBuf>,
    /// Outputs of `aws lambda list-event-source-mappings`, one of each Region, or of `get-event-source-mapping`.
    pub event_sources: Vec<PathBuf>,
    /// Outputs of `aws lambda list-function-event-invoke-configs`, one of each function, or of
    /// `get-function-event-invoke-config`; and of `aws s3control get-access-point-configuration-for-object-lambda`.
    pub destinations: Vec<PathBuf>,
    /// Outputs of `aws events list-rules`, of `list-targets-by-rule` in files `targets-<rule>.json`, of `aws scheduler
    /// list-schedules` and `get-schedule`, and of `aws lambda get-policy`.
    pub schedules: Vec<PathBuf>,
    /// Outputs of `aws iam get-service-last-accessed-details`, one of each role and named after it: `<role>.json`.
    pub last_accessed: Vec<PathBuf>,
}

/// What the files say together.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) functions: Vec<Function>,
    pub(super) event_sources: Listed<EventSource>,
    pub(super) destinations: Listed<Vec<AsyncDestination>>,
    /// The functions that S3 Object Lambda access points call.
    pub(super) object_lambda: Vec<Arn>,
    pub(super) schedules: Schedules,
    pub(super) problems: Vec<String>,
}

/// What was listed apart from the functions.
#[derive(Debug)]
pub(super) struct Listed<T> {
    /// Of which function each is.
    pub(super) items: Vec<(Arn, T)>,
    /// In how many lists they stood; some may have been empty.
    pub(super) lists: usize,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Listed {
            items: Vec::new(),
            lists: 0,
        }
    }
}

/// What a file of a folder may be.
const ANY: &str = "expected an output of the AWS CLI with functions, event source mappings, destinations or schedules";

/// What else `tightrope account pull` writes into the folder of a Region.
const OTHERS: [&str; 4] = [
    "trailList",
    "EventSelectors",
    "AdvancedEventSelectors",
    "FunctionUrlConfigs",
];

/// Reads them all. In a folder, a file that holds nothing of the kind is a problem, and the others count.
///
/// # Errors
/// When a path cannot be read, or a file that was named holds nothing of the kind.
pub(super) fn read(sources: &Sources) -> Result<Known, AccountError> {
    const FUNCTIONS: &str =
        "expected the output of `aws lambda list-functions`, an object with `Functions`";
    const MAPPINGS: &str = "expected the output of `aws lambda list-event-source-mappings`, an object with \
                            `EventSourceMappings`";
    const CONFIGS: &str = "expected the output of `aws lambda list-function-event-invoke-configs`, an object with \
                           `FunctionEventInvokeConfigs`";
    const SCHEDULES: &str = "expected the output of `aws events list-rules` or `list-targets-by-rule`, `aws scheduler \
                             list-schedules` or `get-schedule`, or of `aws lambda get-policy`";
    let named = [
        (&sources.functions, FUNCTIONS),
        (&sources.event_sources, MAPPINGS),
        (&sources.destinations, CONFIGS),
        (&sources.schedules, SCHEDULES),
    ];
    let mut known = Known::default();
    for (paths, expected) in named {
        for path in paths {
            match path.is_dir() {
                true => known.folder(path)?,
                false => known.file(path, expected)?,
            }
        }
    }
    Ok(known)
}

impl Known {
    fn folder(&mut self, folder: &Path) -> Result<(), AccountError> {
        for file in files(folder)? {
            if let Err(error) = self.file(&file, ANY)
                && !holds(&file, &OTHERS)
            {
                self.problems.push(format!("{error}; it is left out"));
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, expected: &'static str) -> Result<(), AccountError> {
        let (text, node) = parsed(path, expected)?;
        let answer = Answer {
            path,
            text: &text,
            problems: RefCell::default(),
        };
        let understood = self.answer(&answer, &node);
        self.problems.extend(answer.problems.into_inner());
        understood.ok_or_else(|| AccountError::OtherShape {
            path: path.to_owned(),
            expected,
            found: describe(&node),
        })
    }

    /// `None` when it is nothing of the kind.
    fn answer(&mut self, answer: &Answer<'_>, node: &Node) -> Option<()> {
        let more = ["NextMarker", "NextToken"].map(|name| node.get(name));
        if let Some(more) = more
            .into_iter()
            .flatten()
            .find(|node| node.as_text().is_some())
        {
            let words = "this is one page of several; what stands on the others is not known";
            answer.problem(more, words);
        }
        let list = |name| match &node.get(name)?.shape {
            Shape::List(items) => Some(items.as_slice()),
            _ => None,
        };
        if let Some(items) = list("Functions") {
            items.iter().for_each(|item| self.function(answer, item));
        } else if let Some(items) = list("EventSourceMappings") {
            self.event_sources.lists += 1;
            items
                .iter()
                .for_each(|item| self.event_source(answer, item));
        } else if let Some(items) = list("FunctionEventInvokeConfigs") {
            self.destinations.lists += 1;
            items.iter().for_each(|item| self.destination(answer, item));
        } else if let Shape::List(items) = &node.shape {
            return self.bare_list(answer, items);
        } else {
            let one = self.one(answer, node);
            return one.or_else(|| self.schedules.read(answer, node));
        }
        Some(())
    }

    /// What `--query` leaves of an output. A list of nothing of the kind is nothing of the kind.
    fn bare_list(&mut self, answer: &Answer<'_>, items: &[Node]) -> Option<()> {
        let (understood, others): (Vec<_>, Vec<_>) = items
            .iter()
            .partition(|item| self.one(answer, item).is_some());
        if understood.is_empty() {
            return None;
        }
        for other in others {
            let found = describe(other);
            answer.problem(other, &format!("{found} is not understood; it is left out"));
        }
        Some(())
    }

    /// A single function, mapping or set of destinations.
    fn one(&mut self, answer: &Answer<'_>, node: &Node) -> Option<()> {
        let has = |names: &[&str]| names.iter().all(|name| node.get(name).is_some());
        let of_invocations = [
            "DestinationConfig",
            "MaximumRetryAttempts",
            "MaximumEventAgeInSeconds",
        ];
        if let Some(configuration) = node.get("Configuration") {
            let of_access_point = "TransformationConfigurations";
            if configuration.get(of_access_point).is_some() {
                let object = Object::new(answer, configuration, "S3 Object Lambda access point");
                self.object_lambda.extend(object_lambda::functions(&object));
                return Some(());
            }
            return self.one(answer, configuration);
        }
        if has(&["FunctionName", "FunctionArn"]) {
            self.function(answer, node);
        } else if has(&["UUID", "FunctionArn"]) {
            self.event_source(answer, node);
        } else if has(&["FunctionArn"]) && of_invocations.iter().any(|name| has(&[name])) {
            self.destination(answer, node);
        } else {
            return None;
        }
        Some(())
    }

    fn function(&mut self, answer: &Answer<'_>, node: &Node) {
        let number = self.functions.len() + 1;
        let object = Object::new(answer, node, format!("function {number}"));
        self.functions.extend(functions::function(object));
    }

    fn event_source(&mut self, answer: &Answer<'_>, node: &Node) {
        let object = Object::new(answer, node, "event source mapping");
        let mapping = event_sources::event_source(object);
        self.event_sources.items.extend(mapping);
    }

    fn destination(&mut self, answer: &Answer<'_>, node: &Node) {
        let object = Object::new(answer, node, "destinations");
        let sent = destinations::destinations(object);
        self.destinations.items.extend(sent);
    }
}

/// A file's text, and what it says.
///
/// # Errors
/// When it cannot be read, or is not JSON.
pub(super) fn parsed(path: &Path, expected: &'static str) -> Result<(String, Node), AccountError> {
    let bytes = fs::read(path).map_err(|error| unreadable(path, error))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string());
    let parsed = text.and_then(|text| {
        let node = parse_json(text).map_err(|error| error.to_string())?;
        Ok((text.to_owned(), node))
    });
    parsed.map_err(|found| {
        not_json(path, bytes).unwrap_or_else(|| AccountError::OtherShape {
            path: path.to_owned(),
            expected,
            found,
        })
    })
}

/// The files of a folder, sorted; not those of folders in it, and none that is hidden.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, AccountError> {
    within(folder).map_err(|error| unreadable(folder, error))
}

fn unreadable(path: &Path, error: io::Error) -> AccountError {
    let path = path.to_owned();
    AccountError::Unreadable { path, error }
}

/// In the words of the reader that reads the other files.
fn not_json(path: &Path, bytes: &[u8]) -> Option<AccountError> {
    let path = path.to_owned();
    let error = serde_json::from_slice::<serde::de::IgnoredAny>(bytes).err()?;
    Some(AccountError::NotJson { path, error })
}

/// What a value is, for the message that it is not what it should be.
pub(super) fn describe(node: &Node) -> String {
    match node.members() {
        Some([]) => "an object with nothing".into(),
        Some(members) => {
            let names = members.iter().take(5);
            let names: Vec<_> = names.map(|member| format!("`{}`", member.name)).collect();
            format!("an object with {}", names.join(", "))
        }
        None => node.kind().into(),
    }
}
