//! The sandbox is killed in the middle of many writes, again and again: what it acknowledged is there afterwards.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use descope_keys_tests::process::Background;
use descope_keys_tests::sandbox::made_up_key;
use descope_keys_tests::tools;
use serde_json::{Value, json};

/// How often it is killed, unless the environment says otherwise.
const ROUNDS: u32 = 50;
const ROUNDS_VARIABLE: &str = "DESCOPE_KEYS_DURABILITY_ROUNDS";

/// The writes of one round; it is killed after a random one of them.
const WRITES: usize = 2_000;

const CONNECTIONS: u64 = 16;

/// What a key may be found as, and `None` for gone: one state when the last write was answered, both when it was not.
type States = Vec<Option<Fields>>;

/// The fields of a key that writes change.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fields {
    name: String,
    description: String,
    status: String,
    permitted_ips: Value,
}

impl Fields {
    /// Fields that all tell the same number, so that a mixture of two writes is seen.
    fn random(random: &mut fastrand::Rng) -> Self {
        let number = random.u64(..);
        let [_, _, _, a, b, c, d, e] = number.to_be_bytes();
        // A few are longer than a page of the store.
        let most = if random.u8(..20) == 0 { 400 } else { 10 };
        Self {
            name: format!("name-{number}"),
            description: format!("{number} ").repeat(random.usize(..most)),
            status: ["active", "inactive"][usize::from(e % 2)].to_owned(),
            permitted_ips: json!([format!("10.{a}.{b}.{c}"), format!("10.{d}.0.0/16")]),
        }
    }

    fn of(key: &Value) -> Self {
        let text = |name: &str| key[name].as_str().unwrap_or_default().to_owned();
        Self {
            name: text("name"),
            description: text("description"),
            status: text("status"),
            permitted_ips: key["permittedIps"].clone(),
        }
    }

    fn body(&self) -> Value {
        json!({
            "name": self.name, "description": self.description, "status": self.status, "permittedIps": self.permitted_ips,
        })
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill_at_any_point() -> Result<()> {
    let rounds = match std::env::var(ROUNDS_VARIABLE) {
        Ok(rounds) => rounds
            .parse()
            .with_context(|| format!("{ROUNDS_VARIABLE}={rounds}"))?,
        Err(_) => ROUNDS,
    };
    let folder = tempfile::tempdir()?;
    let state = folder.path().join("keys.redb");
    let calling_key = made_up_key();
    // Each run takes other writes and other moments; a failure tells the seed that it began with.
    let seed = fastrand::u64(..);
    let mut random = fastrand::Rng::with_seed(seed);
    let mut expected = BTreeMap::new();
    let mut interrupted = 0;
    for round in 0..rounds {
        let after = random.usize(1..WRITES);
        let lanes = (0..CONNECTIONS).map(|_| random.fork()).collect();
        let checked = round_of_writes(&state, &calling_key, after, lanes, expected)
            .with_context(|| format!("round {round} of seed {seed}, killed after {after} writes"))?;
        interrupted += checked.interrupted;
        expected = checked.found;
    }
    // Otherwise it was never killed in the middle of anything, and the test has shown nothing.
    ensure!(interrupted > 0, "no write was under way in any of {rounds} kills");
    Ok(())
}

struct Checked {
    /// The writes that were under way when it was killed.
    interrupted: usize,
    /// What the next round begins with.
    found: BTreeMap<String, Fields>,
}

/// Writes until it is killed, starts it again and compares.
fn round_of_writes(
    state: &Path,
    calling_key: &str,
    after: usize,
    lanes: Vec<fastrand::Rng>,
    stored: BTreeMap<String, Fields>,
) -> Result<Checked> {
    let (process, url) = start(state, calling_key)?;
    let process = Mutex::new(Some(process));
    let answered = AtomicUsize::new(0);
    // Each connection has its own keys, so that it knows what becomes of them.
    let mut shares = vec![BTreeMap::new(); lanes.len()];
    for (at, (id, fields)) in stored.into_iter().enumerate() {
        let share = at % lanes.len();
        shares[share].insert(id, vec![Some(fields)]);
    }
    let kill_when_due = || {
        if answered.fetch_add(1, Ordering::SeqCst) + 1 == after {
            // Dropping sends SIGKILL.
            drop(process.lock().unwrap_or_else(PoisonError::into_inner).take());
        }
    };
    let written: Vec<Lane> = thread::scope(|scope| {
        let lanes: Vec<_> = lanes
            .into_iter()
            .zip(shares)
            .map(|(random, keys)| {
                let lane = Lane {
                    url: &url,
                    calling_key,
                    random,
                    keys,
                    lost_creates: Vec::new(),
                    interrupted: 0,
                };
                scope.spawn(|| lane.run(kill_when_due))
            })
            .collect();
        lanes
            .into_iter()
            .map(|lane| {
                lane.join()
                    .map_err(|_| anyhow::anyhow!("a connection panicked"))?
            })
            .collect::<Result<_>>()
    })?;
    let (_process, url) = start(state, calling_key)?;
    check(&url, calling_key, &written)
}

fn start(state: &Path, calling_key: &str) -> Result<(Background, String)> {
    let mut command = Command::new(tools::program("descope-sandbox")?);
    command
        .arg("--state")
        .arg(state)
        .env("DESCOPE_SANDBOX_KEY", calling_key);
    let (process, line) = Background::start(&mut command)?;
    let url = line
        .strip_prefix("listening on ")
        .with_context(|| format!("it began with `{line}`"))?;
    Ok((process, url.to_owned()))
}

/// Compares what is stored with what may be.
fn check(url: &str, calling_key: &str, written: &[Lane]) -> Result<Checked> {
    let (_, reply) = send(&agent(), url, calling_key, "GET", "/search", &Value::Null)?;
    let keys = reply["keys"].as_array().context("no `keys`")?;
    let mut found: BTreeMap<String, Fields> = BTreeMap::new();
    for key in keys {
        let id = key["id"].as_str().context("a key without an id")?;
        ensure!(
            key["reBac"]["companyRoles"] == json!(["r"]) && key["expireTime"] == 2_000_000_000,
            "`{id}` is not whole: {key}"
        );
        found.insert(id.to_owned(), Fields::of(key));
    }
    let mut known = 0;
    for lane in written {
        for (id, states) in &lane.keys {
            let there = found.get(id);
            known += usize::from(there.is_some());
            ensure!(
                states.iter().any(|state| state.as_ref() == there),
                "`{id}` may be {states:?}, but is {there:?}"
            );
        }
    }
    // What is left was created without an acknowledgement: whole, and sent by somebody.
    let acknowledged = |id: &String| written.iter().any(|lane| lane.keys.contains_key(id));
    let unknown: Vec<_> = found.iter().filter(|(id, _)| !acknowledged(id)).collect();
    for (id, fields) in &unknown {
        let sent = |lane: &Lane| lane.lost_creates.contains(fields);
        ensure!(
            written.iter().any(sent),
            "`{id}` was never sent, or not like this: {fields:?}"
        );
    }
    ensure!(
        known + unknown.len() == found.len(),
        "a key belongs to two connections"
    );
    Ok(Checked {
        interrupted: written.iter().map(|lane| lane.interrupted).sum(),
        found,
    })
}

/// One connection's writes and what they lead to.
struct Lane<'a> {
    url: &'a str,
    calling_key: &'a str,
    random: fastrand::Rng,
    keys: BTreeMap<String, States>,
    /// Creates that were sent and not answered.
    lost_creates: Vec<Fields>,
    interrupted: usize,
}

impl Lane<'_> {
    /// Writes until the connection is lost.
    fn run(mut self, answered: impl Fn()) -> Result<Self> {
        let agent = agent();
        loop {
            let fields = Fields::random(&mut self.random);
            // Deletes keep the number of keys within bounds, so that each round is as quick as the first.
            let choice = self.random.u8(..10);
            let chosen = self.a_live_key();
            let (method, path, body, id) = match chosen {
                Some(id) if choice >= 7 => ("POST", "/delete", json!({ "ids": [id] }), Some(id)),
                Some(id) if choice >= 3 => {
                    let mut body = fields.body();
                    body["id"] = id.as_str().into();
                    ("PATCH", "", body, Some(id))
                }
                _ => {
                    let mut body = fields.body();
                    body["expireTime"] = 2_000_000_000.into();
                    body["reBac"] = json!({"companyRoles": ["r"]});
                    ("PUT", "", body, None)
                }
            };
            // A new key is active whatever its create says.
            let fields = match method {
                "PUT" => Fields {
                    status: "active".to_owned(),
                    ..fields
                },
                _ => fields,
            };
            let after = (method != "POST").then_some(fields);
            let Ok((status, reply)) = send(&agent, self.url, self.calling_key, method, path, &body) else {
                self.interrupted += 1;
                match (id, after) {
                    (Some(id), after) => self.keys.entry(id).or_default().push(after),
                    (None, after) => self.lost_creates.extend(after),
                }
                return Ok(self);
            };
            if status != 200 {
                bail!("{method} {path} was answered {status}: {reply}");
            }
            let id = id.or_else(|| reply["key"]["id"].as_str().map(str::to_owned));
            self.keys
                .insert(id.context("a create without an id")?, vec![after]);
            answered();
        }
    }

    fn a_live_key(&mut self) -> Option<String> {
        let is_live = |states: &States| states.iter().all(Option::is_some);
        let live = self.keys.iter().filter(|(_, states)| is_live(states));
        let live: Vec<&String> = live.map(|(id, _)| id).collect();
        self.random.choice(live).cloned()
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .proxy(None)
        .build()
        .into()
}

/// One call of the key API; an error means that no whole reply came.
fn send(
    agent: &ureq::Agent,
    url: &str,
    calling_key: &str,
    method: &str,
    path: &str,
    body: &Value,
) -> Result<(u16, Value)> {
    let request = ureq::http::Request::builder()
        .method(method)
        .uri(format!("{url}/v1/mgmt/managementkey{path}"))
        .header("authorization", format!("Bearer {calling_key}"))
        .header("content-type", "application/json");
    let mut reply = if body.is_null() {
        agent.run(request.body(())?)?
    } else {
        agent.run(request.body(body.to_string())?)?
    };
    let limit = 256 * 1024 * 1024;
    let text = reply.body_mut().with_config().limit(limit).read_to_string()?;
    Ok((reply.status().as_u16(), serde_json::from_str(&text)?))
}
