//! A temporary folder of files, in which the program runs.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A folder, gone when it is dropped.
pub(crate) struct Folder(TempDir);

/// How a run ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Folder {
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let folder = Folder(tempfile::tempdir().expect("a temporary folder can be made"));
        files
            .iter()
            .for_each(|(name, text)| folder.write(name, text));
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        let parent = path.parent().expect("it is in the folder");
        fs::create_dir_all(parent).expect("a folder can be made");
        let mut file = fs::File::create(path).expect("a file can be made");
        file.write_all(text.as_bytes()).expect("it can be written");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        let text = fs::read_to_string(self.path().join(name));
        text.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Runs `tightrope check` in it. No run may panic, whatever it is given.
    pub(crate) fn check(&self, arguments: &str) -> Ended {
        let program = env!("CARGO_BIN_EXE_tightrope");
        let words = ["check"].into_iter().chain(arguments.split_whitespace());
        let ended = self.run(program, words);
        let Ended { code, stderr, .. } = &ended;
        assert!(
            !stderr.contains("panicked") && (0..=2).contains(code),
            "{code}: {stderr}"
        );
        ended
    }

    pub(crate) fn run<'a>(&self, program: &str, arguments: impl Iterator<Item = &'a str>) -> Ended {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(self.path())
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::null())
            .output();
        let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Ended {
            code: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}
