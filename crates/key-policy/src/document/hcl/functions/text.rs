//! Functions of texts.

use super::format::format;
use super::{Answer, Call};
use crate::document::hcl::eval::Fault;
use crate::document::hcl::value::Val;

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Answer> {
    let map = |change: fn(&str) -> String| call.text(0).and_then(|text| call.new_text(change(&text)));
    let pair = || call.text(0).and_then(|text| Ok((text, call.text(1)?)));
    let test =
        |test: fn(&str, &str) -> bool| pair().and_then(|(text, part)| call.new_bool(test(&text, &part)));
    Some(match name {
        "lower" => recased(call, |c| c.to_lowercase()),
        "upper" => recased(call, |c| c.to_uppercase()),
        "title" => title(call),
        "trimspace" => map(|text| text.trim().to_owned()),
        "chomp" => map(|text| text.trim_end_matches(['\r', '\n']).to_owned()),
        "strrev" => call
            .text(0)
            .and_then(|text| call.new_text(characters(&text)?.into_iter().rev().collect::<String>())),
        "trim" => pair().and_then(|(text, set)| call.new_text(text.trim_matches(|c| set.contains(c)))),
        "trimprefix" => {
            pair().and_then(|(text, part)| call.new_text(text.strip_prefix(&*part).unwrap_or(&text)))
        }
        "trimsuffix" => {
            pair().and_then(|(text, part)| call.new_text(text.strip_suffix(&*part).unwrap_or(&text)))
        }
        "startswith" => test(|text, part| text.starts_with(part)),
        "endswith" => test(|text, part| text.ends_with(part)),
        "strcontains" => test(|text, part| text.contains(part)),
        "replace" => replace(call),
        "substr" => substr(call),
        "split" => split(call),
        "join" => join(call),
        "indent" => indent(call),
        "format" => format(call, call.arguments).and_then(|text| call.new_text(text)),
        "formatlist" => formatlist(call),
        _ => return None,
    })
}

/// The characters of a text as people see them, if each is one here too: neither what is put together from several, nor
/// a line end of two.
pub(super) fn characters(text: &str) -> Result<Vec<char>, Fault> {
    let is_single = |c: char| c < '\u{300}' && c != '\r';
    let characters: Vec<char> = text.chars().collect();
    match characters.iter().all(|c| is_single(*c)) {
        true => Ok(characters),
        false => Err(Fault::Unknown),
    }
}

/// Changes the case of each letter; where one becomes several, Go does otherwise.
fn recased<I: Iterator<Item = char>>(call: &Call<'_>, change: fn(char) -> I) -> Answer {
    let changed = call
        .text(0)?
        .chars()
        .map(|c| single(change(c)))
        .collect::<Result<String, _>>();
    call.new_text(changed?)
}

fn single(mut changed: impl Iterator<Item = char>) -> Result<char, Fault> {
    match (changed.next(), changed.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(Fault::Unknown),
    }
}

/// The first letter of each word as a capital.
fn title(call: &Call<'_>) -> Answer {
    let mut is_start = true;
    let mut out = String::new();
    for c in characters(&call.text(0)?)? {
        // From here on, some letters have a capital of their own for titles.
        if is_start && c >= '\u{180}' {
            return Err(Fault::Unknown);
        }
        out.push(if is_start { single(c.to_uppercase())? } else { c });
        is_start = match c.is_ascii() {
            true => !(c.is_ascii_alphanumeric() || c == '_'),
            false => c.is_whitespace(),
        };
    }
    call.new_text(out)
}

fn replace(call: &Call<'_>) -> Answer {
    let (text, from, to) = (call.text(0)?, call.text(1)?, call.text(2)?);
    // Between slashes stands a regular expression.
    if from.len() > 1 && from.starts_with('/') && from.ends_with('/') {
        return Err(Fault::Unknown);
    }
    let found = text.matches(&*from).count();
    call.afford(found.saturating_mul(to.len()) / 16)?;
    call.new_text(text.replace(&*from, &to))
}

fn substr(call: &Call<'_>) -> Answer {
    let text = characters(&call.text(0)?)?;
    let (offset, length) = (call.index(1)?, call.index(2)?);
    let size = text.len() as i64;
    let start = if offset < 0 { offset + size } else { offset };
    if start < 0 || length < -1 {
        return Err(Fault::Unknown);
    }
    let start = start.min(size);
    let end = if length == -1 {
        size
    } else {
        size.min(start.saturating_add(length))
    };
    let part = text.get(start as usize..end as usize).unwrap_or_default();
    call.new_text(part.iter().collect::<String>())
}

fn split(call: &Call<'_>) -> Answer {
    let (separator, text) = (call.text(0)?, call.text(1)?);
    let parts: Vec<Val> = if separator.is_empty() {
        let characters = text.chars().map(|c| Val::text(c.to_string(), call.place));
        characters.collect()
    } else {
        text.split(&*separator)
            .map(|part| Val::text(part, call.place))
            .collect()
    };
    call.new_list(parts)
}

fn join(call: &Call<'_>) -> Answer {
    let separator = call.text(0)?;
    // There has to be a list.
    call.at(1)?;
    let mut texts = Vec::new();
    for at in 1..call.arguments.len() {
        for item in call.items(at)? {
            texts.push(item.as_text()?);
        }
    }
    let length: usize = texts.iter().map(|text| text.len() + separator.len()).sum();
    call.afford(length / 16)?;
    call.new_text(texts.join(&separator))
}

fn indent(call: &Call<'_>) -> Answer {
    let (spaces, text) = (call.index(0)?, call.text(1)?);
    let spaces = usize::try_from(spaces).map_err(|_| Fault::Fails)?;
    let lines = text.matches('\n').count();
    call.afford(lines.saturating_mul(spaces) / 16)?;
    call.new_text(text.replace('\n', &format!("\n{}", " ".repeat(spaces.min(1000)))))
}

fn formatlist(call: &Call<'_>) -> Answer {
    let rest = call.arguments.get(1..).ok_or(Fault::Fails)?;
    let lengths = rest
        .iter()
        .filter_map(|argument| argument.elements().map(|items| items.len()));
    let length = lengths.max().unwrap_or(1);
    let rows = (0..length).map(|row| {
        let mut arguments = vec![call.at(0)?.clone()];
        for argument in rest {
            arguments.push(match argument.elements() {
                Some(mut items) if items.len() == length => items.nth(row).ok_or(Fault::Fails)?,
                Some(_) => return Err(Fault::Fails),
                None => argument.clone(),
            });
        }
        call.new_text(format(call, &arguments)?)
    });
    call.new_list(rows.collect::<Result<_, _>>()?)
}
