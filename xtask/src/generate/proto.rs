//! The Rust types of the provider protocol, made from the framework's own `.proto` files without `protoc`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Folder of the `.proto` files, from the workspace root.
const SOURCES: &str = "crates/pulumi-rs-provider/proto";

/// Folder of the generated modules, from the workspace root.
const GENERATED: &str = "crates/pulumi-rs-provider/src/proto";

/// The roots of the import graph; what they import is found below [`SOURCES`].
const ROOTS: [&str; 4] = [
    "pulumi/provider.proto",
    "pulumi/engine.proto",
    "pulumi/errors.proto",
    "google/rpc/status.proto",
];

/// Generates every protocol module: paths relative to `root`, the workspace root, each with its full content.
///
/// Nothing is written; the caller writes or compares. The result depends on nothing but the `.proto` files and the locked
/// versions of the generators.
///
/// # Errors
///
/// When a `.proto` file cannot be read or is wrong, or the temporary folder cannot be used.
pub(crate) fn generate(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let descriptors = protox::compile(ROOTS, [root.join(SOURCES)]).context("compile the protocol")?;
    let out = tempfile::tempdir().context("make a temporary folder")?;
    tonic_prost_build::configure()
        .out_dir(out.path())
        .emit_rerun_if_changed(false)
        // Struct stays encoded until the framework's own decoder reads it; see `wire.rs` there for the reason.
        .extern_path(".google.protobuf.Struct", "crate::wire::Struct")
        .btree_map(".")
        // A verb that the framework does not serve answers Unimplemented.
        .generate_default_stubs(true)
        .compile_fds(descriptors)
        .context("generate the protocol modules")?;

    // The file name is the protobuf package; Rust module files have no dots.
    [
        ("pulumirpc.rs", "pulumirpc.rs"),
        ("google.rpc.rs", "google_rpc.rs"),
    ]
    .into_iter()
    .map(|(made, kept)| {
        let content = fs::read_to_string(out.path().join(made))
            .with_context(|| format!("read the generated `{made}`"))?;
        Ok((Path::new(GENERATED).join(kept), content))
    })
    .collect()
}
