//! Changes that have not spread yet: for a while after a create or an update, the key cannot be reached by its id.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::ApiError;
use crate::model::{Model, PropagationReply};

/// Until when each recently changed key is not to be reached. Empty unless the switch is set.
#[derive(Debug, Default)]
pub(crate) struct Propagation(Mutex<BTreeMap<String, Instant>>);

impl Propagation {
    /// A key was created or updated.
    pub(crate) fn changed(&self, model: &Model, id: &str, now: Instant) {
        if model.propagation_delay.0 == 0 {
            return;
        }
        let mut until = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        until.retain(|_, until| *until > now);
        until.insert(
            id.to_owned(),
            now + Duration::from_millis(model.propagation_delay.0),
        );
    }

    /// Refuses a read of a key that is not to be reached yet.
    pub(crate) fn read(&self, model: &Model, id: &str, now: Instant) -> Result<(), ApiError> {
        if !self.waits(id, now) {
            return Ok(());
        }
        Err(match model.propagation_reply {
            PropagationReply::Forbidden => not_yet(),
            PropagationReply::NotFound => ApiError::no_key(id),
        })
    }

    /// Refuses a change of such a key, before any effect.
    pub(crate) fn change(&self, model: &Model, id: &str, now: Instant) -> Result<(), ApiError> {
        match model.propagation_reply {
            PropagationReply::Forbidden if self.waits(id, now) => Err(not_yet()),
            _ => Ok(()),
        }
    }

    fn waits(&self, id: &str, now: Instant) -> bool {
        let until = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        until.get(id).is_some_and(|until| *until > now)
    }
}

fn not_yet() -> ApiError {
    ApiError::forbidden("the latest change of this key has not spread yet")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_key_is_out_of_reach_for_the_delay() {
        for (reply, change_waits) in [("forbidden", true), ("not-found", false)] {
            let mut model = Model::default();
            model.set("propagation-delay=500").unwrap();
            model.set(&format!("propagation-reply={reply}")).unwrap();
            let propagation = Propagation::default();
            let start = Instant::now();
            let later = |milliseconds| start + Duration::from_millis(milliseconds);
            propagation.changed(&model, "MK1", start);
            assert!(propagation.read(&model, "MK1", later(499)).is_err());
            assert_eq!(
                propagation.change(&model, "MK1", later(499)).is_err(),
                change_waits,
                "{reply}"
            );
            assert_eq!(propagation.read(&model, "MK2", later(499)), Ok(()));
            assert_eq!(propagation.read(&model, "MK1", later(500)), Ok(()));
            assert_eq!(propagation.change(&model, "MK1", later(500)), Ok(()));
        }
    }
}
