//! Functions of lists, and of collections of all kinds.

use std::collections::{BTreeMap, BTreeSet};

use super::text::characters;
use super::{Answer, Call, items};
use crate::document::hcl::eval::{Fault, wrong};
use crate::document::hcl::operators;
use crate::document::hcl::value::{Kind, Member, TEXT, Val};

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Answer> {
    Some(match name {
        "concat" => concat(call),
        "toset" => convert(call, |val| call.new_set(call.unified(elements(val)?)?)),
        "tolist" => convert(call, |val| call.new_list(call.unified(items(val)?)?)),
        "distinct" => distinct(call),
        "flatten" => flatten(call),
        "compact" => compact(call),
        "element" => element(call),
        "index" => index(call),
        "length" => length(call),
        "contains" => contains(call),
        "coalesce" => coalesce(call),
        "coalescelist" => coalescelist(call),
        "slice" => slice(call),
        "reverse" => call
            .items(0)
            .and_then(|all| call.new_like(call.at(0)?, all.into_iter().rev().collect())),
        "sort" => sort(call),
        "chunklist" => chunklist(call),
        "matchkeys" => matchkeys(call),
        "one" => one(call),
        "range" => range(call),
        "sum" => sum(call),
        "alltrue" => all_true(call),
        "anytrue" => any_true(call),
        _ => return None,
    })
}

/// The elements of a list or a set, of which some may be unknown.
fn elements(val: &Val) -> Result<Vec<Val>, Fault> {
    Ok(val.elements().ok_or_else(|| wrong(val))?.collect())
}

/// The elements of an argument that has to be a list.
pub(super) fn list(call: &Call<'_>, at: usize) -> Result<Vec<Val>, Fault> {
    match &call.at(at)?.kind {
        Kind::Set(_) => Err(Fault::Unknown),
        _ => call.items(at),
    }
}

/// The same, if each element is known.
pub(super) fn known(call: &Call<'_>, at: usize) -> Result<Vec<Val>, Fault> {
    let val = call.at(at)?;
    let all = items(val)?;
    if val.is_wholly_known() {
        Ok(all)
    } else {
        Err(Fault::of(val))
    }
}

pub(super) fn members(val: &Val) -> Result<Vec<Member>, Fault> {
    Ok(val.members().ok_or_else(|| wrong(val))?.collect())
}

/// What `change` makes of the only argument, unless that is null.
pub(super) fn convert(call: &Call<'_>, change: impl Fn(&Val) -> Answer) -> Answer {
    let val = call.one()?;
    if val.is_null() {
        Ok(val.clone())
    } else {
        change(val)
    }
}

fn concat(call: &Call<'_>) -> Answer {
    let mut all = Vec::new();
    for at in 0..call.arguments.len() {
        all.extend(list(call, at)?);
    }
    let is_list = |val: &Val| matches!(&val.kind, Kind::List(list) if list.is_uniform);
    if all.is_empty() && call.arguments.is_empty() {
        Err(Fault::Fails)
    } else if call.arguments.iter().all(is_list) {
        call.new_list(call.unified(all).map_err(|_| Fault::Unknown)?)
    } else {
        call.new_tuple(all)
    }
}

fn distinct(call: &Call<'_>) -> Answer {
    let mut seen: BTreeMap<u64, Vec<Val>> = BTreeMap::new();
    let mut kept = Vec::new();
    call.afford(call.at(0)?.size())?;
    for item in call.unified(known(call, 0)?)? {
        let same = seen.entry(item.hash()).or_default();
        if !same.iter().any(|other| other.hash() == item.hash()) {
            same.push(item.clone());
            kept.push(item);
        }
    }
    call.new_list(kept)
}

fn flatten(call: &Call<'_>) -> Answer {
    fn collect(val: &Val, into: &mut Vec<Val>, call: &Call<'_>) -> Result<(), Fault> {
        for item in items(val)? {
            match item.kind {
                // It may turn out to be a list.
                Kind::Unknown(_) => return Err(Fault::of(&item)),
                Kind::List(_) | Kind::Set(_) => collect(&item, into, call)?,
                _ => {
                    call.afford(1)?;
                    into.push(item);
                }
            }
        }
        Ok(())
    }
    let mut all = Vec::new();
    collect(call.one()?, &mut all, call)?;
    call.new_tuple(all)
}

fn compact(call: &Call<'_>) -> Answer {
    let mut all = known(call, 0)?;
    all.retain(|item| !item.is_null() && !matches!(&item.kind, Kind::Text(text) if text.is_empty()));
    call.new_list(texts(all)?)
}

/// The elements of a list of texts.
fn texts(items: Vec<Val>) -> Result<Vec<Val>, Fault> {
    let text = |item: Val| {
        let text = item.as_text()?;
        Ok(Val {
            kind: Kind::Text(text),
            ..item
        })
    };
    items.into_iter().map(text).collect()
}

fn element(call: &Call<'_>) -> Answer {
    let val = call.at(0)?;
    let Kind::List(list) = &val.kind else {
        return Err(if matches!(val.kind, Kind::Set(_)) {
            Fault::Unknown
        } else {
            wrong(val)
        });
    };
    let at = usize::try_from(call.index(1)?).map_err(|_| Fault::Unknown)?;
    let at = at.checked_rem(list.items.len()).ok_or(Fault::Fails)?;
    list.items.get(at).map(|item| val.part(item)).ok_or(Fault::Fails)
}

fn index(call: &Call<'_>) -> Answer {
    let wanted = not_null(call, 1)?;
    afford_search(call, wanted)?;
    for (at, item) in list(call, 0)?.iter().enumerate() {
        match item.same(wanted) {
            Some(true) => return call.new_number(at as f64),
            Some(false) => {}
            None => return Err(Fault::Unknown),
        }
    }
    Err(Fault::Fails)
}

/// Pays for the comparison of `wanted` with all that is in the first argument: collections are gone through, and texts.
fn afford_search(call: &Call<'_>, wanted: &Val) -> Result<(), Fault> {
    match wanted.size() {
        1 => Ok(()),
        _ => call.afford(call.at(0)?.size()),
    }
}

fn not_null<'a>(call: &Call<'a>, at: usize) -> Result<&'a Val, Fault> {
    let val = call.at(at)?;
    if val.is_null() { Err(Fault::Fails) } else { Ok(val) }
}

fn length(call: &Call<'_>) -> Answer {
    let val = call.one()?;
    match &val.kind {
        Kind::Text(text) => {
            call.afford(text.len() / TEXT)?;
            call.new_number(characters(text)?.len() as f64)
        }
        Kind::Object(_) => call.new_number(val.members().map_or(0, |members| members.len()) as f64),
        Kind::Set(_) if !val.is_wholly_known() => Err(Fault::Unknown),
        _ => call.new_number(val.elements().ok_or_else(|| wrong(val))?.len() as f64),
    }
}

fn contains(call: &Call<'_>) -> Answer {
    let wanted = not_null(call, 1)?;
    if !wanted.is_wholly_known() {
        return Err(Fault::of(wanted));
    }
    afford_search(call, wanted)?;
    let found: Vec<_> = elements(call.at(0)?)?
        .iter()
        .map(|item| item.same(wanted))
        .collect();
    if found.contains(&Some(true)) {
        call.new_bool(true)
    } else if found.contains(&None) {
        Err(Fault::Unknown)
    } else {
        call.new_bool(false)
    }
}

fn coalesce(call: &Call<'_>) -> Answer {
    for (at, argument) in call.arguments.iter().enumerate() {
        match &argument.kind {
            Kind::Null => {}
            Kind::Text(text) if text.is_empty() => {}
            Kind::Unknown(_) => return Err(Fault::of(argument)),
            _ => {
                let all = call.unified(call.arguments.to_vec())?;
                return all.into_iter().nth(at).ok_or(Fault::Fails);
            }
        }
    }
    Err(Fault::Fails)
}

fn coalescelist(call: &Call<'_>) -> Answer {
    for (at, argument) in call.arguments.iter().enumerate() {
        if !list(call, at)?.is_empty() {
            return Ok(argument.clone());
        }
    }
    Err(Fault::Fails)
}

fn slice(call: &Call<'_>) -> Answer {
    let all = list(call, 0)?;
    let start = usize::try_from(call.index(1)?).map_err(|_| Fault::Fails)?;
    let end = usize::try_from(call.index(2)?).map_err(|_| Fault::Fails)?;
    call.new_like(call.at(0)?, all.get(start..end).ok_or(Fault::Fails)?.to_vec())
}

fn sort(call: &Call<'_>) -> Answer {
    call.afford(call.at(0)?.size())?;
    let mut texts = texts(known(call, 0)?)?;
    texts.sort_by(Val::order);
    call.new_list(texts)
}

fn chunklist(call: &Call<'_>) -> Answer {
    let all = call.unified(call.items(0)?)?;
    call.afford(all.len())?;
    match usize::try_from(call.index(1)?) {
        Ok(0) => call.new_list(vec![Val::list(all, call.place)]),
        Ok(size) => {
            let chunks = all
                .chunks(size)
                .map(|chunk| Val::list(chunk.to_vec(), call.place));
            call.new_list(chunks.collect())
        }
        Err(_) => Err(Fault::Fails),
    }
}

/// The values whose keys are among those that are looked for.
fn matchkeys(call: &Call<'_>) -> Answer {
    let (values, keys, wanted) = (known(call, 0)?, known(call, 1)?, known(call, 2)?);
    if values.len() != keys.len() {
        return Err(Fault::Fails);
    }
    let count = keys.len();
    call.afford_all()?;
    let mut keys = call.unified(keys.into_iter().chain(wanted).collect())?;
    let wanted: BTreeSet<u64> = keys.split_off(count).iter().map(Val::hash).collect();
    let found = call.unified(values)?.into_iter().zip(keys);
    let found = found.filter(|(_, key)| wanted.contains(&key.hash()));
    call.new_list(found.map(|(value, _)| value).collect())
}

fn one(call: &Call<'_>) -> Answer {
    let all = items(call.one()?)?;
    match all.as_slice() {
        [] => Ok(Val::new(Kind::Null, call.place)),
        [only] => Ok(only.clone()),
        _ => Err(Fault::Fails),
    }
}

fn range(call: &Call<'_>) -> Answer {
    // Terraform takes fractions too.
    let whole = |at| match call.number(at)?.fract() == 0.0 {
        true => call.index(at),
        false => Err(Fault::Unknown),
    };
    let (start, end, step) = match call.arguments.len() {
        1 => (0, whole(0)?, None),
        2 => (whole(0)?, whole(1)?, None),
        3 => (whole(0)?, whole(1)?, Some(whole(2)?)),
        _ => return Err(Fault::Fails),
    };
    let step = step.unwrap_or(if end < start { -1 } else { 1 });
    // Terraform refuses more.
    const MOST: usize = 1024;
    if step == 0 || (step > 0) != (end >= start) {
        return Err(Fault::Fails);
    }
    let mut items = Vec::new();
    let mut next = start;
    while if step > 0 { next < end } else { next > end } {
        if items.len() == MOST {
            return Err(Fault::Fails);
        }
        items.push(Val::new(Kind::Number(next as f64), call.place));
        next += step;
    }
    call.new_list(items)
}

fn sum(call: &Call<'_>) -> Answer {
    let all = known(call, 0)?;
    if all.is_empty() {
        return Err(Fault::Fails);
    }
    let numbers = all.iter().map(Val::as_number);
    let sum = numbers.reduce(|sum, number| operators::sum(sum?, number?));
    call.new_number(sum.ok_or(Fault::Fails)??)
}

/// The elements of a list of booleans, null or unknown ones among them.
fn truths(call: &Call<'_>) -> Result<Vec<Option<bool>>, Fault> {
    let truth = |item: &Val| match item.kind {
        Kind::Unknown(_) => Ok(None),
        Kind::Null => Ok(Some(false)),
        _ => item.as_bool().map(Some),
    };
    call.items(0)?.iter().map(truth).collect()
}

fn all_true(call: &Call<'_>) -> Answer {
    match truths(call)?.into_iter().find(|truth| *truth != Some(true)) {
        Some(None) => Err(Fault::Unknown),
        found => call.new_bool(found.is_none()),
    }
}

fn any_true(call: &Call<'_>) -> Answer {
    let truths = truths(call)?;
    if truths.contains(&Some(true)) {
        call.new_bool(true)
    } else if truths.contains(&None) {
        Err(Fault::Unknown)
    } else {
        call.new_bool(false)
    }
}
