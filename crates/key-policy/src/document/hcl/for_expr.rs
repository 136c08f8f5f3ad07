//! `for`: lists and objects made of others.

use std::collections::BTreeMap;
use std::rc::Rc;

use hcl_edit::expr::ForExpr;

use super::eval::{Evaluator, Fault, wrong};
use super::scope::{Names, Scope};
use super::value::{Kind, Member, Val};
use crate::span::Place;

impl<'p> Evaluator<'p> {
    pub(super) fn for_expr(
        &self,
        scope: Scope<'_, 'p>,
        expr: &'p ForExpr,
        place: Place,
    ) -> Result<Val, Fault> {
        let collection = self.decision(scope, &expr.intro.collection_expr);
        let names = Names {
            key: expr.intro.key_var.as_ref().map(|name| name.value().as_str()),
            value: expr.intro.value_var.value().as_str(),
        };
        let mut items = Vec::new();
        let mut members: Vec<Member> = Vec::new();
        // Who sees the result sees its keys, and which there are.
        let mut is_sensitive = collection.sensitive;
        let (pairs, is_all) = pairs(&collection)?;
        for pair in pairs {
            scope.bind(names, pair, |scope| {
                let mut is_wanted = Ok(true);
                if let Some(condition) = &expr.cond {
                    let condition = self.decision(scope, &condition.expr);
                    is_sensitive |= condition.sensitive;
                    is_wanted = condition.as_bool();
                }
                if is_wanted == Ok(false) {
                    return Ok(());
                }
                let value = self.eval(scope, &expr.value_expr);
                match &expr.key_expr {
                    None => items.push(value),
                    Some(key_expr) => {
                        let key = self.eval(scope, key_expr);
                        is_sensitive |= key.sensitive;
                        members.push(Member {
                            key: key.as_text()?,
                            key_place: key.written,
                            value,
                        });
                    }
                }
                is_wanted.map(|_| ())
            })?;
        }
        if !is_all {
            return Err(Fault::Unknown);
        }
        let result = match (&expr.key_expr, expr.grouping) {
            (None, _) => Val::tuple(items, place),
            (Some(_), true) => grouped(members, place),
            (Some(_), false) => {
                let object = Val::object(members, place);
                // A name that comes twice is an error of Terraform's.
                match &object.kind {
                    Kind::Object(inner)
                        if object.members().map_or(0, |names| names.len()) < inner.members.len() =>
                    {
                        return Err(Fault::Fails);
                    }
                    _ => object,
                }
            }
        };
        Ok(result.marked(is_sensitive))
    }
}

/// What a `for` goes through: the keys and values of `collection`, and whether these are all; if it is only known what
/// they are like, one stands for each.
pub(super) fn pairs(collection: &Val) -> Result<(Vec<(Val, Val)>, bool), Fault> {
    // What is made of keys is like one, as far as it matters.
    let made_of_keys = collection.is_unknown() && collection.shows_secret();
    let element = collection.element().or(made_of_keys.then(|| collection.clone()));
    if let (Some(element), Kind::Unknown(all)) = (element, &collection.kind) {
        let key = Val::unknown(all.text.as_str(), false, collection.written);
        return Ok((vec![(key, element)], false));
    }
    let pairs = match &collection.kind {
        Kind::List(list) => collection
            .elements()
            .into_iter()
            .flatten()
            .zip(&list.items)
            .enumerate()
            .map(|(at, (value, item))| (Val::new(Kind::Number(at as f64), item.written), value))
            .collect(),
        Kind::Set(_) if collection.is_wholly_known() => collection
            .elements()
            .into_iter()
            .flatten()
            .map(|value| (value.clone(), value))
            .collect(),
        Kind::Object(_) => collection
            .members()
            .into_iter()
            .flatten()
            .map(|member| {
                let key = Val::text(member.key, member.key_place);
                (collection.part(&key), member.value)
            })
            .collect(),
        Kind::Set(_) => return Err(Fault::Unknown),
        _ => return Err(wrong(collection)),
    };
    Ok((pairs, true))
}

/// The members with one name as lists, by name.
fn grouped(members: Vec<Member>, place: Place) -> Val {
    let mut groups: BTreeMap<Rc<str>, (Place, Vec<Val>)> = BTreeMap::new();
    for member in members {
        let group = groups
            .entry(member.key)
            .or_insert_with(|| (member.key_place, Vec::new()));
        group.1.push(member.value);
    }
    let members = groups
        .into_iter()
        .map(|(key, (key_place, values))| Member {
            key,
            key_place,
            value: Val::tuple(values, place),
        })
        .collect();
    Val::object(members, place)
}
