//! When a request is sent again, and after which pause: pure decisions over what came of the last sending.

use std::time::{Duration, UNIX_EPOCH};

use crate::error::{Error, Operation, Problem, Refusal};
use crate::reply::{self, Reply};
use crate::request::{Repeat, Request};

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
    /// It was sent and lost, then sent again and not even that: what was done is not known.
    LostThen { lost: Problem, last: Box<Failure> },
    /// It was not sent: the pace leaves no room before the deadline.
    Paced { wait: Duration },
    /// There is no TLS to send with.
    NoTls(Error),
}

impl Failure {
    /// The failure of a request that was not sent because it would have had to wait for so long.
    pub(crate) fn held(wait: Duration, refusal: Option<Refusal>) -> Self {
        match refusal {
            Some(refusal) => Self::Refused {
                refusal,
                html: false,
                retry_after: Some(wait),
            },
            None => Self::Paced { wait },
        }
    }

    /// The refusal that asks for a slower rate.
    pub(crate) fn rate_limit(&self) -> Option<&Refusal> {
        match self {
            Self::Refused { refusal, .. } if refusal.status == 429 => Some(refusal),
            _ => None,
        }
    }
}

/// How often each kind of failure was already answered by sending again.
#[derive(Debug)]
pub(crate) struct Repeats {
    /// Whether the key that the request names was made a moment ago.
    newborn: bool,
    transient: u32,
    rate_limited: u32,
    spreading: u32,
}

const MAX_TRANSIENT: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// The code for a permission that has not spread yet; the vendor repeats it after these pauses.
const NOT_YET_PERMITTED: &str = "E111009";
pub(crate) const SPREADING_PAUSES: [Duration; 4] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

impl Repeats {
    pub(crate) fn new(newborn: bool) -> Self {
        Self {
            newborn,
            transient: 0,
            rate_limited: 0,
            spreading: 0,
        }
    }

    /// The pause after which to send again, or `None` to give up. `jitter` is a random number from 0 to 1.
    pub(crate) fn pause(&mut self, request: &Request, failure: &Failure, jitter: f64) -> Option<Duration> {
        match failure {
            Failure::Refused {
                refusal: Refusal { status: 429, .. },
                retry_after,
                ..
            } => Some(after(
                *retry_after,
                backoff(&mut self.rate_limited, u32::MAX, jitter)?,
            )),
            Failure::Refused { refusal, html, .. } if self.may_be_spreading(refusal, *html) => {
                self.spreading_pause()
            }
            Failure::Unsent { .. } => backoff(&mut self.transient, MAX_TRANSIENT, jitter),
            Failure::Lost {
                problem, retry_after, ..
            } => {
                if request.operation == Operation::Delete {
                    // If it was carried out, a 404 is what comes next.
                    self.newborn = false;
                }
                match request.repeat {
                    Repeat::Safe if is_transient(problem) => Some(after(
                        *retry_after,
                        backoff(&mut self.transient, MAX_TRANSIENT, jitter)?,
                    )),
                    Repeat::Safe | Repeat::OnRefusal => None,
                }
            }
            Failure::Refused { .. }
            | Failure::LostThen { .. }
            | Failure::Paced { .. }
            | Failure::NoTls(_) => None,
        }
    }

    /// The pause after a success that lacks the key which was made a moment ago, or `None` to take it as it is.
    pub(crate) fn pause_for_absence(&mut self, request: &Request, reply: &Reply) -> Option<Duration> {
        let tells_a_key = matches!(request.operation, Operation::Read | Operation::Update);
        if self.newborn && tells_a_key && reply::holds_no_key(&reply.body) {
            self.spreading_pause()
        } else {
            None
        }
    }

    fn spreading_pause(&mut self) -> Option<Duration> {
        let pause = SPREADING_PAUSES.get(self.spreading as usize)?;
        self.spreading += 1;
        Some(*pause)
    }

    /// Whether the refusal may only mean that something new has not reached every part of the service: a
    /// permission by its code, a key that this client just made by its status.
    fn may_be_spreading(&self, refusal: &Refusal, html: bool) -> bool {
        refusal.code == NOT_YET_PERMITTED || (self.newborn && !html && matches!(refusal.status, 403 | 404))
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
    use crate::wire::{KeyDocument, KeyId};

    /// All pauses until it gives up, at full jitter, in milliseconds.
    fn pauses(mut repeats: Repeats, request: &Request, failure: &Failure) -> Vec<u128> {
        std::iter::from_fn(|| repeats.pause(request, failure, 1.0))
            .map(|pause| pause.as_millis())
            .take(7)
            .collect()
    }

    fn delete() -> Request {
        Request::delete(&KeyId::new("MK1").unwrap())
    }

    fn refusal(status: u16, code: &str) -> Refusal {
        Refusal {
            status,
            code: code.into(),
            description: String::new(),
            message: String::new(),
        }
    }

    fn refused(status: u16, code: &str, retry_after: Option<u64>) -> Failure {
        Failure::Refused {
            refusal: refusal(status, code),
            html: false,
            retry_after: retry_after.map(Duration::from_secs),
        }
    }

    fn failed(status: u16) -> Failure {
        lost(Problem::ServerFailure(Box::new(refusal(status, ""))))
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
            for (request, expected) in [
                (delete(), safe),
                (Request::create(&KeyDocument::default()), on_refusal),
            ] {
                assert_eq!(
                    &pauses(Repeats::new(false), &request, &failure),
                    expected,
                    "{failure:?}"
                );
            }
        }
    }

    #[test]
    fn a_key_just_made_is_looked_for_again() {
        let spreading = vec![500, 1000, 2000, 4000];
        for (failure, expected) in [
            (refused(404, "E1", None), &spreading),
            (refused(403, "E1", None), &spreading),
            (refused(400, "E1", None), &Vec::new()),
            (
                Failure::Refused {
                    refusal: refusal(404, ""),
                    html: true,
                    retry_after: None,
                },
                &Vec::new(),
            ),
        ] {
            assert_eq!(
                &pauses(Repeats::new(true), &delete(), &failure),
                expected,
                "{failure:?}"
            );
        }
        // A success without the key says the same as 404.
        let reply = |body: &str| Reply {
            status: 200,
            body: body.into(),
        };
        let id = KeyId::new("MK1").unwrap();
        let read = Request::read(&id);
        let absences = |newborn, request: &Request, body: &str| {
            let mut repeats = Repeats::new(newborn);
            std::iter::from_fn(|| repeats.pause_for_absence(request, &reply(body))).count()
        };
        for (newborn, request, body, expected) in [
            (true, &read, "{}", 4),
            (true, &Request::update(&id, &KeyDocument::default()), "{}", 4),
            (false, &read, "{}", 0),
            (true, &delete(), "{}", 0),
            (true, &read, r#"{"id":"MK1","data":{"name":"n"}}"#, 0),
            (true, &read, "no JSON", 0),
        ] {
            assert_eq!(absences(newborn, request, body), expected, "{request:?} {body}");
        }
        // But after a delete that may have worked it is rightly gone.
        let mut repeats = Repeats::new(true);
        assert!(repeats.pause(&delete(), &lost(Problem::Timeout), 1.0).is_some());
        assert_eq!(repeats.pause(&delete(), &refused(404, "E1", None), 1.0), None);
    }

    #[test]
    fn a_told_pause_is_kept_and_never_shortened() {
        let mut repeats = Repeats::new(false);
        for jitter in [0.0, 0.5, 1.0] {
            let pause = repeats
                .pause(&delete(), &refused(429, "", Some(60)), jitter)
                .unwrap();
            assert!(
                pause > Duration::from_secs(60) && pause <= Duration::from_secs(61),
                "{jitter}: {pause:?}"
            );
        }
    }

    #[test]
    fn jitter_takes_at_most_half() {
        for (jitter, expected) in [(0.0, 125), (0.5, 187), (1.0, 250)] {
            let pause = Repeats::new(false)
                .pause(&delete(), &failed(503), jitter)
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
