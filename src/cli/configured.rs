//! `tightrope.toml`, for every command that has settings.

use std::path::Path;

use anyhow::Context;

use crate::config::Config;

/// What the file says that was named, or `tightrope.toml` where the command runs, if there is one.
pub(super) fn configured(named: Option<&Path>) -> anyhow::Result<Config> {
    let standing = Path::new("tightrope.toml");
    let Some(file) = named.or_else(|| standing.is_file().then_some(standing)) else {
        return Ok(Config::default());
    };
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| name.to_string())?;
    Config::parse(&text).with_context(|| name.to_string())
}
