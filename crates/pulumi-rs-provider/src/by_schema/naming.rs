//! Names for resources that the program does not name.

use std::fmt::Write as _;

use crate::path::PropertyPath;
use crate::value::PropertyValue;
use crate::verbs::{Autonaming, CheckFailure, CheckRequest};

/// How many hexadecimal digits are put behind a resource's own name.
const DIGITS: usize = 7;

impl CheckRequest {
    /// A name for the property `key`, which the program left out.
    ///
    /// The name of the last deployment stays. A new resource, and one that replaces another, gets the name that the user's naming scheme
    /// proposes or enforces; without a scheme it is the resource's name in the program with digits from the random seed, so that preview and
    /// update agree.
    ///
    /// # Errors
    ///
    /// When the user wants every name to be given, or when there is no seed to make one from.
    pub fn autoname(&self, key: &str) -> Result<PropertyValue, CheckFailure> {
        let failure = |reason: &str| CheckFailure {
            path: PropertyPath::from(key),
            reason: reason.to_owned(),
        };
        let old = self.old_inputs.as_ref().and_then(|inputs| inputs.get(key));
        if let Some(old) = old.filter(|old| old.expose().as_str().is_some_and(|name| !name.is_empty())) {
            return Ok(old.clone());
        }
        match &self.autonaming {
            Some(Autonaming::Propose(name) | Autonaming::Enforce(name)) => Ok(name.as_str().into()),
            Some(Autonaming::Disable) => Err(failure("must be given, because automatic names are disabled")),
            None if self.random_seed.is_empty() => {
                Err(failure("must be given, because the engine sent no random seed"))
            }
            None => {
                let digits = self.random_seed.iter().fold(String::new(), |mut digits, byte| {
                    // Writing to a string cannot fail.
                    let _ = write!(digits, "{byte:02x}");
                    digits
                });
                Ok(format!("{}-{}", self.name, digits.get(..DIGITS).unwrap_or(&digits)).into())
            }
        }
    }
}
