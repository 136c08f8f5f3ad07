//! Programs as people write them: what is found in each, and what is known of each of its keys.
//!
//! A program is a folder under `tests/corpus/KIND`; read its `report.snap` before you accept it
//! (`INSTA_UPDATE=always` writes it).

use std::fs;
use std::path::{Path, PathBuf};

use key_policy::document::read;
use key_policy::report::human;
use key_policy::{Content, Options, Source, Value, check};

/// 2026-01-01T00:00:00Z
const NOW: i64 = 1_767_225_600;

#[test]
fn hcl() {
    programs("hcl", 15);
}

#[test]
fn pulumi() {
    programs("pulumi", 15);
}

#[test]
fn plans() {
    programs("plans", 8);
}

/// Holds every program of a kind, of which there are so many at least, against its snapshot.
fn programs(kind: &str, least: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/corpus")
        .join(kind);
    let programs = entries(&root);
    assert!(programs.len() >= least, "{}", programs.len());
    for program in programs {
        let mut files = Vec::new();
        collect(&program, &program, &mut files);
        insta::with_settings!({
            snapshot_path => &program,
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!("report", described(&files));
        });
    }
}

fn described(files: &[(String, Vec<u8>)]) -> String {
    let sources: Vec<_> = files
        .iter()
        .map(|(name, bytes)| Source::new(name, bytes))
        .collect();
    let options = Options {
        now: Some(NOW),
        ..Options::default()
    };
    let report = check(&sources, &options);
    let mut text = human::check(&report, &sources, false);
    for (document, source) in read(&sources, &options.inputs).iter().zip(&sources) {
        for key in &document.declarations {
            text += &format!("\n{}: {}\n", source.name, key.resource);
            // Tools write whatever is left out as null, which is not worth a line.
            let is_told = key.planned.is_some();
            let entries = key.properties.as_object().unwrap_or_default();
            for entry in entries.iter().filter(|entry| !(is_told && entry.value.is_null())) {
                text += &format!("  {} = {}\n", entry.key, shown(&entry.value, is_told));
            }
        }
    }
    text
}

/// A value on one line, with or without members that are null: `?` stands for one that is not known.
fn shown(value: &Value, without_null: bool) -> String {
    if value.sensitive {
        return "(sensitive)".to_owned();
    }
    match &value.content {
        Content::List(items) => format!(
            "[{}]",
            items
                .iter()
                .map(|item| shown(item, without_null))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        Content::Object(entries) => {
            let entries = entries
                .iter()
                .filter(|entry| !(without_null && entry.value.is_null()));
            let members =
                entries.map(|entry| format!("{} = {}", entry.key, shown(&entry.value, without_null)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        Content::String(text) => format!("{text:?}"),
        Content::Number(number) => number.to_string(),
        Content::Bool(value) => value.to_string(),
        Content::Null => "null".to_owned(),
        Content::Block => "a block".to_owned(),
        Content::Unknown(_) => "?".to_owned(),
    }
}

/// The files below `folder`, named from `root`, in order.
fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for path in entries(folder) {
        if path.is_dir() {
            collect(root, &path, files);
        } else if !path.to_string_lossy().contains(".snap") {
            let name = path.strip_prefix(root).expect("it was found below the root");
            let name = name.to_string_lossy().replace('\\', "/");
            files.push((name, fs::read(&path).expect("a file of the corpus can be read")));
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the corpus can be read");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry can be read").path())
        .collect();
    paths.sort();
    paths
}
