//! A provider of random texts, small but complete: `pulumi-resource-random-text`.
//!
//! Its service is a table in this process, which forgets everything at the end. That is enough to see every verb at work: a configuration, a
//! secret that is handed out once, a property that replaces and one that does not, a text made elsewhere that is imported by its id, and a
//! function.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use pulumi_rs_provider::schema::Package;
use pulumi_rs_provider::{
    BuildError, CheckConfigRequest, CheckReply, CheckRequest, Configuration, ConfigureRequest, Context,
    CreateReply, CreateRequest, DeleteRequest, Diff, DiffConfigRequest, DiffRequest, Function, InvokeReply,
    InvokeRequest, PreviewReply, PreviewRequest, PropertyPath, Provider, ReadReply, ReadRequest, Resource,
    Result, Schema, UpdateReply, UpdateRequest, serve,
};
use serde::{Deserialize, Serialize};

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

fn provider() -> Result<Provider<Alphabet>, BuildError> {
    Provider::new(Package::new("random-text", "0.1.0"), Alphabet)
        .resource("random-text:index:Text", Texts::default())?
        .function("random-text:index:countCharacters", CountCharacters)
}

/// The provider's configuration, which makes the characters to choose from.
struct Alphabet;

/// What texts are made of.
#[derive(Deserialize, Serialize, Schema)]
struct Settings {
    /// The characters to choose from.
    #[property(secret)]
    alphabet: String,
}

impl Configuration for Alphabet {
    type Args = Settings;
    type Value = Vec<char>;

    async fn check(&self, request: CheckConfigRequest, _: &Context) -> Result<CheckReply> {
        let mut reply = request.by_schema();
        if reply
            .known::<String>("alphabet")
            .is_some_and(|alphabet| alphabet.is_empty())
        {
            reply.fail(
                PropertyPath::root(),
                "the alphabet must have at least one character",
            );
        }
        Ok(reply)
    }

    async fn diff(&self, request: DiffConfigRequest, _: &Context) -> Result<Diff> {
        Ok(request.by_schema())
    }

    async fn configure(&self, request: ConfigureRequest<Settings>, _: &Context) -> Result<Vec<char>> {
        Ok(request.args.alphabet.chars().collect())
    }
}

#[derive(Clone, Deserialize, Serialize, Schema)]
struct TextInputs {
    /// What it is for.
    label: String,
    /// How many characters.
    #[property(default = 8, replace)]
    length: u32,
}

/// A random text. Another length makes another text; another label does not.
#[derive(Deserialize, Serialize, Schema)]
struct Text {
    #[serde(flatten)]
    inputs: TextInputs,
    /// The text.
    #[property(secret, stable)]
    result: String,
}

/// The service: the texts that were made, by id.
#[derive(Default)]
struct Texts {
    made: Mutex<BTreeMap<String, u32>>,
    count: AtomicU64,
}

impl Resource<Vec<char>> for Texts {
    type Inputs = TextInputs;
    type State = Text;

    async fn check(&self, _: &Vec<char>, request: CheckRequest, _: &Context) -> Result<CheckReply> {
        let mut reply = request.by_schema();
        let length: Option<u32> = reply.known("length");
        if length.is_some_and(|length| !(1..=64).contains(&length)) {
            reply.fail("length", "must be from 1 to 64");
        }
        Ok(reply)
    }

    async fn diff(&self, _: &Vec<char>, request: DiffRequest, _: &Context) -> Result<Diff> {
        Ok(request.by_schema())
    }

    async fn preview(&self, _: &Vec<char>, request: PreviewRequest, _: &Context) -> Result<PreviewReply> {
        Ok(request.by_schema())
    }

    async fn create(
        &self,
        alphabet: &Vec<char>,
        request: CreateRequest<TextInputs>,
        context: &Context,
    ) -> Result<CreateReply<Text>> {
        let inputs = request.inputs;
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let id = format!("text-{count}");
        let result = characters(alphabet, count).take(inputs.length as usize).collect();
        self.made
            .lock()
            .expect("nothing panics under the lock")
            .insert(id.clone(), inputs.length);
        context.log.info(format!("made {} characters", inputs.length));
        Ok(CreateReply::Created {
            id,
            state: Text { inputs, result },
        })
    }

    async fn read(
        &self,
        _: &Vec<char>,
        request: ReadRequest<TextInputs, Text>,
        _: &Context,
    ) -> Result<ReadReply<TextInputs, Text>> {
        let made = self.made.lock().expect("nothing panics under the lock");
        let Some(length) = made.get(&request.id).copied() else {
            return Ok(ReadReply::Gone);
        };
        let inputs = TextInputs {
            label: request.inputs.map_or_else(String::new, |inputs| inputs.label),
            length,
        };
        // Like a real service, the table never tells a text again.
        let result = request.state.map_or_else(String::new, |state| state.result);
        Ok(ReadReply::Found {
            id: request.id,
            inputs: inputs.clone(),
            state: Text { inputs, result },
        })
    }

    async fn update(
        &self,
        _: &Vec<char>,
        request: UpdateRequest<TextInputs, Text>,
        _: &Context,
    ) -> Result<UpdateReply<Text>> {
        Ok(UpdateReply::Updated {
            state: Text {
                inputs: request.new_inputs,
                result: request.old_state.result,
            },
        })
    }

    async fn delete(
        &self,
        _: &Vec<char>,
        request: DeleteRequest<TextInputs, Text>,
        _: &Context,
    ) -> Result<()> {
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

struct CountCharacters;

#[derive(Deserialize, Serialize, Schema)]
struct Counted {
    /// The text whose characters are counted.
    text: String,
}

/// Counts the characters of a text.
#[derive(Deserialize, Serialize, Schema)]
struct Count {
    /// How many there are.
    count: u32,
}

impl Function<Vec<char>> for CountCharacters {
    type Args = Counted;
    type Result = Count;

    async fn invoke(
        &self,
        _: &Vec<char>,
        request: InvokeRequest<Counted>,
        _: &Context,
    ) -> Result<InvokeReply<Count>> {
        let count = request.args.text.chars().count();
        Ok(InvokeReply::Returned(Count {
            count: u32::try_from(count).unwrap_or(u32::MAX),
        }))
    }
}
