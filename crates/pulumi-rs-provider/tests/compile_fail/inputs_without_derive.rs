use pulumi_rs_provider::{Context, Function, InvokeReply, InvokeRequest, Result};

struct Args {
    name: String,
}

struct Greet;

impl Function<()> for Greet {
    type Args = Args;
    type Result = ();

    async fn invoke(&self, _: &(), _: InvokeRequest<Args>, _: &Context) -> Result<InvokeReply<()>> {
        Ok(InvokeReply::Returned(()))
    }
}

fn main() {}
