use super::*;
use crate::schema::{Alias, Config, DefaultInfo, Dependency, EnumValue};

fn text() -> Property {
    Property::of(Type::String)
}

fn properties<const N: usize>(properties: [(&str, Property); N]) -> BTreeMap<String, Property> {
    properties
        .map(|(name, property)| (name.to_owned(), property))
        .into()
}

fn object<const N: usize>(entries: [(&str, Property); N]) -> ObjectType {
    ObjectType {
        properties: properties(entries),
        ..ObjectType::default()
    }
}

fn names<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}

/// A package with one of everything, without a fault.
fn pets() -> (Package, BTreeMap<String, Resource>, BTreeMap<String, Function>) {
    let kind = |kind: &str| Property {
        constant: Some(kind.into()),
        ..text()
    };
    let size = EnumType {
        description: None,
        r#type: Type::String,
        r#enum: ["small", "large"]
            .map(|value| EnumValue {
                value: value.into(),
                ..EnumValue::default()
            })
            .into(),
    };
    let package = Package {
        name: "pets".to_owned(),
        version: "1.0.0-rc.1+build.7".to_owned(),
        namespace: Some("pet-shop".to_owned()),
        config: Config {
            variables: properties([("token", text())]),
            required: names(["token"]),
            ..Config::default()
        },
        types: [
            (
                "pets:index:Cat",
                ComplexType::Object(object([("kind", kind("cat"))])),
            ),
            (
                "pets:index:Dog",
                ComplexType::Object(object([("kind", kind("dog"))])),
            ),
            ("pets:index:Size", ComplexType::Enum(size)),
        ]
        .map(|(token, r#type)| (token.to_owned(), r#type))
        .into(),
        dependencies: vec![Dependency {
            name: "random".to_owned(),
            version: Some("4.16.0".to_owned()),
            plugin_download_url: None,
        }],
        ..Package::default()
    };
    let size = Property {
        default: Some("small".into()),
        default_info: Some(DefaultInfo {
            environment: vec!["PET_SIZE".to_owned()],
        }),
        ..Property::of(Type::Named("pets:index:Size".to_owned()))
    };
    let friend = Type::Tagged {
        property: "kind".to_owned(),
        types: [("cat", "pets:index:Cat"), ("dog", "pets:index:Dog")]
            .map(|(constant, token)| (constant.to_owned(), token.to_owned()))
            .into(),
    };
    let pet = Resource {
        input_properties: properties([
            ("size", size),
            ("friend", Property::of(friend)),
            (
                "next",
                Property::of(Type::Resource("pets:index:Pet".to_owned()).list()),
            ),
            (
                "age",
                Property::of(Type::OneOf(vec![Type::Integer, Type::String])),
            ),
        ]),
        required_inputs: names(["size"]),
        list_inputs: Some(ObjectType::default()),
        state_inputs: Some(object([("size", text())])),
        aliases: vec![Alias {
            r#type: "zoo:index:Pet".to_owned(),
        }],
        ..Resource::default()
    };
    let function = Function {
        inputs: Some(object([("name", text()), ("size", text())])),
        multi_argument_inputs: vec!["size".to_owned(), "name".to_owned()],
        outputs: Some(object([("id", text())])),
        ..Function::default()
    };
    (
        package,
        BTreeMap::from([("pets:index:Pet".to_owned(), pet)]),
        BTreeMap::from([("pets:index:getPet".to_owned(), function)]),
    )
}

/// The faults after a change, as they are printed.
fn faults(change: impl FnOnce(&mut Package, &mut Resource, &mut Function)) -> Vec<String> {
    let (mut package, mut resources, mut functions) = pets();
    let pet = resources.get_mut("pets:index:Pet").unwrap();
    change(&mut package, pet, functions.get_mut("pets:index:getPet").unwrap());
    let faults = validate(&package, &resources, &functions);
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn a_sound_package_has_no_fault() {
    assert_eq!(faults(|_, _, _| {}), [""; 0]);
}

#[test]
fn identities_are_checked() {
    for (name, version, expected) in [
        ("pulumi", "1.0.0", "name: the name `pulumi` is reserved"),
        ("2pets", "1.0.0", "name: `2pets` is not the name of a package"),
        (
            "pets",
            "v1.0.0",
            "version: `v1.0.0` is not a semantic version without a leading `v`",
        ),
        (
            "pets",
            "1.0",
            "version: `1.0` is not a semantic version without a leading `v`",
        ),
        (
            "pets",
            "",
            "version: `` is not a semantic version without a leading `v`",
        ),
    ] {
        let package = Package {
            name: name.to_owned(),
            version: version.to_owned(),
            ..Package::default()
        };
        let faults = validate(&package, &BTreeMap::new(), &BTreeMap::new());
        assert_eq!(
            faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [expected]
        );
    }
    for namespace in ["Acme", "a--b", "", "-a", "9"] {
        let faults = faults(|package, _, _| package.namespace = Some(namespace.to_owned()));
        assert_eq!(faults, [format!("namespace: `{namespace}` is not a namespace")]);
    }
    assert_eq!(
        faults(|package, _, _| package.dependencies[0].version = Some("4".to_owned())),
        ["dependencies/0: `4` is not a semantic version without a leading `v`"]
    );
}

#[test]
fn tokens_are_checked() {
    for (token, problem) in [
        ("pets:Pet", "the token is not of the form `pets:<module>:<Name>`"),
        ("pets::Pet", "the token is not of the form `pets:<module>:<Name>`"),
        (
            "pets:index:",
            "the token is not of the form `pets:<module>:<Name>`",
        ),
        (
            "pets:in dex:Pet",
            "the token is not of the form `pets:<module>:<Name>`",
        ),
        (
            "zoo:index:Pet",
            "the token is not of the form `pets:<module>:<Name>`",
        ),
        ("pets:index:Provider", "the name `Provider` is reserved"),
        ("pets:index:pulumi", "the name `pulumi` is reserved"),
        ("pets:index:PET", "`pets:index:pet` differs from it only in case"),
    ] {
        let (package, _, _) = pets();
        let resources = ["pets:index:pet", token].map(|token| (token.to_owned(), Resource::default()));
        let faults = validate(&package, &resources.into(), &BTreeMap::new());
        let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
        // The smaller token is met first.
        let expected = match token {
            "pets:index:PET" => {
                "resources/pets:index:pet: `pets:index:PET` differs from it only in case".to_owned()
            }
            _ => format!("resources/{token}: {problem}"),
        };
        assert_eq!(faults, [expected]);
    }
}

#[test]
fn names_are_checked_where_they_are_reserved() {
    const PET: &str = "resources/pets:index:Pet";
    for (name, outputs, inputs, state, config) in [
        ("pulumi", true, true, true, true),
        ("id", true, false, true, false),
        ("urn", true, false, false, false),
        ("version", false, false, false, true),
        ("a b", true, true, true, true),
        ("name", false, false, false, false),
    ] {
        let found = faults(|package, pet, _| {
            package.config.variables.insert(name.to_owned(), text());
            pet.properties.insert(name.to_owned(), text());
            pet.input_properties.insert(name.to_owned(), text());
            pet.state_inputs = Some(object([(name, text())]));
        });
        for (place, expected) in [
            (format!("config/variables/{name}: "), config),
            (format!("{PET}/properties/{name}: "), outputs),
            (format!("{PET}/inputProperties/{name}: "), inputs),
            (format!("{PET}/stateInputs/properties/{name}: "), state),
        ] {
            let is_found = found.iter().any(|fault| fault.starts_with(&place));
            assert_eq!(is_found, expected, "{place}{found:?}");
        }
    }
}

#[test]
fn values_references_and_requirements_are_checked() {
    const PET: &str = "resources/pets:index:Pet";
    let property = |property: Property| {
        move |_: &mut Package, pet: &mut Resource, _: &mut Function| {
            pet.input_properties.insert("x".to_owned(), property);
        }
    };
    let default = |r#type: Type, default: Value| {
        property(Property {
            default: Some(default),
            ..Property::of(r#type)
        })
    };
    let size = || Type::Named("pets:index:Size".to_owned());
    let wrong_default = format!("{PET}/inputProperties/x: the default is not of the property's type");
    for (r#type, value) in [
        (Type::String, Value::from(1)),
        (Type::Integer, Value::from(1.5)),
        (Type::Integer, Value::from(1_i64 << 31)),
        (Type::Boolean, Value::from("true")),
        (Type::String.list(), Value::from("x")),
        (size(), Value::from("huge")),
        (Type::OneOf(vec![Type::Number, Type::Boolean]), Value::from("x")),
    ] {
        assert_eq!(faults(default(r#type, value)), [wrong_default.as_str()]);
    }
    for (r#type, value) in [
        (Type::Integer, Value::from(-7)),
        (Type::Number, Value::from(1)),
        (size(), Value::from("large")),
        (Type::OneOf(vec![Type::Number, Type::Boolean]), Value::from(true)),
    ] {
        assert_eq!(faults(default(r#type, value)), [""; 0]);
    }

    let x = |problem: &str| vec![format!("{PET}/inputProperties/x: {problem}")];
    let named = |token: &str| Type::Named(token.to_owned());
    let tagged = |property: &str, types: &[(&str, &str)]| Type::Tagged {
        property: property.to_owned(),
        types: types
            .iter()
            .map(|(constant, token)| ((*constant).to_owned(), (*token).to_owned()))
            .collect(),
    };
    for (r#type, problem) in [
        (
            named("pets:index:Fish").list(),
            "refers to `pets:index:Fish`, which is not in the package",
        ),
        (
            Type::Resource("pets:index:Fish".to_owned()).map(),
            "refers to `pets:index:Fish`, which is not in the package",
        ),
        (
            Type::OneOf(vec![Type::String]),
            "a union needs at least two types",
        ),
        (
            tagged("kind", &[("cat", "pets:index:Cat")]),
            "a union needs at least two types",
        ),
        (
            tagged("kind", &[("cat", "pets:index:Cat"), ("fish", "pets:index:Fish")]),
            "refers to `pets:index:Fish`, which is not in the package",
        ),
        (
            tagged("kind", &[("cat", "pets:index:Cat"), ("size", "pets:index:Size")]),
            "`pets:index:Size` lacks the property that tells the members apart",
        ),
    ] {
        assert_eq!(faults(property(Property::of(r#type))), x(problem));
    }
    let silent = Property {
        default_info: Some(DefaultInfo { environment: vec![] }),
        ..text()
    };
    assert_eq!(
        faults(property(silent)),
        x("the default names no environment variable")
    );
    assert_eq!(
        faults(|_, pet, _| pet.required_inputs = names(["tail"])),
        [format!("{PET}: requires `tail`, which is not a property")]
    );
    assert_eq!(
        faults(|package, _, _| package.config.required = names(["tail"])),
        ["config: requires `tail`, which is not a property"]
    );
    for order in [&["name"][..], &["name", "name"], &["name", "size", "age"]] {
        let order = order.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(
            faults(|_, _, function| function.multi_argument_inputs = order),
            ["functions/pets:index:getPet: the arguments in order are not the arguments of the function"]
        );
    }
}

#[test]
fn types_are_checked() {
    let with = |r#type: ComplexType| {
        faults(|package, _, _| {
            package.types.insert("pets:index:X".to_owned(), r#type);
        })
    };
    let enumeration = |r#type: Type, values: &[Value]| {
        let value = |value: &Value| EnumValue {
            value: value.clone(),
            ..EnumValue::default()
        };
        ComplexType::Enum(EnumType {
            description: None,
            r#type,
            r#enum: values.iter().map(value).collect(),
        })
    };
    assert_eq!(
        with(enumeration(Type::String.list(), &[])),
        ["types/pets:index:X: an enumeration can only be of a primitive type"]
    );
    assert_eq!(
        with(enumeration(Type::Integer, &[1.into(), "2".into()])),
        ["types/pets:index:X/enum/1: the value is not of the property's type"]
    );
    assert_eq!(
        with(enumeration(Type::Integer, &[1.into(), 1.into()])),
        ["types/pets:index:X: the enumeration has `1` twice"]
    );

    let to = |token: &str| Property::of(Type::Named(token.to_owned()));
    let needing = |properties: ObjectType| {
        ComplexType::Object(ObjectType {
            required: properties.properties.keys().cloned().collect(),
            ..properties
        })
    };
    assert_eq!(
        with(needing(object([("x", to("pets:index:X"))]))),
        ["types/pets:index:X: requires itself by way of `pets:index:X`"]
    );
    let endless = faults(|package, _, _| {
        for (token, next) in [("pets:index:X", "pets:index:Y"), ("pets:index:Y", "pets:index:X")] {
            let r#type = needing(object([("next", to(next))]));
            package.types.insert(token.to_owned(), r#type);
        }
    });
    assert_eq!(endless.len(), 2, "{endless:?}");
    // A list may be empty and an optional property absent, so these end.
    let list = Property::of(Type::Named("pets:index:X".to_owned()).list());
    assert_eq!(with(needing(object([("x", list)]))), [""; 0]);
    assert_eq!(
        with(ComplexType::Object(object([("x", to("pets:index:X"))]))),
        [""; 0]
    );
}
