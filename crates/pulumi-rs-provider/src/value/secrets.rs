//! Carrying secretness from inputs to outputs.

use super::{PropertyMap, PropertyValue};

/// Marks as secret every output whose like-named input is secret, at any depth.
///
/// A service gives values back in plain, so the marks must come from what the program passed. Lists are matched by position, unless
/// their lengths differ: then one secret element makes the whole list secret, since nobody can say where it went.
pub fn copy_secrets(inputs: &PropertyMap, outputs: &mut PropertyMap) {
    for (key, output) in outputs {
        if let Some(input) = inputs.get(key) {
            copy_mark(input, output);
        }
    }
}

fn copy_mark(input: &PropertyValue, output: &mut PropertyValue) {
    if output.is_secret() {
        return;
    }
    if input.is_secret() {
        wrap(output);
        return;
    }
    match (input.expose(), &mut *output) {
        (PropertyValue::Object(inputs), PropertyValue::Object(outputs)) => copy_secrets(inputs, outputs),
        (PropertyValue::List(inputs), PropertyValue::List(outputs)) if inputs.len() == outputs.len() => {
            inputs
                .iter()
                .zip(outputs)
                .for_each(|(input, output)| copy_mark(input, output));
        }
        // The shapes differ, so a secret inside cannot be followed to its place.
        (input, output) if input.contains_secret() => wrap(output),
        _ => {}
    }
}

fn wrap(value: &mut PropertyValue) {
    let plain = std::mem::replace(value, PropertyValue::Null);
    *value = PropertyValue::secret(plain);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> PropertyValue {
        PropertyValue::secret(text)
    }

    fn map(key: &str, value: impl Into<PropertyValue>) -> PropertyMap {
        PropertyMap::from([(key.to_owned(), value.into())])
    }

    #[test]
    fn secretness_follows_names_and_positions() {
        for (input, output, expected) in [
            (map("a", secret("x")), map("a", "x"), map("a", secret("x"))),
            (map("a", secret("x")), map("b", "x"), map("b", "x")),
            (
                map("a", secret("x")),
                map("a", secret("x")),
                map("a", secret("x")),
            ),
            (
                map("a", map("b", vec![secret("x"), "y".into()])),
                map("a", map("b", vec!["x", "y"])),
                map("a", map("b", vec![secret("x"), "y".into()])),
            ),
            (
                map("a", vec![secret("x"), "y".into()]),
                map("a", vec!["y"]),
                map("a", PropertyValue::secret(vec!["y"])),
            ),
            (
                map("a", map("b", secret("x"))),
                map("a", "text"),
                map("a", secret("text")),
            ),
            (map("a", "x"), map("a", "x"), map("a", "x")),
        ] {
            let mut actual = output;
            copy_secrets(&input, &mut actual);
            assert_eq!(actual, expected, "{expected:?}");
        }
    }
}
