//! Files in which the AWS CLI wrote what trails record.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::TrailError;
use crate::coverage::{Trail, Trails};

/// Reads what trails record from outputs of `aws cloudtrail get-event-selectors`, `describe-trails` and `get-trail`: each path
/// is such a file, whatever its name, or a folder of them. Also gives remarks for a reader: what counts for less than it may
/// say, and which file of a folder holds nothing of the kind.
///
/// # Errors
/// When a path cannot be read, or a named file holds nothing of the kind.
pub fn read_trails(paths: &[PathBuf]) -> Result<(Vec<Trail>, Vec<String>), TrailError> {
    let mut trails = Trails::default();
    let mut left_out = Vec::new();
    for path in paths {
        if !path.is_dir() {
            read(path, &mut trails)?;
            continue;
        }
        for file in files(path)? {
            if let Err(error) = read(&file, &mut trails)
                && !holds(&file, &OTHERS)
            {
                left_out.push(format!("{error}; it is left out"));
            }
        }
    }
    let (trails, remarks) = trails.finish();
    Ok((trails, remarks.into_iter().chain(left_out).collect()))
}

/// The buckets into which the trails write that files of these folders describe, each as `s3://BUCKET/PREFIX`.
///
/// # Errors
/// When a folder, or a description of trails in it, cannot be read.
pub fn buckets(folders: &[PathBuf]) -> Result<BTreeSet<String>, TrailError> {
    let mut buckets = BTreeSet::new();
    for folder in folders {
        for file in files(folder)? {
            let bytes = fs::read(&file).map_err(|cause| not_found(&file, cause))?;
            let described: Value = serde_json::from_slice(&bytes).unwrap_or_default();
            let trails = described.get("trailList").and_then(Value::as_array);
            for trail in trails.into_iter().flatten() {
                let text = |name| trail.get(name).and_then(Value::as_str);
                let prefix = text("S3KeyPrefix").unwrap_or_default();
                buckets.extend(text("S3BucketName").map(|name| format!("s3://{name}/{prefix}")));
            }
        }
    }
    Ok(buckets)
}

/// What else `tightrope account pull` writes into the folder of a Region.
const OTHERS: [&str; 9] = [
    "Functions",
    "EventSourceMappings",
    "FunctionEventInvokeConfigs",
    "FunctionUrlConfigs",
    "Rules",
    "Targets",
    "Schedules",
    "ScheduleExpression",
    "Policy",
];

/// Whether a file is an object of JSON with one of these members: then it is for another reader than the one that asks.
pub(crate) fn holds(path: &Path, members: &[&str]) -> bool {
    let object = fs::read(path).ok();
    let object = object.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    object.is_some_and(|object| members.iter().any(|name| object.get(name).is_some()))
}

fn read(path: &Path, trails: &mut Trails) -> Result<(), TrailError> {
    let bytes = fs::read(path).map_err(|cause| not_found(path, cause))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    trails
        .read(&String::from_utf8_lossy(bytes))
        .map_err(|error| TrailError::NotTrails {
            path: path.to_owned(),
            error,
        })
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, TrailError> {
    within(folder).map_err(|cause| not_found(folder, cause))
}

/// The files of a folder, sorted; not those of folders in it, and none that is hidden.
pub(crate) fn within(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name();
        let hidden = name.is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
        if path.is_file() && !hidden {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn not_found(path: &Path, cause: io::Error) -> TrailError {
    TrailError::NotFound {
        path: path.to_owned(),
        cause,
    }
}
