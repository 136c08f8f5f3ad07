//! Functions of IP networks.

use std::net::IpAddr;

use ipnet::IpNet;

use super::{Answer, Call};
use crate::document::hcl::eval::Fault;
use crate::document::hcl::value::Val;

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Answer> {
    Some(match name {
        "cidrsubnet" => cidrsubnet(call),
        "cidrsubnets" => cidrsubnets(call),
        "cidrhost" => cidrhost(call),
        "cidrnetmask" => cidrnetmask(call),
        "cidrcontains" => cidrcontains(call),
        _ => return None,
    })
}

/// The network in argument `at`. What is no network to Rust may be one to Terraform, which takes leading zeros.
fn network(call: &Call<'_>, at: usize) -> Result<IpNet, Fault> {
    let network: IpNet = call.text(at)?.parse().map_err(|_| Fault::Unknown)?;
    match network {
        // To Terraform this is one of version 4, in some places.
        IpNet::V6(network) if network.addr().to_ipv4_mapped().is_some() => Err(Fault::Unknown),
        network => Ok(network.trunc()),
    }
}

/// The part of `network` with the number `number` among those of prefix length `length`.
fn subnet(network: IpNet, length: u8, number: u128) -> Result<IpNet, Fault> {
    let bits = network.max_prefix_len();
    let added = length.checked_sub(network.prefix_len()).ok_or(Fault::Fails)?;
    if length > bits || (added < 128 && number >> added != 0) {
        return Err(Fault::Fails);
    }
    let shifted = number.checked_shl(u32::from(bits - length)).unwrap_or(0);
    let address = address(network, value(network.network()) | shifted)?;
    IpNet::new(address, length).map_err(|_| Fault::Fails)
}

fn value(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

fn address(network: IpNet, value: u128) -> Result<IpAddr, Fault> {
    match network {
        IpNet::V4(_) => u32::try_from(value)
            .map(|value| IpAddr::V4(value.into()))
            .map_err(|_| Fault::Fails),
        IpNet::V6(_) => Ok(IpAddr::V6(value.into())),
    }
}

fn longer(network: IpNet, bits: i64) -> Result<u8, Fault> {
    u8::try_from(i64::from(network.prefix_len()) + bits)
        .ok()
        .filter(|length| bits >= 0 && *length <= network.max_prefix_len())
        .ok_or(Fault::Fails)
}

fn cidrsubnet(call: &Call<'_>) -> Answer {
    let network = network(call, 0)?;
    let length = longer(network, call.index(1)?)?;
    // Terraform takes numbers below zero, and makes something of them.
    let number = u128::try_from(call.index(2)?).map_err(|_| Fault::Unknown)?;
    call.new_text(subnet(network, length, number)?.to_string())
}

fn cidrsubnets(call: &Call<'_>) -> Answer {
    let network = network(call, 0)?;
    let end = value(network.broadcast());
    let mut next = Some(value(network.network()));
    let mut subnets = Vec::new();
    for at in 1..call.arguments.len() {
        let bits = call.index(at)?;
        if !(1..32).contains(&bits) {
            return Err(Fault::Fails);
        }
        let length = longer(network, bits)?;
        let size = u32::from(network.max_prefix_len() - length);
        let size = 1_u128.checked_shl(size).ok_or(Fault::Unknown)?;
        // Each stands behind the one before, at the next place where one of its size may stand.
        let start = next
            .and_then(|next| next.checked_next_multiple_of(size))
            .filter(|start| start.checked_add(size - 1).is_some_and(|last| last <= end))
            .ok_or(Fault::Fails)?;
        let subnet = IpNet::new(address(network, start)?, length).map_err(|_| Fault::Fails)?;
        subnets.push(Val::text(subnet.to_string(), call.place));
        next = start.checked_add(size);
    }
    call.new_list(subnets)
}

fn cidrhost(call: &Call<'_>) -> Answer {
    let network = network(call, 0)?;
    let number = call.index(1)?;
    let bits = u32::from(network.max_prefix_len() - network.prefix_len());
    let size = 1_u128.checked_shl(bits);
    let distance = u128::from(number.unsigned_abs());
    let fits = size.is_none_or(|size| {
        if number < 0 {
            distance <= size
        } else {
            distance < size
        }
    });
    if !fits {
        return Err(Fault::Fails);
    }
    let host = if number < 0 {
        value(network.broadcast()) - (distance - 1)
    } else {
        value(network.network()) + distance
    };
    call.new_text(address(network, host)?.to_string())
}

fn cidrnetmask(call: &Call<'_>) -> Answer {
    match network(call, 0)? {
        IpNet::V4(network) => call.new_text(network.netmask().to_string()),
        IpNet::V6(_) => Err(Fault::Fails),
    }
}

fn cidrcontains(call: &Call<'_>) -> Answer {
    let network = network(call, 0)?;
    let inner = call.text(1)?;
    let inner: IpNet = match inner.parse::<IpAddr>() {
        Ok(address) => address.into(),
        Err(_) => inner.parse().map_err(|_| Fault::Unknown)?,
    };
    call.new_bool(network.contains(&inner))
}
