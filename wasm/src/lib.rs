//! The WebAssembly boundary of [`key_policy`]: names, bytes and options in, text out.
//!
//! Flat functions without handles to free. What they find is returned; only a caller's misuse throws.

mod options;

use js_sys::{Array, Function, Uint8Array};
use key_policy::access;
use key_policy::edit;
use key_policy::report::{human, json};
use key_policy::{Kind, Report, Role, Severity, Side, Source};
use serde::Serialize;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};

use options::{Format, Options};

/// Makes a panic, which would be a fault of ours, a JavaScript `Error` that says where it happened. Runs once, when
/// the module is instantiated.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        wasm_bindgen::throw_str(&format!("a bug in descope-keys, please report it: {panic}"));
    }));
}

/// Checks files, given as names and contents in the same order. `options` is the JSON of an [`Options`]; the result
/// is that of an [`Answer`].
///
/// # Errors
/// If there are not as many names as contents, or the options cannot be read.
#[wasm_bindgen]
pub fn check(names: Vec<String>, contents: Vec<Uint8Array>, options: &str) -> Result<String, JsError> {
    let options = Options::parse(options)?;
    let files = Files::new(names, &contents)?;
    let sources = files.sources(options.kind, &options.roles(0));
    let report = key_policy::check(&sources, &options.core()?);
    let output = match options.format {
        Format::Json => json::text(&json::report(&report, &sources, options.utf16)),
        Format::Human => human::check(&report, &sources, options.color),
        Format::Svg => return Err(no_picture()),
    };
    Ok(Answer::new(output, &report, &options).json())
}

/// Applies fixes to files, which are given as to [`check`]. The result is the JSON of a list of pairs: the index of a file
/// that changed, and its new text.
///
/// # Errors
/// If there are not as many names as contents, or the options cannot be read.
#[wasm_bindgen]
pub fn fix(names: Vec<String>, contents: Vec<Uint8Array>, options: &str) -> Result<String, JsError> {
    let options = Options::parse(options)?;
    let files = Files::new(names, &contents)?;
    let fixed = edit::fixed(
        &files.sources(options.kind, &options.roles(0)),
        &options.core()?,
        options.fix.into(),
    );
    // Numbers and texts always have a JSON form.
    Ok(serde_json::to_string(&fixed).unwrap_or_default())
}

/// What [`fix`] would change, as a patch that shows no secret. The result is the JSON of an [`Answer`].
///
/// # Errors
/// If there are not as many names as contents, or the options cannot be read.
#[wasm_bindgen]
pub fn patch(names: Vec<String>, contents: Vec<Uint8Array>, options: &str) -> Result<String, JsError> {
    let options = Options::parse(options)?;
    let files = Files::new(names, &contents)?;
    let (sources, core) = (files.sources(options.kind, &options.roles(0)), options.core()?);
    let fixed = edit::fixed(&sources, &core, options.fix.into());
    let answer = Answer {
        output: edit::patch(&sources, &core, &fixed),
        failed: !fixed.is_empty(),
    };
    Ok(answer.json())
}

/// What is wrong with the text of a configuration, a line for each fault; nothing if it can be used.
#[wasm_bindgen(js_name = configFaults)]
pub fn config_faults(text: &str) -> Vec<String> {
    let faults = key_policy::Config::parse(text).err();
    let faults = faults.iter().flat_map(|errors| errors.iter());
    faults.map(ToString::to_string).collect()
}

/// Compares two versions of a set of files key by key; otherwise like [`check`].
///
/// # Errors
/// If there are not as many names as contents, or the options cannot be read.
#[wasm_bindgen]
pub fn diff(
    old_names: Vec<String>,
    old_contents: Vec<Uint8Array>,
    new_names: Vec<String>,
    new_contents: Vec<Uint8Array>,
    options: &str,
) -> Result<String, JsError> {
    let options = Options::parse(options)?;
    let old = Files::new(old_names, &old_contents)?;
    let new = Files::new(new_names, &new_contents)?;
    let (old, new) = (
        old.sources(options.kind, &options.roles(0)),
        new.sources(options.kind, &options.roles(1)),
    );
    let compared = key_policy::diff(
        Side {
            root: &options.old_root,
            sources: &old,
        },
        Side {
            root: &options.new_root,
            sources: &new,
        },
        &options.core()?,
    );
    let sources = [new, old].concat();
    let output = match options.format {
        Format::Json => json::text(&json::report(&compared, &sources, options.utf16)),
        Format::Human => human::diff(&compared, &sources, options.color),
        Format::Svg => return Err(no_picture()),
    };
    Ok(Answer::new(output, &compared, &options).json())
}

/// Says what each key may do, where from, and until when; otherwise like [`check`].
///
/// # Errors
/// If there are not as many names as contents, or the options cannot be read.
#[wasm_bindgen]
pub fn access(names: Vec<String>, contents: Vec<Uint8Array>, options: &str) -> Result<String, JsError> {
    let options = Options::parse(options)?;
    let files = Files::new(names, &contents)?;
    let sources = files.sources(options.kind, &options.roles(0));
    let found = access::access(&sources, &options.core()?);
    let output = match options.format {
        Format::Json => json::text(&access::json::report(&found, &sources, options.utf16)),
        Format::Human => access::human::text(&found, &sources, options.color),
        Format::Svg => access::svg::picture(&found.keys),
    };
    Ok(Answer {
        output,
        failed: found.report.reaches(Severity::Error),
    }
    .json())
}

/// The names of further files that these are to be understood with, as [`key_policy::document::context`]; `list` is
/// called with a folder and returns the names of its files. The options are those of [`check`].
///
/// # Errors
/// If there are not as many names as contents, the options cannot be read, or `list` throws or returns anything else.
#[wasm_bindgen]
pub fn context(
    names: Vec<String>,
    contents: Vec<Uint8Array>,
    options: &str,
    list: &Function,
) -> Result<Vec<String>, JsError> {
    let options = Options::parse(options)?;
    let files = Files::new(names, &contents)?;
    let sources = files.sources(options.kind, &options.roles(0));
    let mut failed = false;
    let mut list = |folder: &str| {
        let answer = list.call1(&JsValue::NULL, &JsValue::from_str(folder));
        let names = answer.ok().and_then(|names| names.dyn_into::<Array>().ok());
        failed |= names.is_none();
        let names = names.iter().flat_map(Array::iter);
        names.filter_map(|name| name.as_string()).collect()
    };
    let further = key_policy::document::context(&sources, &mut list);
    if failed {
        return Err(JsError::new("the files of a folder cannot be listed"));
    }
    Ok(further)
}

/// The names of the kinds that a text can be read as.
#[wasm_bindgen]
pub fn kinds() -> Vec<String> {
    Kind::NAMES.iter().map(|(name, _)| (*name).to_owned()).collect()
}

/// Whether a walk through a folder takes the file of that name.
#[wasm_bindgen(js_name = isCollected)]
pub fn is_collected(name: &str) -> bool {
    Kind::is_collected(name)
}

fn no_picture() -> JsError {
    JsError::new("only effective access has a picture")
}

/// What a program prints, and whether its exit status is that of a check with findings.
#[derive(Serialize)]
struct Answer {
    output: String,
    failed: bool,
}

impl Answer {
    fn new(output: String, report: &Report, options: &Options) -> Self {
        Self {
            output,
            failed: options.fail_on.is_some_and(|threshold| report.reaches(threshold)),
        }
    }

    fn json(&self) -> String {
        // A text and a boolean always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Files as they came across.
struct Files(Vec<(String, Vec<u8>)>);

impl Files {
    fn new(names: Vec<String>, contents: &[Uint8Array]) -> Result<Self, JsError> {
        if names.len() != contents.len() {
            return Err(JsError::new(&format!(
                "{} names for {} contents",
                names.len(),
                contents.len()
            )));
        }
        Ok(Self(
            names
                .into_iter()
                .zip(contents.iter().map(Uint8Array::to_vec))
                .collect(),
        ))
    }

    /// The files, each with its role; those that have none are checked.
    fn sources(&self, kind: Option<Kind>, roles: &[Role]) -> Vec<Source<'_>> {
        let roles = roles.iter().copied().chain(std::iter::repeat(Role::Checked));
        let files = self.0.iter().zip(roles);
        files
            .map(|((name, bytes), role)| Source {
                name,
                bytes,
                kind: kind.filter(|_| role == Role::Checked),
                role,
            })
            .collect()
    }
}
