use std::fmt;

use time::OffsetDateTime;

use crate::moment;
use crate::value::number;

/// The last moment that the service can store: its times are 32-bit unix seconds.
pub const LATEST_EXPIRY: i64 = i32::MAX as i64;

/// When a key stops working.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// It does not.
    Never,
    /// At this moment, in unix seconds, from 1 to [`LATEST_EXPIRY`].
    At(i64),
}

/// The number is not an expiry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ExpiryError {
    /// It is not a whole number.
    Fraction(f64),
    /// It lies before 1970.
    Negative(f64),
    /// The service cannot store it.
    TooLarge(f64),
}

impl Expiry {
    /// Reads unix seconds; 0 means never.
    pub fn from_unix_seconds(seconds: f64) -> Result<Self, ExpiryError> {
        if !seconds.is_finite() || seconds.fract() != 0.0 {
            Err(ExpiryError::Fraction(seconds))
        } else if seconds < 0.0 {
            Err(ExpiryError::Negative(seconds))
        } else if seconds > LATEST_EXPIRY as f64 {
            Err(ExpiryError::TooLarge(seconds))
        } else if seconds == 0.0 {
            Ok(Expiry::Never)
        } else {
            Ok(Expiry::At(seconds as i64))
        }
    }

    /// Unix seconds as every wire has them: 0 for never.
    pub fn unix_seconds(self) -> i64 {
        match self {
            Expiry::Never => 0,
            Expiry::At(seconds) => seconds,
        }
    }

    /// Whether a key with this expiry no longer works at `now`, in unix seconds.
    pub fn has_passed(self, now: i64) -> bool {
        matches!(self, Expiry::At(seconds) if seconds <= now)
    }
}

impl fmt::Display for Expiry {
    /// `never`, or the moment in UTC.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expiry::Never => out.write_str("never"),
            Expiry::At(seconds) => match OffsetDateTime::from_unix_timestamp(*seconds) {
                Ok(at) => out.write_str(&moment::written(at)),
                Err(_) => write!(out, "{seconds}"),
            },
        }
    }
}

impl std::error::Error for ExpiryError {}

impl fmt::Display for ExpiryError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExpiryError::Fraction(value) => {
                write!(out, "`{}` is not a whole number of unix seconds", number(*value))
            }
            ExpiryError::Negative(value) => write!(out, "`{}` lies before 1970", number(*value)),
            ExpiryError::TooLarge(value) => {
                write!(out, "`{}` is later than the service can store", number(*value))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_never_and_the_edges_hold() {
        assert_eq!(Expiry::from_unix_seconds(0.0), Ok(Expiry::Never));
        assert_eq!(Expiry::from_unix_seconds(1.0), Ok(Expiry::At(1)));
        assert_eq!(
            Expiry::from_unix_seconds(2147483647.0),
            Ok(Expiry::At(2147483647))
        );
        assert_eq!(
            Expiry::from_unix_seconds(2147483648.0),
            Err(ExpiryError::TooLarge(2147483648.0))
        );
        assert_eq!(Expiry::from_unix_seconds(-1.0), Err(ExpiryError::Negative(-1.0)));
        assert_eq!(Expiry::from_unix_seconds(0.5), Err(ExpiryError::Fraction(0.5)));
        assert!(Expiry::from_unix_seconds(f64::NAN).is_err());
        assert!(Expiry::from_unix_seconds(f64::INFINITY).is_err());
    }

    #[test]
    fn an_error_shows_the_number() {
        for (seconds, message) in [
            (0.5, "`0.5` is not a whole number of unix seconds"),
            (-1.0, "`-1` lies before 1970"),
            (2147483648.0, "`2147483648` is later than the service can store"),
        ] {
            assert_eq!(
                Expiry::from_unix_seconds(seconds).unwrap_err().to_string(),
                message
            );
        }
    }

    #[test]
    fn passes_at_its_very_second() {
        assert!(Expiry::At(100).has_passed(100));
        assert!(!Expiry::At(100).has_passed(99));
        assert!(!Expiry::Never.has_passed(i64::MAX));
        assert_eq!(Expiry::At(1893456000).to_string(), "2030-01-01T00:00:00Z");
    }
}
