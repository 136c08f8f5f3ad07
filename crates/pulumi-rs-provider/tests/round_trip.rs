//! Whatever can be a property value survives the wire, and nothing that comes from the wire breaks the decoder.

#![allow(clippy::unwrap_used, reason = "all of this file is a test")]

#[path = "support/arbitrary.rs"]
mod arbitrary;

use std::collections::BTreeMap;

use arbitrary::properties;
use proptest::prelude::*;
use prost::Message as _;
use pulumi_rs_provider::wire::Struct;
use pulumi_rs_provider::{PropertyMap, PropertyPath, PropertyValue};

/// Keys without backslashes: the engine's grammar has no way to write one before a quote.
fn path() -> impl Strategy<Value = PropertyPath> {
    let step = prop_oneof!["[^\\\\*]{0,6}".prop_map(Ok), any::<usize>().prop_map(Err),];
    prop::collection::vec(step, 0..6).prop_map(|steps| {
        steps
            .into_iter()
            .fold(PropertyPath::root(), |path, step| match step {
                Ok(key) => path.key(key),
                Err(index) => path.index(index % (i64::MAX as usize)),
            })
    })
}

proptest! {
    #[test]
    fn properties_survive_the_wire(properties in properties()) {
        let raw = Struct::encode_properties(&properties).unwrap();
        // The bytes must also mean the same to a decoder that is not ours.
        let bytes = raw.encode_to_vec();
        let plain = prost_types::Struct::decode(bytes.as_slice()).unwrap();
        prop_assert_eq!(plain.fields.len(), properties.len());
        prop_assert_eq!(Struct::from(&plain).decode_properties(), Ok(properties.clone()));
        prop_assert_eq!(Struct::decode(bytes.as_slice()).unwrap().decode_properties(), Ok(properties));
    }

    #[test]
    fn secrets_never_show(text in "[a-z]{12}", properties in properties()) {
        let inner = PropertyMap::from([(text.clone(), PropertyValue::from(text.as_str()))]);
        let mut properties: BTreeMap<_, _> = properties;
        properties.insert("own".to_owned(), PropertyValue::secret(vec![inner]));
        let shown = format!("{properties:?}");
        prop_assert!(!shown.contains(&text), "{}", shown);
    }

    #[test]
    fn no_bytes_break_the_decoder(bytes in any::<Vec<u8>>()) {
        if let Ok(raw) = Struct::decode(bytes.as_slice())
            && let Ok(properties) = raw.decode_properties()
        {
            prop_assert!(Struct::encode_properties(&properties).is_ok());
        }
    }

    #[test]
    fn mutated_messages_do_not_break_the_decoder(
        properties in properties(),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = Struct::encode_properties(&properties).unwrap().encode_to_vec();
        if !bytes.is_empty() {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Ok(raw) = Struct::decode(bytes.as_slice()) {
            let _ = raw.decode_properties();
        }
    }

    #[test]
    fn paths_print_and_parse_back(path in path()) {
        prop_assert_eq!(path.to_string().parse(), Ok(path));
    }
}
