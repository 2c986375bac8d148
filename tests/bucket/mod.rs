//! A stand-in for the places of trails in this process: a bucket, and CloudTrail's event history. Each call is answered on
//! loopback as a test tells it to, or as AWS would.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::loopback::{Request, listen, note, parameter, read};
use crate::program::Ended;
use crate::stand_in::ended;

/// What was asked, in the Region for which it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) what: What,
    pub(crate) region: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Head,
    List {
        prefix: String,
        folders: bool,
        token: String,
    },
    Get(String),
    /// The first and the last second, which page, and the events of which source.
    Lookup([i64; 2], String, Option<String>),
    Caller,
}

/// An answer of another kind than AWS would give.
pub(crate) enum Fault {
    /// A status, a header and a body.
    Says(u16, &'static str, String),
    /// Less than the header says.
    Cut,
    /// The beginning of the object, as if it were whole.
    Short,
}

/// What there is.
#[derive(Clone, Default)]
pub(crate) struct There {
    /// The objects of the bucket `logs`.
    pub(crate) objects: BTreeMap<String, Vec<u8>>,
    /// The events of the event history: the Region, the second, and the record.
    pub(crate) events: Vec<(String, i64, String)>,
    pub(crate) account: &'static str,
    /// How many keys or events a page has.
    pub(crate) page: usize,
}

impl There {
    /// A bucket with the files of a folder, under a prefix.
    pub(crate) fn of_folder(folder: &str, prefix: &str) -> Self {
        let mut there = There {
            account: "123456789012",
            page: 3,
            ..There::default()
        };
        let mut folders = vec![Path::new(folder).to_owned()];
        while let Some(next) = folders.pop() {
            for entry in std::fs::read_dir(&next).expect("a folder of the repository") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let name = path.strip_prefix(folder).expect("it is inside");
                let key = format!("{prefix}{}", name.display());
                there
                    .objects
                    .insert(key, std::fs::read(&path).expect("a file"));
            }
        }
        there
    }
}

pub(crate) struct StandIn {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl StandIn {
    pub(crate) fn new(there: There) -> Self {
        Self::failing(there, |_, _| None)
    }

    /// One that answers otherwise where `faults` says so of a call, and of how often the same was asked before.
    pub(crate) fn failing(
        there: There,
        faults: impl Fn(&Asked, usize) -> Option<Fault> + Send + Sync + 'static,
    ) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        let url = listen(move |stream| serve(stream, &there, &noted, &faults));
        StandIn { url, asked }
    }

    /// Everything that was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("nobody panicked").clone()
    }

    /// The keys of the objects that were fetched, each once.
    pub(crate) fn fetched(&self) -> BTreeSet<String> {
        let asked = self.asked();
        let keys = asked.into_iter().filter_map(|asked| match asked.what {
            What::Get(key) => Some(key),
            _ => None,
        });
        keys.collect()
    }

    /// Runs the program with these words. Nothing of the machine's own configuration counts.
    pub(crate) fn tightrope(&self, words: &str) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tightrope"));
        command
            .args(words.split_whitespace())
            .args(["--endpoint-url", &self.url])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env_clear()
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_REGION", "eu-central-1")
            .stdin(Stdio::null());
        ended(&mut command)
    }
}

fn serve(
    mut stream: TcpStream,
    there: &There,
    asked: &Mutex<Vec<Asked>>,
    faults: &impl Fn(&Asked, usize) -> Option<Fault>,
) {
    let Some(call) = read(&stream).and_then(|request| asked_by(&request)) else {
        return;
    };
    let before = note(asked, &call);
    let head = call.what == What::Head;
    let (status, header, body, length) = match (faults(&call, before), answer(&call, there)) {
        (Some(Fault::Says(status, header, body)), _) => {
            let length = body.len();
            (status, header, body.into_bytes(), length)
        }
        (Some(Fault::Cut), (_, body)) => {
            let length = body.len();
            (200, "", body[..length / 2].to_vec(), length)
        }
        (Some(Fault::Short), (_, body)) => {
            (200, "", body[..body.len() / 2].to_vec(), body.len() / 2)
        }
        (None, (status, body)) => {
            let length = body.len();
            (status, "", body, length)
        }
    };
    let mut text =
        format!("HTTP/1.1 {status} -\r\nContent-Length: {length}\r\nConnection: close\r\n");
    if !header.is_empty() {
        let _ = write!(text, "{header}\r\n");
    }
    // A program that went away needs no answer.
    let _ = stream.write_all(format!("{text}\r\n").as_bytes());
    if !head {
        let _ = stream.write_all(&body);
    }
}

fn answer(call: &Asked, there: &There) -> (u16, Vec<u8>) {
    match &call.what {
        What::Head => (200, Vec::new()),
        What::Get(key) => match there.objects.get(key) {
            Some(object) => (200, object.clone()),
            None => (404, Vec::new()),
        },
        What::List {
            prefix,
            folders,
            token,
        } => (200, listing(there, prefix, *folders, token).into_bytes()),
        What::Lookup([first, last], token, source) => {
            let is_of = |(region, second, record): &&(String, i64, String)| {
                let asked = source
                    .as_ref()
                    .is_none_or(|source| source_of(record) == *source);
                asked && *region == call.region && (first..=last).contains(&second)
            };
            let from: usize = token.parse().unwrap_or(0);
            let of: Vec<_> = there.events.iter().filter(is_of).collect();
            let page = of.iter().skip(from).take(there.page);
            let events = page.map(|(_, _, record)| {
                json!({"EventSource": source_of(record), "CloudTrailEvent": record})
            });
            let next = from + there.page;
            let next = (next < of.len()).then(|| next.to_string());
            let body = json!({"Events": events.collect::<Vec<_>>(), "NextToken": next});
            (200, body.to_string().into_bytes())
        }
        What::Caller => {
            let body = format!(
                "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
                 <Account>{}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
                there.account
            );
            (200, body.into_bytes())
        }
    }
}

fn source_of(record: &str) -> String {
    let record: Value = serde_json::from_str(record).expect("a record");
    record["eventSource"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>
fn listing(there: &There, prefix: &str, folders: bool, token: &str) -> String {
    let mut entries = BTreeSet::new();
    for (key, object) in &there.objects {
        let Some(rest) = key.strip_prefix(prefix) else {
            continue;
        };
        entries.insert(match rest.split_once('/').filter(|_| folders) {
            Some((folder, _)) => {
                format!("<CommonPrefixes><Prefix>{prefix}{folder}/</Prefix></CommonPrefixes>")
            }
            None => format!(
                "<Contents><Key>{key}</Key><Size>{}</Size></Contents>",
                object.len()
            ),
        });
    }
    let from: usize = token.parse().unwrap_or(0);
    let page: String = entries
        .iter()
        .skip(from)
        .take(there.page)
        .map(String::as_str)
        .collect();
    let next = from + there.page;
    let more = match next < entries.len() {
        true => format!(
            "<IsTruncated>true</IsTruncated><NextContinuationToken>{next}</NextContinuationToken>"
        ),
        false => "<IsTruncated>false</IsTruncated>".to_owned(),
    };
    format!(
        "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{more}{page}</ListBucketResult>"
    )
}

fn asked_by(request: &Request) -> Option<Asked> {
    let what = match request.method.as_str() {
        "POST" => of_body(&request.body)?,
        _ => of_path(request)?,
    };
    let region = request.region.clone();
    Some(Asked { what, region })
}

fn of_body(body: &[u8]) -> Option<What> {
    let Ok(asked) = serde_json::from_slice::<Value>(body) else {
        return Some(What::Caller);
    };
    #[allow(clippy::cast_possible_truncation, reason = "whole seconds")]
    let second = |name: &str| asked[name].as_f64().map(|second| second as i64);
    let token = asked["NextToken"].as_str().unwrap_or_default().to_owned();
    let source = asked["LookupAttributes"][0]["AttributeValue"].as_str();
    let source = source.map(str::to_owned);
    Some(What::Lookup(
        [second("StartTime")?, second("EndTime")?],
        token,
        source,
    ))
}

fn of_path(request: &Request) -> Option<What> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let parameter = |name| parameter(&request.query, name).map(|value| decoded(&value));
    let path = decoded(&request.path);
    let rest = path.strip_prefix("/logs")?;
    Some(match (request.method.as_str(), parameter("list-type")) {
        ("HEAD", _) => What::Head,
        (_, Some(_)) => What::List {
            prefix: parameter("prefix").unwrap_or_default(),
            folders: parameter("delimiter").is_some(),
            token: parameter("continuation-token").unwrap_or_default(),
        },
        _ => What::Get(rest.trim_start_matches('/').to_owned()),
    })
}
