//! The provider of the README, word for word.

use std::process::ExitCode;

use pulumi_rs_provider::*;
use serde::{Deserialize, Serialize};

/// A greeting, which lives in the state alone.
#[derive(Deserialize, Serialize, Schema)]
struct Text {
    /// Who is greeted.
    #[property(replace)]
    to: String,
    #[property(default = "Hello")]
    words: String,
}

struct Greetings;

impl Resource<()> for Greetings {
    type Inputs = Text;
    type State = Text;

    async fn check(&self, _: &(), request: CheckRequest, _: &Context) -> Result<CheckReply> {
        Ok(request.by_schema())
    }
    async fn diff(&self, _: &(), request: DiffRequest, _: &Context) -> Result<Diff> {
        Ok(request.by_schema())
    }
    async fn preview(&self, _: &(), request: PreviewRequest, _: &Context) -> Result<PreviewReply> {
        Ok(request.by_schema())
    }
    async fn create(&self, _: &(), new: CreateRequest<Text>, _: &Context) -> Result<CreateReply<Text>> {
        Ok(CreateReply::Created {
            id: new.name,
            state: new.inputs,
        })
    }
    async fn read(&self, _: &(), old: ReadRequest<Text, Text>, _: &Context) -> Result<ReadReply<Text, Text>> {
        Ok(old.as_recorded())
    }
    async fn update(&self, _: &(), new: UpdateRequest<Text, Text>, _: &Context) -> Result<UpdateReply<Text>> {
        Ok(UpdateReply::Updated {
            state: new.new_inputs,
        })
    }
    async fn delete(&self, _: &(), _: DeleteRequest<Text, Text>, _: &Context) -> Result<()> {
        Ok(())
    }
}

fn main() -> ExitCode {
    let package = schema::Package::new("greetings", "0.1.0");
    let provider = Provider::new(package, ()).resource("greetings:index:Greeting", Greetings);
    serve(
        provider.expect("the schema is sound"),
        std::env::args_os().skip(1),
    )
}
