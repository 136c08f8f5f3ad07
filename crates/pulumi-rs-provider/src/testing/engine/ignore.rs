//! The option `ignoreChanges`, which the engine folds into the inputs before the provider sees them.

use crate::path::{PropertyPath, Segment};
use crate::value::{PropertyMap, PropertyValue};

/// The new inputs, with the old ones where the user wants changes to be left alone.
///
/// A path with a wildcard is not folded here; providers get all paths with Diff and Update too.
pub(super) fn fold(ignored: &[String], old: &PropertyMap, new: &PropertyMap) -> PropertyMap {
    let (mut folded, old) = (PropertyValue::from(new.clone()), PropertyValue::from(old.clone()));
    for path in ignored
        .iter()
        .filter_map(|text| text.parse::<PropertyPath>().ok())
    {
        set(&mut folded, path.segments(), old.at(&path).cloned());
    }
    match folded {
        PropertyValue::Object(folded) => folded,
        _ => new.clone(),
    }
}

/// Sets or removes what stands at a path. An element of a list that only one side has stays as it is, as in the engine.
fn set(value: &mut PropertyValue, path: &[Segment], old: Option<PropertyValue>) {
    let Some((first, rest)) = path.split_first() else {
        if let Some(old) = old {
            *value = old;
        }
        return;
    };
    match (value, first) {
        (PropertyValue::Secret(inner), _) => set(inner, path, old),
        (PropertyValue::Object(members), Segment::Key(key)) if rest.is_empty() => match old {
            Some(old) => drop(members.insert(key.clone(), old)),
            None => drop(members.remove(key)),
        },
        (PropertyValue::Object(members), Segment::Key(key)) => {
            if let Some(member) = members.get_mut(key) {
                set(member, rest, old);
            }
        }
        (PropertyValue::List(items), Segment::Index(index)) => {
            if let Some(item) = items.get_mut(*index) {
                set(item, rest, old);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_values_win_at_ignored_paths() {
        let map = |entries: &[(&str, PropertyValue)]| -> PropertyMap {
            entries
                .iter()
                .map(|(key, value)| ((*key).to_owned(), value.clone()))
                .collect()
        };
        let old = map(&[
            ("a", 1.into()),
            ("o", map(&[("x", 1.into())]).into()),
            ("gone", 1.into()),
        ]);
        let new = map(&[
            ("a", 2.into()),
            ("b", 2.into()),
            ("o", map(&[("x", 2.into()), ("y", 2.into())]).into()),
        ]);
        let paths = ["a", "b", "o.x", "gone"].map(str::to_owned);
        let expected = map(&[
            ("a", 1.into()),
            ("o", map(&[("x", 1.into()), ("y", 2.into())]).into()),
            ("gone", 1.into()),
        ]);
        assert_eq!(fold(&paths, &old, &new), expected);
        assert_eq!(fold(&[], &old, &new), new);
    }
}
