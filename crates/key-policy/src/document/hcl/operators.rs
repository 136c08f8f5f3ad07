//! Operators, and what is exact of numbers.

use hcl_edit::expr::{BinaryOp, BinaryOperator, UnaryOp, UnaryOperator};

use super::eval::{Evaluator, Fault, wrong};
use super::scope::Scope;
use super::unify::same_type;
use super::value::{Kind, Val};
use crate::span::Place;

impl<'p> Evaluator<'p> {
    pub(super) fn unary(
        &self,
        scope: Scope<'_, 'p>,
        operation: &'p UnaryOp,
        place: Place,
    ) -> Result<Val, Fault> {
        let operand = self.eval(scope, &operation.expr);
        let kind = match operation.operator.value() {
            UnaryOperator::Neg => operand.as_number().map(|number| Kind::Number(-number)),
            UnaryOperator::Not => operand.as_bool().map(|value| Kind::Bool(!value)),
        };
        let kind = kind.ok_or_else(|| wrong(&operand))?;
        Ok(Val::new(kind, place).marked(operand.sensitive))
    }

    pub(super) fn binary(
        &self,
        scope: Scope<'_, 'p>,
        operation: &'p BinaryOp,
        place: Place,
    ) -> Result<Val, Fault> {
        let left = self.eval(scope, &operation.lhs_expr);
        let right = self.eval(scope, &operation.rhs_expr);
        // To compare collections is to go through them.
        if left.depth() > 0 && !self.charge(left.size().min(right.size())) {
            return Err(Fault::Unknown);
        }
        let kind = operate(*operation.operator.value(), &left, &right)?;
        Ok(Val::new(kind, place).marked(left.has_sensitive() || right.has_sensitive()))
    }
}

fn operate(operator: BinaryOperator, left: &Val, right: &Val) -> Result<Kind, Fault> {
    let fault = || {
        if left.is_unknown() {
            Fault::of(left)
        } else {
            wrong(right)
        }
    };
    let numbers = || left.as_number().zip(right.as_number()).ok_or_else(fault);
    let truths = || left.as_bool().zip(right.as_bool()).ok_or_else(fault);
    // Both sides are exact, or the result would not be.
    let exact = || {
        let (a, b) = numbers()?;
        number(a)?;
        number(b)?;
        Ok((a, b))
    };
    Ok(match operator {
        BinaryOperator::Eq => Kind::Bool(equal(left, right)?),
        BinaryOperator::NotEq => Kind::Bool(!equal(left, right)?),
        BinaryOperator::And => truths().map(|(a, b)| Kind::Bool(a && b))?,
        BinaryOperator::Or => truths().map(|(a, b)| Kind::Bool(a || b))?,
        BinaryOperator::Less => numbers().map(|(a, b)| Kind::Bool(a < b))?,
        BinaryOperator::LessEq => numbers().map(|(a, b)| Kind::Bool(a <= b))?,
        BinaryOperator::Greater => numbers().map(|(a, b)| Kind::Bool(a > b))?,
        BinaryOperator::GreaterEq => numbers().map(|(a, b)| Kind::Bool(a >= b))?,
        BinaryOperator::Plus => number(exact().map(|(a, b)| a + b)?)?,
        BinaryOperator::Minus => number(exact().map(|(a, b)| a - b)?)?,
        BinaryOperator::Mul => number(exact().map(|(a, b)| a * b)?)?,
        BinaryOperator::Div => number(exact().map(|(a, b)| a / b)?)?,
        BinaryOperator::Mod => number(exact().map(|(a, b)| a % b)?)?,
    })
}

/// Whether `==` holds. Collections of different types are not equal to Terraform, whatever is in them.
fn equal(left: &Val, right: &Val) -> Result<bool, Fault> {
    let same = match left.same(right) {
        Some(true) if left.depth() > 0 => same_type(left, right),
        same => same,
    };
    match same {
        Some(same) => Ok(same),
        None if left.fails() || right.fails() => Err(Fault::Fails),
        None => Err(Fault::Unknown),
    }
}

/// A number to compute with or computed, if it is exact: Terraform's have more digits than doubles, and both agree on
/// whole numbers and on binary fractions only.
pub(super) fn number(number: f64) -> Result<Kind, Fault> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    const FRACTIONS: f64 = 1024.0;
    if number.abs() < EXACT && (number * FRACTIONS).fract() == 0.0 {
        Ok(Kind::Number(number))
    } else {
        Err(Fault::Unknown)
    }
}
