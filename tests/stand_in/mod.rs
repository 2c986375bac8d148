//! A stand-in for AWS in this process: it answers on loopback as a test tells it to.

pub(crate) mod answers;
pub(crate) mod folder;

use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::loopback::{Request, listen, note, parameter, read};
use crate::program::Ended;

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// `ListFunctions`; for calls of one function, rule, schedule, role or job with its name: `ListFunctionUrlConfigs orders`.
    pub(crate) what: String,
    pub(crate) region: String,
    /// Which page; empty for the first.
    pub(crate) marker: String,
    /// The access key that it is signed with.
    pub(crate) key: String,
}

/// What is answered.
pub(crate) enum Reply {
    /// A status and a body.
    Body(u16, String),
    /// The connection ends in the middle of an answer.
    Cut,
}

/// It, and what it was asked so far.
pub(crate) struct StandIn {
    url: String,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl StandIn {
    /// `answer` is asked with each call, and with how often the same was asked before.
    pub(crate) fn new(answer: impl Fn(&Call, usize) -> Reply + Send + Sync + 'static) -> Self {
        let calls = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&calls);
        let url = listen(move |stream| serve(stream, &noted, &answer));
        StandIn { url, calls }
    }

    /// Everything that was asked so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().expect("nobody panicked").clone()
    }

    /// How often this was asked.
    pub(crate) fn asked(&self, what: &str) -> usize {
        let calls = self.calls.lock().expect("nobody panicked");
        calls.iter().filter(|call| call.what == what).count()
    }

    /// Runs `tightrope account pull --out DIR` against it. Nothing of the machine's own configuration counts.
    pub(crate) fn pull(&self, out: &Path, arguments: &str) -> Ended {
        let keys = [
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ];
        self.pull_with(out, arguments, &keys)
    }

    /// Begins it, for a test that ends it.
    pub(crate) fn begin(&self, out: &Path, words: &str) -> Child {
        let keys = [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s")];
        let mut command = self.command(out, words, &keys);
        let command = command.stdout(Stdio::null()).stderr(Stdio::null());
        command
            .spawn()
            .expect("the binary that cargo has just built")
    }

    pub(crate) fn pull_with(&self, out: &Path, words: &str, variables: &[(&str, &str)]) -> Ended {
        ended(&mut self.command(out, words, variables))
    }

    fn command(&self, out: &Path, words: &str, variables: &[(&str, &str)]) -> Command {
        let mut command = pulling(out, words, variables);
        command.args(["--endpoint-url", &self.url]);
        command
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// `tightrope account pull --out DIR`, with nothing of the machine's own configuration.
pub(crate) fn pulling(out: &Path, words: &str, variables: &[(&str, &str)]) -> Command {
    writing("account pull", out, words, variables)
}

/// A command that asks an account and writes into a folder, with nothing of the machine's own configuration.
pub(crate) fn writing(what: &str, out: &Path, words: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tightrope"));
    command
        .args(what.split_whitespace())
        .arg("--out")
        .arg(out)
        .args(words.split_whitespace())
        .env_clear()
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("HOME", out)
        .envs(variables.iter().copied())
        .stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub(crate) fn ended(command: &mut Command) -> Ended {
    let output = command.output();
    let output = output.expect("the binary that cargo has just built");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let ended = Ended {
        code: output.status.code().unwrap_or(-1),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    };
    assert!(!ended.stderr.contains("panicked"), "{}", ended.stderr);
    ended
}

fn serve(mut stream: TcpStream, calls: &Mutex<Vec<Call>>, answer: &impl Fn(&Call, usize) -> Reply) {
    let Some(call) = read(&stream).and_then(asked_by) else {
        return;
    };
    let before = note(calls, &call);
    // A program that went away needs no answer.
    let _ = match answer(&call, before) {
        Reply::Body(status, body) => write!(
            stream,
            "HTTP/1.1 {status} -\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        ),
        Reply::Cut => write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{{\"Fun"
        ),
    };
}

fn asked_by(request: Request) -> Option<Call> {
    let body = String::from_utf8(request.body).ok()?;
    let query = &request.query;
    let json: Value = serde_json::from_str(&body).unwrap_or_default();
    let what = match (request.target, parameter(&body, "Action")) {
        (Some(target), _) => match json.get("Rule").and_then(Value::as_str) {
            Some(rule) => format!("{target} {rule}"),
            None => target,
        },
        (None, Some(action)) => of_query(action, &body),
        (None, None) => of_path(&request.path, parameter(query, "groupName"))?,
    };
    let marker = parameter(query, "Marker").or(parameter(&body, "Marker"));
    let marker = marker.or(parameter(query, "NextToken"));
    let in_json = json.get("NextToken").and_then(Value::as_str);
    let marker = marker.or(in_json.map(str::to_owned));
    Some(Call {
        what,
        region: request.region,
        marker: marker.unwrap_or_default(),
        key: request.key,
    })
}

fn of_path(path: &str, group: Option<String>) -> Option<String> {
    let parts: Vec<_> = path.trim_matches('/').split('/').collect();
    Some(match parts[..] {
        ["schedules"] => "ListSchedules".to_owned(),
        ["schedules", schedule] => format!("GetSchedule {}/{schedule}", group?),
        [_, "functions"] => "ListFunctions".to_owned(),
        [_, "event-source-mappings"] => "ListEventSourceMappings".to_owned(),
        [_, "functions", function, "event-invoke-config", "list"] => {
            format!("ListFunctionEventInvokeConfigs {function}")
        }
        [_, "functions", function, "urls"] => format!("ListFunctionUrlConfigs {function}"),
        _ => return None,
    })
}

/// A call of IAM or STS.
fn of_query(action: String, body: &str) -> String {
    let text = |name| parameter(body, name).unwrap_or_default();
    if action == "AssumeRole" {
        let role = text("RoleArn").replace("%3A", ":").replace("%2F", "/");
        return format!("{action} {role} {}", text("ExternalId"));
    }
    let role = parameter(body, "Arn");
    let role = role.and_then(|arn| Some(arn.rsplit("%2F").next()?.to_owned()));
    match parameter(body, "JobId").or(role) {
        Some(of) => format!("{action} {of}"),
        None => action,
    }
}
