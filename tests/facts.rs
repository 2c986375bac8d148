//! The files of `policy-data/` keep the rules of its README, and belong to its lock.
#![allow(
    clippy::unwrap_used,
    reason = "a file that cannot be read is what such a test is to find"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};
use tightrope::catalog::Catalog;

const GENERATE: &str = "run `python3 policy-data/refresh.py`";
const CHECK: &str = "`python3 policy-data/refresh.py --offline-check` says more";

struct Table {
    name: String,
    columns: Vec<String>,
    lines: Vec<String>,
}

impl Table {
    fn read(name: &str) -> Self {
        let text = read(name);
        let mut lines = text
            .strip_suffix('\n')
            .expect("a line feed at the end")
            .split('\n');
        let header = lines.next().and_then(|header| header.strip_prefix("# "));
        let header = header.unwrap_or_else(|| panic!("{name} begins with its columns; {CHECK}"));
        Table {
            name: name.to_owned(),
            columns: header.split('\t').map(str::to_owned).collect(),
            lines: lines.map(str::to_owned).collect(),
        }
    }

    fn rows(&self) -> impl Iterator<Item = Vec<&str>> {
        self.lines.iter().map(|line| line.split('\t').collect())
    }

    /// The words under the columns with these names.
    fn words(&self, names: &[&str]) -> Vec<&str> {
        let places: Vec<_> = self
            .columns
            .iter()
            .map(|column| names.contains(&column.as_str()))
            .collect();
        let rows = self
            .rows()
            .flat_map(|row| row.into_iter().zip(&places).collect::<Vec<_>>());
        let words = rows
            .filter(|(_, asked)| **asked)
            .flat_map(|(column, _)| column.split(' '));
        words.filter(|word| *word != "-").collect()
    }
}

fn read(name: &str) -> String {
    fs::read_to_string(Path::new("policy-data").join(name)).unwrap()
}

/// Every file of a folder of `policy-data/`, by its path there, sorted.
fn files(folder: &str) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(Path::new("policy-data").join(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        match entry.file_type().unwrap().is_dir() {
            true => files.extend(self::files(&name)),
            false => files.push(name),
        }
    }
    files.sort();
    files
}

fn tables(folder: &str) -> Vec<Table> {
    let files = files(folder);
    let tables = files.iter().filter(|name| name.ends_with(".tsv"));
    tables.map(|name| Table::read(name)).collect()
}

fn sha256(bytes: impl AsRef<[u8]>) -> String {
    let sum = Sha256::digest(bytes);
    sum.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The cells of the README's table rows, without their backquotes.
fn readme_rows() -> Vec<Vec<String>> {
    let readme = read("README.md");
    let rows = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let cells = |row: &str| {
        row.split(" | ")
            .map(|cell| cell.trim_matches('`').to_owned())
            .collect()
    };
    rows.map(cells).collect()
}

/// How many leading columns the README says are the key of each table.
fn keys() -> BTreeMap<String, usize> {
    let number = |row: Vec<String>| Some((row[0].clone(), row.get(1)?.parse().ok()?));
    readme_rows().into_iter().filter_map(number).collect()
}

#[test]
fn what_is_generated_belongs_to_the_lock() {
    let recorded = Table::read("generated/DIGESTS.tsv");
    let recorded: BTreeMap<_, _> = recorded
        .rows()
        .map(|row| (row[0].to_owned(), row[1].to_owned()))
        .collect();
    let mut committed = files("generated");
    committed.retain(|name| name != "generated/DIGESTS.tsv");
    committed.push("lock.tsv".to_owned());
    let there: BTreeSet<_> = committed.iter().chain(recorded.keys()).collect();
    for name in there {
        let digest = committed.contains(name).then(|| sha256(read(name)));
        assert_eq!(
            digest.as_ref(),
            recorded.get(name),
            "{name} is not the file of generated/DIGESTS.tsv: {GENERATE}"
        );
    }
}

#[test]
fn what_the_program_shows_is_the_digest_of_these_files() {
    let written = files("written").into_iter().map(|name| read(&name));
    let all: String = [read("generated/DIGESTS.tsv")]
        .into_iter()
        .chain(written)
        .collect();
    assert_eq!(Catalog::bundled().contents().digest, sha256(all));
}

#[test]
fn every_table_is_sorted_by_its_key_without_a_row_twice() {
    let keys = keys();
    for table in tables("generated").iter().chain(&tables("written")) {
        let file = table.name.rsplit('/').next().unwrap();
        let keys = *keys
            .get(file)
            .unwrap_or_else(|| panic!("README.md has no key columns of {file}"));
        let order = |line: &&String| {
            let key = line
                .splitn(keys + 1, '\t')
                .take(keys)
                .collect::<Vec<_>>()
                .join("\t");
            (key.to_ascii_lowercase(), (*line).clone())
        };
        for (line, next) in table.lines.iter().zip(&table.lines[1..]) {
            assert!(
                order(&line) < order(&next),
                "{}: {next} comes before {line}; {CHECK}",
                table.name
            );
            let same = table.name.starts_with("written/") && order(&line).0 == order(&next).0;
            assert!(!same, "{}: two rows for the key of {next}", table.name);
        }
    }
}

#[test]
fn every_row_has_a_value_in_every_column() {
    for table in tables("generated").iter().chain(&tables("written")) {
        for row in table.rows() {
            assert_eq!(row.len(), table.columns.len(), "{}: {row:?}", table.name);
            let bad = |value: &str| {
                value.is_empty() || value != value.trim() || value.contains(char::is_control)
            };
            assert!(
                !row.iter().any(|value| bad(value)),
                "{}: {row:?}; {CHECK}",
                table.name
            );
        }
    }
}

#[test]
fn every_written_row_names_its_source() {
    for table in tables("written") {
        assert_eq!(table.columns.last().unwrap(), "source", "{}", table.name);
        for row in table.rows() {
            assert!(row.last().unwrap().len() > 3, "{}: {row:?}", table.name);
        }
    }
}

#[test]
fn every_action_and_prefix_that_a_written_row_names_exists() {
    let actions = Table::read("generated/actions.tsv");
    let actions: BTreeSet<_> = actions.rows().map(|row| row[0].to_owned()).collect();
    let services = Table::read("generated/services.tsv");
    let services: BTreeSet<_> = services.rows().map(|row| row[0].to_owned()).collect();
    let (mut of_actions, mut of_prefixes) = (0, 0);
    for table in tables("written") {
        // Those stand as SAM writes them, what AWS does not have included.
        let of_sam = table.name == "written/sam-policy-templates.tsv";
        let words = (!of_sam).then(|| table.words(&["action", "actions"]));
        for word in words.into_iter().flatten() {
            let known = match word.strip_suffix(":*") {
                Some(prefix) => services.contains(prefix),
                None => actions.contains(word),
            };
            assert!(
                known,
                "{} names {word}, which no service has; {CHECK}",
                table.name
            );
            of_actions += 1;
        }
        for word in table.words(&["prefix", "IAM prefix", "IAM prefixes"]) {
            let known = word == "*" || services.contains(word);
            assert!(
                known,
                "{} names {word}, which is no service; {CHECK}",
                table.name
            );
            of_prefixes += 1;
        }
    }
    assert!(
        of_actions > 1_000 && of_prefixes > 500,
        "{of_actions} {of_prefixes}"
    );
}

#[test]
fn the_readme_names_every_file_and_no_other() {
    let first = |row: Vec<String>| row[0].clone();
    let named: BTreeSet<_> = readme_rows()
        .into_iter()
        .map(first)
        .filter(|name| name.ends_with(".tsv"))
        .collect();
    let there = files("generated").into_iter().chain(files("written"));
    let there = there.filter(|name| name.ends_with(".tsv"));
    let there: BTreeSet<_> = there
        .map(|name| name.rsplit('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(named, there);
}

#[test]
fn the_readme_has_the_packages_of_the_lock() {
    let rows = readme_rows();
    let lock = Table::read("lock.tsv");
    for row in lock.rows() {
        let [package, _, version, file, sha256, licence, purpose] = row[..] else {
            panic!("lock.tsv: {row:?}")
        };
        let expected = [
            &format!("{package} ({purpose})"),
            version,
            file,
            sha256,
            licence,
        ];
        assert!(
            rows.iter().any(|row| row == &expected),
            "README.md has not {expected:?}"
        );
        assert!(read("NOTICE").contains(package), "NOTICE has not {package}");
    }
}

#[test]
fn there_is_a_document_for_every_managed_policy() {
    let policies = Table::read("written/managed-policies.tsv");
    let documents = files("generated/managed-policies");
    let of = |document: &String| {
        let name = document.strip_prefix("generated/managed-policies/")?;
        let (name, version) = name.strip_suffix(".json")?.rsplit_once(".v")?;
        version.parse::<u32>().ok().map(|_| name.to_owned())
    };
    let documented: Vec<_> = documents
        .iter()
        .map(|name| of(name).unwrap_or_else(|| panic!("{name}")))
        .collect();
    let mut named: Vec<_> = policies.rows().map(|row| row[0].to_owned()).collect();
    named.sort();
    assert_eq!(documented, named, "{GENERATE}");
}
