//! A stand-in for AWS in this process: it answers on loopback as a test tells it to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// `ListFunctions`; for calls of one function, role or job with its name: `ListFunctionUrlConfigs orders`.
    pub(crate) what: String,
    pub(crate) region: String,
    /// Which page; empty for the first.
    pub(crate) marker: String,
}

/// What is answered.
pub(crate) enum Reply {
    /// A status and a body.
    Body(u16, String),
    /// The connection ends in the middle of an answer.
    Cut,
}

type Answer = Box<dyn Fn(&Call, usize) -> Reply + Send>;

/// It, and what it was asked so far.
pub(crate) struct StandIn {
    url: String,
    calls: Arc<Mutex<Vec<Call>>>,
}

/// How a run ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl StandIn {
    /// `answer` is asked with each call, and with how often the same was asked before.
    pub(crate) fn new(answer: impl Fn(&Call, usize) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of loopback");
        let address = listener.local_addr().expect("its address");
        let calls = Arc::new(Mutex::new(Vec::new()));
        let (noted, answer): (_, Answer) = (Arc::clone(&calls), Box::new(answer));
        // One connection after the other: the program makes one call after the other.
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                serve(stream, &noted, &answer);
            }
        });
        StandIn {
            url: format!("http://{address}"),
            calls,
        }
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

    pub(crate) fn pull_with(&self, out: &Path, words: &str, variables: &[(&str, &str)]) -> Ended {
        let output = Command::new(env!("CARGO_BIN_EXE_tightrope"))
            .args(["account", "pull", "--endpoint-url", &self.url, "--out"])
            .arg(out)
            .args(words.split_whitespace())
            .env_clear()
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("HOME", out)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .output()
            .expect("the binary that cargo has just built");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        let ended = Ended {
            code: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        };
        assert!(!ended.stderr.contains("panicked"), "{}", ended.stderr);
        ended
    }
}

fn serve(mut stream: TcpStream, calls: &Mutex<Vec<Call>>, answer: &Answer) {
    let Some(call) = read(&stream) else {
        return;
    };
    let before = {
        let mut calls = calls.lock().expect("nobody panicked");
        let before = calls.iter().filter(|other| **other == call).count();
        calls.push(call.clone());
        before
    };
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

fn read(stream: &TcpStream) -> Option<Call> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let (mut length, mut target, mut region) = (0, None, String::new());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "x-amz-target" => target = value.rsplit('.').next().map(str::to_owned),
            "authorization" => region = value.split('/').nth(2)?.to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    let (path, query) = path.split_once('?').unwrap_or((&path, ""));
    let parameter = |of: &str, name: &str| {
        let values = of.split('&').filter_map(|pair| pair.split_once('='));
        let mut values = values.filter(|(key, _)| *key == name);
        values.next().map(|(_, value)| value.to_owned())
    };
    let what = match (target, parameter(&body, "Action")) {
        (Some(target), _) => target,
        (None, Some(action)) => {
            let arn =
                parameter(&body, "Arn").and_then(|arn| Some(arn.rsplit("%2F").next()?.to_owned()));
            let of = parameter(&body, "JobId").or(arn);
            of.map_or(action.clone(), |of| format!("{action} {of}"))
        }
        (None, None) => of_lambda(path)?,
    };
    let marker = parameter(query, "Marker").or(parameter(&body, "Marker"));
    Some(Call {
        what,
        region,
        marker: marker.unwrap_or_default(),
    })
}

fn of_lambda(path: &str) -> Option<String> {
    let parts: Vec<_> = path.trim_matches('/').split('/').collect();
    Some(match parts[..] {
        [_, "functions"] => "ListFunctions".to_owned(),
        [_, "event-source-mappings"] => "ListEventSourceMappings".to_owned(),
        [_, "functions", function, "event-invoke-config", "list"] => {
            format!("ListFunctionEventInvokeConfigs {function}")
        }
        [_, "functions", function, "urls"] => format!("ListFunctionUrlConfigs {function}"),
        _ => return None,
    })
}
