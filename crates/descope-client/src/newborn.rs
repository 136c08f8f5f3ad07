//! Which keys this client made a moment ago: the service may not know them everywhere yet.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::wire::KeyId;

/// How long after its creation a key may look as if it were not there. The service tells no figure; the vendor's
/// own clients give a new project's permissions less than eight seconds.
pub(crate) const SPREADING: Duration = Duration::from_secs(30);

/// The keys made within the last half minute, each with the moment by the client's clock.
#[derive(Debug, Default)]
pub(crate) struct Newborn(Mutex<BTreeMap<KeyId, Duration>>);

impl Newborn {
    pub(crate) fn add(&self, id: &KeyId, now: Duration) {
        let mut born = self.born();
        born.retain(|_, moment| now.saturating_sub(*moment) < SPREADING);
        born.insert(id.clone(), now);
    }

    /// A deleted key is rightly gone.
    pub(crate) fn remove(&self, id: &KeyId) {
        self.born().remove(id);
    }

    pub(crate) fn contains(&self, id: &KeyId, now: Duration) -> bool {
        self.born()
            .get(id)
            .is_some_and(|moment| now.saturating_sub(*moment) < SPREADING)
    }

    fn born(&self) -> MutexGuard<'_, BTreeMap<KeyId, Duration>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_new_for_half_a_minute_or_until_it_is_deleted() {
        let [one, two] = ["MK1", "MK2"].map(|id| KeyId::new(id).unwrap());
        let newborn = Newborn::default();
        newborn.add(&one, Duration::ZERO);
        assert!(newborn.contains(&one, Duration::from_secs(29)));
        assert!(!newborn.contains(&one, Duration::from_secs(30)));
        assert!(!newborn.contains(&two, Duration::ZERO));
        newborn.add(&two, Duration::from_secs(40));
        assert_eq!(newborn.born().len(), 1);
        newborn.remove(&two);
        assert!(!newborn.contains(&two, Duration::from_secs(40)));
    }
}
