//! A provider that has everything a case can look at, and an author's code that fails on demand. It is served within the test.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use pulumi_rs_provider::schema::{Package, Property, Type};
use pulumi_rs_provider::testing::Launcher;
use pulumi_rs_provider::testing::conformance::{self, Faults, Invalid, Subject, World};
use pulumi_rs_provider::*;
use serde::{Deserialize, Serialize};

use crate::{map, with};

const TOKEN: &str = "workshop:index:Thing";
const FUNCTION: &str = "workshop:index:getAdvice";

/// What the provider manages.
#[derive(Default)]
struct Workshop {
    things: Mutex<BTreeMap<String, PropertyMap>>,
    writes: AtomicUsize,
    mood: Mutex<Mood>,
}

#[derive(Clone, Copy, Default)]
enum Mood {
    #[default]
    Good,
    Ill,
    Refusing,
}

impl Workshop {
    fn asked(&self) -> Result<()> {
        match *self.mood.lock().unwrap() {
            Mood::Good => Ok(()),
            Mood::Ill => Err(Error::Unavailable("the workshop is closed".to_owned())),
            Mood::Refusing => Err(Error::PermissionDenied("the workshop lets nobody in".to_owned())),
        }
    }

    fn write(&self, id: &str, thing: Option<&PropertyMap>) {
        self.writes.fetch_add(1, Ordering::Relaxed);
        let mut things = self.things.lock().unwrap();
        match thing {
            Some(thing) => drop(things.insert(id.to_owned(), plain(thing))),
            None => drop(things.remove(id)),
        }
    }
}

/// The workshop itself knows no marks.
fn plain(properties: &PropertyMap) -> PropertyMap {
    let exposed = |(key, value): (&String, &PropertyValue)| (key.clone(), value.expose_deep());
    properties.iter().map(exposed).collect()
}

#[tonic::async_trait]
impl World for Workshop {
    async fn drift(&self, id: &str) -> Option<()> {
        let mut things = self.things.lock().unwrap();
        things
            .get_mut(id)?
            .insert("text".to_owned(), "painted over".into());
        Some(())
    }

    async fn writes(&self) -> Option<usize> {
        Some(self.writes.load(Ordering::Relaxed))
    }

    async fn fall_ill(&self) -> Option<()> {
        *self.mood.lock().unwrap() = Mood::Ill;
        Some(())
    }

    async fn refuse(&self) -> Option<()> {
        *self.mood.lock().unwrap() = Mood::Refusing;
        Some(())
    }

    async fn recover(&self) {
        *self.mood.lock().unwrap() = Mood::Good;
    }
}

/// The configuration.
struct Opening;

#[derive(Deserialize, Serialize, Schema)]
struct Settings {
    /// What opens the door.
    #[property(secret)]
    key: String,
    /// How much may be made, by size.
    limits: Option<Vec<f64>>,
}

impl Configuration for Opening {
    type Args = Settings;
    type Value = ();

    async fn check(&self, request: CheckConfigRequest, _: &Context) -> Result<CheckReply> {
        Ok(request.by_schema())
    }

    async fn diff(&self, request: DiffConfigRequest, _: &Context) -> Result<Diff> {
        Ok(request.by_schema())
    }

    async fn configure(&self, _: ConfigureRequest<Settings>, _: &Context) -> Result<()> {
        Ok(())
    }
}

struct Things(Arc<Workshop>);

fn schema() -> schema::Resource {
    let property = |name: &str, r#type| (name.to_owned(), Property::of(r#type));
    let mut inputs = BTreeMap::from([
        property("fault", Type::String),
        property("text", Type::String),
        property("tags", Type::String.list()),
        property("options", Type::String.map()),
    ]);
    let name = Property {
        autoname: true,
        will_replace_on_changes: true,
        ..Property::of(Type::String)
    };
    let size = Property {
        default: Some(3.into()),
        will_replace_on_changes: true,
        ..Property::of(Type::Integer)
    };
    inputs.extend([("name".to_owned(), name), ("size".to_owned(), size)]);
    let mut outputs = inputs.clone();
    let stamp = Property {
        secret: true,
        stable: true,
        ..Property::of(Type::String)
    };
    outputs.insert("stamp".to_owned(), stamp);
    let required = ["name", "size", "stamp", "text"].map(str::to_owned);
    schema::Resource {
        properties: outputs,
        required: BTreeSet::from(required),
        input_properties: inputs,
        required_inputs: BTreeSet::from(["text".to_owned()]),
        ..schema::Resource::default()
    }
}

fn stamped(inputs: &PropertyMap, stamp: PropertyValue) -> PropertyMap {
    with(inputs, "stamp", stamp)
}

fn fault(inputs: &PropertyMap) -> &str {
    inputs
        .get("fault")
        .and_then(|fault| fault.expose().as_str())
        .unwrap_or_default()
}

impl Resource<()> for Things {
    type Inputs = PropertyMap;
    type State = PropertyMap;

    async fn check(&self, _: &(), request: CheckRequest, _: &Context) -> Result<CheckReply> {
        Ok(request.by_schema())
    }

    async fn diff(&self, _: &(), request: DiffRequest, _: &Context) -> Result<Diff> {
        Ok(request.by_schema())
    }

    async fn preview(&self, _: &(), request: PreviewRequest, _: &Context) -> Result<PreviewReply> {
        Ok(request.by_schema())
    }

    async fn create(&self, _: &(), request: CreateRequest, context: &Context) -> Result<CreateReply> {
        self.0.asked()?;
        let inputs = request.inputs;
        if fault(&inputs) == "refused" {
            return Err(Error::FailedPrecondition("that cannot be made".to_owned()));
        }
        if fault(&inputs) == "panic" {
            panic!("the hammer fell");
        }
        let text = inputs
            .get("text")
            .and_then(|text| text.expose().as_str())
            .unwrap_or_default();
        context.log.info(format!("making {text}"));
        let id = format!("thing-{}", self.0.writes.load(Ordering::Relaxed));
        self.0.write(&id, Some(&inputs));
        let state = stamped(&inputs, "stamped".into());
        let partial = |reason: &str| CreateReply::Partial {
            id: id.clone(),
            state: state.clone(),
            reasons: vec![reason.to_owned()],
        };
        Ok(match fault(&inputs) {
            "partial" => partial("the paint ran out"),
            "slow" => {
                context.cancellation.cancelled().await;
                partial("the work was stopped")
            }
            "unknown" => CreateReply::Created {
                id,
                state: stamped(&inputs, PropertyValue::Unknown(UnknownKind::String)),
            },
            "empty id" => CreateReply::Created {
                id: String::new(),
                state,
            },
            _ => CreateReply::Created { id, state },
        })
    }

    async fn read(&self, _: &(), request: ReadRequest, _: &Context) -> Result<ReadReply> {
        self.0.asked()?;
        let found = self.0.things.lock().unwrap().get(&request.id).cloned();
        let Some(inputs) = found else {
            return Ok(ReadReply::Gone);
        };
        // The stamp is told once.
        let stamp = request.state.and_then(|mut state| state.remove("stamp"));
        Ok(ReadReply::Found {
            id: request.id,
            state: stamped(&inputs, stamp.unwrap_or_else(|| "".into())),
            inputs,
        })
    }

    async fn update(&self, _: &(), request: UpdateRequest, _: &Context) -> Result<UpdateReply> {
        self.0.asked()?;
        self.0.write(&request.id, Some(&request.new_inputs));
        let stamp = request.old_state.get("stamp").cloned();
        let state = stamped(&request.new_inputs, stamp.unwrap_or_else(|| "".into()));
        Ok(match fault(&request.new_inputs) {
            "partial update" => UpdateReply::Partial {
                state,
                reasons: vec!["the paint ran out".to_owned()],
            },
            _ => UpdateReply::Updated { state },
        })
    }

    async fn delete(&self, _: &(), request: DeleteRequest, _: &Context) -> Result<()> {
        self.0.asked()?;
        self.0.write(&request.id, None);
        Ok(())
    }
}

#[derive(Deserialize, Serialize, Schema)]
struct Everything {}

impl List<()> for Things {
    type Query = Everything;

    async fn list(&self, _: &(), request: ListRequest<Everything>, _: &Context) -> Result<Page> {
        self.0.asked()?;
        let after = request.continuation.unwrap_or_default();
        let things = self.0.things.lock().unwrap();
        let mut ids: Vec<_> = things.keys().filter(|id| **id > after).cloned().collect();
        let size = request.page_size.unwrap_or(10);
        let more = ids.len() > size;
        ids.truncate(size);
        Ok(Page {
            continuation: ids.last().filter(|_| more).cloned(),
            resources: ids
                .into_iter()
                .map(|id| Listed { name: id.clone(), id })
                .collect(),
        })
    }
}

struct GetAdvice;

#[derive(Deserialize, Serialize, Schema)]
struct Question {
    about: String,
    bench: Option<Bench>,
}

/// Where the work is done.
#[derive(Deserialize, Serialize, Schema)]
struct Bench {
    number: u32,
}

/// What the master says.
#[derive(Deserialize, Serialize, Schema)]
struct Advice {
    #[property(secret)]
    advice: String,
}

impl Function<()> for GetAdvice {
    type Args = Question;
    type Result = Advice;

    async fn invoke(
        &self,
        _: &(),
        request: InvokeRequest<Question>,
        _: &Context,
    ) -> Result<InvokeReply<Advice>> {
        let Question { about, bench } = request.args;
        let place = bench.map_or_else(String::new, |bench| format!(" at bench {}", bench.number));
        let advice = format!("take your time with {about}{place}");
        Ok(InvokeReply::Returned(Advice { advice }))
    }
}

fn provider(workshop: &Arc<Workshop>) -> Result<Provider<Opening>, BuildError> {
    let things = || Things(Arc::clone(workshop));
    let provider = Provider::new(Package::new("workshop", "1.2.3"), Opening)
        .resource_with_schema(TOKEN, schema(), things())?
        .list(TOKEN, things())?
        .function(FUNCTION, GetAdvice)?;
    Ok(provider.with_mapping("terraform", "shop", r#"{"name":"shop"}"#))
}

pub(crate) fn subject() -> Subject {
    let workshop = Arc::new(Workshop::default());
    let served = Arc::clone(&workshop);
    let inputs = map([
        ("text", "a table".into()),
        ("tags", vec!["oak", "round"].into()),
        ("options", map([("finish", "oil".into())]).into()),
        ("size", 5.into()),
    ]);
    let config = map([
        ("key", PropertyValue::secret("open sesame")),
        ("limits", "[1, 2.5]".into()),
    ]);
    let failing = |fault: &str| Some(with(&inputs, "fault", fault));
    let faults = Faults {
        partial_create: failing("partial"),
        partial_update: failing("partial update"),
        slow_create: failing("slow"),
        failing_create: failing("refused"),
        panicking_create: failing("panic"),
        unknown_state: failing("unknown"),
        empty_id: failing("empty id"),
        talkative_create: Some(inputs.clone()),
    };
    Subject {
        required_config: Some("key".to_owned()),
        rotated_config: Some(with(&config, "key", PropertyValue::secret("open barley"))),
        invalid_config: Some(with(&config, "limits", "as much as you like")),
        config,
        updated: Some(with(&inputs, "text", "a chair")),
        replacing: Some(with(&inputs, "size", 6)),
        invalid: vec![Invalid {
            inputs: with(&inputs, "tags", vec![PropertyValue::from("oak"), 7.into()]),
            at: "tags[1]".to_owned(),
        }],
        faults,
        function: Some(conformance::Function {
            token: FUNCTION.to_owned(),
            args: map([("about", "glue".into())]),
            required: true,
        }),
        world: workshop,
        ..Subject::new(Launcher::value(move || provider(&served).unwrap()), TOKEN, inputs)
    }
}
