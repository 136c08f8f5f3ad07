use pulumi_rs_provider::Schema;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
struct Collar(u32);

#[derive(Deserialize, Serialize, Schema)]
struct Pet {
    collar: Collar,
}

fn main() {}
