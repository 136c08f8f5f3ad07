use pulumi_rs_provider::Schema;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize, Schema)]
struct Pet {
    #[serde(skip)]
    name: String,
}

fn main() {}
