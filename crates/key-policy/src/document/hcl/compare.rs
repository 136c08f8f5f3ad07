//! How values stand to each other: the same, before or behind in a set.

use std::cmp::Ordering;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use super::value::{Kind, Val};

impl Val {
    /// Whether both say the same, if that is certain.
    pub(super) fn same(&self, other: &Val) -> Option<bool> {
        // Terraform does not go on behind a part that it does not know.
        let all = |pairs: &mut dyn Iterator<Item = Option<bool>>| {
            let pairs: Option<Vec<bool>> = pairs.collect();
            Some(!pairs?.contains(&false))
        };
        match (&self.kind, &other.kind) {
            (Kind::Unknown(_), _) | (_, Kind::Unknown(_)) => None,
            (Kind::Null, Kind::Null) => Some(true),
            (Kind::Bool(a), Kind::Bool(b)) => Some(a == b),
            (Kind::Number(a), Kind::Number(b)) => Some(a == b),
            (Kind::Text(a), Kind::Text(b)) => Some(a == b),
            (Kind::List(a), Kind::List(b)) | (Kind::Set(a), Kind::Set(b)) if Rc::ptr_eq(a, b) => {
                self.is_wholly_known().then_some(true)
            }
            (Kind::Object(a), Kind::Object(b)) if Rc::ptr_eq(a, b) => self.is_wholly_known().then_some(true),
            (Kind::List(a), Kind::List(b)) | (Kind::Set(a), Kind::Set(b)) => {
                if a.items.len() != b.items.len() {
                    return (self.is_wholly_known() && other.is_wholly_known()).then_some(false);
                }
                all(&mut a.items.iter().zip(&b.items).map(|(a, b)| a.same(b)))
            }
            (Kind::Object(a), Kind::Object(b)) => {
                if !a.by_name().keys().eq(b.by_name().keys()) {
                    return Some(false);
                }
                let (left, right) = (a.by_name().values(), b.by_name().values());
                all(&mut left
                    .zip(right)
                    .map(|(&left, &right)| a.members[left].value.same(&b.members[right].value)))
            }
            _ => Some(false),
        }
    }

    /// Sorts the elements of a set as Terraform does. Unknown ones stand last.
    pub(super) fn sort(items: &mut [Val]) {
        if items.iter().all(|item| item.depth() == 0) {
            items.sort_by(Val::order);
        } else {
            items.sort_by_cached_key(|item| (item.is_unknown(), item.sort_key()));
        }
    }

    /// The order of scalars of one type, with null behind them and what is not known last.
    pub(super) fn order(&self, other: &Val) -> Ordering {
        let rank = |val: &Val| match val.kind {
            Kind::Bool(_) => 0,
            Kind::Number(_) => 1,
            Kind::Text(_) => 2,
            Kind::List(_) | Kind::Set(_) | Kind::Object(_) => 3,
            Kind::Null => 4,
            Kind::Unknown(_) => 5,
        };
        match (&self.kind, &other.kind) {
            (Kind::Bool(a), Kind::Bool(b)) => a.cmp(b),
            (Kind::Number(a), Kind::Number(b)) => a.total_cmp(b),
            (Kind::Text(a), Kind::Text(b)) => a.cmp(b),
            _ => rank(self).cmp(&rank(other)),
        }
    }

    /// The text by which Terraform sorts collections in a set.
    fn sort_key(&self) -> String {
        let all = |items: &mut dyn Iterator<Item = String>| items.map(|item| item + ";").collect::<String>();
        match &self.kind {
            Kind::Null => "~".to_owned(),
            Kind::Unknown(_) => "?".to_owned(),
            Kind::Bool(value) => if *value { "T" } else { "F" }.to_owned(),
            Kind::Number(number) => number.to_string(),
            Kind::Text(text) => format!("{text:?}"),
            Kind::List(list) | Kind::Set(list) => {
                let items = all(&mut list.items.iter().map(Val::sort_key));
                match list.is_uniform {
                    true => format!("[{items}]"),
                    false => format!("<{items}>"),
                }
            }
            Kind::Object(object) => {
                let members = self.members().into_iter().flatten();
                let is_map = object.is_uniform;
                let parts = all(&mut members.map(|member| match is_map {
                    true => format!("{:?}:{}", member.key, member.value.sort_key()),
                    false => member.value.sort_key(),
                }));
                match is_map {
                    true => format!("{{{parts}}}"),
                    false => format!("<{parts}>"),
                }
            }
        }
    }

    /// A number that two values share if they say the same.
    pub(super) fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        match &self.kind {
            Kind::Null => 0_u8.hash(&mut hasher),
            Kind::Bool(value) => (1_u8, value).hash(&mut hasher),
            // Both zeros are one number.
            Kind::Number(number) => (2_u8, (number + 0.0).to_bits()).hash(&mut hasher),
            Kind::Text(text) => (3_u8, text).hash(&mut hasher),
            Kind::Unknown(unknown) => (4_u8, &unknown.text).hash(&mut hasher),
            Kind::List(list) | Kind::Set(list) => {
                let hash = list.facts.hash.get_or_init(|| {
                    let mut hasher = DefaultHasher::new();
                    list.items.iter().for_each(|item| item.hash().hash(&mut hasher));
                    hasher.finish()
                });
                (5_u8, hash).hash(&mut hasher);
            }
            Kind::Object(object) => {
                let hash = object.facts.hash.get_or_init(|| {
                    let mut hasher = DefaultHasher::new();
                    for (name, &at) in object.by_name() {
                        (name, object.members[at].value.hash()).hash(&mut hasher);
                    }
                    hasher.finish()
                });
                (6_u8, hash).hash(&mut hasher);
            }
        }
        hasher.finish()
    }
}
