use pulumi_rs_provider::Schema;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize, Schema)]
enum Animal {
    Cat { lives: u32 },
}

fn main() {}
