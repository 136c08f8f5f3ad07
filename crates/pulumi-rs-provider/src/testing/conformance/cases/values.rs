//! Section 2: values on the wire.

use serde_json::{Value, json};
use tonic::Code;

use super::super::super::json as wire_json;
use super::super::lab::{Lab, Outcome, ensure, given, not_applicable, refused, with};
use super::super::report::Verdict;
use super::{Case, case};
use crate::value::{PropertyMap, PropertyValue, UnknownKind};

fn name(kind: UnknownKind) -> String {
    format!("{kind:?}").to_lowercase()
}

/// The value of an input in an answer, unless the input is left out there.
fn kept<'a>(answer: &'a PropertyMap, key: &str) -> Outcome<&'a PropertyValue> {
    answer
        .get(key)
        .ok_or_else(|| Verdict::Broken(format!("`{key}` is missing in the answer")))
}

fn unknowns() -> Vec<Case> {
    let mut cases = Vec::new();
    for (kind, _) in wire_json::UNKNOWNS {
        let id = |point: &str| format!("2.unknown.{}.{point}", name(kind));
        cases.push(case!(
            id("check"),
            "any of the seven unknowns may stand for any input, and comes back as it came",
            |lab| {
                lab.configure().await?;
                for (key, inputs) in lab.each_input(|_| PropertyValue::Unknown(kind)) {
                    let checked = lab.checked(&inputs).await?;
                    let value = kept(&checked, &key)?;
                    ensure!(
                        *value == PropertyValue::Unknown(kind),
                        "`{key}` came back as {value:?}"
                    );
                }
            }
        ));
        cases.push(case!(
            id("secret-check"),
            "a secret may hold an unknown, and keeps both marks",
            |lab| {
                lab.configure().await?;
                for (key, inputs) in lab.each_input(|_| PropertyValue::secret(PropertyValue::Unknown(kind))) {
                    let checked = lab.checked(&inputs).await?;
                    let value = kept(&checked, &key)?;
                    ensure!(
                        value.is_secret() && value.is_unknown(),
                        "`{key}` came back as {value:?}"
                    );
                }
            }
        ));
        cases.push(case!(
            id("preview-create"),
            "a preview of a creation takes unknowns, and does not guess what they are",
            |lab| {
                lab.configure().await?;
                for (key, inputs) in lab.each_input(|_| PropertyValue::Unknown(kind)) {
                    let inputs = lab.checked(&inputs).await?;
                    let planned = lab.plugin.create(&lab.target.clone(), &inputs, true).await?;
                    // What is left out is unknown as well.
                    if let Some(value) = planned.outputs.get(&key) {
                        ensure!(value.contains_unknown(), "`{key}` is planned as {value:?}");
                    }
                }
            }
        ));
        cases.push(case!(
            id("diff"),
            "a comparison with unknowns is answered, and takes them for changes",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                for (key, inputs) in lab.each_input(|_| PropertyValue::Unknown(kind)) {
                    let inputs = lab.checked(&inputs).await?;
                    let diff = lab.diff(&live, &inputs).await?;
                    ensure!(
                        diff.diffs.contains(&key),
                        "`{key}` became unknown, and {:?} changes",
                        diff.diffs
                    );
                }
            }
        ));
        cases.push(case!(
            id("preview-update"),
            "a preview of an update takes unknowns, and does not guess what they are",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                for (key, inputs) in lab.each_input(|_| PropertyValue::Unknown(kind)) {
                    let inputs = lab.checked(&inputs).await?;
                    if !lab.diff(&live, &inputs).await?.replaces.is_empty() {
                        continue;
                    }
                    let planned = lab
                        .plugin
                        .update(&lab.target.clone(), &live, &inputs, &[], true)
                        .await?;
                    if let Some(value) = planned.outputs.get(&key) {
                        ensure!(value.contains_unknown(), "`{key}` is planned as {value:?}");
                    }
                }
            }
        ));
    }
    cases
}

/// Sends one input in a form of its own to Check. The answer must be one, whatever it says of the input.
async fn answered(lab: &mut Lab, value: Value) -> Outcome<Value> {
    lab.configure().await?;
    let key = lab.text_input()?;
    let mut news = lab.inputs_json()?;
    news[key.as_str()] = value;
    let request = lab.check_request(&news);
    let reply = lab.client.check(request).await?.into_inner();
    ensure!(reply.failures.is_empty(), "it was refused: {:?}", reply.failures);
    let inputs = wire_json::from_struct(&reply.inputs.unwrap_or_default());
    let inputs = inputs.map_err(|error| Verdict::Broken(error.to_string()))?;
    Ok(inputs[key.as_str()].clone())
}

fn output(entries: Value) -> Value {
    wire_json::special(wire_json::OUTPUT, entries)
}

fn is_secret(value: &Value) -> bool {
    value[wire_json::SIGNATURE] == wire_json::SECRET
        || value[wire_json::SIGNATURE] == wire_json::OUTPUT && value["secret"] == true
}

fn malformed(id: &str, point: &'static str, value: fn() -> Value) -> Case {
    case!(id, point, |lab| {
        lab.configure().await?;
        let mut news = lab.inputs_json()?;
        news["malformed"] = value();
        let request = lab.check_request(&news);
        refused(lab.client.check(request).await, &[Code::InvalidArgument])?;
        // The next call is as good as any.
        lab.check(&lab.subject.inputs.clone()).await?;
    })
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = unknowns();
    cases.extend([
        case!(
            "2.secret.check",
            "a secret input is judged like a plain one, and stays secret",
            |lab| {
                lab.configure().await?;
                for (key, inputs) in lab.each_input(|value| PropertyValue::secret(value.clone())) {
                    let checked = lab.checked(&inputs).await?;
                    let value = kept(&checked, &key)?;
                    ensure!(value.contains_secret(), "`{key}` came back without its mark");
                }
            }
        ),
        case!(
            "2.secret.create",
            "secretness is copied from an input to the output of its name",
            |lab| {
                lab.configure().await?;
                for (key, inputs) in lab.each_input(|value| PropertyValue::secret(value.clone())) {
                    let live = lab.make_with(&inputs).await?;
                    if let Some(value) = live.outputs.get(&key) {
                        ensure!(value.contains_secret(), "the output `{key}` lost its mark");
                    }
                    lab.plugin.delete(&lab.target.clone(), &live).await?;
                }
            }
        ),
        case!(
            "2.secret.preview",
            "secretness is copied in a preview too",
            |lab| {
                lab.configure().await?;
                for (key, inputs) in lab.each_input(|value| PropertyValue::secret(value.clone())) {
                    let inputs = lab.checked(&inputs).await?;
                    let planned = lab.plugin.create(&lab.target.clone(), &inputs, true).await?;
                    if let Some(value) = planned.outputs.get(&key) {
                        ensure!(value.contains_secret(), "the output `{key}` lost its mark");
                    }
                }
            }
        ),
        case!("2.secret.update", "secretness is copied by an update", |lab| {
            lab.configure().await?;
            let updated = given(&lab.subject.updated, "update")?;
            let live = lab.make().await?;
            let secret = updated
                .into_iter()
                .map(|(key, value)| (key, PropertyValue::secret(value)));
            let inputs = lab.checked(&secret.collect()).await?;
            let live = lab
                .plugin
                .update(&lab.target.clone(), &live, &inputs, &[], false)
                .await?;
            for (key, _) in inputs.iter().filter(|(_, value)| value.contains_secret()) {
                let value = live.outputs.get(key);
                ensure!(
                    value.is_none_or(PropertyValue::contains_secret),
                    "the output `{key}` lost its mark"
                );
            }
        }),
        case!("2.secret.read", "a refresh keeps what is secret secret", |lab| {
            lab.configure().await?;
            let inputs = lab.subject.inputs.clone().into_iter();
            let live = lab
                .make_with(
                    &inputs
                        .map(|(key, value)| (key, PropertyValue::secret(value)))
                        .collect(),
                )
                .await?;
            let known = Some((&live.inputs, &live.outputs));
            let Some(read) = lab.plugin.read(&lab.target.clone(), &live.id, known).await? else {
                return Err(Verdict::Broken("it is gone".to_owned()));
            };
            for (old, new) in [(&live.inputs, &read.inputs), (&live.outputs, &read.outputs)] {
                for (key, value) in new {
                    let was = old.get(key).is_some_and(PropertyValue::contains_secret);
                    ensure!(!was || value.contains_secret(), "`{key}` lost its mark");
                }
            }
        }),
        case!("2.secret.in-list", "a secret may stand within a list", |lab| {
            nested(lab, |value| match value {
                PropertyValue::List(items) if !items.is_empty() => Some(
                    items
                        .iter()
                        .cloned()
                        .map(PropertyValue::secret)
                        .collect::<Vec<_>>()
                        .into(),
                ),
                _ => None,
            })
            .await?;
        }),
        case!(
            "2.secret.in-object",
            "a secret may stand within an object",
            |lab| {
                nested(lab, |value| match value {
                    PropertyValue::Object(members) if !members.is_empty() => {
                        let members = members
                            .iter()
                            .map(|(key, value)| (key.clone(), PropertyValue::secret(value.clone())));
                        Some(PropertyValue::Object(members.collect()))
                    }
                    _ => None,
                })
                .await?;
            }
        ),
        case!(
            "2.secret.only-the-mark",
            "a mark on an equal value is no change",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                for (key, inputs) in lab.each_input(|value| PropertyValue::secret(value.clone())) {
                    let inputs = lab.checked(&inputs).await?;
                    let diff = lab.diff(&live, &inputs).await?;
                    ensure!(
                        diff.diffs.is_empty(),
                        "a mark on `{key}` changes {:?}",
                        diff.diffs
                    );
                }
            }
        ),
        malformed(
            "2.secret.without-value",
            "a secret without a value is an error",
            || wire_json::special(wire_json::SECRET, json!({})),
        ),
        malformed(
            "2.signature.unknown",
            "a signature that is not known is an error, not an object",
            || wire_json::special("00000000000000000000000000000000", json!({ "value": 1.0 })),
        ),
        malformed(
            "2.signature.not-text",
            "a signature that is no text is an error",
            || json!({ wire_json::SIGNATURE: 1.0 }),
        ),
        malformed(
            "2.bytes.not-base64",
            "a byte string that is not Base64 is an error",
            || wire_json::special(wire_json::BYTES, json!({ "value": "?" })),
        ),
        case!(
            "2.number.not-finite",
            "a number that is none is an error",
            |lab| {
                lab.configure().await?;
                let nan = prost_types::Value {
                    kind: Some(prost_types::value::Kind::NumberValue(f64::NAN)),
                };
                let news = prost_types::Struct {
                    fields: [("n".to_owned(), nan)].into(),
                };
                let mut request = lab.check_request(&json!({}));
                request.news = Some((&news).into());
                refused(lab.client.check(request).await, &[Code::InvalidArgument])?;
            }
        ),
        case!(
            "2.number.fraction",
            "a fraction where a whole number is expected is a failure",
            |lab| {
                lab.configure().await?;
                let inputs = lab.schema.inputs();
                let whole = inputs.iter().find(|(_, property)| property["type"] == "integer");
                let Some((key, _)) = whole else {
                    return not_applicable("no input is a whole number");
                };
                let news = with(&lab.subject.inputs, key, 1.5);
                let checked = lab.check(&news).await?;
                ensure!(!checked.failures.is_empty(), "1.5 is taken");
            }
        ),
        case!(
            "2.output.known",
            "an output value is taken for its value",
            |lab| {
                let value = answered(lab, output(json!({ "value": "text" }))).await?;
                ensure!(
                    value == "text" || value["value"] == "text",
                    "it came back as {value}"
                );
            }
        ),
        case!(
            "2.output.unknown",
            "an output value without a value is unknown",
            |lab| {
                let value = answered(lab, output(json!({}))).await?;
                let unknown = value["value"].is_null() && value[wire_json::SIGNATURE] == wire_json::OUTPUT;
                ensure!(
                    unknown || value == wire_json::unknown(),
                    "it came back as {value}"
                );
            }
        ),
        case!(
            "2.output.secret",
            "an output value may be secret, and stays so",
            |lab| {
                let sent =
                    output(json!({ "value": "text", "secret": true, "dependencies": ["urn:pulumi:a"] }));
                let value = answered(lab, sent).await?;
                ensure!(is_secret(&value), "it came back without its mark");
            }
        ),
        case!(
            "2.reference.known",
            "a reference to a resource stands for its id",
            |lab| {
                let sent =
                    wire_json::special(wire_json::RESOURCE, json!({ "urn": "urn:pulumi:a", "id": "i" }));
                answered_at_all(lab, sent).await?;
            }
        ),
        case!(
            "2.reference.unknown",
            "a reference to a resource that is yet to be made is unknown",
            |lab| {
                let sent =
                    wire_json::special(wire_json::RESOURCE, json!({ "urn": "urn:pulumi:a", "id": "" }));
                answered_at_all(lab, sent).await?;
            }
        ),
        case!(
            "2.asset.in-place-of-text",
            "an asset in the wrong place is a failure, not an error",
            |lab| {
                let sent = wire_json::special(wire_json::ASSET, json!({ "hash": "00", "text": "x" }));
                answered_at_all(lab, sent).await?;
            }
        ),
        case!(
            "2.archive.in-place-of-text",
            "an archive in the wrong place is a failure, not an error",
            |lab| {
                let sent = wire_json::special(wire_json::ARCHIVE, json!({ "assets": {} }));
                answered_at_all(lab, sent).await?;
            }
        ),
        case!("2.text.unicode", "text comes back letter by letter", |lab| {
            let value = answered(lab, json!("é\u{1F600}\u{200B}日本")).await?;
            ensure!(value == "é\u{1F600}\u{200B}日本", "it came back as {value}");
        }),
        case!(
            "2.null.optional",
            "null for an optional input is as if it were absent",
            |lab| {
                lab.configure().await?;
                let required = lab.schema.required_inputs();
                let inputs = lab.each_input(|_| PropertyValue::Null).into_iter();
                let inputs: Vec<_> = inputs
                    .filter(|(key, _)| !required.contains(&key.as_str()))
                    .collect();
                if inputs.is_empty() {
                    return not_applicable("all inputs are required");
                }
                for (key, inputs) in inputs {
                    let checked = lab.check(&inputs).await?;
                    ensure!(
                        checked.failures.is_empty(),
                        "null for `{key}`: {:?}",
                        checked.failures
                    );
                }
            }
        ),
        case!(
            "2.null.required",
            "null for a required input is reported",
            |lab| {
                lab.configure().await?;
                let required: Vec<_> = lab
                    .schema
                    .required_inputs()
                    .into_iter()
                    .map(str::to_owned)
                    .collect();
                if required.is_empty() {
                    return not_applicable("no input is required");
                }
                for key in required {
                    let checked = lab
                        .check(&with(&lab.subject.inputs, &key, PropertyValue::Null))
                        .await?;
                    ensure!(!checked.failures.is_empty(), "null for `{key}` is taken");
                }
            }
        ),
        case!(
            "2.internal.check",
            "keys that start with `__` are the engine's or a bridge's, and no mistake of the user",
            |lab| {
                lab.configure().await?;
                let news = internal(&lab.subject.inputs);
                let checked = lab.check(&news).await?;
                ensure!(
                    checked.failures.is_empty(),
                    "they are refused: {:?}",
                    checked.failures
                );
            }
        ),
        case!(
            "2.internal.diff",
            "keys that start with `__` are no difference",
            |lab| {
                lab.configure().await?;
                let mut live = lab.make().await?;
                let news = live.inputs.clone();
                live.inputs = internal(&live.inputs);
                live.outputs = internal(&live.outputs);
                let diff = lab.diff(&live, &news).await?;
                ensure!(diff.diffs.is_empty(), "{:?} changes", diff.diffs);
            }
        ),
        case!(
            "2.internal.create",
            "keys that start with `__` do not get into a new state",
            |lab| {
                lab.configure().await?;
                let inputs = lab.checked(&lab.subject.inputs.clone()).await?;
                let live = lab
                    .plugin
                    .create(&lab.target.clone(), &internal(&inputs), false)
                    .await?;
                lab.remember(&live);
                let found = live.outputs.keys().find(|key| key.starts_with("__"));
                ensure!(found.is_none(), "{found:?} is an output");
            }
        ),
        case!(
            "2.depth.deep",
            "values nested as deep as programs nest them are no danger",
            |lab| {
                lab.configure().await?;
                deep(lab, 200).await?;
                lab.check(&lab.subject.inputs.clone()).await?;
            }
        ),
        case!(
            "2.depth.bottomless",
            "values nested deeper than any program does are refused, and the next call works",
            |lab| {
                lab.configure().await?;
                refused(deep_raw(lab, 5_000).await, &[Code::InvalidArgument])?;
                lab.check(&lab.subject.inputs.clone()).await?;
            }
        ),
    ]);
    cases
}

/// The answer to a value that may be right or wrong, but not an error.
async fn answered_at_all(lab: &mut Lab, value: Value) -> Outcome {
    lab.configure().await?;
    let key = lab.text_input()?;
    let mut news = lab.inputs_json()?;
    news[key.as_str()] = value;
    let request = lab.check_request(&news);
    lab.client.check(request).await?;
    Ok(())
}

async fn nested(lab: &mut Lab, make: impl Fn(&PropertyValue) -> Option<PropertyValue>) -> Outcome {
    lab.configure().await?;
    let inputs = lab.subject.inputs.clone();
    let mut found = false;
    for (key, value) in &inputs {
        let Some(value) = make(value) else { continue };
        found = true;
        let live = lab.make_with(&with(&inputs, key, value)).await?;
        let (input, output) = (kept(&live.inputs, key)?, live.outputs.get(key));
        ensure!(
            input.contains_secret(),
            "the input `{key}` lost the mark within it"
        );
        ensure!(
            output.is_none_or(PropertyValue::contains_secret),
            "the output `{key}` lost the mark within it"
        );
        lab.plugin.delete(&lab.target.clone(), &live).await?;
    }
    match found {
        true => Ok(()),
        false => not_applicable("no input of the subject has this shape"),
    }
}

/// The properties with what bridged providers have left in states.
fn internal(properties: &PropertyMap) -> PropertyMap {
    let properties = with(properties, "__defaults", vec!["x"]);
    with(&properties, "__meta", "{\"schema_version\":\"1\"}")
}

async fn deep(lab: &mut Lab, levels: usize) -> Outcome {
    // The value has no place in the resource, so it may be refused as an input, but not as a message.
    let value = (0..levels).fold(PropertyValue::Null, |value, _| {
        PropertyMap::from([("k".to_owned(), value)]).into()
    });
    let news = with(&lab.subject.inputs, "deep", value);
    let mut request = lab.check_request(&json!({}));
    request.news = Some(crate::wire::Struct::encode_properties(&news)?);
    lab.client.check(request).await?;
    Ok(())
}

/// Deeper than any encoder goes: a Value holds (5) a Struct, that holds (1) an entry, and that holds (2) a Value.
async fn deep_raw(lab: &mut Lab, levels: usize) -> Result<(), tonic::Status> {
    let value = (0..levels).fold(Vec::new(), |value, _| {
        field(0x2a, &field(0x0a, &field(0x12, &value)))
    });
    let raw = field(0x0a, &field(0x12, &value));
    let mut request = lab.check_request(&json!({}));
    request.news = <crate::wire::Struct as prost::Message>::decode(raw.as_slice()).ok();
    lab.client.check(request).await.map(drop)
}

/// A length-delimited protobuf field.
fn field(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut field = vec![tag];
    let mut length = content.len();
    while length >= 0x80 {
        field.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    field.push(length as u8);
    field.extend_from_slice(content);
    field
}
