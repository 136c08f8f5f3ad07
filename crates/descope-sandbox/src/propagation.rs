//! Changes that have not spread yet: for a while after a create or an update, the key cannot be reached by its id.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
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
        let mut until = self.until();
        until.retain(|_, until| *until > now);
        until.insert(
            id.to_owned(),
            now + Duration::from_millis(model.propagation_delay.0),
        );
    }

    /// Refuses a request that names a key which is not to be reached yet, before any effect.
    pub(crate) fn admit(&self, model: &Model, id: &str, now: Instant) -> Result<(), ApiError> {
        if model.propagation_reply == PropagationReply::Forbidden && self.waits(id, now) {
            Err(ApiError::forbidden(
                "the latest change of this key has not spread yet",
            ))
        } else {
            Ok(())
        }
    }

    /// Whether those who read or list keys are not told of such a key.
    pub(crate) fn hides(&self, model: &Model, id: &str, now: Instant) -> bool {
        model.propagation_reply == PropagationReply::NotFound && self.waits(id, now)
    }

    pub(crate) fn clear(&self) {
        self.until().clear();
    }

    fn waits(&self, id: &str, now: Instant) -> bool {
        self.until().get(id).is_some_and(|until| *until > now)
    }

    fn until(&self) -> MutexGuard<'_, BTreeMap<String, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_key_is_out_of_reach_for_the_delay() {
        for reply in ["forbidden", "not-found"] {
            let mut model = Model::default();
            model.set("propagation-delay=500").unwrap();
            model.set(&format!("propagation-reply={reply}")).unwrap();
            let propagation = Propagation::default();
            let start = Instant::now();
            let later = |milliseconds| start + Duration::from_millis(milliseconds);
            propagation.changed(&model, "MK1", start);
            for (id, milliseconds, waits) in [("MK1", 499, true), ("MK2", 499, false), ("MK1", 500, false)] {
                let found = (
                    propagation.admit(&model, id, later(milliseconds)).is_err(),
                    propagation.hides(&model, id, later(milliseconds)),
                );
                let forbidden = reply == "forbidden";
                assert_eq!(
                    found,
                    (waits && forbidden, waits && !forbidden),
                    "{reply} {id} {milliseconds}"
                );
            }
            propagation.clear();
            assert!(!propagation.waits("MK1", start));
        }
    }
}
