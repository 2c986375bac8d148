//! The documents say what the program does: commands that they show are run, and what follows them is compared.

mod program;

use std::fs;

use program::tightrope;

/// How a document runs the program: as it is installed, or from the repository.
const PROGRAM: [&str; 2] = ["$ tightrope ", "$ cargo run --release -q -- "];

/// The arguments of a line that runs the program.
fn arguments(line: &str) -> Option<&str> {
    PROGRAM
        .iter()
        .find_map(|program| line.strip_prefix(program))
}

/// The commands of the fenced blocks that begin with such a line, each with the output that the block shows.
fn shown(markdown: &str) -> Vec<(String, Vec<&str>)> {
    let mut shown = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if !line.starts_with("```") {
            continue;
        }
        let mut block = lines.by_ref().take_while(|line| !line.starts_with("```"));
        let Some(first) = block.next() else { continue };
        let mut command = first.to_owned();
        // A shell joins a line that ends in a backslash with the next.
        while let Some(begun) = command.strip_suffix('\\') {
            let rest = block.next().unwrap_or_default();
            command = format!("{} {}", begun.trim_end(), rest.trim_start());
        }
        let output = block.collect();
        if let Some(command) = arguments(&command) {
            shown.push((command.to_owned(), output));
        }
    }
    shown
}

/// Whether a text is what is shown of it: a line `…` or `...` stands for any lines, `[..]` in a line for anything in it.
fn is_shown_as(text: &[&str], shown: &[&str]) -> bool {
    match shown.split_first() {
        None => text.is_empty(),
        Some((line, rest)) if matches!(line.trim(), "…" | "..." | "[..]") => {
            (0..=text.len()).any(|skipped| is_shown_as(&text[skipped..], rest))
        }
        Some((line, rest)) => text.split_first().is_some_and(|(first, others)| {
            line_is_shown_as(first, line) && is_shown_as(others, rest)
        }),
    }
}

fn line_is_shown_as(line: &str, shown: &str) -> bool {
    let parts: Vec<&str> = shown.trim_end().split("[..]").collect();
    let [start, middle @ .., end] = &parts[..] else {
        return line.trim_end() == shown.trim_end();
    };
    let line = line.trim_end();
    let mut rest = match line
        .strip_prefix(start)
        .and_then(|rest| rest.strip_suffix(end))
    {
        Some(rest) => rest,
        None => return false,
    };
    middle.iter().all(|part| match rest.find(part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

/// Runs every command that a document shows. Gives how many there were.
fn run_all(document: &str) -> usize {
    let text = fs::read_to_string(document).unwrap_or_else(|error| panic!("{document}: {error}"));
    let commands = shown(&text);
    for (command, expected) in &commands {
        assert!(
            !command.contains(['|', '>', '"', '\'', '#']),
            "{document}: only a shell can run `{command}`"
        );
        let ended = tightrope(command.split_whitespace());
        let printed = format!("{}{}", ended.stdout, ended.stderr);
        let printed: Vec<&str> = printed.trim_end().lines().collect();
        assert!(
            expected.is_empty() || is_shown_as(&printed, expected),
            "{document} shows another output than `tightrope {command}` has:\n{}\n\ninstead of\n\n{}",
            expected.join("\n"),
            printed.join("\n")
        );
        assert!(
            ended.code < 2,
            "{document}: `{command}` ends with {}",
            ended.code
        );
    }
    commands.len()
}

#[test]
fn the_readme_shows_a_run_of_propose_before_line_12_and_its_real_output() {
    let readme = fs::read_to_string("README.md").expect("the repository has a README.md");
    let first = shown(&readme)
        .into_iter()
        .find(|(command, _)| command.starts_with("propose "));
    let (_, output) =
        first.expect("README.md has a fenced block that begins with a run of `propose`");
    assert!(!output.is_empty(), "README.md shows no output of it");
    let line = readme
        .lines()
        .position(|line| arguments(line).is_some_and(|rest| rest.starts_with("propose ")));
    assert!(
        line.is_some_and(|line| line < 12),
        "it stands at line {line:?}"
    );
    assert!(run_all("README.md") >= 1);
}

#[test]
fn the_commands_that_the_example_shows_are_run() {
    run_all("tests/cases/webshop/README.md");
}

#[test]
fn the_changelog_says_first_what_changes_in_policies() {
    let text = fs::read_to_string("CHANGELOG.md").expect("the repository has a CHANGELOG.md");
    let version = env!("CARGO_PKG_VERSION");
    let is_of_it = |line: &&str| {
        let name = line
            .strip_prefix("## ")
            .map(|rest| rest.trim_start_matches(['[', 'v']));
        let rest = name.and_then(|name| name.strip_prefix(version));
        rest.is_some_and(|rest| {
            !rest.starts_with(|next: char| next.is_ascii_digit() || next == '.')
        })
    };
    let mut lines = text.lines().skip_while(|line| !is_of_it(line));
    assert!(
        lines.next().is_some(),
        "CHANGELOG.md has no section `## {version}`"
    );
    let section = lines.take_while(|line| !line.starts_with("## "));
    let first = section.filter_map(|line| line.strip_prefix("### ")).next();
    assert_eq!(
        first.map(str::trim),
        Some("Policies change"),
        "the first subsection of {version}"
    );
}

#[test]
fn what_is_shown_is_compared_line_by_line_with_gaps_where_it_says_so() {
    for (text, expected, same) in [
        ("a\nb", "a\nb", true),
        ("a\nb", "a", false),
        ("a\nb\nc", "a\n…", true),
        ("a\nb\nc", "a\n…\nc", true),
        ("a\nb\nc", "...\nb\n...", true),
        ("a\nb\nc", "a\n…\nd", false),
        ("took 3 s, 4 MB", "took [..] s, [..] MB", true),
        ("took 3 s, 4 MB", "took [..] s", false),
        ("a", "a[..]", true),
        ("x", "a[..]", false),
        ("ab", "ab[..]b", false),
    ] {
        let lines = |text: &'static str| text.lines().collect::<Vec<_>>();
        assert_eq!(
            is_shown_as(&lines(text), &lines(expected)),
            same,
            "{text:?} as {expected:?}"
        );
    }
    let document =
        "text\n```console\n$ tightrope propose \\\n    --trail t\none\n```\n```json\n{}\n```\n";
    assert_eq!(
        shown(document),
        [("propose --trail t".to_owned(), vec!["one"])]
    );
}

#[test]
fn the_settings_that_documents_show_are_settings() {
    let readme = fs::read_to_string("README.md").expect("the README");
    let blocks = readme.split("```toml\n").skip(1);
    let blocks: Vec<_> = blocks.filter_map(|rest| rest.split("```").next()).collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let config = tightrope::config::Config::parse(block);
        assert!(config.is_ok(), "{config:?}\n{block}");
    }
}
