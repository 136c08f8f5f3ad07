//! Whatever can be a property value survives the wire, and nothing that comes from the wire breaks the decoder.

#![allow(clippy::unwrap_used, reason = "all of this file is a test")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use prost::Message as _;
use pulumi_rs_provider::wire::Struct;
use pulumi_rs_provider::{
    Archive, ArchiveContent, ArchiveMember, Asset, AssetContent, OutputValue, PropertyMap, PropertyPath,
    PropertyValue, ReferenceId, ResourceReference, UnknownKind,
};

fn unknown() -> impl Strategy<Value = UnknownKind> {
    use UnknownKind::*;
    prop::sample::select(vec![Bool, Number, String, List, Asset, Archive, Object])
}

fn asset() -> impl Strategy<Value = Asset> {
    let content = prop_oneof![
        any::<String>().prop_map(AssetContent::Text),
        ".+".prop_map(AssetContent::Path),
        ".+".prop_map(AssetContent::Uri),
        Just(AssetContent::Elided),
    ];
    (prop::option::of(".+"), content).prop_map(|(hash, content)| Asset { hash, content })
}

fn archive() -> impl Strategy<Value = Archive> {
    let leaf = prop_oneof![
        ".+".prop_map(ArchiveContent::Path),
        ".+".prop_map(ArchiveContent::Uri),
        Just(ArchiveContent::Elided),
    ];
    let leaf = (prop::option::of(".+"), leaf).prop_map(|(hash, content)| Archive { hash, content });
    leaf.prop_recursive(3, 8, 4, |inner| {
        let member = prop_oneof![
            asset().prop_map(ArchiveMember::Asset),
            inner.prop_map(ArchiveMember::Archive)
        ];
        let members = prop::collection::btree_map(any::<String>(), member, 0..4);
        (prop::option::of(".+"), members).prop_map(|(hash, members)| Archive {
            hash,
            content: ArchiveContent::Assets(members),
        })
    })
}

fn reference() -> impl Strategy<Value = ResourceReference> {
    let id = prop_oneof![".+".prop_map(ReferenceId::Known), Just(ReferenceId::Unknown)];
    let text = || prop::option::of(any::<String>());
    (any::<String>(), prop::option::of(id), text(), text(), text()).prop_map(
        |(urn, id, package_version, name, r#type)| ResourceReference {
            urn,
            id,
            package_version,
            name,
            r#type,
        },
    )
}

fn value() -> impl Strategy<Value = PropertyValue> {
    let leaf = prop_oneof![
        Just(PropertyValue::Null),
        any::<bool>().prop_map(PropertyValue::Bool),
        (prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO)
            .prop_map(PropertyValue::Number),
        any::<String>().prop_map(PropertyValue::String),
        any::<Vec<u8>>().prop_map(PropertyValue::Bytes),
        unknown().prop_map(PropertyValue::Unknown),
        asset().prop_map(PropertyValue::Asset),
        archive().prop_map(PropertyValue::Archive),
        reference().prop_map(PropertyValue::Resource),
    ];
    leaf.prop_recursive(6, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(PropertyValue::List),
            prop::collection::btree_map(any::<String>(), inner.clone(), 0..6).prop_map(PropertyValue::Object),
            inner
                .clone()
                .prop_map(|value| PropertyValue::Secret(Box::new(value))),
            (prop::option::of(inner), any::<bool>(), any::<Vec<String>>()).prop_map(
                |(value, secret, dependencies)| {
                    PropertyValue::Output(OutputValue {
                        value: value.map(Box::new),
                        secret,
                        dependencies,
                    })
                }
            ),
        ]
    })
}

fn properties() -> impl Strategy<Value = PropertyMap> {
    prop::collection::btree_map(any::<String>(), value(), 0..6)
}

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
