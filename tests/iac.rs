//! What files of infrastructure code say of roles, policies and functions, from `tests/cases/iac/`: each folder is a form, and
//! the text beside each of its files says what is found in it.

mod found;

use std::fs;
use std::path::{Path, PathBuf};

use tightrope::iac::{Given, read};

const CASES: &str = "tests/cases/iac";

/// The files of every form, by name, without what is written beside them.
fn cases() -> Vec<PathBuf> {
    let entries = |folder: &Path| {
        let entries = fs::read_dir(folder).expect("a folder of cases");
        entries.map(|entry| entry.expect("an entry").path())
    };
    let forms = entries(Path::new(CASES)).filter(|path| path.is_dir());
    let files = forms.flat_map(|form| entries(&form).collect::<Vec<_>>());
    let mut cases: Vec<_> = files
        .filter(|path| {
            path.extension()
                .is_some_and(|end| end != "txt" && end != "md")
        })
        .collect();
    cases.sort();
    cases
}

#[test]
fn every_file_says_what_is_written_beside_it_and_nothing_else() {
    let cases = cases();
    assert!(!cases.is_empty(), "{cases:?}");
    for case in cases {
        let text = fs::read_to_string(&case).expect("a case");
        let name = case.file_name().expect("a name").to_string_lossy();
        let told = found::told(&read(&name, &text, &Given::default()));
        let beside = case.with_extension("txt");
        let expected = fs::read_to_string(&beside).expect("the text beside it");
        assert_eq!(told, expected, "{}", case.display());
    }
}
