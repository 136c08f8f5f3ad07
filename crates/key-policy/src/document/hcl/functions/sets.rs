//! Functions of sets.

use std::collections::BTreeSet;

use super::collections::known;
use super::{Answer, Call};
use crate::document::hcl::eval::Fault;
use crate::document::hcl::value::{Kind, Val};

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Answer> {
    Some(match name {
        "setunion" => sets(call).and_then(|sets| call.new_set(sets.into_iter().flatten().collect())),
        "setintersection" => intersection(call),
        "setsubtract" => subtract(call),
        "setproduct" => product(call),
        _ => return None,
    })
}

/// The elements of each argument, all of one type; all have to be known.
fn sets(call: &Call<'_>) -> Result<Vec<Vec<Val>>, Fault> {
    let mut sets = Vec::new();
    for at in 0..call.arguments.len() {
        sets.push(known(call, at)?);
    }
    if sets.is_empty() {
        return Err(Fault::Fails);
    }
    call.afford_all()?;
    let lengths: Vec<usize> = sets.iter().map(Vec::len).collect();
    let mut all = call.unified(sets.into_iter().flatten().collect())?.into_iter();
    Ok(lengths
        .into_iter()
        .map(|length| all.by_ref().take(length).collect())
        .collect())
}

fn intersection(call: &Call<'_>) -> Answer {
    let sets = sets(call)?;
    let hashes: Vec<BTreeSet<u64>> = sets
        .iter()
        .map(|set| set.iter().map(Val::hash).collect())
        .collect();
    let mut kept = sets.into_iter().next().unwrap_or_default();
    kept.retain(|item| hashes.iter().all(|set| set.contains(&item.hash())));
    call.new_set(kept)
}

fn subtract(call: &Call<'_>) -> Answer {
    let mut sets = sets(call)?.into_iter();
    let (Some(mut kept), Some(gone), None) = (sets.next(), sets.next(), sets.next()) else {
        return Err(Fault::Fails);
    };
    let gone: BTreeSet<u64> = gone.iter().map(Val::hash).collect();
    kept.retain(|item| !gone.contains(&item.hash()));
    call.new_set(kept)
}

fn product(call: &Call<'_>) -> Answer {
    if call.arguments.len() < 2 {
        return Err(Fault::Fails);
    }
    let mut rows: Vec<Vec<Val>> = vec![Vec::new()];
    for at in 0..call.arguments.len() {
        let set = call.unified(known(call, at)?)?;
        call.afford(rows.len().saturating_mul(set.len()).saturating_mul(at + 2))?;
        rows = rows
            .iter()
            .flat_map(|row| {
                set.iter().map(move |item| {
                    let mut row = row.clone();
                    row.push(item.clone());
                    row
                })
            })
            .collect();
    }
    let rows = rows.into_iter().map(|row| Val::tuple(row, call.place)).collect();
    let is_set = |val: &Val| matches!(val.kind, Kind::Set(_));
    if call.arguments.iter().any(is_set) {
        call.new_set(rows)
    } else {
        call.new_list(rows)
    }
}
