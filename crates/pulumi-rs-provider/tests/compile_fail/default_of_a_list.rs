use pulumi_rs_provider::Schema;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize, Schema)]
struct Pet {
    #[property(default = ["cat"])]
    names: Vec<String>,
}

fn main() {}
