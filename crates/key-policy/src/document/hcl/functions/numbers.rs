//! Functions of numbers, and the conversions between scalars.

use std::num::IntErrorKind;

use super::{Answer, Call};
use crate::document::hcl::eval::{Fault, wrong};
use crate::document::hcl::value::{Kind, Val};

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Answer> {
    Some(match name {
        "abs" => call.number(0).and_then(|number| call.new_number(number.abs())),
        "ceil" => call.number(0).and_then(|number| call.new_number(number.ceil())),
        "floor" => call.number(0).and_then(|number| call.new_number(number.floor())),
        "signum" => call
            .index(0)
            .and_then(|number| call.new_number(number.signum() as f64)),
        "min" => extreme(call, f64::min),
        "max" => extreme(call, f64::max),
        "pow" => pow(call),
        "parseint" => parseint(call),
        "tostring" => convert(call, |val| val.as_text().map(Kind::Text)),
        "tonumber" => convert(call, |val| val.as_number().map(Kind::Number)),
        "tobool" => convert(call, |val| val.as_bool().map(Kind::Bool)),
        _ => return None,
    })
}

fn extreme(call: &Call<'_>, choose: fn(f64, f64) -> f64) -> Answer {
    let numbers = (0..call.arguments.len()).map(|at| call.number(at));
    let numbers: Vec<f64> = numbers.collect::<Result<_, _>>()?;
    call.new_number(numbers.into_iter().reduce(choose).ok_or(Fault::Fails)?)
}

fn pow(call: &Call<'_>) -> Answer {
    let power = call.number(0)?.powf(call.number(1)?);
    if power.fract() == 0.0 {
        call.new_number(power)
    } else {
        Err(Fault::Unknown)
    }
}

fn parseint(call: &Call<'_>) -> Answer {
    let (val, radix) = (call.at(0)?, call.index(1)?);
    let Kind::Text(text) = &val.kind else {
        return Err(wrong(val));
    };
    match u32::try_from(radix) {
        // Above 36, case tells digits apart.
        Ok(radix) if (2..=36).contains(&radix) => {
            let number = i64::from_str_radix(text, radix).map_err(|error| match error.kind() {
                IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => Fault::Unknown,
                _ => Fault::Fails,
            })?;
            call.new_number(number as f64)
        }
        _ => Err(Fault::Unknown),
    }
}

fn convert(call: &Call<'_>, convert: fn(&Val) -> Result<Kind, Fault>) -> Answer {
    let val = call.one()?;
    if val.is_null() {
        return Ok(val.clone());
    }
    let kind = convert(val)?;
    Ok(Val { kind, ..val.clone() })
}
