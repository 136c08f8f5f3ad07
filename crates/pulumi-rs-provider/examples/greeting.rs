//! The provider of the README, word for word.

use std::collections::BTreeMap;
use std::process::ExitCode;

use pulumi_rs_provider::schema::{self, Property, Type};
use pulumi_rs_provider::*;

/// No configuration.
struct Settings;

impl Configuration for Settings {
    type Value = ();

    async fn check(&self, request: CheckConfigRequest, _: &Context) -> Result<CheckReply, Error> {
        Ok(CheckReply::ok(request.new_inputs))
    }
    async fn diff(&self, _: DiffConfigRequest, _: &Context) -> Result<Diff, Error> {
        Ok(Diff::default())
    }
    async fn configure(&self, _: ConfigureRequest, _: &Context) -> Result<(), Error> {
        Ok(())
    }
}

/// A greeting, which lives in the state alone.
struct Greeting;

impl Resource<()> for Greeting {
    async fn check(&self, _: &(), request: CheckRequest, _: &Context) -> Result<CheckReply, Error> {
        let failures = match request.new_inputs.get("to").map(PropertyValue::expose) {
            Some(PropertyValue::String(_) | PropertyValue::Unknown(_)) => vec![],
            _ => vec![CheckFailure {
                path: "to".into(),
                reason: "who is greeted?".to_owned(),
            }],
        };
        Ok(CheckReply {
            inputs: request.new_inputs,
            failures,
        })
    }
    async fn diff(&self, _: &(), request: DiffRequest, _: &Context) -> Result<Diff, Error> {
        let mut diff = Diff::default();
        if request.old_inputs.get("to") != request.new_inputs.get("to") {
            diff.changes.insert("to".into(), Change::update().in_inputs());
        }
        Ok(diff)
    }
    async fn create(&self, _: &(), request: CreateRequest, context: &Context) -> Result<CreateReply, Error> {
        context.log.info("hello");
        Ok(CreateReply::Created {
            id: request.name,
            state: request.inputs,
        })
    }
    async fn read(&self, _: &(), request: ReadRequest, _: &Context) -> Result<ReadReply, Error> {
        // Nothing but the state knows of a greeting, so there is nothing to import.
        Ok(match (request.inputs, request.state) {
            (Some(inputs), Some(state)) => ReadReply::Found {
                id: request.id,
                inputs,
                state,
            },
            _ => ReadReply::Gone,
        })
    }
    async fn update(&self, _: &(), request: UpdateRequest, _: &Context) -> Result<UpdateReply, Error> {
        Ok(UpdateReply::Updated {
            state: request.new_inputs,
        })
    }
    async fn delete(&self, _: &(), _: DeleteRequest, _: &Context) -> Result<(), Error> {
        Ok(())
    }
}

fn provider() -> Result<Provider<Settings>, BuildError> {
    let package = schema::Package {
        name: "greetings".to_owned(),
        version: "0.1.0".to_owned(),
        ..schema::Package::default()
    };
    let to = BTreeMap::from([("to".to_owned(), Property::of(Type::String))]);
    let greeting = schema::Resource {
        properties: to.clone(),
        input_properties: to,
        required_inputs: ["to".to_owned()].into(),
        ..schema::Resource::default()
    };
    Provider::new(package, Settings).resource("greetings:index:Greeting", greeting, Greeting)
}

fn main() -> ExitCode {
    let provider = provider().expect("the tokens above belong to the package");
    serve(provider, std::env::args_os().skip(1))
}
