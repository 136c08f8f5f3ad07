//! Every message, field, enum value and call of our `.proto` files is as Pulumi ships it.

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use descope_keys_tests::tools;
use prost::Message as _;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorSet, ServiceDescriptorProto,
};

/// The files that the framework's code is generated from; what they import comes along.
const ROOTS: [&str; 4] = [
    "pulumi/provider.proto",
    "pulumi/engine.proto",
    "pulumi/errors.proto",
    "google/rpc/status.proto",
];

#[test]
fn our_descriptors_equal_those_of_the_python_package() -> Result<()> {
    let ours = facts(&protox::compile(
        ROOTS,
        [tools::root().join("crates/pulumi-rs-provider/proto")],
    )?);
    let theirs = facts(&shipped()?);
    let different: Vec<String> = ours
        .iter()
        .filter(|(what, fact)| theirs.get(*what) != Some(fact))
        .map(|(what, fact)| match theirs.get(what) {
            Some(other) => format!("{what}: ours is {fact}, theirs is {other}"),
            None => format!("{what}: ours is {fact}, theirs has none"),
        })
        .collect();

    assert!(different.is_empty(), "{}", different.join("\n"));
    // Nothing compared would be nothing proved.
    for known in [
        "pulumirpc.CheckRequest.randomSeed",
        "pulumirpc.ResourceProvider/List",
        "pulumirpc.DiffResponse.DiffChanges.DIFF_SOME",
        "google.rpc.Status.details",
    ] {
        assert!(ours.contains_key(known), "{known} is not compared");
    }
    Ok(())
}

fn shipped() -> Result<FileDescriptorSet> {
    let output = Command::new(tools::pulumi_python_dir()?.join("bin/python"))
        .arg(tools::root().join("tests/tests/wire/descriptors.py"))
        .output()
        .context("Pulumi's Python package is not installed: run `cargo xtask setup`")?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(FileDescriptorSet::decode(output.stdout.as_slice())?)
}

/// What a peer can tell of a set of files: each field, enum value and call by its full name.
fn facts(set: &FileDescriptorSet) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    for file in &set.file {
        for message in &file.message_type {
            of_message(&mut facts, file.package(), message);
        }
        for r#enum in &file.enum_type {
            of_enum(&mut facts, file.package(), r#enum);
        }
        for service in &file.service {
            of_service(&mut facts, file.package(), service);
        }
    }
    facts
}

fn of_message(facts: &mut BTreeMap<String, String>, scope: &str, message: &DescriptorProto) {
    let name = format!("{scope}.{}", message.name());
    // A message without fields is one all the same.
    facts.insert(name.clone(), "a message".to_owned());
    for field in &message.field {
        let fact = of_field(message, field);
        facts.insert(format!("{name}.{}", field.name()), fact);
    }
    for nested in &message.nested_type {
        of_message(facts, &name, nested);
    }
    for r#enum in &message.enum_type {
        of_enum(facts, &name, r#enum);
    }
}

fn of_field(message: &DescriptorProto, field: &FieldDescriptorProto) -> String {
    let label = match field.label() {
        Label::Repeated => "repeated ",
        Label::Required => "required ",
        // The oneof that protoc makes up for `optional` has a name of no meaning.
        Label::Optional if field.proto3_optional() => "optional ",
        Label::Optional => "",
    };
    let r#type = match field.r#type() {
        Type::Message | Type::Enum | Type::Group => field.type_name().to_owned(),
        scalar => format!("{scalar:?}"),
    };
    let oneof = field
        .oneof_index
        .filter(|_| !field.proto3_optional())
        .map_or(String::new(), |index| {
            format!(" of `{}`", message.oneof_decl[index as usize].name())
        });
    format!("{label}{type} = {}{oneof}", field.number())
}

fn of_enum(facts: &mut BTreeMap<String, String>, scope: &str, r#enum: &EnumDescriptorProto) {
    for value in &r#enum.value {
        facts.insert(
            format!("{scope}.{}.{}", r#enum.name(), value.name()),
            format!("= {}", value.number()),
        );
    }
}

fn of_service(facts: &mut BTreeMap<String, String>, scope: &str, service: &ServiceDescriptorProto) {
    for method in &service.method {
        let stream = |streaming: bool| if streaming { "stream " } else { "" };
        facts.insert(
            format!("{scope}.{}/{}", service.name(), method.name()),
            format!(
                "({}{}) returns ({}{})",
                stream(method.client_streaming()),
                method.input_type(),
                stream(method.server_streaming()),
                method.output_type()
            ),
        );
    }
}
