//! The parts of a request as authors see them; what makes no sense is the engine's fault and says so.

use std::time::{Duration, Instant};

use tonic::Status;

use crate::path::PathPattern;
use crate::proto::check_request::AutonamingOptions;
use crate::proto::check_request::autonaming_options::Mode;
use crate::urn::Urn;
use crate::value::PropertyMap;
use crate::verbs::Autonaming;
use crate::wire::Struct;

/// Which resource a request is about.
pub(super) struct Subject {
    pub(super) urn: Urn,
    pub(super) name: String,
    pub(super) token: String,
}

impl Subject {
    /// Older engines leave name and type to be found in the URN.
    pub(super) fn new(urn: String, name: String, token: String) -> Self {
        let urn = Urn::new(urn);
        let name = if name.is_empty() {
            urn.resource_name().to_owned()
        } else {
            name
        };
        let token = if token.is_empty() {
            urn.resource_type().to_owned()
        } else {
            token
        };
        Self { urn, name, token }
    }
}

/// Properties for a verb that does not tell absent ones from none.
pub(super) fn required(raw: Option<Struct>) -> Result<PropertyMap, Status> {
    optional(raw).map(Option::unwrap_or_default)
}

pub(super) fn optional(raw: Option<Struct>) -> Result<Option<PropertyMap>, Status> {
    let decoded = raw.map(|raw| raw.decode_properties()).transpose();
    let mut properties = decoded.map_err(|error| Status::invalid_argument(error.to_string()))?;
    if let Some(properties) = &mut properties {
        // Keys of this form are notes of the engine, or of a bridged provider whose state was taken over.
        properties.retain(|key, _| !key.starts_with("__"));
    }
    Ok(properties)
}

pub(super) fn patterns(paths: &[String]) -> Result<Vec<PathPattern>, Status> {
    let parse = |path: &String| {
        path.parse().map_err(|error| {
            Status::invalid_argument(format!(
                "`{path}` in ignoreChanges is not a property path: {error}"
            ))
        })
    };
    paths.iter().map(parse).collect()
}

pub(super) fn autonaming(options: AutonamingOptions) -> Result<Autonaming, Status> {
    match Mode::try_from(options.mode) {
        Ok(Mode::Propose) => Ok(Autonaming::Propose(options.proposed_name)),
        Ok(Mode::Enforce) => Ok(Autonaming::Enforce(options.proposed_name)),
        Ok(Mode::Disable) => Ok(Autonaming::Disable),
        Err(_) => Err(Status::invalid_argument(format!(
            "autonaming mode `{}` is not known",
            options.mode
        ))),
    }
}

/// The moment after so many seconds; nothing for 0, and for what no clock can hold.
pub(super) fn deadline(timeout: f64) -> Option<Instant> {
    let timeout = Duration::try_from_secs_f64(timeout)
        .ok()
        .filter(|timeout| !timeout.is_zero())?;
    Instant::now().checked_add(timeout)
}
