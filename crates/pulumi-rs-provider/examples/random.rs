//! A provider of random texts, small but complete: `pulumi-resource-random-text`.
//!
//! Its service is a table in this process, which forgets everything at the end. That is enough to see every verb at work: a secret that is
//! handed out once, a property that replaces and one that does not, a text made elsewhere that is imported by its id.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use pulumi_rs_provider::schema::{self, Package, Property, Type};
use pulumi_rs_provider::{
    BuildError, Change, CheckConfigRequest, CheckFailure, CheckReply, CheckRequest, Configuration,
    ConfigureRequest, Context, CreateReply, CreateRequest, DeleteRequest, Diff, DiffConfigRequest,
    DiffRequest, Error, MissingKey, PropertyMap, PropertyPath, PropertyValue, Provider, ReadReply,
    ReadRequest, Resource, UnknownKind, UpdateReply, UpdateRequest, serve,
};

#[allow(clippy::print_stderr, reason = "a program talks to the terminal in `main`")]
fn main() -> ExitCode {
    match provider() {
        Ok(provider) => serve(provider, std::env::args_os().skip(1)),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn provider() -> Result<Provider<Settings>, BuildError> {
    let alphabet = Property {
        description: Some("The characters to choose from.".to_owned()),
        secret: true,
        ..Property::of(Type::String)
    };
    let package = Package {
        name: "random-text".to_owned(),
        version: "0.1.0".to_owned(),
        config: schema::Config {
            variables: BTreeMap::from([("alphabet".to_owned(), alphabet)]),
            required: BTreeSet::from(["alphabet".to_owned()]),
            ..schema::Config::default()
        },
        ..Package::default()
    };
    Provider::new(package, Settings).resource("random-text:index:Text", Text::schema(), Text::default())
}

/// The configuration: the characters to choose from.
struct Settings;

impl Configuration for Settings {
    type Value = Vec<char>;

    async fn check(&self, request: CheckConfigRequest, _: &Context) -> Result<CheckReply, Error> {
        let mut failures = Vec::new();
        match request.args.get("alphabet").map(PropertyValue::expose) {
            // What is not known yet cannot be wrong, and what is missing is for `configure` to report with a hint.
            None | Some(PropertyValue::Unknown(_)) => {}
            Some(PropertyValue::String(text)) if !text.is_empty() => {}
            Some(_) => failures.push(CheckFailure {
                path: PropertyPath::root(),
                reason: "the alphabet must be a text with at least one character".to_owned(),
            }),
        }
        Ok(CheckReply {
            inputs: request.new_inputs,
            failures,
        })
    }

    async fn diff(&self, request: DiffConfigRequest, _: &Context) -> Result<Diff, Error> {
        let mut diff = Diff::default();
        let (old, new) = (
            request.old_inputs.get("alphabet"),
            request.new_inputs.get("alphabet"),
        );
        if old.map(PropertyValue::expose) != new.map(PropertyValue::expose) {
            diff.changes
                .insert("alphabet".into(), Change::update().in_inputs());
        }
        Ok(diff)
    }

    async fn configure(&self, request: ConfigureRequest, _: &Context) -> Result<Vec<char>, Error> {
        match request
            .args
            .get("alphabet")
            .and_then(|alphabet| alphabet.expose().as_str())
        {
            Some(alphabet) if !alphabet.is_empty() => Ok(alphabet.chars().collect()),
            _ => Err(Error::MissingConfiguration(vec![MissingKey {
                name: "alphabet".to_owned(),
                description: "The characters to choose from.".to_owned(),
            }])),
        }
    }
}

/// A random text. Another length makes another text; another label does not.
#[derive(Default)]
struct Text {
    made: Mutex<BTreeMap<String, (u32, String)>>,
    count: AtomicU64,
}

impl Text {
    fn schema() -> schema::Resource {
        let label = Property {
            description: Some("What it is for.".to_owned()),
            ..Property::of(Type::String)
        };
        let length = Property {
            description: Some("How many characters, 8 by default.".to_owned()),
            default: Some(8.into()),
            will_replace_on_changes: true,
            ..Property::of(Type::Integer)
        };
        let result = Property {
            secret: true,
            ..Property::of(Type::String)
        };
        let inputs = BTreeMap::from([("label".to_owned(), label), ("length".to_owned(), length)]);
        let mut properties = inputs.clone();
        properties.insert("result".to_owned(), result);
        schema::Resource {
            description: Some("A random text.".to_owned()),
            required: properties.keys().cloned().collect(),
            properties,
            input_properties: inputs,
            required_inputs: BTreeSet::from(["label".to_owned()]),
            ..schema::Resource::default()
        }
    }

    fn state(inputs: &PropertyMap, result: impl Into<PropertyValue>) -> PropertyMap {
        let mut state = inputs.clone();
        state.insert("result".to_owned(), PropertyValue::secret(result));
        state
    }
}

impl Resource<Vec<char>> for Text {
    async fn check(&self, _: &Vec<char>, request: CheckRequest, _: &Context) -> Result<CheckReply, Error> {
        let mut inputs = request.new_inputs;
        let mut failures = Vec::new();
        let mut fail = |key: &str, reason: &str| {
            failures.push(CheckFailure {
                path: key.into(),
                reason: reason.to_owned(),
            });
        };
        match inputs.get("label").map(PropertyValue::expose) {
            Some(PropertyValue::String(_) | PropertyValue::Unknown(_)) => {}
            Some(_) => fail("label", "the label must be a text"),
            None => fail("label", "the label is missing"),
        }
        match inputs.get("length").map(PropertyValue::expose) {
            Some(PropertyValue::Number(length)) if length.fract() == 0.0 && (1.0..=64.0).contains(length) => {
            }
            Some(PropertyValue::Unknown(_)) => {}
            Some(PropertyValue::Null) | None => {
                inputs.insert("length".to_owned(), 8.into());
            }
            Some(_) => fail("length", "the length must be a whole number from 1 to 64"),
        }
        for key in inputs
            .keys()
            .filter(|key| !["label", "length"].contains(&key.as_str()))
        {
            fail(key, "there is no such property");
        }
        Ok(CheckReply { inputs, failures })
    }

    async fn diff(&self, _: &Vec<char>, request: DiffRequest, _: &Context) -> Result<Diff, Error> {
        let mut diff = Diff::default();
        for (key, change) in [
            ("label", Change::update()),
            ("length", Change::update().replacing()),
        ] {
            let old = request.old_inputs.get(key).map(PropertyValue::expose);
            if old != request.new_inputs.get(key).map(PropertyValue::expose) {
                diff.changes.insert(key.into(), change.in_inputs());
            }
        }
        if !diff.replaces() {
            diff.stables.insert("result".to_owned());
        }
        Ok(diff)
    }

    async fn create(
        &self,
        alphabet: &Vec<char>,
        request: CreateRequest,
        context: &Context,
    ) -> Result<CreateReply, Error> {
        if request.preview {
            let state = Text::state(&request.inputs, PropertyValue::Unknown(UnknownKind::String));
            return Ok(CreateReply::Created {
                id: String::new(),
                state,
            });
        }
        let length = request
            .inputs
            .get("length")
            .and_then(|length| length.expose().as_number());
        // Check has seen to it that the number is whole and small.
        let length =
            length.ok_or_else(|| Error::InvalidArgument("the length is not a number".to_owned()))? as u32;
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let id = format!("text-{count}");
        let result: String = characters(alphabet, count).take(length as usize).collect();
        self.made
            .lock()
            .expect("nothing panics under the lock")
            .insert(id.clone(), (length, result.clone()));
        context.log.info(format!("made {length} characters"));
        Ok(CreateReply::Created {
            id,
            state: Text::state(&request.inputs, result),
        })
    }

    async fn read(&self, _: &Vec<char>, request: ReadRequest, _: &Context) -> Result<ReadReply, Error> {
        let made = self.made.lock().expect("nothing panics under the lock");
        let Some((length, _)) = made.get(&request.id) else {
            return Ok(ReadReply::Gone);
        };
        let mut inputs = request
            .inputs
            .unwrap_or_else(|| PropertyMap::from([("label".to_owned(), "".into())]));
        inputs.insert("length".to_owned(), (*length).into());
        // Like a real service, the table never tells a text again.
        let remembered = request.state.and_then(|mut state| state.remove("result"));
        let state = Text::state(&inputs, remembered.unwrap_or_else(|| "".into()));
        Ok(ReadReply::Found {
            id: request.id,
            inputs,
            state,
        })
    }

    async fn update(&self, _: &Vec<char>, request: UpdateRequest, _: &Context) -> Result<UpdateReply, Error> {
        let result = request
            .old_state
            .get("result")
            .cloned()
            .unwrap_or_else(|| "".into());
        Ok(UpdateReply::Updated {
            state: Text::state(&request.new_inputs, result),
        })
    }

    async fn delete(&self, _: &Vec<char>, request: DeleteRequest, _: &Context) -> Result<(), Error> {
        self.made
            .lock()
            .expect("nothing panics under the lock")
            .remove(&request.id);
        Ok(())
    }
}

/// Characters that look random enough for an example: a linear congruential generator with Knuth's constants.
fn characters(alphabet: &[char], seed: u64) -> impl Iterator<Item = char> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        alphabet[(state >> 33) as usize % alphabet.len()]
    })
}
