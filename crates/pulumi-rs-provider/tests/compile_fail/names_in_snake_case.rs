use pulumi_rs_provider::Schema;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize, Schema)]
struct Pet {
    daily_meals: u32,
}

fn main() {}
