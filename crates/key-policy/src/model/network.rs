use std::fmt;
use std::net::IpAddr;
use std::ops::Neg as _;

use ipnet::{IpNet, Ipv4Net};

use crate::value::shortened;

/// A permitted source: one address, or a range in CIDR notation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    text: String,
    net: IpNet,
}

/// The text is neither an address nor a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkError {
    /// The part before the slash, or the whole text, is not an IP address.
    Address(String),
    /// The part behind the slash is not a prefix length that the address has room for.
    Prefix {
        /// The whole text.
        text: String,
        /// The longest prefix that the address allows: 32 or 128.
        longest: u8,
    },
}

impl Network {
    /// Reads an IPv4 or IPv6 address, alone or with a prefix length.
    pub fn parse(text: &str) -> Result<Self, NetworkError> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = Some(address)
            // Space behind a range is no matter of its prefix.
            .filter(|_| text.trim_end() == text)
            .unwrap_or_default()
            .parse()
            .map_err(|_| NetworkError::Address(text.to_owned()))?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let bad_prefix = || NetworkError::Prefix {
            text: text.to_owned(),
            longest,
        };
        let length = match prefix {
            None => longest,
            // `parse` alone would take a sign and leading zeros, which no peer understands alike.
            Some(digits)
                if digits.bytes().all(|b| b.is_ascii_digit())
                    && (digits == "0" || !digits.starts_with('0')) =>
            {
                digits.parse().map_err(|_| bad_prefix())?
            }
            Some(_) => return Err(bad_prefix()),
        };
        let net = IpNet::new(address, length).map_err(|_| bad_prefix())?;
        Ok(Self {
            text: text.to_owned(),
            net,
        })
    }

    /// The text as declared, which is what the service is sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The range as declared, with the bits behind the prefix that may be set there.
    pub fn net(&self) -> IpNet {
        self.net
    }

    /// The addresses it covers. An IPv4 range that is written as an IPv6 one (`::ffff:203.0.113.0/120`) is the IPv4
    /// range.
    pub fn range(&self) -> IpNet {
        canonical(self.net)
    }
}

/// The addresses that `net` covers; see [`Network::range`].
fn canonical(net: IpNet) -> IpNet {
    const MAPPED_BITS: u8 = 96;
    let mapped = match net {
        IpNet::V6(v6) => v6.addr().to_ipv4_mapped().and_then(|address| {
            let length = v6.prefix_len().checked_sub(MAPPED_BITS)?;
            Ipv4Net::new(address, length).ok()
        }),
        IpNet::V4(_) => None,
    };
    mapped.map_or(net, IpNet::V4).trunc()
}

/// Whether every address of `range` is in one of `ranges`, which may cover it together.
pub fn covers(ranges: impl IntoIterator<Item = IpNet, IntoIter: Clone>, range: IpNet) -> bool {
    let (ranges, range) = (ranges.into_iter().map(canonical), canonical(range));
    // Nearly always they are too small to do so, and need not be joined. The sum may be rounded a little.
    let share = |net: IpNet| f64::from(net.prefix_len()).neg().exp2();
    let together: f64 = ranges.clone().map(share).sum();
    if together < share(range) * 0.99 {
        return false;
    }
    // What is adjacent is joined, so that one member covers what several do.
    IpNet::aggregate(&ranges.collect())
        .iter()
        .any(|joined| joined.contains(&range))
}

/// Whether some address is in both ranges.
pub fn overlap(a: IpNet, b: IpNet) -> bool {
    let (a, b) = (canonical(a), canonical(b));
    a.contains(&b) || b.contains(&a)
}

impl std::error::Error for NetworkError {}

impl fmt::Display for NetworkError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NetworkError::Address(text) => {
                write!(out, "`{}` is not an IP address or CIDR range", shortened(text))
            }
            NetworkError::Prefix { text, longest } => {
                write!(
                    out,
                    "`{}` has no prefix length from 0 to {longest}",
                    shortened(text)
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_and_ranges_of_both_families() {
        for text in [
            "203.0.113.7",
            "203.0.113.0/24",
            "0.0.0.0/0",
            "10.0.0.1/24",
            "2001:db8::/32",
            "::1",
        ] {
            assert_eq!(Network::parse(text).unwrap().as_str(), text);
        }
        assert_eq!(Network::parse("203.0.113.7").unwrap().net().prefix_len(), 32);
    }

    #[test]
    fn ranges_cover_what_they_cover_together() {
        let range = |text| Network::parse(text).unwrap().range();
        let set = |texts: &[&'static str]| texts.iter().map(|text| range(text)).collect::<Vec<_>>();
        assert!(covers(set(&["0.0.0.0/1", "128.0.0.0/1"]), range("0.0.0.0/0")));
        assert!(!covers(set(&["0.0.0.0/1", "128.0.0.0/2"]), range("0.0.0.0/0")));
        assert!(covers(set(&["8.8.8.0/25", "8.8.8.128/25"]), range("8.8.8.9/24")));
        assert!(!covers(set(&["0.0.0.0/0"]), range("::1")));
        assert!(!covers(set(&[]), range("::1")));
        assert!(covers(set(&["::ffff:8.8.8.0/120"]), range("8.8.8.8")));
        assert_eq!(range("::ffff:0:0/96"), range("0.0.0.0/0"));
        assert_eq!(range("::ffff:0:0/95"), range("::fffe:0:0/95"));
        assert!(overlap(range("10.0.0.0/8"), range("10.1.0.0/16")));
        assert!(!overlap(range("10.0.0.0/8"), range("11.0.0.0/8")));
    }

    #[test]
    fn refuses_what_only_looks_like_one() {
        for text in [
            "",
            " 10.0.0.1",
            "10.0.0.0/8 ",
            "10.0.0",
            "010.0.0.1",
            "256.0.0.1",
            "example.com",
            "10.0.0.0-10.0.0.9",
            "/8",
            "fe80::1%eth0",
        ] {
            assert!(
                matches!(Network::parse(text), Err(NetworkError::Address(_))),
                "{text}"
            );
        }
        for text in [
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/08",
            "10.0.0.0/-1",
            "::/129",
            "10.0.0.0/8/8",
            "10.0.0.0/999",
        ] {
            assert!(
                matches!(Network::parse(text), Err(NetworkError::Prefix { .. })),
                "{text}"
            );
        }
    }
}
