//! `schema/*.json`: the JSON Schemas of what the core reads and writes.

use std::path::{Path, PathBuf};

use anyhow::Result;

pub(crate) fn generate(_root: &Path) -> Result<Vec<(PathBuf, String)>> {
    key_policy::schema::all()
        .into_iter()
        .map(|(name, schema)| {
            let text = serde_json::to_string_pretty(&schema)? + "\n";
            Ok((Path::new("schema").join(name), text))
        })
        .collect()
}
