//! Random property values, for the tests of the wire. The tests against Pulumi's own encoder take them from here too.

use proptest::prelude::*;
use pulumi_rs_provider::{
    Archive, ArchiveContent, ArchiveMember, Asset, AssetContent, OutputValue, PropertyMap, PropertyValue,
    ReferenceId, ResourceReference, UnknownKind,
};

/// Property maps of every kind of value.
pub(crate) fn properties() -> impl Strategy<Value = PropertyMap> {
    prop::collection::btree_map(any::<String>(), value(), 0..6)
}

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
