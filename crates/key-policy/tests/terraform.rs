//! What the core knows of a Terraform program is what Terraform itself says of it, and it knows nothing that Terraform
//! does not.
//!
//! The programs and Terraform's answers were recorded by `cargo xtask record terraform`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use key_policy::value::Content;
use key_policy::{Inputs, Role, Source, Value, document};
use serde_json::Value as Json;

const PROGRAMS: usize = 40;

/// How many of the values that Terraform knows the core knows too, in parts of a hundred; it may not be fewer.
const KNOWN_PERCENT: usize = 95;

#[test]
fn known_values_are_those_of_terraform() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terraform");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut programs: Vec<PathBuf> = entries.collect();
    programs.sort();
    assert_eq!(programs.len(), PROGRAMS);
    let mut comparison = Comparison::default();
    for program in &programs {
        comparison.program(program);
    }
    assert!(comparison.faults.is_empty(), "{}", comparison.faults.join("\n"));
    let Comparison { known, not_known, .. } = comparison;
    assert!(
        100 * known >= KNOWN_PERCENT * (known + not_known),
        "{known} known, {not_known} not known here"
    );
}

/// What the comparison of all programs came to.
#[derive(Default)]
struct Comparison {
    /// Values that both know, and that are equal.
    known: usize,
    /// Values that only Terraform knows.
    not_known: usize,
    faults: Vec<String>,
}

impl Comparison {
    fn program(&mut self, program: &Path) {
        let plan: Json = fs::read(program.join("plan.json"))
            .map(|plan| serde_json::from_slice(&plan))
            .expect("a recorded plan")
            .expect("JSON");
        let names = ["main.tf", "terraform.tfvars", "m/main.tf"];
        let texts = names.map(|name| (name, fs::read(program.join(name)).unwrap_or_default()));
        // The module is what it is called with, and nothing by itself.
        let sources = texts.each_ref().map(|(name, text)| Source {
            role: if *name == "main.tf" {
                Role::Checked
            } else {
                Role::Context
            },
            ..Source::new(name, text)
        });
        let environment = plan["environment"]
            .as_object()
            .expect("the environment is an object");
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        let inputs = Inputs {
            terraform_environment: environment
                .iter()
                .map(|(name, value)| (name.clone(), text(value)))
                .collect(),
            ..Inputs::default()
        };
        let documents = document::read(&sources, &inputs);
        let declarations = documents.iter().flat_map(|document| &document.declarations);
        let ours: BTreeMap<_, _> = declarations
            .map(|key| (key.resource.as_str(), &key.properties))
            .collect();
        let theirs = plan["keys"].as_object().expect("the keys are an object");
        let shown = program.file_name().unwrap_or_default().to_string_lossy();
        // Where it is not known how many keys a block makes, it is one key here, under the address of the block.
        let block = |address: &str| {
            address
                .rsplit_once('[')
                .map_or(address, |(block, _)| block)
                .to_owned()
        };
        let made: BTreeSet<_> = theirs.keys().map(|address| block(address)).collect();
        let extra = ours
            .keys()
            .filter(|address| !theirs.contains_key(**address) && !made.contains(**address));
        self.faults
            .extend(extra.map(|address| format!("{shown} {address} is no key to Terraform")));
        for (address, told) in theirs {
            let told = Told {
                value: &told["values"],
                unknown: &told["unknown"],
                sensitive: &told["sensitive"],
            };
            let place = format!("{shown} {address}");
            match ours.get(address.as_str()) {
                Some(ours) => self.value(&place, ours, &told),
                None if ours.contains_key(block(address).as_str()) => self.not_known += told.known(),
                None => self.faults.push(format!("{place} is not seen here")),
            }
        }
    }

    fn value(&mut self, place: &str, ours: &Value, theirs: &Told<'_>) {
        if matches!(ours.content, Content::Unknown(_)) {
            self.not_known += theirs.known();
            return;
        }
        if *theirs.unknown == true {
            self.faults
                .push(format!("{place}: {ours:?} is known here, but not to Terraform"));
            return;
        }
        // What is sensitive as a whole here hides all of its parts.
        let theirs = &Told {
            sensitive: if ours.sensitive {
                &Json::Null
            } else {
                theirs.sensitive
            },
            ..*theirs
        };
        if *theirs.sensitive == true && holds_secret(ours) {
            self.faults
                .push(format!("{place}: {ours:?} shows what is sensitive to Terraform"));
        }
        let is_same = match (&ours.content, theirs.value) {
            (Content::Null, Json::Null) => true,
            (Content::Bool(ours), Json::Bool(theirs)) => ours == theirs,
            (Content::Number(ours), Json::Number(theirs)) => Some(*ours) == theirs.as_f64(),
            (Content::String(ours), Json::String(theirs)) => ours == theirs,
            (Content::List(ours), Json::Array(theirs_items)) if ours.len() == theirs_items.len() => {
                for (index, ours) in ours.iter().enumerate() {
                    self.value(&format!("{place}[{index}]"), ours, &theirs.item(index));
                }
                true
            }
            (Content::Object(entries), Json::Object(_)) => {
                let names: BTreeSet<_> = entries.iter().map(|entry| entry.key.as_str()).collect();
                for entry in entries {
                    self.value(
                        &format!("{place}.{}", entry.key),
                        &entry.value,
                        &theirs.member(&entry.key),
                    );
                }
                names == theirs.names()
            }
            _ => false,
        };
        if is_same {
            self.known += 1;
        } else {
            self.faults.push(format!(
                "{place}: {:?} here, {} in Terraform",
                ours.content, theirs.value
            ));
        }
    }
}

/// Whether a text in here that is not marked as sensitive has to do with the value of the sensitive variable. Terraform itself
/// marks more: the whole of a set, a map or a conditional of which only a part is secret.
fn holds_secret(value: &Value) -> bool {
    !value.sensitive
        && match &value.content {
            Content::String(text) => ["s3cret", "terc3s"]
                .iter()
                .any(|secret| text.to_lowercase().contains(secret)),
            Content::List(items) => items.iter().any(holds_secret),
            Content::Object(entries) => entries.iter().any(|entry| holds_secret(&entry.value)),
            _ => false,
        }
}

/// What Terraform tells of a value: itself, and trees of the same shape that say what is unknown and sensitive in it.
struct Told<'a> {
    value: &'a Json,
    unknown: &'a Json,
    sensitive: &'a Json,
}

impl<'a> Told<'a> {
    fn item(&self, index: usize) -> Self {
        self.map(|tree| &tree[index])
    }

    fn member(&self, name: &str) -> Self {
        self.map(|tree| &tree[name])
    }

    /// The names of the members; those that are unknown are not among the values.
    fn names(&self) -> BTreeSet<&'a str> {
        let trees = [self.value, self.unknown];
        trees
            .iter()
            .filter_map(|tree| tree.as_object())
            .flat_map(|tree| tree.keys().map(String::as_str))
            .collect()
    }

    /// How many values in here Terraform knows, lists and objects included.
    fn known(&self) -> usize {
        if *self.unknown == true {
            return 0;
        }
        1 + match self.value {
            Json::Array(items) => (0..items.len()).map(|index| self.item(index).known()).sum(),
            Json::Object(_) => self.names().iter().map(|name| self.member(name).known()).sum(),
            _ => 0,
        }
    }

    fn map(&self, step: impl Fn(&'a Json) -> &'a Json) -> Self {
        // A part of what is sensitive as a whole is sensitive.
        let sensitive = if *self.sensitive == true {
            self.sensitive
        } else {
            step(self.sensitive)
        };
        Self {
            value: step(self.value),
            unknown: step(self.unknown),
            sensitive,
        }
    }
}
