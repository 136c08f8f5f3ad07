//! The rate budget that a client and its clones share: a pause told to one call holds them all, and afterwards
//! they set out one by one.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::error::Refusal;

/// Between two calls that set out after a pause, at most. Small beside the pause, and enough that a hundred
/// waiting calls are no burst.
const LONGEST_GAP: Duration = Duration::from_millis(40);

/// No told pause holds other calls for longer: whatever a broken clock makes of `Retry-After`, they may ask again
/// after this.
const LONGEST_HOLD: Duration = Duration::from_secs(300);

/// A rate to keep below from the start, for an account whose limit is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How many requests may be sent, repeated ones included…
    pub requests: NonZeroU32,
    /// …within any stretch of this length.
    pub per: Duration,
}

/// When the next request may be sent. All moments are readings of the client's own clock.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    pace: Option<Pace>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    held_until: Duration,
    /// What the service said when it asked for the pause.
    refusal: Option<Refusal>,
    /// The earliest moment for the next call, while others wait before it.
    next: Duration,
    /// The last moments given out, as many as the pace counts.
    given: VecDeque<Duration>,
}

/// There is no moment early enough. `refusal` is that of the pause to wait out; `None` when only the pace is in
/// the way.
#[derive(Debug, PartialEq)]
pub(crate) struct TooLate {
    pub(crate) wait: Duration,
    pub(crate) refusal: Option<Refusal>,
}

impl Budget {
    pub(crate) fn new(pace: Option<Pace>) -> Self {
        Self {
            pace,
            state: Mutex::default(),
        }
    }

    /// How long a request has to wait before it may be sent, which must be less than `remaining`. The moment then
    /// belongs to this request alone. `jitter` is a random number from 0 to 1.
    pub(crate) fn reserve(
        &self,
        now: Duration,
        remaining: Duration,
        jitter: f64,
    ) -> Result<Duration, TooLate> {
        let mut state = self.state();
        let mut at = now.max(state.held_until).max(state.next);
        if let Some(pace) = self.pace
            && state.given.len() >= pace.requests.get() as usize
            && let Some(oldest) = state.given.front()
        {
            at = at.max(oldest.saturating_add(pace.per));
        }
        let wait = at - now;
        if !wait.is_zero() {
            if wait >= remaining {
                let held = state.held_until > now;
                let refusal = state.refusal.clone().filter(|_| held);
                return Err(TooLate { wait, refusal });
            }
            state.next = at + LONGEST_GAP.mul_f64(0.5 + jitter / 2.0);
        }
        if let Some(pace) = self.pace {
            state.given.push_back(at);
            if state.given.len() > pace.requests.get() as usize {
                state.given.pop_front();
            }
        }
        Ok(wait)
    }

    /// Lets nobody send for as long as the service asked.
    pub(crate) fn hold(&self, now: Duration, pause: Duration, refusal: &Refusal) {
        let until = now.saturating_add(pause.min(LONGEST_HOLD));
        let mut state = self.state();
        if until > state.held_until {
            state.held_until = until;
            state.refusal = Some(refusal.clone());
        }
    }

    /// Whether a pause was asked for that is not over.
    pub(crate) fn is_held(&self, now: Duration) -> bool {
        self.state().held_until > now
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is complete when it is made, so a panic elsewhere leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(1000);

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn refusal() -> Refusal {
        Refusal {
            status: 429,
            code: "E130429".into(),
            description: String::new(),
            message: String::new(),
        }
    }

    #[test]
    fn without_a_pause_or_a_pace_nobody_waits() {
        let budget = Budget::default();
        for _ in 0..1000 {
            assert_eq!(budget.reserve(seconds(5), LONG, 1.0), Ok(Duration::ZERO));
        }
    }

    #[test]
    fn a_pause_holds_everybody_and_lets_them_out_one_by_one() {
        let budget = Budget::default();
        budget.hold(seconds(10), seconds(30), &refusal());
        // A shorter pause heard later does not shorten the longer one.
        budget.hold(seconds(11), seconds(1), &refusal());
        let moments: Vec<Duration> = (0..100)
            .map(|_| seconds(12) + budget.reserve(seconds(12), LONG, 0.0).unwrap())
            .collect();
        assert_eq!(moments[0], seconds(40));
        for pair in moments.windows(2) {
            assert_eq!(pair[1] - pair[0], LONGEST_GAP / 2);
        }
        assert!(budget.is_held(seconds(39)) && !budget.is_held(seconds(40)));
        // Who comes while others still set out goes behind them, and who comes later does not wait.
        assert!(budget.reserve(seconds(41), LONG, 0.0).unwrap() > Duration::from_millis(900));
        assert_eq!(budget.reserve(seconds(50), LONG, 0.0), Ok(Duration::ZERO));
    }

    #[test]
    fn who_cannot_wait_is_told_why_and_takes_no_place() {
        let budget = Budget::default();
        budget.hold(seconds(0), seconds(30), &refusal());
        let too_late = TooLate {
            wait: seconds(30),
            refusal: Some(refusal()),
        };
        assert_eq!(budget.reserve(seconds(0), seconds(30), 0.0), Err(too_late));
        assert_eq!(budget.reserve(seconds(0), seconds(31), 0.0), Ok(seconds(30)));
    }

    #[test]
    fn no_pause_holds_for_ever() {
        let budget = Budget::default();
        budget.hold(seconds(0), Duration::MAX, &refusal());
        assert!(!budget.is_held(LONGEST_HOLD));
    }

    #[test]
    fn a_pace_is_kept_over_every_stretch() {
        let pace = Pace {
            requests: NonZeroU32::new(3).unwrap(),
            per: seconds(10),
        };
        let budget = Budget::new(Some(pace));
        let mut now = Duration::ZERO;
        let mut moments = Vec::new();
        for step in 0..30 {
            moments.push(now + budget.reserve(now, LONG, 1.0).unwrap());
            now += Duration::from_millis(step * 100);
        }
        assert_eq!(moments[..3], [seconds(0), seconds(0), Duration::from_millis(100)]);
        for four in moments.windows(4) {
            assert!(four[3] - four[0] >= pace.per, "{moments:?}");
        }
        let held = Budget::new(Some(pace));
        for _ in 0..3 {
            held.reserve(seconds(0), LONG, 0.0).unwrap();
        }
        let too_late = TooLate {
            wait: seconds(10),
            refusal: None,
        };
        assert_eq!(held.reserve(seconds(0), seconds(10), 0.0), Err(too_late));
    }
}
