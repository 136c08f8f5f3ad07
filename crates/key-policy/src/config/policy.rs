use std::fmt;

use ipnet::IpNet;
use toml_span::Value;
use toml_span::value::ValueInner;

use super::Glob;
use super::error::Fault;
use super::read::span;
use crate::fields::{COMPANY_ROLES, Field, PROJECT_ROLES, TAG_ROLES};
use crate::model::Network;
use crate::span::Span;
use crate::value::shortened;

/// What is known about one key of `[policy]`.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it wants, with its article: `a duration such as "90d"`.
    pub wanted: &'static str,
    /// The shape of its value.
    pub shape: Shape,
    /// What holds if it is not set, as it would be written.
    pub default: Option<&'static str>,
    /// The rule that heeds it.
    pub rule: &'static str,
    /// What it says, in Markdown.
    pub docs: &'static str,
}

/// The shape of a value in TOML, for schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `true` or `false`.
    Flag,
    /// A whole number from 0 to this.
    Number(u8),
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// A list of some of these texts.
    Choices(&'static [&'static str]),
}

/// Declares the policy: its fields, the table of its keys, and how one policy stands over another.
macro_rules! policy {
    ($($name:ident: $type:ty, $rule:literal, $default:expr, $docs:literal;)*) => {
        /// The limits that a team sets. What is not set limits nothing.
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct Policy {
            $(#[doc = $docs] pub $name: Option<$type>,)*
        }

        /// Every key of `[policy]`.
        pub static KEYS: &[Key] = &[$(Key {
            name: stringify!($name),
            wanted: <$type as Setting>::WANTED,
            shape: <$type as Setting>::SHAPE,
            default: $default,
            rule: $rule,
            docs: $docs,
        }),*];

        impl Policy {
            /// This policy, and what it leaves open from `base`.
            #[must_use]
            pub fn over(self, base: &Self) -> Self {
                Self { $($name: self.$name.or_else(|| base.$name.clone()),)* }
            }

            /// Sets the key `name`; false if there is no such key.
            pub(super) fn set(&mut self, name: &str, value: &Value<'_>) -> Result<bool, Faults> {
                match name {
                    $(stringify!($name) => self.$name = Some(<$type>::read(value)?),)*
                    _ => return Ok(false),
                }
                Ok(true)
            }
        }
    };
}

policy! {
    max_lifetime: Duration, "max-lifetime", None,
        "The longest time that a key may still work, counted from the check.";
    require_expiry: bool, "require-expiry", None,
        "Whether every key must expire.";
    require_ip_limit: bool, "require-ip-limit", None,
        "Whether every key must be limited to some addresses.";
    allowed_networks: Vec<IpNet>, "disallowed-network", None,
        "The networks that a key may be used from; one that is not limited to them is refused.";
    disallowed_networks: Vec<IpNet>, "disallowed-network", None,
        "Networks of which no address may be permitted.";
    allowed_roles: Vec<Glob>, "disallowed-role", None,
        "Patterns of the roles that may be granted.";
    disallowed_roles: Vec<Glob>, "disallowed-role", None,
        "Patterns of the roles that may not be granted.";
    known_roles: Vec<Glob>, "unknown-role", None,
        "Patterns of all roles that there are; every other role is an error.";
    allowed_scopes: Vec<Scope>, "disallowed-scope", None,
        "What a key may be granted roles for.";
    name_pattern: Glob, "name-pattern", None,
        "The pattern that every name follows.";
    shortest_prefix_ipv4: Prefix<32>, "broad-network", Some("16"),
        "The shortest prefix of an IPv4 range that is not called broad.";
    shortest_prefix_ipv6: Prefix<128>, "broad-network", Some("32"),
        "The shortest prefix of an IPv6 range that is not called broad.";
    long_lived: Duration, "long-lived", Some("\"365d\""),
        "Above which time left a key is called long-lived.";
    expires_soon: Duration, "expires-soon", None,
        "Below which time left a key is said to expire soon: by itself 14 days, or a quarter of `max_lifetime` if that is less.";
}

impl Policy {
    /// What holds where nothing is configured.
    pub(super) fn built_in() -> Self {
        Self {
            shortest_prefix_ipv4: Some(Prefix(16)),
            shortest_prefix_ipv6: Some(Prefix(32)),
            long_lived: Some(Duration::days(365)),
            ..Self::default()
        }
    }

    /// Below which time left a key is said to expire soon: what the team says, or two weeks. Where keys may not live long,
    /// it is a quarter of what they may live: a warning that every key gets from its first day helps nobody.
    pub fn expires_soon(&self) -> Option<Duration> {
        const USUAL: Duration = Duration::days(14);
        let usual = || match self.max_lifetime {
            Some(most) => USUAL.min(Duration(most.0 / 4)),
            None => USUAL,
        };
        Some(self.expires_soon.unwrap_or_else(usual))
    }
}

/// A type that a key of the policy can have.
pub(super) trait Setting: Sized {
    const WANTED: &'static str;
    const SHAPE: Shape;

    fn read(value: &Value<'_>) -> Result<Self, Faults>;

    /// What is said of a value of another type.
    fn refuse(value: &Value<'_>) -> Faults {
        let found = AsRef::<ValueInner<'_>>::as_ref(value).type_str();
        let wanted = Self::WANTED;
        vec![(span(value.span), Fault::WrongType { wanted, found })]
    }

    /// What is said of a value of the right type that means nothing.
    fn invalid(value: &Value<'_>, written: &str) -> Faults {
        let fault = Fault::Invalid {
            value: shortened(written),
            wanted: Self::WANTED,
        };
        vec![(span(value.span), fault)]
    }
}

/// What is wrong with a value, and where.
pub(super) type Faults = Vec<(Span, Fault)>;

impl Setting for bool {
    const WANTED: &'static str = "`true` or `false`";
    const SHAPE: Shape = Shape::Flag;

    fn read(value: &Value<'_>) -> Result<Self, Faults> {
        value.as_bool().ok_or_else(|| Self::refuse(value))
    }
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration(i64);

impl Duration {
    /// So many days.
    pub const fn days(days: i64) -> Self {
        Self(days * 86_400)
    }

    /// Its length in seconds.
    pub fn seconds(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = match self.0 {
            seconds if seconds % 86_400 == 0 => (seconds / 86_400, "day"),
            seconds => (seconds / 3600, "hour"),
        };
        write!(out, "{count} {unit}{}", if count == 1 { "" } else { "s" })
    }
}

impl Setting for Duration {
    const WANTED: &'static str = "a duration such as \"90d\", in hours (h), days (d) or weeks (w)";
    const SHAPE: Shape = Shape::Text;

    fn read(value: &Value<'_>) -> Result<Self, Faults> {
        let text = value.as_str().ok_or_else(|| Self::refuse(value))?;
        let units = [("h", 3600), ("d", 86_400), ("w", 7 * 86_400)];
        units
            .into_iter()
            .find_map(|(unit, seconds)| {
                // Nine digits of weeks are far from what the seconds have room for.
                let digits = text.strip_suffix(unit).filter(|digits| digits.len() < 10)?;
                let digits =
                    Some(digits).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
                let count: u32 = digits.parse().ok()?;
                (count > 0).then_some(Self(i64::from(count) * seconds))
            })
            .ok_or_else(|| Self::invalid(value, text))
    }
}

/// The length of a prefix, at most `LONGEST`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefix<const LONGEST: u8>(u8);

impl<const LONGEST: u8> Prefix<LONGEST> {
    /// The length in bits.
    pub fn bits(self) -> u8 {
        self.0
    }
}

impl<const LONGEST: u8> Setting for Prefix<LONGEST> {
    const WANTED: &'static str = "a prefix length";
    const SHAPE: Shape = Shape::Number(LONGEST);

    fn read(value: &Value<'_>) -> Result<Self, Faults> {
        let number = value.as_integer().ok_or_else(|| Self::refuse(value))?;
        match u8::try_from(number) {
            Ok(length) if length <= LONGEST => Ok(Self(length)),
            _ => Err(Self::invalid(value, &number.to_string())),
        }
    }
}

/// What roles can be granted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The whole company.
    Company,
    /// Single projects.
    Project,
    /// All projects with a tag.
    Tag,
}

impl Scope {
    /// All scopes, by the name that configuration uses.
    pub const NAMES: [(&'static str, Scope); 3] = [
        ("company", Scope::Company),
        ("project", Scope::Project),
        ("tag", Scope::Tag),
    ];

    /// The field of `rebac` that grants roles for it.
    pub fn field(self) -> &'static Field {
        match self {
            Scope::Company => &COMPANY_ROLES,
            Scope::Project => &PROJECT_ROLES,
            Scope::Tag => &TAG_ROLES,
        }
    }
}

/// A value that is written as a text.
trait Written: Sized {
    /// What a list of them is.
    const LIST: &'static str;
    const SHAPE: Shape = Shape::Texts;

    fn parse(text: &str) -> Option<Self>;
}

impl Written for Glob {
    const LIST: &'static str = "a list of patterns such as [\"ci-*\"]";

    fn parse(text: &str) -> Option<Self> {
        Glob::new(text)
    }
}

impl Written for IpNet {
    const LIST: &'static str = "a list of addresses and CIDR ranges";

    fn parse(text: &str) -> Option<Self> {
        Network::parse(text).ok().map(|network| network.net())
    }
}

impl Written for Scope {
    const LIST: &'static str = "a list of \"company\", \"project\" and \"tag\"";
    const SHAPE: Shape = Shape::Choices(&["company", "project", "tag"]);

    fn parse(text: &str) -> Option<Self> {
        let named = Scope::NAMES.into_iter().find(|(name, _)| *name == text);
        named.map(|(_, scope)| scope)
    }
}

impl<T: Written> Setting for Vec<T> {
    const WANTED: &'static str = T::LIST;
    const SHAPE: Shape = T::SHAPE;

    fn read(value: &Value<'_>) -> Result<Self, Faults> {
        let (mut read, mut faults) = (Vec::new(), Vec::new());
        for item in value.as_array().ok_or_else(|| Self::refuse(value))? {
            match item.as_str().map(|text| (text, T::parse(text))) {
                Some((_, Some(item))) => read.push(item),
                Some((text, None)) => faults.extend(Self::invalid(item, text)),
                None => faults.extend(Self::refuse(item)),
            }
        }
        if faults.is_empty() { Ok(read) } else { Err(faults) }
    }
}

impl Setting for Glob {
    const WANTED: &'static str = "a pattern such as \"ci-*\"";
    const SHAPE: Shape = Shape::Text;

    fn read(value: &Value<'_>) -> Result<Self, Faults> {
        let text = value.as_str().ok_or_else(|| Self::refuse(value))?;
        Glob::new(text).ok_or_else(|| Self::invalid(value, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_holds_by_itself() {
        let mut told = Policy::default();
        for key in KEYS {
            if let Some(default) = key.default {
                let text = format!("x = {default}");
                let value = toml_span::parse(&text).unwrap();
                let value = &value.as_table().unwrap()["x"];
                assert_eq!(told.set(key.name, value), Ok(true));
            }
        }
        assert_eq!(told, Policy::built_in());
    }

    #[test]
    fn each_key_names_its_rule() {
        for key in KEYS {
            assert!(crate::rules::find(key.rule).is_some(), "{}", key.name);
        }
    }

    #[test]
    fn durations_have_a_unit_and_are_not_empty() {
        let read = |text: &'static str| {
            let value = Value::new(ValueInner::String(text.into()));
            Duration::read(&value).map(Duration::seconds)
        };
        assert_eq!(read("90d"), Ok(90 * 86_400));
        assert_eq!(read("2w"), Ok(14 * 86_400));
        assert_eq!(read("36h"), Ok(36 * 3600));
        for text in [
            "",
            "90",
            "d",
            "0d",
            "-1d",
            "1.5d",
            "1y",
            "9999999999d",
            "90 d",
            "+90d",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert_eq!(Duration::days(1).to_string(), "1 day");
        assert_eq!(Duration(36 * 3600).to_string(), "36 hours");
    }
}
