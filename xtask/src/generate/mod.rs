//! `cargo xtask generate`: files that are made from others and committed, so that building needs no generator.

mod json_schemas;
mod proto;
mod rule_table;
mod schema;
mod types;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Makes files from what stands under the root: their paths, relative to the root, and their text.
type Generator = fn(&Path) -> Result<Vec<(PathBuf, String)>>;

/// Every generator there is.
const GENERATORS: [Generator; 5] = [
    json_schemas::generate,
    proto::generate,
    rule_table::generate,
    schema::generate,
    types::generate,
];

/// Writes what is not as it should be.
pub(crate) fn write(root: &Path) -> Result<()> {
    for (path, text) in stale(root)? {
        let full = root.join(&path);
        if let Some(folder) = full.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&full, text).with_context(|| format!("cannot write `{}`", path.display()))?;
        println!("wrote {}", path.display());
    }
    Ok(())
}

/// Fails when a generated file is not what would be written now.
pub(crate) fn check(root: &Path) -> Result<()> {
    let stale: Vec<String> = stale(root)?
        .iter()
        .map(|(path, _)| path.display().to_string())
        .collect();
    if !stale.is_empty() {
        bail!(
            "not as generated: {}; repair with: cargo xtask generate",
            stale.join(", ")
        );
    }
    Ok(())
}

/// The generated files that are absent or differ, with the text they should have.
fn stale(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut stale = Vec::new();
    for generate in GENERATORS {
        for (path, text) in generate(root)? {
            if fs::read_to_string(root.join(&path)).ok().as_deref() != Some(text.as_str()) {
                stale.push((path, text));
            }
        }
    }
    Ok(stale)
}
