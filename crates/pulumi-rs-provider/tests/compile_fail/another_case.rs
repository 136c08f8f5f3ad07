use pulumi_rs_provider::Schema;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize, Schema)]
#[serde(rename_all = "kebab-case")]
struct Pet {
    daily_meals: u32,
}

fn main() {}
