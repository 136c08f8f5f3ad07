//! The provider of the README, word for word.

use std::process::ExitCode;

use pulumi_rs_provider::*;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize, Schema)]
struct Inputs {
    /// Who is greeted.
    #[property(replace)]
    to: String,
    #[property(default = "Hello")]
    words: String,
}

/// A greeting, which lives in the state alone.
#[derive(Deserialize, Serialize, Schema)]
struct State {
    #[serde(flatten)]
    inputs: Inputs,
    /// The whole greeting.
    text: String,
}

impl From<Inputs> for State {
    fn from(inputs: Inputs) -> Self {
        let text = format!("{}, {}!", inputs.words, inputs.to);
        Self { inputs, text }
    }
}

struct Greeting;

impl Resource<()> for Greeting {
    type Inputs = Inputs;
    type State = State;

    async fn check(&self, _: &(), request: CheckRequest, _: &Context) -> Result<CheckReply> {
        Ok(request.by_schema())
    }
    async fn diff(&self, _: &(), request: DiffRequest, _: &Context) -> Result<Diff> {
        Ok(request.by_schema())
    }
    async fn preview(&self, _: &(), request: PreviewRequest, _: &Context) -> Result<PreviewReply> {
        Ok(request.by_schema())
    }
    async fn create(&self, _: &(), new: CreateRequest<Inputs>, _: &Context) -> Result<CreateReply<State>> {
        Ok(CreateReply::Created {
            id: new.name,
            state: new.inputs.into(),
        })
    }
    async fn read(
        &self,
        _: &(),
        old: ReadRequest<Inputs, State>,
        _: &Context,
    ) -> Result<ReadReply<Inputs, State>> {
        Ok(old.as_recorded())
    }
    async fn update(
        &self,
        _: &(),
        new: UpdateRequest<Inputs, State>,
        _: &Context,
    ) -> Result<UpdateReply<State>> {
        Ok(UpdateReply::Updated {
            state: new.new_inputs.into(),
        })
    }
    async fn delete(&self, _: &(), _: DeleteRequest<Inputs, State>, _: &Context) -> Result<()> {
        Ok(())
    }
}

fn main() -> ExitCode {
    let package = schema::Package::new("greetings", "0.1.0");
    let provider = Provider::new(package, ()).resource("greetings:index:Greeting", Greeting);
    serve(
        provider.expect("the token belongs to the package"),
        std::env::args_os().skip(1),
    )
}
