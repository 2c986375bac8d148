//! Packs the tables of `policy-data/` for the binary, and takes the digest that `tightrope catalog` shows.
//!
//! As text the tables that the program reads are 1.8 MB; deflated they are 0.3 MB. Inflating all of it takes
//! 2.4 ms, and a command needs little of it; so a table is cut into blocks of lines. A text that is short enough
//! without inflating would need a format of its own: with every prefix and every repeated list taken out, it
//! still has 1.2 MB.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use sha2::{Digest, Sha256};

const FACTS: &str = "policy-data";

/// Bytes of text in a block: what one look-up inflates at most, a twentieth of a millisecond.
const BLOCK: usize = 32 * 1024;

fn main() {
    println!("cargo::rerun-if-changed={FACTS}");
    let out = std::env::var_os("OUT_DIR").expect("cargo sets it for a build script");
    for folder in ["generated", "written"] {
        let packed = Path::new(&out).join(folder);
        fs::create_dir_all(&packed).expect("cargo's output folder can be written");
        for table in tables(folder) {
            let name = table.file_name().expect("a file of a folder has a name");
            pack(&read(&table), &packed.join(name));
        }
    }
    let packed = Path::new(&out).join("generated/managed-policies.tsv");
    pack(&managed_policies(), &packed);
    let list = Path::new(&out).join("counts.rs");
    fs::write(list, counts()).expect("cargo's output folder can be written");
    println!("cargo::rustc-env=TIGHTROPE_CATALOG_DIGEST={}", digest());
}

/// What `tightrope catalog` says of the whole, as a Rust expression: counting while the program runs would
/// inflate every table.
fn counts() -> String {
    let text = |table: &str| read(&Path::new(FACTS).join(table));
    let count = |table: &str| text(table).lines().skip(1).count();
    let actions = text("generated/actions.tsv");
    let column = |row: &str, at| row.split('\t').nth(at).unwrap_or_default().to_owned();
    let levels: String = actions.lines().skip(1).map(|row| column(row, 1)).collect();
    let levels = ['P', 'W', 'T', 'R', 'L'].map(|level| levels.matches(level).count());
    let distinct = |table: &str, columns: usize| {
        let text = text(table);
        let keys = text.lines().skip(1);
        let keys = keys.map(|row| row.split('\t').take(columns).collect::<Vec<_>>());
        keys.collect::<BTreeSet<_>>().len()
    };
    // A row for a whole service is one for each of its actions.
    let of_row = |row: &str| match column(row, 0).strip_suffix('*') {
        Some(service) => actions
            .lines()
            .filter(|row| row.starts_with(service))
            .count(),
        None => 1,
    };
    let unseen = |how: &str| -> usize {
        let text = text("written/observability.tsv");
        let rows = text.lines().skip(1).filter(|row| column(row, 1) == how);
        rows.map(of_row).sum()
    };
    let in_part = text("written/partly-observable.tsv");
    let in_part = in_part.lines().skip(1);
    let in_part = in_part.filter(|row| !column(row, 0).ends_with(":*"));
    let events = [
        "event-sources",
        "event-names",
        "no-permission",
        "families",
        "operations",
    ];
    let events = events.map(|name| format!("written/{name}.tsv"));
    format!(
        "Counts {{ services: {}, actions: {}, access_levels: {levels:?}, resource_types: {}, condition_keys: {}, \
         event_exceptions: {:?}, data_events: {}, never_logged: {}, in_part: {} }}",
        count("generated/services.tsv"),
        count("generated/actions.tsv"),
        distinct("generated/resource-types.tsv", 2),
        distinct("generated/condition-keys.tsv", 1),
        events.map(|name| {
            let rows = count(&name);
            (name, rows)
        }),
        unseen("data"),
        unseen("never"),
        in_part.count(),
    )
}

/// The documents of AWS's managed policies as a table: the name, and the document in one line.
fn managed_policies() -> String {
    let folder = Path::new(FACTS).join("generated/managed-policies");
    let entries = fs::read_dir(folder).expect("policy-data is beside build.rs");
    let paths = entries.map(|entry| entry.expect("an entry of policy-data").path());
    let mut rows: Vec<_> = paths
        .map(|path| {
            let file = path.file_name().expect("a file of a folder has a name");
            let file = file.to_string_lossy();
            let name = file.split('.').next().unwrap_or_default().to_owned();
            // No text of a policy spans lines, so what begins a line is white space between tokens.
            let document: String = read(&path).lines().map(str::trim_start).collect();
            format!("{name}\t{document}\n")
        })
        .collect();
    rows.sort_by_key(|row| row.to_ascii_lowercase());
    format!("policy\tdocument\n{}", rows.concat())
}

/// The tables of a folder, in the order of their names.
fn tables(folder: &str) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(Path::new(FACTS).join(folder)).expect("policy-data is beside build.rs");
    let paths = entries.map(|entry| entry.expect("an entry of policy-data").path());
    let is_table = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "tsv");
    let mut tables: Vec<_> = paths.filter(is_table).collect();
    tables.sort();
    tables
}

/// Writes the rows of a table as blocks: for each the file `<path>.<number>`, and in `<path>.rs` an expression
/// for all of them, with the first row of each to find it by.
fn pack(text: &str, path: &Path) {
    let mut blocks = "vec![\n".to_owned();
    for (number, block) in cut(text).into_iter().enumerate() {
        let file = PathBuf::from(format!("{}.{number}", path.display()));
        fs::write(&file, deflate(block)).expect("cargo's output folder can be written");
        let first = block.lines().next().unwrap_or_default();
        writeln!(
            blocks,
            "Block::new({first:?}, {}, include_bytes!({file:?})),",
            block.len()
        )
        .expect("writing to memory cannot fail");
    }
    blocks.push_str("]\n");
    let list = PathBuf::from(format!("{}.rs", path.display()));
    fs::write(list, blocks).expect("cargo's output folder can be written");
}

/// The rows, without the first line, which names the columns; each block but the last is a little longer
/// than `BLOCK` and ends with a line.
fn cut(text: &str) -> Vec<&str> {
    let (_, mut rest) = text
        .split_once('\n')
        .expect("a table begins with its columns");
    let mut blocks = Vec::new();
    while !rest.is_empty() {
        let tail = &rest.as_bytes()[rest.len().min(BLOCK)..];
        let feed = tail.iter().position(|byte| *byte == b'\n');
        let end = feed.map_or(rest.len(), |feed| rest.len().min(BLOCK) + feed + 1);
        let (block, after) = rest.split_at(end);
        blocks.push(block);
        rest = after;
    }
    blocks
}

fn deflate(text: &str) -> Vec<u8> {
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::best());
    deflated
        .write_all(text.as_bytes())
        .expect("writing to memory cannot fail");
    deflated.finish().expect("writing to memory cannot fail")
}

/// The sha256 of `DIGESTS.tsv`, which stands for all that is generated, and every written table, one after
/// the other in the order of their names.
fn digest() -> String {
    let mut sum = Sha256::new();
    sum.update(read(&Path::new(FACTS).join("generated/DIGESTS.tsv")));
    tables("written")
        .iter()
        .for_each(|table| sum.update(read(table)));
    sum.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
