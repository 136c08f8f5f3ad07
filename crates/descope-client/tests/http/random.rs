//! Random calls that meet random faults: whatever comes, no key is made twice and no error denies what happened.

use std::collections::BTreeMap;

use descope_client::{Client, Effect, Error, KeyDocument, KeyId, Timings};
use descope_sandbox::Sandbox;
use fastrand::Rng;
use serde_json::{Value, json};

use crate::support::{Scene, company_key, hurried, key_table, no_secret_in};

const SEEDS: u64 = 60;
const CALLS: usize = 12;

type Table = BTreeMap<String, Value>;

#[tokio::test]
async fn whatever_comes_the_account_is_as_the_client_says() {
    for seed in 0..SEEDS {
        let mut random = Rng::with_seed(seed);
        let scene = Scene::new().await;
        let maker = hurried(&scene.sandbox.base_url(), Timings::default());
        maker.create(&company_key("first")).await.unwrap();
        for call in 0..CALLS {
            let faults: Vec<Value> = (0..random.usize(0..4)).map(|_| fault(&mut random)).collect();
            scene.inject(&Value::from(faults.clone()).to_string());
            let context = format!("seed {seed}, call {call}, {faults:?}");
            one_call(&mut random, &scene.client, &scene.sandbox, &context).await;
        }
    }
}

/// A fault of a service that never says what is not so: a refusal is one, and what is gone is gone.
fn fault(random: &mut Rng) -> Value {
    let after_effect = random.bool();
    let mut fault = match random.u8(0..9) {
        0 => json!({"kind": "status", "status": random.choice([400, 401, 409]).unwrap()}),
        1 => json!({"kind": "status", "status": 403, "code": "E111009"}),
        2 => json!({"kind": "status", "status": 429, "retryAfter": random.u8(..100).to_string()}),
        3 => json!({
            "kind": "status",
            "status": random.choice([307, 408, 500, 502, 503, 520, 530]).unwrap(),
            "afterEffect": after_effect,
        }),
        4 => json!({"kind": if after_effect { "reset_after" } else { "reset_before" }}),
        5 => json!({"kind": "truncate"}),
        6 => {
            json!({"kind": "malformed", "body": random.choice(["no JSON", "[]", "", "{\"id\":7}", "{\"id\":"]).unwrap()})
        }
        7 => json!({"kind": "delay", "milliseconds": 1}),
        _ => json!({"kind": random.choice(["wrong_id", "empty_cleartext"]).unwrap()}),
    };
    fault["match"] = json!({"nth": random.u8(1..4), "times": random.u8(1..4)});
    fault
}

async fn one_call(random: &mut Rng, client: &Client, sandbox: &Sandbox, context: &str) {
    let before = key_table(sandbox).await;
    let sent = sandbox.requests().len();
    let some_key = random.choice(before.keys()).map(|id| KeyId::new(id).unwrap());
    let name = format!("key {}", random.u64(..));
    let (wanted, said) = match (random.u8(0..5), some_key) {
        (0, Some(id)) => (before.clone(), said(&client.read(&id).await)),
        (1, Some(id)) => {
            let document = KeyDocument {
                name: name.clone(),
                ..company_key("")
            };
            let mut wanted = before.clone();
            wanted.get_mut(id.as_str()).unwrap()["name"] = name.into();
            (wanted, said(&client.update(&id, &document).await))
        }
        (2, Some(id)) => {
            let mut wanted = before.clone();
            wanted.remove(id.as_str());
            (wanted, said(&client.delete(&id).await))
        }
        (3, _) => (before.clone(), said(&client.list().await)),
        _ => {
            let outcome = client.create(&company_key(&name)).await;
            never_sent_twice(sandbox, sent, context);
            // The id is the service's choice, so the new key is known by its name.
            let made: Table = key_table(sandbox)
                .await
                .into_iter()
                .filter(|(id, key)| !before.contains_key(id) && key["name"] == name.as_str())
                .collect();
            assert!(made.len() <= 1, "{context}: made {} keys", made.len());
            let mut wanted = before.clone();
            wanted.extend(made.clone());
            if made.is_empty() {
                wanted.insert("missing".to_owned(), Value::Null);
            }
            (wanted, said(&outcome))
        }
    };
    let (effect, shown) = said;
    no_secret_in(&shown);
    let after = key_table(sandbox).await;
    let truthful = match effect {
        Effect::None => after == before,
        Effect::Happened => after == wanted,
        Effect::Unknown => after == before || after == wanted,
    };
    assert!(truthful, "{context}: said {effect:?}, {shown}");
}

/// What a call says it did, and all of it that a log could show. A result is as good as an effect.
fn said<T: std::fmt::Debug>(outcome: &Result<T, Error>) -> (Effect, String) {
    match outcome {
        Ok(_) => (Effect::Happened, format!("{outcome:?}")),
        Err(error) => (error.effect(), format!("{error:?} {error}")),
    }
}

fn never_sent_twice(sandbox: &Sandbox, sent: usize, context: &str) {
    let log = sandbox.requests().split_off(sent);
    let Some((_, earlier)) = log.split_last() else {
        return;
    };
    let refused = earlier
        .iter()
        .all(|request| matches!(request.status, Some(400..=499)) && request.status != Some(408));
    assert!(refused, "{context}: {log:?}");
}
