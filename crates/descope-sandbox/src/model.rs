//! The choices where the behaviour of the service is unknown. Each is a switch with a name; [`SWITCHES`] is the
//! one table of them, which the command's help and the README repeat.

use std::fmt;
use std::str::FromStr;

/// A value of a switch, as it is written on the command line.
trait Value: Sized + fmt::Display {
    /// The values there are, in words where they cannot be counted.
    const VALUES: &'static [&'static str];

    /// Reads a value; `None` when it is not one.
    fn read(text: &str) -> Option<Self>;
}

/// Makes the model, its defaults and the table of its switches from one list.
macro_rules! model {
    ($($(#[doc = $about:literal])+ $name:literal $field:ident: $type:ty = $default:expr;)+) => {
        /// What a sandbox does where the service's answer is unknown. The defaults are those of an honest
        /// stand-in: none of them makes a client look better than it is.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Model {
            $($(#[doc = $about])+ pub $field: $type,)+
        }

        impl Default for Model {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }

        /// Every switch, in the order of the documentation.
        pub const SWITCHES: &[Switch] = &[$(Switch {
            name: $name,
            about: concat!($($about),+),
            values: <$type as Value>::VALUES,
            set: |model, text| {
                model.$field = <$type as Value>::read(text)?;
                Some(())
            },
            show: |model| model.$field.to_string(),
        },)+];
    };
}

/// Makes a switch's type from its values.
macro_rules! choice {
    ($(#[$about:meta])* $name:ident { $($(#[$about_variant:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$about_variant])* $variant,)+
        }

        impl Value for $name {
            const VALUES: &'static [&'static str] = &[$($text),+];

            fn read(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$variant => $text,)+
                })
            }
        }
    };
}

model! {
    /// A read of a key that does not exist: 404, or a success without a key.
    "missing-key" missing_key: MissingKey = MissingKey::NotFound;
    /// A delete of a key that does not exist, infra API: 404, or a success.
    "infra-delete-missing" infra_delete_missing: DeleteMissing = DeleteMissing::NotFound;
    /// A delete of keys of which none exists, key API: 404, or a success with a total of 0.
    "key-delete-missing" key_delete_missing: DeleteMissing = DeleteMissing::Success;
    /// A name that another key has.
    "duplicate-names" duplicate_names: Verdict = Verdict::Allow;
    /// What may stand in `permittedIps`: addresses and CIDRs; only IPv4, without host bits and duplicates; anything.
    "permitted-ips" permitted_ips: PermittedIps = PermittedIps::Checked;
    /// Which grants a new key may have: any, or those that the official infrastructure client lets through.
    "grants" grants: Grants = Grants::Any;
    /// Grants on projects or tags that no project of the sandbox has.
    "unknown-targets" unknown_targets: Verdict = Verdict::Allow;
    /// A new key that has expired already.
    "past-expiry" past_expiry: Verdict = Verdict::Allow;
    /// An expiry beyond 2147483647, which the schema of the replies cannot hold.
    "late-expiry" late_expiry: Verdict = Verdict::Refuse;
    /// `expiresIn` and `expireTime` in one create: refused, or the one that counts.
    "both-expiries" both_expiries: BothExpiries = BothExpiries::Refuse;
    /// A new key that is inactive, infra API.
    "inactive-create" inactive_create: Verdict = Verdict::Refuse;
    /// Other grants or another expiry in an update, infra API: refused, passed over, or stored.
    "fixed-fields" fixed_fields: FixedFields = FixedFields::Refuse;
    /// A PATCH without a status: refused, or the status it leaves behind.
    "patch-without-status" patch_without_status: PatchWithoutStatus = PatchWithoutStatus::Refuse;
    /// Members that the schemas of `schema/wire` do not know, where those are closed.
    "unknown-members" unknown_members: UnknownMembers = UnknownMembers::Refuse;
    /// The content type of a body: any, or only `application/json`.
    "content-type" content_type: ContentType = ContentType::Any;
    /// The status for a caller that is unknown, inactive, expired or calls from elsewhere.
    "refused-caller" refused_caller: RefusedCaller = RefusedCaller::Unauthorized;
    /// Which keys may manage keys: those with a company role, or all.
    "caller-scope" caller_scope: CallerScope = CallerScope::Company;
    /// A caller that changes or deletes its own key.
    "own-key" own_key: Verdict = Verdict::Allow;
    /// A caller that grants what it does not hold itself; `company-full-access` holds everything.
    "over-grant" over_grant: Verdict = Verdict::Allow;
    /// The address that `permittedIps` and rate limits mean: the peer's, or the last of `X-Forwarded-For`.
    "caller-address" caller_address: CallerAddress = CallerAddress::Peer;
    /// How long a created or updated key cannot be reached by its id, in milliseconds.
    "propagation-delay" propagation_delay: Milliseconds = Milliseconds(0);
    /// The reply meanwhile: 403 `E111009` to all that name the key, or reads and lists as if there were none.
    "propagation-reply" propagation_reply: PropagationReply = PropagationReply::Forbidden;
    /// The rate limit over all requests of one address, in fixed windows.
    "general-limit" general_limit: Limit = Limit(None);
    /// The rate limit of the infra API, counted besides.
    "infra-limit" infra_limit: Limit = Limit(None);
    /// The rate limit of the key API, counted besides.
    "key-limit" key_limit: Limit = Limit(None);
    /// What the license handshake answers.
    "license-tier" license_tier: LicenseTier = LicenseTier::Tier4;
}

/// One switch of the [`Model`].
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Switch {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it decides.
    about: &'static str,
    /// The values it takes.
    pub values: &'static [&'static str],
    set: fn(&mut Model, &str) -> Option<()>,
    show: fn(&Model) -> String,
}

impl Switch {
    /// What it decides, in a sentence.
    pub fn about(&self) -> &'static str {
        self.about.trim_start()
    }

    /// The value it has in a model.
    pub fn value(&self, model: &Model) -> String {
        (self.show)(model)
    }
}

/// Why a switch cannot be set. The user's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// There is no `=` between a name and a value.
    #[error("`{0}` is not NAME=VALUE")]
    Form(String),
    /// No switch has this name.
    #[error("there is no switch `{0}`")]
    Name(String),
    /// The switch does not take this value.
    #[error("`{value}` is no value of `{name}`, which takes {}", values.join(", "))]
    Value {
        /// The switch.
        name: &'static str,
        /// What was given.
        value: String,
        /// What it takes.
        values: &'static [&'static str],
    },
}

impl Model {
    /// The model in which a create is also refused what the official infrastructure client refuses before it calls.
    pub fn strict() -> Self {
        Self {
            grants: Grants::ClientRules,
            past_expiry: Verdict::Refuse,
            ..Self::default()
        }
    }

    /// Sets one switch from text such as `missing-key=empty`.
    ///
    /// # Errors
    ///
    /// No switch of that name, or not one of its values.
    pub fn set(&mut self, text: &str) -> Result<(), ModelError> {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| ModelError::Form(text.to_owned()))?;
        let switch = SWITCHES
            .iter()
            .find(|switch| switch.name == name)
            .ok_or_else(|| ModelError::Name(name.to_owned()))?;
        (switch.set)(self, value).ok_or_else(|| ModelError::Value {
            name: switch.name,
            value: value.to_owned(),
            values: switch.values,
        })
    }
}

choice! {
    /// Whether something is let through.
    Verdict {
        /// It is.
        Allow = "allow",
        /// It is answered with a failed validation, or with 403 where the caller is at fault.
        Refuse = "refuse",
    }
}

choice! {
    /// The reply to a read of a key that does not exist.
    MissingKey {
        /// 404.
        NotFound = "404",
        /// 200 and `{}`.
        Empty = "empty",
    }
}

choice! {
    /// The reply to a delete of a key that does not exist.
    DeleteMissing {
        /// 404.
        NotFound = "404",
        /// A success, as if it had been there.
        Success = "success",
    }
}

choice! {
    /// What may stand in `permittedIps`.
    PermittedIps {
        /// Addresses and CIDRs of either version; host bits are let through.
        Checked = "checked",
        /// IPv4 only, no host bits, nothing twice.
        Strict = "strict",
        /// Any text.
        Unchecked = "unchecked",
    }
}

choice! {
    /// Which grants a new key may have.
    Grants {
        /// Any, also none.
        Any = "any",
        /// Company roles alone, or complete grants on projects and tags.
        ClientRules = "client-rules",
    }
}

choice! {
    /// What both a relative and an absolute expiry mean.
    BothExpiries {
        /// A failed validation.
        Refuse = "refuse",
        /// `expiresIn` counts.
        Relative = "relative",
        /// `expireTime` counts.
        Absolute = "absolute",
    }
}

choice! {
    /// What becomes of fields that an update should not change.
    FixedFields {
        /// The update fails.
        Refuse = "refuse",
        /// They stay, and the rest is updated.
        Ignore = "ignore",
        /// They are stored.
        Apply = "apply",
    }
}

choice! {
    /// What a PATCH without a status means.
    PatchWithoutStatus {
        /// A failed validation.
        Refuse = "refuse",
        /// The key becomes active.
        Active = "active",
        /// The status stays.
        Keep = "keep",
    }
}

choice! {
    /// What becomes of members that no schema knows.
    UnknownMembers {
        /// The request is refused, so that a misspelt one is seen.
        Refuse = "refuse",
        /// They are passed over.
        Ignore = "ignore",
    }
}

choice! {
    /// The content types that a body may have.
    ContentType {
        /// Any, or none.
        Any = "any",
        /// `application/json`.
        Json = "json",
    }
}

choice! {
    /// The status for a caller that is not accepted.
    RefusedCaller {
        /// Unauthorized.
        Unauthorized = "401",
        /// Forbidden.
        Forbidden = "403",
    }
}

choice! {
    /// Which keys may manage keys.
    CallerScope {
        /// Those with a company role.
        Company = "company",
        /// All.
        Any = "any",
    }
}

choice! {
    /// The address a caller is taken to call from.
    CallerAddress {
        /// That of the connection's other end.
        Peer = "peer",
        /// The last that `X-Forwarded-For` names, which the nearest proxy wrote; the peer's without one.
        ForwardedFor = "forwarded-for",
    }
}

choice! {
    /// The reply for a key whose change has not spread yet.
    PropagationReply {
        /// 403 `E111009`, before any effect.
        Forbidden = "forbidden",
        /// That of a key that does not exist, to reads only, and lists leave it out. A delete that is told so would be
        /// taken for done.
        NotFound = "not-found",
    }
}

choice! {
    /// The tier of the license.
    LicenseTier {
        /// Free.
        Tier1 = "tier1",
        /// Pro.
        Tier2 = "tier2",
        /// Growth.
        Tier3 = "tier3",
        /// Enterprise.
        Tier4 = "tier4",
    }
}

/// A time in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milliseconds(pub u64);

impl Value for Milliseconds {
    const VALUES: &'static [&'static str] = &["a number"];

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

impl fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A rate limit, if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(pub Option<Rate>);

/// So many requests in a window of so many seconds, neither of them 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The requests that are let through.
    pub requests: u32,
    /// The length of a window.
    pub seconds: u32,
}

impl FromStr for Rate {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (requests, seconds) = text.split_once('/').ok_or(())?;
        let positive = |text: &str| text.parse().ok().filter(|number| *number > 0).ok_or(());
        Ok(Self {
            requests: positive(requests)?,
            seconds: positive(seconds)?,
        })
    }
}

impl Value for Limit {
    const VALUES: &'static [&'static str] = &["none", "REQUESTS/SECONDS"];

    fn read(text: &str) -> Option<Self> {
        match text {
            "none" => Some(Self(None)),
            rate => rate.parse().ok().map(|rate| Self(Some(rate))),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("none"),
            Some(rate) => write!(f, "{}/{}", rate.requests, rate.seconds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_counted_value_of_every_switch_can_be_set_and_is_shown_again() {
        for switch in SWITCHES {
            for value in switch
                .values
                .iter()
                .filter(|value| !["a number", "REQUESTS/SECONDS"].contains(value))
            {
                let mut model = Model::default();
                model.set(&format!("{}={value}", switch.name)).unwrap();
                assert_eq!(switch.value(&model), *value, "{}", switch.name);
            }
        }
    }

    #[test]
    fn numbers_and_rates_are_read_and_faults_are_told() {
        let mut model = Model::default();
        model.set("propagation-delay=250").unwrap();
        model.set("infra-limit=100/60").unwrap();
        assert_eq!(model.propagation_delay, Milliseconds(250));
        assert_eq!(
            model.infra_limit,
            Limit(Some(Rate {
                requests: 100,
                seconds: 60
            }))
        );
        for (text, message) in [
            ("own-key", "is not NAME=VALUE"),
            ("own-keys=allow", "there is no switch `own-keys`"),
            (
                "own-key=maybe",
                "`maybe` is no value of `own-key`, which takes allow, refuse",
            ),
            ("general-limit=0/60", "which takes none, REQUESTS/SECONDS"),
            ("general-limit=5", "`5` is no value"),
            ("propagation-delay=-1", "which takes a number"),
        ] {
            let error = model.set(text).unwrap_err().to_string();
            assert!(error.contains(message), "{text}: {error}");
        }
    }

    #[test]
    fn the_readme_has_each_switch_as_it_is() {
        let readme = include_str!("../README.md");
        for switch in SWITCHES {
            let default = switch.value(&Model::default());
            let values = switch.values.iter().filter(|value| **value != default);
            let values: Vec<String> = std::iter::once(format!("**{default}**"))
                .chain(values.map(|value| (*value).to_owned()))
                .collect();
            let row = format!(
                "| `{}` | {} | {} |",
                switch.name,
                values.join(", "),
                switch.about()
            );
            assert!(readme.contains(&row), "the README lacks: {row}");
        }
    }
}
