//! HTTP on loopback, as far as the stand-ins for AWS need it.

use std::io::{BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A request.
#[derive(Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// As it was sent, without the query.
    pub(crate) path: String,
    pub(crate) query: String,
    /// The operation of a JSON protocol.
    pub(crate) target: Option<String>,
    /// The Region for which it is signed.
    pub(crate) region: String,
    /// The access key with which it is signed.
    pub(crate) key: String,
    pub(crate) body: Vec<u8>,
}

/// Serves every connection in a thread of its own; the address.
pub(crate) fn listen(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of loopback");
    let address = listener.local_addr().expect("its address");
    let serve = Arc::new(serve);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let serve = Arc::clone(&serve);
            std::thread::spawn(move || serve(stream));
        }
    });
    format!("http://{address}")
}

/// Notes a call; how often the same was noted before.
pub(crate) fn note<C: Clone + PartialEq>(noted: &Mutex<Vec<C>>, call: &C) -> usize {
    let mut noted = noted.lock().expect("nobody panicked");
    let before = noted.iter().filter(|other| *other == call).count();
    noted.push(call.clone());
    before
}

/// Reads a request; `None` when it is none.
pub(crate) fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let (method, path) = (words.next()?, words.next()?);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        ..Request::default()
    };
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "x-amz-target" => request.target = value.rsplit('.').next().map(str::to_owned),
            "authorization" => {
                let mut parts = value.split('/');
                let first = parts.next().and_then(|first| first.rsplit('=').next());
                request.key = first?.to_owned();
                request.region = parts.nth(1)?.to_owned();
            }
            _ => {}
        }
    }
    request.body = vec![0; length];
    reader.read_exact(&mut request.body).ok()?;
    Some(request)
}

/// A parameter of a query or of a form, as it was sent.
pub(crate) fn parameter(of: &str, name: &str) -> Option<String> {
    let values = of.split('&').filter_map(|pair| pair.split_once('='));
    let mut values = values.filter(|(key, _)| *key == name);
    values.next().map(|(_, value)| value.to_owned())
}
