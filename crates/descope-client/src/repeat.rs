//! When a request is sent again, and after which pause: pure decisions over what came of the last sending.

use std::time::{Duration, UNIX_EPOCH};

use crate::error::{Error, Problem, Refusal};
use crate::request::Repeat;

/// Why one sending brought no success.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Failure {
    /// A definite no: nothing was done. `retry_after` is the pause the service told, if any.
    Refused {
        refusal: Refusal,
        html: bool,
        retry_after: Option<Duration>,
    },
    /// No connection was made: nothing was sent.
    Unsent { detail: String },
    /// It was sent, and what was done is not known. `partial` is what arrived of a success.
    Lost {
        problem: Problem,
        partial: Vec<u8>,
        retry_after: Option<Duration>,
    },
    /// There is no TLS to send with.
    NoTls(Error),
}

/// How often each kind of failure was already answered by sending again.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    transient: u32,
    rate_limited: u32,
    forbidden: u32,
}

const MAX_TRANSIENT: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// The code for a permission that has not spread yet; the vendor repeats it after these pauses.
const NOT_YET_PERMITTED: &str = "E111009";
const NOT_YET_PERMITTED_PAUSES: [Duration; 4] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

impl Repeats {
    /// The pause after which to send again, or `None` to give up. `remaining` is what is left until the
    /// deadline, `jitter` a random number from 0 to 1.
    pub(crate) fn pause(
        &mut self,
        repeat: Repeat,
        failure: &Failure,
        remaining: Duration,
        jitter: f64,
    ) -> Option<Duration> {
        let pause = match failure {
            Failure::Refused {
                refusal: Refusal { status: 429, .. },
                retry_after,
                ..
            } => after(*retry_after, backoff(&mut self.rate_limited, u32::MAX, jitter)?),
            Failure::Refused { refusal, .. } if refusal.code == NOT_YET_PERMITTED => {
                let pause = NOT_YET_PERMITTED_PAUSES.get(self.forbidden as usize)?;
                self.forbidden += 1;
                *pause
            }
            Failure::Refused { .. } | Failure::NoTls(_) => return None,
            Failure::Unsent { .. } => backoff(&mut self.transient, MAX_TRANSIENT, jitter)?,
            Failure::Lost {
                problem, retry_after, ..
            } => match repeat {
                Repeat::Safe if is_transient(problem) => {
                    after(*retry_after, backoff(&mut self.transient, MAX_TRANSIENT, jitter)?)
                }
                Repeat::Safe | Repeat::OnRefusal => return None,
            },
        };
        (pause < remaining).then_some(pause)
    }
}

/// Never earlier than told, and a little later, so that many waiting callers do not wake at once.
fn after(told: Option<Duration>, backoff: Duration) -> Duration {
    told.map_or(backoff, |told| told.saturating_add(backoff))
}

/// Exponential, and from half of it up to all of it by chance.
fn backoff(count: &mut u32, max: u32, jitter: f64) -> Option<Duration> {
    if *count >= max {
        return None;
    }
    let full = FIRST_PAUSE
        .saturating_mul(1 << (*count).min(16))
        .min(LONGEST_PAUSE);
    *count += 1;
    Some(full.mul_f64(0.5 + jitter / 2.0))
}

fn is_transient(problem: &Problem) -> bool {
    match problem {
        Problem::Timeout | Problem::ConnectionLost { .. } | Problem::Truncated => true,
        // The statuses that official clients repeat.
        Problem::ServerFailure(refusal) => matches!(refusal.status, 503 | 520 | 521 | 522 | 524 | 530),
        _ => false,
    }
}

/// Reads a `Retry-After` header: whole seconds, or a date to be compared with `now` in unix seconds.
pub(crate) fn retry_after(header: &str, now: i64) -> Option<Duration> {
    let header = header.trim();
    if !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than fit are beyond any deadline all the same.
        return Some(Duration::from_secs(header.parse().unwrap_or(u64::from(u32::MAX))));
    }
    let at = httpdate::parse_http_date(header)
        .ok()?
        .duration_since(UNIX_EPOCH)
        .ok()?;
    Some(at.saturating_sub(Duration::from_secs(u64::try_from(now).unwrap_or(0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(1000);

    /// All pauses until it gives up, at full jitter, in milliseconds.
    fn pauses(repeat: Repeat, failure: &Failure, remaining: Duration) -> Vec<u128> {
        let mut repeats = Repeats::default();
        std::iter::from_fn(|| repeats.pause(repeat, failure, remaining, 1.0))
            .map(|pause| pause.as_millis())
            .take(7)
            .collect()
    }

    fn refused(status: u16, code: &str, retry_after: Option<u64>) -> Failure {
        let refusal = Refusal {
            status,
            code: code.into(),
            description: String::new(),
            message: String::new(),
        };
        Failure::Refused {
            refusal,
            html: false,
            retry_after: retry_after.map(Duration::from_secs),
        }
    }

    fn failed(status: u16) -> Failure {
        let refusal = Refusal {
            status,
            code: String::new(),
            description: String::new(),
            message: String::new(),
        };
        lost(Problem::ServerFailure(Box::new(refusal)))
    }

    fn lost(problem: Problem) -> Failure {
        Failure::Lost {
            problem,
            partial: Vec::new(),
            retry_after: None,
        }
    }

    #[test]
    fn each_failure_has_its_pauses() {
        let backoff = vec![250, 500, 1000, 2000, 4000];
        let never = Vec::new();
        for (failure, safe, on_refusal) in [
            (refused(400, "E011003", None), &never, &never),
            (refused(401, "", None), &never, &never),
            (refused(403, "E1", None), &never, &never),
            (
                refused(403, "E111009", None),
                &vec![500, 1000, 2000, 4000],
                &vec![500, 1000, 2000, 4000],
            ),
            (
                refused(429, "E130429", None),
                &vec![250, 500, 1000, 2000, 4000, 8000, 8000],
                &vec![250, 500, 1000, 2000, 4000, 8000, 8000],
            ),
            (
                Failure::Unsent {
                    detail: String::new(),
                },
                &backoff,
                &backoff,
            ),
            (failed(500), &never, &never),
            (failed(502), &never, &never),
            (failed(503), &backoff, &never),
            (failed(520), &backoff, &never),
            (failed(521), &backoff, &never),
            (failed(522), &backoff, &never),
            (failed(524), &backoff, &never),
            (failed(530), &backoff, &never),
            (lost(Problem::Timeout), &backoff, &never),
            (
                lost(Problem::ConnectionLost {
                    detail: String::new(),
                }),
                &backoff,
                &never,
            ),
            (lost(Problem::Truncated), &backoff, &never),
            (lost(Problem::Redirected { status: 307 }), &never, &never),
            (lost(Problem::TooLarge { limit: 1 }), &never, &never),
        ] {
            assert_eq!(&pauses(Repeat::Safe, &failure, LONG), safe, "{failure:?}");
            assert_eq!(
                &pauses(Repeat::OnRefusal, &failure, LONG),
                on_refusal,
                "{failure:?}"
            );
        }
    }

    #[test]
    fn a_told_pause_is_kept_and_never_shortened() {
        let mut repeats = Repeats::default();
        for jitter in [0.0, 0.5, 1.0] {
            let pause = repeats
                .pause(Repeat::OnRefusal, &refused(429, "", Some(60)), LONG, jitter)
                .unwrap();
            assert!(
                pause > Duration::from_secs(60) && pause <= Duration::from_secs(61),
                "{jitter}: {pause:?}"
            );
        }
    }

    #[test]
    fn a_pause_beyond_the_deadline_is_not_begun() {
        let remaining = Duration::from_secs(30);
        assert_eq!(
            pauses(Repeat::Safe, &refused(429, "", Some(60)), remaining),
            Vec::<u128>::new()
        );
        assert_eq!(
            pauses(Repeat::Safe, &failed(503), Duration::from_millis(300)),
            vec![250]
        );
    }

    #[test]
    fn jitter_takes_at_most_half() {
        for (jitter, expected) in [(0.0, 125), (0.5, 187), (1.0, 250)] {
            let pause = Repeats::default()
                .pause(Repeat::Safe, &failed(503), LONG, jitter)
                .unwrap();
            assert_eq!(pause.as_millis(), expected);
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = 784_111_777; // Sun, 06 Nov 1994 08:49:37 GMT
        for (header, expected) in [
            ("0", Some(0)),
            (" 10 ", Some(10)),
            ("99999999999999999999", Some(u64::from(u32::MAX))),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(
                retry_after(header, now),
                expected.map(Duration::from_secs),
                "{header}"
            );
        }
    }
}
