//! A provider whose one resource does what its input `do` says, and echoes its inputs otherwise.

use std::collections::{BTreeMap, BTreeSet};

use pulumi_rs_provider::schema::{self, Property, Type};
use pulumi_rs_provider::*;
use tokio::sync::mpsc::UnboundedSender;

/// The token of the resource.
pub(crate) const TOKEN: &str = "echo:index:Thing";

/// What the author's code saw, for the test to look at.
#[derive(Debug, PartialEq)]
pub(crate) enum Seen {
    CheckConfig(CheckConfigRequest),
    DiffConfig(DiffConfigRequest),
    Configure(ConfigureRequest),
    Check(CheckRequest),
    Diff(DiffRequest),
    Preview(PreviewRequest),
    Create {
        request: CreateRequest,
        config: String,
        has_deadline: bool,
    },
    Read(ReadRequest),
    Update(UpdateRequest),
    Delete(DeleteRequest),
    /// A verb that waits has begun to.
    Waiting,
    /// It was told to stop waiting.
    Stopped,
}

pub(crate) fn provider(seen: UnboundedSender<Seen>) -> Provider<Settings> {
    let secret = Property {
        secret: true,
        ..Property::of(Type::String)
    };
    let package = schema::Package {
        name: "echo".to_owned(),
        version: "1.2.3".to_owned(),
        config: schema::Config {
            variables: BTreeMap::from([
                ("key".to_owned(), secret),
                ("limits".to_owned(), Property::of(Type::Number.list())),
            ]),
            required: BTreeSet::from(["key".to_owned()]),
            ..schema::Config::default()
        },
        ..schema::Package::default()
    };
    Provider::new(package, Settings(seen.clone()))
        .resource_with_schema(TOKEN, schema::Resource::default(), Thing(seen))
        .unwrap()
        .with_autonaming()
        .with_mapping("terraform", "echoes", "[]")
        .with_mapping("terraform", "sounds", "{}")
}

pub(crate) struct Settings(UnboundedSender<Seen>);

impl Configuration for Settings {
    type Args = PropertyMap;
    /// The key, exposed.
    type Value = String;

    async fn check(&self, request: CheckConfigRequest, _: &Context) -> Result<CheckReply, Error> {
        self.0.send(Seen::CheckConfig(request.clone())).unwrap();
        Ok(CheckReply::ok(request.new_inputs))
    }

    async fn diff(&self, request: DiffConfigRequest, _: &Context) -> Result<Diff, Error> {
        self.0.send(Seen::DiffConfig(request)).unwrap();
        Ok(Diff {
            changes: BTreeMap::from([("key".into(), Change::update().in_inputs())]),
            ..Diff::default()
        })
    }

    async fn configure(&self, request: ConfigureRequest, _: &Context) -> Result<String, Error> {
        self.0.send(Seen::Configure(request.clone())).unwrap();
        match request.args.get("key").and_then(|key| key.expose().as_str()) {
            Some("panic") => panic!("with the key panic"),
            Some(key) => Ok(key.to_owned()),
            None => Err(Error::MissingConfiguration(vec![MissingKey {
                name: "key".to_owned(),
                description: "The key.".to_owned(),
            }])),
        }
    }
}

struct Thing(UnboundedSender<Seen>);

fn state(state: &PropertyMap, key: &str, value: impl Into<PropertyValue>) -> PropertyMap {
    let mut state = state.clone();
    state.insert(key.to_owned(), value.into());
    state
}

fn reasons() -> Vec<String> {
    vec!["it broke".to_owned(), "and smokes".to_owned()]
}

impl Resource<String> for Thing {
    type Inputs = PropertyMap;
    type State = PropertyMap;

    async fn check(&self, _: &String, request: CheckRequest, _: &Context) -> Result<CheckReply, Error> {
        self.0.send(Seen::Check(request.clone())).unwrap();
        let failures = match request.new_inputs.get("do").and_then(PropertyValue::as_str) {
            Some("fail") => vec![
                CheckFailure {
                    path: PropertyPath::from("list").index(0).key("a.b"),
                    reason: "no good".to_owned(),
                },
                CheckFailure {
                    path: PropertyPath::root(),
                    reason: "nothing fits hunter22".to_owned(),
                },
            ],
            _ => vec![],
        };
        Ok(CheckReply {
            inputs: request.new_inputs,
            failures,
        })
    }

    async fn diff(&self, _: &String, request: DiffRequest, _: &Context) -> Result<Diff, Error> {
        let keys = request.old_inputs.keys().chain(request.new_inputs.keys());
        let changed = keys.filter(|key| request.old_inputs.get(*key) != request.new_inputs.get(*key));
        let changes = changed
            .map(|key| (key.as_str().into(), Change::update().in_inputs().replacing()))
            .collect();
        self.0.send(Seen::Diff(request)).unwrap();
        Ok(Diff {
            changes,
            ..Diff::default()
        })
    }

    async fn preview(&self, _: &String, request: PreviewRequest, _: &Context) -> Result<PreviewReply, Error> {
        self.0.send(Seen::Preview(request.clone())).unwrap();
        let state = match request.inputs.get("do").and_then(PropertyValue::as_str) {
            Some("unknown") => state(
                &request.inputs,
                "later",
                PropertyValue::Unknown(UnknownKind::String),
            ),
            _ => request.inputs,
        };
        Ok(PreviewReply { state })
    }

    async fn create(
        &self,
        config: &String,
        request: CreateRequest,
        context: &Context,
    ) -> Result<CreateReply, Error> {
        let has_deadline = context.deadline.is_some();
        let inputs = request.inputs.clone();
        self.0
            .send(Seen::Create {
                request,
                config: config.clone(),
                has_deadline,
            })
            .unwrap();
        let id = "id-1".to_owned();
        match inputs.get("do").and_then(PropertyValue::as_str) {
            Some("partial") => {
                let mut reasons = reasons();
                reasons.push("fresh-secret leaked".to_owned());
                let state = state(&inputs, "made", PropertyValue::secret("fresh-secret"));
                Ok(CreateReply::Partial { id, state, reasons })
            }
            Some("unknown") => {
                let unknown = PropertyValue::secret(vec![PropertyValue::Unknown(UnknownKind::Bool)]);
                Ok(CreateReply::Created {
                    id,
                    state: state(&inputs, "later", unknown),
                })
            }
            Some("infinity") => Ok(CreateReply::Created {
                id,
                state: state(&inputs, "far", f64::INFINITY),
            }),
            Some("no id") => Ok(CreateReply::Created {
                id: String::new(),
                state: inputs,
            }),
            Some("bytes") => Ok(CreateReply::Created {
                id,
                state: state(&inputs, "raw", PropertyValue::Bytes(vec![0xff])),
            }),
            Some("panic") => {
                // Not at the first poll, which is another case for whoever catches it.
                tokio::task::yield_now().await;
                panic!("with a secret, hunter22")
            }
            Some("bug") => Err(Error::Bug("two answers to one question".to_owned())),
            Some("error") => Err(Error::Unavailable(format!("{config} and hunter22 are refused"))),
            Some("log") => {
                context.log.debug("looking");
                context.log.info("found hunter22");
                context.log.warning("odd");
                context.log.status("working");
                context.progress("1 of 2");
                context.progress("2 of 2");
                context.log.info("done");
                Ok(CreateReply::Created { id, state: inputs })
            }
            Some("wait") => {
                self.0.send(Seen::Waiting).unwrap();
                context.cancellation.cancelled().await;
                self.0.send(Seen::Stopped).unwrap();
                Ok(CreateReply::Partial {
                    id,
                    state: inputs,
                    reasons: vec!["stopped".to_owned()],
                })
            }
            _ => Ok(CreateReply::Created { id, state: inputs }),
        }
    }

    async fn read(&self, _: &String, request: ReadRequest, _: &Context) -> Result<ReadReply, Error> {
        self.0.send(Seen::Read(request.clone())).unwrap();
        let (inputs, state) = (
            request.inputs.unwrap_or_default(),
            request.state.unwrap_or_default(),
        );
        Ok(match request.id.as_str() {
            "gone" => ReadReply::Gone,
            "ill" => ReadReply::Partial {
                id: request.id,
                inputs,
                state,
                reasons: reasons(),
            },
            _ => ReadReply::Found {
                id: request.id,
                inputs,
                state,
            },
        })
    }

    async fn update(&self, _: &String, request: UpdateRequest, _: &Context) -> Result<UpdateReply, Error> {
        let inputs = request.new_inputs.clone();
        self.0.send(Seen::Update(request)).unwrap();
        Ok(match inputs.get("do").and_then(PropertyValue::as_str) {
            Some("partial") => UpdateReply::Partial {
                state: inputs,
                reasons: reasons(),
            },
            Some("unknown") => {
                let unknown = PropertyValue::Unknown(UnknownKind::String);
                UpdateReply::Updated {
                    state: state(&inputs, "later", unknown),
                }
            }
            _ => UpdateReply::Updated { state: inputs },
        })
    }

    async fn delete(&self, _: &String, request: DeleteRequest, _: &Context) -> Result<(), Error> {
        let id = request.id.clone();
        self.0.send(Seen::Delete(request)).unwrap();
        if id == "stuck" {
            Err(Error::FailedPrecondition("it is in use".to_owned()))
        } else {
            Ok(())
        }
    }
}
