//! The rules of `src/lib.rs`: a module imports only what is declared above it, and nothing above the line
//! touches a file, the clock, the network or the terminal.

use std::fs;
use std::path::{Path, PathBuf};

const LINE: &str = "// ────────";

/// What only modules below the line may name.
const WORLD: [&str; 12] = [
    "std::fs",
    "std::io",
    "std::net",
    "std::env",
    "std::process",
    "std::time",
    "Timestamp::now",
    "Zoned::now",
    "anstream",
    "clap::",
    "tokio",
    "println!",
];

/// The modules in order, and how many stand above the line.
fn declared() -> (Vec<String>, usize) {
    let text = fs::read_to_string("src/lib.rs").expect("the map of the crate");
    let (mut modules, mut above) = (Vec::new(), None);
    for line in text.lines() {
        if line.starts_with(LINE) {
            above = Some(modules.len());
        }
        if let Some(name) = line
            .strip_prefix("pub mod ")
            .and_then(|rest| rest.strip_suffix(';'))
        {
            modules.push(name.to_owned());
        }
    }
    (
        modules,
        above.expect("a line between what is pure and what is not"),
    )
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .expect("a module's folder")
        .map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// The code of a file without comments and without its tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file");
    let text = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default()
        .to_owned();
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The modules of this crate that a file names.
fn named(code: &str, modules: &[String]) -> Vec<String> {
    let names = |module: &&String| {
        let alone = code.contains(&format!("crate::{module}::"))
            || code.contains(&format!("crate::{module};"));
        alone || code.contains(&format!("use crate::{module} "))
    };
    modules.iter().filter(names).cloned().collect()
}

#[test]
fn a_module_imports_only_what_is_declared_above_it() {
    let (modules, _) = declared();
    let mut arrows = 0;
    for (place, module) in modules.iter().enumerate() {
        for path in sources(&Path::new("src").join(module)) {
            let code = code(&path);
            assert!(
                !code.contains("use crate::{"),
                "{}: one `use` a module, so that it can be checked",
                path.display()
            );
            for import in named(&code, &modules) {
                let at = modules
                    .iter()
                    .position(|name| *name == import)
                    .expect("it is declared");
                assert!(
                    at <= place,
                    "{} imports {import}, which is declared below {module}",
                    path.display()
                );
                arrows += usize::from(at < place);
            }
        }
    }
    assert!(
        arrows > 20,
        "only {arrows} imports were found, so this test does not see them"
    );
}

#[test]
fn nothing_above_the_line_touches_the_world() {
    let (modules, above) = declared();
    assert!(above >= 5 && above < modules.len());
    for module in &modules[..above] {
        for path in sources(&Path::new("src").join(module)) {
            let code = code(&path);
            let touched = WORLD.iter().find(|word| code.contains(**word));
            assert_eq!(touched, None, "{}", path.display());
        }
    }
}

#[test]
fn folders_in_src_are_two_levels_deep_at_most() {
    for path in sources(Path::new("src")) {
        assert!(path.components().count() <= 3, "{}", path.display());
    }
}
