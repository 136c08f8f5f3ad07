//! Builds what is published of the core in WebAssembly: the npm package and the preview page.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";

/// Stages the npm package in `target/npm` (the files that `npm pack` would publish) and the preview in
/// `target/preview`, and prints their sizes. `root` is the root of the repository.
///
/// # Errors
/// If a tool is missing or fails, or a file cannot be written; the message says which.
pub(crate) fn run(root: &Path) -> Result<()> {
    let staged = root.join("target/npm");
    let preview = root.join("target/preview");
    let core = build_core(root)?;
    stage(root, &staged)?;
    bindgen(&core, &staged.join("lib"))?;
    install_tools(&root.join("wasm"))?;
    let bundle = Command::new("node")
        .arg(root.join("wasm/build.mjs"))
        .args([&staged, &preview])
        .current_dir(root.join("wasm"))
        .status()
        .context("cannot run `node`: install Node 20 or newer")?;
    if !bundle.success() {
        bail!("bundling the npm package and the preview failed ({bundle})");
    }
    let mut out = std::io::stdout().lock();
    for file in [
        staged.join("lib/core.wasm"),
        staged.join("lib/inline.js"),
        preview.join("index.html"),
    ] {
        let bytes = fs::read(&file)?;
        let name = file.strip_prefix(root).unwrap_or(&file).display();
        writeln!(
            out,
            "{name}: {} raw, {} gzip",
            kibibytes(bytes.len()),
            kibibytes(gzip_size(&bytes)?)
        )?;
    }
    Ok(())
}

/// Compiles the boundary crate; returns the module's path.
fn build_core(root: &Path) -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let status = cargo(root)
        .args([
            "build",
            "--profile",
            "wasm",
            "--target",
            TARGET,
            "--package",
            "descope-keys-wasm",
        ])
        .arg("--target-dir")
        .arg(&target)
        .status()
        .context("cannot run `cargo`")?;
    if !status.success() {
        bail!(
            "building the core for {TARGET} failed ({status}); `rustup target add {TARGET}` installs the target"
        );
    }
    Ok(target.join(TARGET).join("wasm/descope_keys_wasm.wasm"))
}

/// Copies the hand-written part of the package into an empty folder.
fn stage(root: &Path, staged: &Path) -> Result<()> {
    if staged.exists() {
        fs::remove_dir_all(staged).with_context(|| format!("cannot empty `{}`", staged.display()))?;
    }
    copy_folder(&root.join("wasm/npm"), staged)?;
    fs::copy(root.join("LICENSE"), staged.join("LICENSE")).context("cannot copy the licence")?;
    // The same types, for those who `require`.
    fs::copy(staged.join("lib/report.d.ts"), staged.join("lib/report.d.cts"))?;
    let index = fs::read_to_string(staged.join("lib/index.d.ts"))?;
    fs::write(
        staged.join("lib/index.d.cts"),
        index.replace("./report.js", "./report.cjs"),
    )?;
    write_cli_texts(root, &staged.join("lib/cli/texts.json"))
}

/// Captures what the native program says of itself, so that the npm `bin` says the same.
fn write_cli_texts(root: &Path, file: &Path) -> Result<()> {
    let mut texts = BTreeMap::new();
    for subcommand in ["", "check", "diff", "access"] {
        let say = |flag| native_cli(root, subcommand, flag);
        let text = json!({ "short": say("-h")?, "long": say("--help")?, "version": say("--version")? });
        texts.insert(subcommand, text);
    }
    fs::write(file, serde_json::to_string_pretty(&texts)?)?;
    Ok(())
}

fn native_cli(root: &Path, subcommand: &str, flag: &str) -> Result<String> {
    let output = cargo(root)
        .args(["run", "--quiet", "--package", "descope-keys", "--"])
        .args(Some(subcommand).filter(|name| !name.is_empty()))
        .arg(flag)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run `cargo`")?;
    if !output.status.success() {
        bail!("`descope-keys {subcommand} {flag}` failed ({})", output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read `{}`", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Writes `core.js` and `core.wasm`. The entries name the module themselves, so the glue need not.
fn bindgen(module: &Path, lib: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(module)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .out_name("core");
    bindgen.generate(lib).context("wasm-bindgen failed")?;
    fs::rename(lib.join("core_bg.wasm"), lib.join("core.wasm"))?;
    Ok(())
}

/// Installs what `folder`'s lock file names, unless that is what stands there already.
///
/// # Errors
/// If npm is missing or fails.
pub(crate) fn install_tools(folder: &Path) -> Result<()> {
    let lock = fs::read(folder.join("package-lock.json")).context("cannot read `package-lock.json`")?;
    let installed = folder.join("node_modules/.installed-lock.json");
    if fs::read(&installed).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let status = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder)
        .status()
        .context("cannot run `npm`: install Node 20 or newer")?;
    if !status.success() {
        bail!("`npm ci` in `{}` failed ({status})", folder.display());
    }
    fs::write(&installed, lock)?;
    Ok(())
}

fn gzip_size(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn kibibytes(bytes: usize) -> String {
    format!("{:.1} KiB", bytes as f64 / 1024.0)
}
