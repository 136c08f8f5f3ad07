//! The provider's configuration: the calling key and where to call.

use std::env;

use descope_client::{Client, SecretString};
use pulumi_rs_provider::{
    Change, CheckConfigRequest, CheckFailure, CheckReply, Configuration, ConfigureRequest, Context, Diff,
    DiffConfigRequest, Error, MissingKey, PropertyMap, PropertyPath, PropertyValue,
};

use crate::errors;

/// How the provider is configured; what resources get is a client.
#[derive(Debug)]
pub struct Settings;

/// The settings, and the environment variable that stands in for each.
const VARIABLES: [(&str, Option<&str>); 3] = [
    ("managementKey", Some("DESCOPE_MANAGEMENT_KEY")),
    ("baseUrl", Some("DESCOPE_BASE_URL")),
    ("projectId", None),
];
/// A setting that belongs to the engine, not to us.
const ENGINE_SETTING: &str = "pluginDownloadURL";

impl Configuration for Settings {
    type Args = PropertyMap;
    type Value = Client;

    async fn check(&self, request: CheckConfigRequest, _context: &Context) -> Result<CheckReply, Error> {
        let failures = failures(&request.args);
        // What the environment gives is not written into the inputs: they are stored in the state.
        Ok(CheckReply {
            inputs: request.new_inputs,
            failures,
        })
    }

    async fn diff(&self, request: DiffConfigRequest, _context: &Context) -> Result<Diff, Error> {
        // Never a replacement: replacing the provider replaces every key, and each consumer would break. A new
        // calling key is for the same company; whether a new address is, the next refresh tells.
        let changed = VARIABLES
            .iter()
            .filter(|(name, _)| exposed(&request.old_inputs, name) != exposed(&request.new_inputs, name))
            .map(|(name, _)| (PropertyPath::from(*name), Change::update().in_inputs()));
        Ok(Diff {
            changes: changed.collect(),
            ..Diff::default()
        })
    }

    async fn configure(&self, request: ConfigureRequest, _context: &Context) -> Result<Client, Error> {
        let setting = |name: &str| setting(&request.args, name);
        let management_key = setting("managementKey").ok_or_else(|| {
            Error::MissingConfiguration(vec![MissingKey {
                name: "managementKey".to_owned(),
                description: "The management key to call the API with. Add `--secret` to the command, so that it is \
                              stored encrypted; the environment variable DESCOPE_MANAGEMENT_KEY stands in for it."
                    .to_owned(),
            }])
        })?;
        client(management_key, setting("baseUrl"), setting("projectId"))
            .map_err(|error| errors::of_client(&error))
    }
}

/// The faults that can be seen in known settings. The calling key itself is judged by the service.
fn failures(args: &PropertyMap) -> Vec<CheckFailure> {
    let mut failures = Vec::new();
    for (name, value) in args {
        let failure = |reason: &str| CheckFailure {
            path: PropertyPath::from(name.as_str()),
            reason: reason.to_owned(),
        };
        if name == ENGINE_SETTING || value.is_unknown() {
            continue;
        }
        if VARIABLES.iter().all(|(known, _)| known != name) {
            failures.push(failure("there is no such setting"));
        } else if !value.expose().is_null() && value.expose().as_str().is_none() {
            failures.push(failure("this setting must be a string"));
        }
    }
    if failures.is_empty() && !args.values().any(PropertyValue::is_unknown) {
        let address = ["baseUrl", "projectId"].map(|name| setting(args, name));
        let [base_url, project_id] = address;
        // Any text will do for the key: only the address is judged here.
        if let Err(error) = client("K".to_owned(), base_url.clone(), project_id) {
            let name = if base_url.is_some() {
                "baseUrl"
            } else {
                "projectId"
            };
            failures.push(CheckFailure {
                path: PropertyPath::from(name),
                reason: error.to_string(),
            });
        }
    }
    failures
}

/// A setting that is not blank, or what the environment gives in its place.
fn setting(args: &PropertyMap, name: &str) -> Option<String> {
    let given = exposed(args, name)
        .and_then(PropertyValue::as_str)
        .map(str::to_owned);
    let from_environment = || {
        let (_, variable) = VARIABLES.iter().find(|(known, _)| *known == name)?;
        env::var((*variable)?).ok()
    };
    given
        .filter(|text| !text.is_empty())
        .or_else(from_environment)
        .filter(|text| !text.is_empty())
}

fn exposed<'a>(args: &'a PropertyMap, name: &str) -> Option<&'a PropertyValue> {
    args.get(name).map(PropertyValue::expose)
}

fn client(
    management_key: String,
    base_url: Option<String>,
    project_id: Option<String>,
) -> Result<Client, descope_client::Error> {
    let mut builder = Client::builder(SecretString::from(management_key));
    if let Some(base_url) = base_url {
        builder = builder.base_url(base_url);
    }
    if let Some(project_id) = project_id {
        builder = builder.project_id(project_id);
    }
    if let Ok(user_agent) = env::var("DESCOPE_USER_AGENT") {
        builder = builder.user_agent(user_agent);
    }
    builder.build()
}
