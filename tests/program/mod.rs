//! The program, run as a user runs it: from the root of the repository, by its own binary.

use std::ffi::OsStr;
use std::io::Write;
use std::process::{Command, Stdio};

/// How a run ended.
pub(crate) struct Ended {
    /// The exit code; -1 for a run that a signal ended.
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs `tightrope` with these arguments and nothing on its standard input. No run may panic, whatever it is given.
pub(crate) fn tightrope<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Ended {
    tightrope_reading(arguments, b"")
}

/// Runs `tightrope` with these arguments and this on its standard input.
pub(crate) fn tightrope_reading<A: AsRef<OsStr>>(
    arguments: impl IntoIterator<Item = A>,
    input: &[u8],
) -> Ended {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tightrope"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary that cargo has just built");
    let mut stdin = child.stdin.take().expect("it is piped");
    let input = input.to_vec();
    // Beside the reading: neither side may wait for the other. A program that does not read its input closes it.
    let writing = std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().expect("it was started");
    writing.join().expect("it does not panic");
    let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
    let ended = Ended {
        code: output.status.code().unwrap_or(-1),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    };
    assert!(
        !ended.stderr.contains("panicked") && matches!(ended.code, 0..=2),
        "ended with {}: {}",
        ended.code,
        ended.stderr
    );
    ended
}
