//! `format`: the verbs of Terraform's, with their flags. Numbers are written by Go there, texts by Terraform itself.

use super::Call;
use super::encoding::json;
use super::text::characters;
use crate::document::hcl::eval::Fault;
use crate::document::hcl::operators;
use crate::document::hcl::value::{Kind, NOWHERE, Val};

/// Widths beyond this are not computed.
const MAX_WIDTH: usize = 1000;

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// One verb with its flags: `%-8.3f`.
#[derive(Default)]
struct Verb {
    left: bool,
    zero: bool,
    plus: bool,
    space: bool,
    sharp: bool,
    width: usize,
    precision: Option<usize>,
    /// Which argument it is for, counted from 1, if it says so.
    number: Option<usize>,
}

/// The text that the first of `arguments` makes of the others.
pub(super) fn format(call: &Call<'_>, arguments: &[Val]) -> Result<String, Fault> {
    let (template, values) = arguments.split_first().ok_or(Fault::Fails)?;
    let template = template.as_text()?;
    let mut out = String::new();
    let mut chars = template.chars().peekable();
    let (mut next, mut most) = (0, 0);
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        if chars.next_if_eq(&'%').is_some() {
            out.push('%');
            continue;
        }
        let verb = Verb::read(&mut chars)?;
        let mode = chars.next().ok_or(Fault::Fails)?;
        let at = match verb.number {
            Some(number) => number.checked_sub(1).ok_or(Fault::Fails)?,
            None => next,
        };
        let value = values.get(at).ok_or(Fault::Fails)?;
        call.afford(value.size())?;
        out += &verb.apply(mode, value)?;
        next = at + 1;
        most = most.max(next);
        call.afford(1 + out.len() / 64)?;
    }
    if most == values.len() {
        Ok(out)
    } else {
        Err(Fault::Fails)
    }
}

fn count(chars: &mut Chars<'_>) -> Option<usize> {
    let mut number: Option<usize> = None;
    while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
        chars.next();
        let read = number.unwrap_or(0).saturating_mul(10);
        number = Some(read.saturating_add(digit as usize));
    }
    number
}

impl Verb {
    /// Reads all that stands between `%` and the letter.
    fn read(chars: &mut Chars<'_>) -> Result<Self, Fault> {
        let mut verb = Self::default();
        while let Some(flag) = chars.next_if(|c| matches!(c, '-' | '0' | '+' | ' ' | '#')) {
            match flag {
                '-' => verb.left = true,
                '0' => verb.zero = true,
                '+' => verb.plus = true,
                '#' => verb.sharp = true,
                _ => verb.space = true,
            }
        }
        verb.width = count(chars).unwrap_or(0);
        if chars.next_if_eq(&'.').is_some() {
            verb.precision = Some(count(chars).unwrap_or(0));
        }
        if chars.next_if_eq(&'[').is_some() {
            verb.number = count(chars);
            chars.next_if_eq(&']').ok_or(Fault::Fails)?;
        }
        match verb.width.max(verb.precision.unwrap_or(0)) {
            0..=MAX_WIDTH => Ok(verb),
            _ => Err(Fault::Unknown),
        }
    }

    fn apply(&self, mode: char, argument: &Val) -> Result<String, Fault> {
        if !argument.is_wholly_known() {
            return Err(Fault::of(argument));
        }
        if argument.is_null() {
            return Err(Fault::Unknown);
        }
        let text = || argument.as_text();
        let number = || argument.as_number();
        match (mode, &argument.kind) {
            ('v', Kind::Text(text)) if !self.sharp => self.padded(text),
            ('v', Kind::Number(number)) if !self.sharp => self.padded(&shortest(*number)?),
            ('v', _) => self.padded(&json(argument)?),
            ('s', _) => self.padded(&self.cut(&text()?)?),
            ('q', _) => self.padded(&json(&Val::text(self.cut(&text()?)?, argument.written))?),
            ('t', _) => Ok(argument.as_bool()?.to_string()),
            ('d' | 'b' | 'o' | 'x' | 'X', _) => {
                number()?;
                self.whole(mode, argument.as_index().map_err(|_| Fault::Unknown)?)
            }
            ('f', _) => {
                let (number, digits) = (number()?, self.precision.unwrap_or(6));
                Ok(self.real(number, &fixed(number.abs(), digits)?))
            }
            ('g', _) if self.precision.is_none() && !self.sharp => {
                let number = number()?;
                Ok(self.real(number, &shortest(number.abs())?))
            }
            _ => Err(Fault::Unknown),
        }
    }

    fn sign(&self, is_negative: bool) -> &'static str {
        match (is_negative, self.plus, self.space) {
            (true, _, _) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        }
    }

    fn whole(&self, mode: char, number: i64) -> Result<String, Fault> {
        let size = number.unsigned_abs();
        let (prefix, digits) = match mode {
            'b' => ("0b", format!("{size:b}")),
            'o' => ("0", format!("{size:o}")),
            'x' => ("0x", format!("{size:x}")),
            'X' => ("0X", format!("{size:X}")),
            _ => ("", size.to_string()),
        };
        let prefix = if self.sharp { prefix } else { "" };
        let sign = self.sign(number < 0);
        let wanted = match self.precision {
            Some(0) if size == 0 => return Err(Fault::Unknown),
            Some(digits) => digits,
            None if self.zero && !self.left => self.width.saturating_sub(sign.len() + prefix.len()),
            None => 0,
        };
        let text = format!("{sign}{prefix}{digits:0>wanted$}");
        let width = self.width;
        Ok(match self.left {
            true => format!("{text:<width$}"),
            false => format!("{text:>width$}"),
        })
    }

    /// Go fills with zeros here also where it is to stand on the left.
    fn real(&self, number: f64, digits: &str) -> String {
        let sign = self.sign(number < 0.0);
        let (width, inner) = (self.width, self.width.saturating_sub(sign.len()));
        match (self.zero, self.left) {
            (true, _) => format!("{sign}{digits:0>inner$}"),
            (false, true) => format!("{:<width$}", format!("{sign}{digits}")),
            (false, false) => format!("{:>width$}", format!("{sign}{digits}")),
        }
    }

    /// As many characters as the precision says; to Terraform, none says all.
    fn cut(&self, text: &str) -> Result<String, Fault> {
        match self.precision {
            None | Some(0) => Ok(text.to_owned()),
            Some(length) => Ok(characters(text)?.into_iter().take(length).collect()),
        }
    }

    fn padded(&self, text: &str) -> Result<String, Fault> {
        if self.width == 0 {
            return Ok(text.to_owned());
        }
        let missing = self.width.saturating_sub(characters(text)?.len());
        let fill = if self.zero { "0" } else { " " }.repeat(missing);
        Ok(if self.left {
            text.to_owned() + &fill
        } else {
            fill + text
        })
    }
}

/// A number with so many digits behind the point. Terraform rounds what was written in decimal, which is certain here
/// unless it lies in the middle between two.
fn fixed(number: f64, digits: usize) -> Result<String, Fault> {
    let written = number.to_string();
    let fraction = written.split_once('.').map_or("", |(_, fraction)| fraction);
    if fraction.len() <= digits {
        let missing = "0".repeat(digits - fraction.len());
        let point = if fraction.is_empty() && digits > 0 {
            "."
        } else {
            ""
        };
        return Ok(format!("{written}{point}{missing}"));
    }
    if fraction.get(digits..) == Some("5") && operators::number(number).is_err() {
        return Err(Fault::Unknown);
    }
    Ok(format!("{number:.digits$}"))
}

/// A number as Go's `%g` writes it: with an exponent from a million on.
fn shortest(number: f64) -> Result<String, Fault> {
    let written = Val::new(Kind::Number(number), NOWHERE);
    let written = written.as_text()?;
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').ok_or(Fault::Unknown)?;
    let exponent: i32 = exponent.parse().map_err(|_| Fault::Unknown)?;
    Ok(match exponent {
        -4..6 => written.to_string(),
        _ => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{mantissa}e{sign}{:02}", exponent.abs())
        }
    })
}
