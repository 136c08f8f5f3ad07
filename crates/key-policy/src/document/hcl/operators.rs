//! Operators, and what is exact of numbers.

use hcl_edit::expr::{BinaryOp, BinaryOperator, UnaryOp, UnaryOperator};

use super::eval::{Evaluator, Fault};
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
        let operand = self.decision(scope, &operation.expr);
        let kind = match operation.operator.value() {
            UnaryOperator::Neg => operand.as_number().map(|number| Kind::Number(-number)),
            UnaryOperator::Not => operand.as_bool().map(|value| Kind::Bool(!value)),
        };
        Ok(Val::new(kind?, place).marked(operand.sensitive))
    }

    pub(super) fn binary(
        &self,
        scope: Scope<'_, 'p>,
        operation: &'p BinaryOp,
        place: Place,
    ) -> Result<Val, Fault> {
        let side = |expression| self.decision(scope, expression);
        let (left, right) = (side(&operation.lhs_expr), side(&operation.rhs_expr));
        // To compare collections is to go through them, and so with texts.
        if !self.charge(left.size().min(right.size()) - 1) {
            return Err(Fault::Unknown);
        }
        let kind = operate(*operation.operator.value(), &left, &right)?;
        Ok(Val::new(kind, place).marked(left.has_sensitive() || right.has_sensitive()))
    }
}

fn operate(operator: BinaryOperator, left: &Val, right: &Val) -> Result<Kind, Fault> {
    // What one side makes of it is certain only beside what the other does.
    fn both<T>(left: Result<T, Fault>, right: Result<T, Fault>) -> Result<(T, T), Fault> {
        match (left, right) {
            (Ok(left), Ok(right)) => Ok((left, right)),
            (Err(Fault::Fails), _) | (_, Err(Fault::Fails)) => Err(Fault::Fails),
            _ => Err(Fault::Unknown),
        }
    }
    let numbers = || both(left.as_number(), right.as_number());
    let truths = || both(left.as_bool(), right.as_bool());
    // Both sides are exact, or the result would not be.
    let exact = || {
        let (a, b) = numbers()?;
        number(a)?;
        number(b)?;
        Ok((a, b))
    };
    let result = match operator {
        BinaryOperator::Eq => return equal(left, right).map(Kind::Bool),
        BinaryOperator::NotEq => return equal(left, right).map(|equal| Kind::Bool(!equal)),
        BinaryOperator::And => return truths().map(|(a, b)| Kind::Bool(a && b)),
        BinaryOperator::Or => return truths().map(|(a, b)| Kind::Bool(a || b)),
        BinaryOperator::Less => return numbers().map(|(a, b)| Kind::Bool(a < b)),
        BinaryOperator::LessEq => return numbers().map(|(a, b)| Kind::Bool(a <= b)),
        BinaryOperator::Greater => return numbers().map(|(a, b)| Kind::Bool(a > b)),
        BinaryOperator::GreaterEq => return numbers().map(|(a, b)| Kind::Bool(a >= b)),
        BinaryOperator::Plus => numbers().and_then(|(a, b)| sum(a, b)),
        BinaryOperator::Minus => numbers().and_then(|(a, b)| sum(a, -b)),
        BinaryOperator::Mul => exact().and_then(|(a, b)| if_exact(a * b, a.mul_add(b, -(a * b)))),
        BinaryOperator::Div => match exact()? {
            (_, 0.0) => Err(Fault::Fails),
            (a, b) => if_exact(a / b, (a / b).mul_add(b, -a)),
        },
        BinaryOperator::Mod => exact().map(|(a, b)| a % b),
    };
    number(result?)
}

/// The sum of two numbers, if nothing of it is lost.
pub(super) fn sum(a: f64, b: f64) -> Result<f64, Fault> {
    number(a)?;
    number(b)?;
    let sum = a + b;
    let of_b = sum - a;
    if_exact(sum, (a - (sum - of_b)) + (b - of_b))
}

/// A result, if its rounding lost nothing.
fn if_exact(number: f64, error: f64) -> Result<f64, Fault> {
    match error == 0.0 {
        true => Ok(number),
        false => Err(Fault::Unknown),
    }
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
