//! Authors' types keep what property values say, and secretness is lost nowhere.

#![allow(clippy::unwrap_used, reason = "all of this file is a test")]

#[path = "support/arbitrary.rs"]
mod arbitrary;

use arbitrary::properties;
use proptest::prelude::*;
use pulumi_rs_provider::{
    Input, Properties, PropertyErrorKind, PropertyMap, PropertyValue, Schema, UnknownKind, copy_secrets,
};
use serde::{Deserialize, Serialize};

/// Whatever is given, at any depth.
#[derive(Debug, Deserialize, Serialize, Schema)]
struct Whole {
    value: Vec<PropertyValue>,
    input: Input<String>,
}

/// A value in whatever marks.
fn marked() -> impl Strategy<Value = PropertyValue> {
    let plain = prop_oneof![
        "[a-z]{0,8}".prop_map(PropertyValue::from),
        Just(PropertyValue::Unknown(UnknownKind::String)),
    ];
    (plain, any::<bool>()).prop_map(|(plain, secret)| match secret {
        true => PropertyValue::secret(plain),
        false => plain,
    })
}

fn property(key: &str, value: PropertyValue) -> (String, PropertyValue) {
    (key.to_owned(), value)
}

/// Whether every secret of the one lies under a secret of the other, wherever both have the same place.
fn covers(input: &PropertyValue, output: &PropertyValue) -> bool {
    if output.is_secret() {
        return true;
    }
    match (input, output.expose()) {
        (input, _) if input.is_secret() => false,
        (PropertyValue::Object(inputs), PropertyValue::Object(outputs)) => inputs
            .iter()
            .all(|(key, input)| outputs.get(key).is_none_or(|output| covers(input, output))),
        (PropertyValue::List(inputs), PropertyValue::List(outputs)) => inputs
            .iter()
            .zip(outputs)
            .all(|(input, output)| covers(input, output)),
        _ => true,
    }
}

proptest! {
    #[test]
    fn values_and_their_marks_come_back(properties in properties(), marked in marked()) {
        let value = PropertyValue::List(properties.into_values().collect());
        let given = PropertyMap::from([property("value", value), property("input", marked)]);
        prop_assert_eq!(Whole::decode(given.clone()).unwrap().encode().unwrap(), given);
    }

    #[test]
    fn an_input_says_what_is_known_and_hides_what_is_secret(marked in marked()) {
        let whole = PropertyMap::from([property("value", PropertyValue::List(vec![])), property("input", marked.clone())]);
        let input = Whole::decode(whole).unwrap().input;
        prop_assert_eq!(input.is_secret(), marked.is_secret());
        prop_assert_eq!(input.is_unknown(), marked.is_unknown());
        prop_assert_eq!(input.known().map(String::as_str), marked.expose().as_str());
        if input.is_secret() {
            prop_assert_eq!(format!("{input:?}"), "[secret]");
        }
        // Another format gets the plain value, and never one that is not known.
        let json = serde_json::to_value(&input).ok();
        prop_assert_eq!(json.as_ref().and_then(|json| json.as_str()), input.known().map(String::as_str));
    }

    #[test]
    fn secrets_of_inputs_cover_the_like_named_outputs(inputs in properties()) {
        let mut outputs: PropertyMap =
            inputs.iter().map(|(key, value)| (key.clone(), value.expose_deep())).collect();
        copy_secrets(&inputs, &mut outputs);
        for (key, input) in &inputs {
            prop_assert!(covers(input, &outputs[key]), "{}", key);
            prop_assert_eq!(outputs[key].expose_deep(), input.expose_deep());
        }
    }
}

#[derive(Debug, Deserialize, Serialize, Schema)]
#[serde(rename_all = "camelCase")]
struct Numbers {
    small: Option<u8>,
    large: Option<i64>,
    real: Option<f64>,
    letters: Option<Vec<String>>,
}

#[test]
fn what_does_not_fit_is_told_with_its_place_and_without_its_content() {
    let invalid = |text: &str| PropertyErrorKind::Invalid(text.to_owned());
    for (key, value, path, kind) in [
        ("small", 256.into(), "small", invalid("is not u8")),
        ("small", 1.5.into(), "small", invalid("is a number, not u8")),
        (
            "small",
            PropertyValue::secret("x"),
            "small",
            invalid("is a string, not u8"),
        ),
        (
            "letters",
            vec![PropertyValue::from("a"), PropertyValue::secret(5)].into(),
            "letters[1]",
            invalid("is a whole number, not a string"),
        ),
        (
            "letters",
            vec![PropertyValue::Unknown(UnknownKind::Bool)].into(),
            "letters[0]",
            PropertyErrorKind::Unknown,
        ),
    ] {
        let error = Numbers::decode(PropertyMap::from([property(key, value)])).unwrap_err();
        assert_eq!((error.path.to_string().as_str(), error.kind), (path, kind));
    }
    let missing = Whole::decode(PropertyMap::from([property("input", "x".into())])).unwrap_err();
    assert_eq!(
        (missing.path.to_string(), missing.kind),
        ("value".to_owned(), PropertyErrorKind::Missing)
    );
}

#[test]
fn whole_numbers_are_exact_or_refused() {
    let number = |large: i64| Numbers {
        small: None,
        large: Some(large),
        real: None,
        letters: None,
    };
    for exact in [0, -1, 1 << 53, -(1 << 53)] {
        let encoded = number(exact).encode().unwrap();
        assert_eq!(Numbers::decode(encoded).unwrap().large, Some(exact));
    }
    assert!(number((1 << 53) + 1).encode().is_err());
    let infinite = Numbers {
        real: Some(f64::INFINITY),
        ..number(0)
    };
    assert!(infinite.encode().is_err());
}

#[test]
fn what_is_none_is_left_out_and_null_is_none() {
    let given = PropertyMap::from([property("small", PropertyValue::Null), property("real", 7.into())]);
    let numbers = Numbers::decode(given).unwrap();
    assert_eq!((numbers.small, numbers.real), (None, Some(7.0)));
    assert_eq!(
        numbers.encode().unwrap(),
        PropertyMap::from([property("real", 7.into())])
    );
}
