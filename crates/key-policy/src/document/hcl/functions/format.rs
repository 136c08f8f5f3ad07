//! `format`: the verbs of Terraform's, with their flags.

use super::Call;
use crate::document::hcl::eval::{Fault, wrong};
use crate::document::hcl::value::{Kind, Val};

/// Widths beyond this are not computed.
const MAX_WIDTH: usize = 1000;

/// One verb with its flags: `%-8.3f`.
#[derive(Default)]
struct Verb {
    left: bool,
    zero: bool,
    plus: bool,
    space: bool,
    width: usize,
    precision: Option<usize>,
}

/// The text that the first of `arguments` makes of the others.
pub(super) fn format(call: &Call<'_>, arguments: &[Val]) -> Result<String, Fault> {
    let (template, mut rest) = arguments.split_first().ok_or(Fault::Fails)?;
    let template = template.as_text().ok_or_else(|| wrong(template))?;
    let mut out = String::new();
    let mut chars = template.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut verb = Verb::default();
        while let Some(flag) = chars.next_if(|c| matches!(c, '-' | '0' | '+' | ' ')) {
            match flag {
                '-' => verb.left = true,
                '0' => verb.zero = true,
                '+' => verb.plus = true,
                _ => verb.space = true,
            }
        }
        verb.width = count(&mut chars).unwrap_or(0);
        if chars.next_if_eq(&'.').is_some() {
            verb.precision = Some(count(&mut chars).unwrap_or(0));
        }
        if verb.width.max(verb.precision.unwrap_or(0)) > MAX_WIDTH {
            return Err(Fault::Unknown);
        }
        match chars.next().ok_or(Fault::Fails)? {
            '%' => out.push('%'),
            mode => {
                let (argument, others) = rest.split_first().ok_or(Fault::Fails)?;
                rest = others;
                out += &verb.apply(mode, argument)?;
            }
        }
        call.afford(1 + out.len() / 64)?;
    }
    if rest.is_empty() {
        Ok(out)
    } else {
        Err(Fault::Fails)
    }
}

fn count(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<usize> {
    let mut number: Option<usize> = None;
    while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
        chars.next();
        number = Some(
            number
                .unwrap_or(0)
                .saturating_mul(10)
                .saturating_add(digit as usize),
        );
    }
    number
}

impl Verb {
    fn apply(&self, mode: char, argument: &Val) -> Result<String, Fault> {
        if argument.is_unknown() {
            return Err(Fault::of(argument));
        }
        let whole = || argument.as_index().ok_or(Fault::Unknown);
        let text = match (mode, &argument.kind) {
            // `%v` writes collections and null as JSON.
            ('v', Kind::Text(_) | Kind::Number(_) | Kind::Bool(_)) | ('s', _) if self.precision.is_none() => {
                argument.as_text().ok_or(Fault::Unknown)?.to_string()
            }
            ('q', _) => {
                let text = argument.as_text().ok_or(Fault::Unknown)?;
                serde_json::to_string(&*text).map_err(|_| Fault::Unknown)?
            }
            ('d', _) => self.signed(whole()? < 0, whole()?.unsigned_abs().to_string()),
            ('b', _) => self.signed(whole()? < 0, format!("{:b}", whole()?.unsigned_abs())),
            ('o', _) => self.signed(whole()? < 0, format!("{:o}", whole()?.unsigned_abs())),
            ('x', Kind::Number(_)) => self.signed(whole()? < 0, format!("{:x}", whole()?.unsigned_abs())),
            ('X', Kind::Number(_)) => self.signed(whole()? < 0, format!("{:X}", whole()?.unsigned_abs())),
            ('f', _) => {
                let number = argument.as_number().ok_or_else(|| wrong(argument))?;
                let digits = self.precision.unwrap_or(6);
                self.signed(number < 0.0, format!("{:.*}", digits, number.abs()))
            }
            ('t', _) => argument.as_bool().ok_or(Fault::Fails)?.to_string(),
            _ => return Err(Fault::Unknown),
        };
        Ok(self.padded(text))
    }

    fn signed(&self, is_negative: bool, digits: String) -> String {
        let sign = match (is_negative, self.plus, self.space) {
            (true, _, _) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        };
        let zeros = if self.zero && !self.left {
            self.width.saturating_sub(digits.len() + sign.len())
        } else {
            0
        };
        format!("{sign}{}{digits}", "0".repeat(zeros))
    }

    fn padded(&self, text: String) -> String {
        let missing = " ".repeat(self.width.saturating_sub(text.chars().count()));
        if self.left {
            text + &missing
        } else {
            missing + &text
        }
    }
}
