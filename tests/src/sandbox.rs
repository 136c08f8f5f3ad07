//! A running sandbox, and the part of another client that changes keys behind the program's back.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::process::Background;
use crate::tools;

/// A sandbox process of one's own, on a port of its own, ended when this value is dropped.
#[derive(Debug)]
pub struct Sandbox {
    process: Background,
    url: String,
    calling_key: String,
}

impl Sandbox {
    /// Starts an empty sandbox that accepts one calling key, made up for it alone.
    ///
    /// # Errors
    /// When `descope-sandbox` has not been built or does not say where it listens.
    pub fn start() -> Result<Self> {
        Self::start_with(&[])
    }

    /// As [`start`](Self::start), with further arguments of the command line.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_with(arguments: &[&str]) -> Result<Self> {
        let calling_key = made_up_key();
        let mut command = Command::new(tools::program("descope-sandbox")?);
        command
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments)
            .env("DESCOPE_SANDBOX_KEY", &calling_key);
        let (process, line) = Background::start(&mut command)?;
        let url = line
            .strip_prefix("listening on ")
            .with_context(|| format!("the sandbox's first line is `{line}`, not where it listens"))?
            .to_owned();
        Ok(Self {
            process,
            url,
            calling_key,
        })
    }

    /// The base URL, without a slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The plain-text key that the sandbox accepts. It is a secret to all but the sandbox.
    pub fn calling_key(&self) -> &str {
        &self.calling_key
    }

    /// All that the sandbox has printed so far.
    pub fn said(&self) -> String {
        self.process.said()
    }

    /// Every live key by id, as the search of the key API tells it.
    ///
    /// # Errors
    /// When the call fails or the reply is not of the API's shape.
    pub fn keys(&self) -> Result<BTreeMap<String, Value>> {
        let reply = self.get("/v1/mgmt/managementkey/search")?;
        let keys = reply["keys"]
            .as_array()
            .with_context(|| format!("no `keys` in {reply}"))?;
        keys.iter()
            .map(|key| {
                let id = key["id"].as_str().with_context(|| format!("no `id` in {key}"))?;
                Ok((id.to_owned(), key.clone()))
            })
            .collect()
    }

    /// The one live key of that name.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub fn key_named(&self, name: &str) -> Result<Value> {
        let mut found: Vec<Value> = self
            .keys()?
            .into_values()
            .filter(|key| key["name"] == name)
            .collect();
        match (found.pop(), found.len()) {
            (Some(key), 0) => Ok(key),
            (_, others) => bail!("{others} further keys are called `{name}`, or none is"),
        }
    }

    /// Creates a key as another client would, and returns its id. `data` is the document of the infra API.
    ///
    /// # Errors
    /// When the call fails or the reply holds no id.
    pub fn create(&self, data: &Value) -> Result<String> {
        let body = json!({ "entity": "management_key", "data": data });
        let reply = self.send("POST", "/v1/mgmt/infra", Some(&body))?;
        Ok(reply["id"]
            .as_str()
            .context("the reply to create holds no id")?
            .to_owned())
    }

    /// Changes some fields of a key as another client would; the rest of the document stays.
    ///
    /// # Errors
    /// When a call fails.
    pub fn change(&self, id: &str, fields: &Value) -> Result<()> {
        let mut data = self.get(&format!("/v1/mgmt/infra?entity=management_key&id={id}"))?["data"].take();
        for (name, value) in fields
            .as_object()
            .context("the fields to change are not an object")?
        {
            data[name] = value.clone();
        }
        let body = json!({ "entity": "management_key", "id": id, "data": data });
        self.send("PUT", "/v1/mgmt/infra", Some(&body)).map(drop)
    }

    /// Deletes a key as another client would.
    ///
    /// # Errors
    /// When the call fails.
    pub fn delete(&self, id: &str) -> Result<()> {
        self.send(
            "DELETE",
            &format!("/v1/mgmt/infra?entity=management_key&id={id}"),
            None,
        )
        .map(drop)
    }

    /// Has the next matching request meet a misfortune. The format is that of `POST /_sandbox/faults`.
    ///
    /// # Errors
    /// When the sandbox does not take it.
    pub fn fault(&self, fault: &Value) -> Result<()> {
        self.send("POST", "/_sandbox/faults", Some(fault)).map(drop)
    }

    /// Takes all misfortunes back.
    ///
    /// # Errors
    /// When the call fails.
    pub fn clear_faults(&self) -> Result<()> {
        self.send("DELETE", "/_sandbox/faults", None).map(drop)
    }

    /// Method and path of each API call that can change something, in the order they came.
    ///
    /// # Errors
    /// When the request log cannot be read.
    pub fn writes(&self) -> Result<Vec<String>> {
        let log = self.get("/_sandbox/requests")?;
        let requests = log["requests"]
            .as_array()
            .with_context(|| format!("no `requests` in {log}"))?;
        requests
            .iter()
            .map(|request| Some((request["method"].as_str()?, request["path"].as_str()?)))
            .map(|call| call.with_context(|| format!("a request of another shape in {log}")))
            .filter(|call| !call.as_ref().is_ok_and(|(method, _)| *method == "GET"))
            .map(|call| call.map(|(method, path)| format!("{method} {path}")))
            .collect()
    }

    fn get(&self, path: &str) -> Result<Value> {
        self.send("GET", path, None)
    }

    /// One call with the calling key; any status but success is an error that holds the reply.
    fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {}", self.calling_key))
            .header("content-type", "application/json")
            .body(body.map(Value::to_string).unwrap_or_default())?;
        let mut reply = agent
            .run(request)
            .with_context(|| format!("{method} {path} got no reply"))?;
        let text = reply.body_mut().read_to_string()?;
        if !reply.status().is_success() {
            bail!("{method} {path} was answered {}: {text}", reply.status());
        }
        serde_json::from_str(&text).with_context(|| format!("{method} {path} was answered no JSON: {text}"))
    }
}

/// A key text in the vendor's shape (`K2` and more than 200 letters and digits), different in each call.
pub fn made_up_key() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let seed = format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let hex = |part: u8| Sha256::new().chain_update(&seed).chain_update([part]).finalize();
    let digits: String = (0..4).flat_map(hex).map(|byte| format!("{byte:02x}")).collect();
    format!("K2{digits}")
}
