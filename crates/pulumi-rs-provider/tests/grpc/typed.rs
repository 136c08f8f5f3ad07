//! The typed surface through real gRPC: what the derive says, what the schema answers, what authors' types are given and give back.

use std::collections::{BTreeMap, BTreeSet};

use pulumi_rs_provider::proto::{self, ConfigureErrorMissingKeys, check_request, list_response};
use pulumi_rs_provider::schema::Package;
use pulumi_rs_provider::testing::Connection;
use pulumi_rs_provider::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tonic::Code;

use crate::player::{detail, json_of, raw, secret, unknown};

const TOKEN: &str = "zoo:index:Cage";
const URN: &str = "urn:pulumi:dev::shop::zoo:index:Cage::lions";

/// Where the zoo is.
#[derive(Clone, Debug, Deserialize, Serialize, Schema)]
#[serde(rename_all = "camelCase")]
struct Settings {
    /// The key of the gate.
    #[property(secret)]
    gate_key: String,
    /// The name of the zoo.
    zoo_name: String,
    #[property(default = 3)]
    retries: u32,
    opening: Option<Hours>,
}

#[derive(Clone, Debug, Deserialize, Serialize, Schema)]
#[serde(rename_all = "camelCase")]
struct Hours {
    opens_at: u32,
}

struct Zoo;

impl Configuration for Zoo {
    type Args = Settings;
    type Value = Settings;

    async fn check(&self, request: CheckConfigRequest, _: &Context) -> Result<CheckReply> {
        Ok(request.by_schema())
    }
    async fn diff(&self, request: DiffConfigRequest, _: &Context) -> Result<Diff> {
        Ok(request.by_schema())
    }
    async fn configure(&self, request: ConfigureRequest<Settings>, _: &Context) -> Result<Settings> {
        Ok(request.args)
    }
}

/// How an animal is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize, Schema)]
#[serde(rename_all = "camelCase")]
enum Temper {
    /// It bites.
    Wild,
    VeryTame,
}

#[derive(Clone, Debug, Deserialize, Serialize, Schema)]
#[serde(rename_all = "camelCase")]
struct Animal {
    /// What it is called.
    name: String,
    #[property(replace)]
    species: Option<String>,
    temper: Option<Temper>,
    #[property(default = 1)]
    daily_meals: u32,
}

#[derive(Clone, Debug, Deserialize, Serialize, Schema)]
#[serde(rename_all = "camelCase")]
struct CageInputs {
    /// The name on the sign.
    #[property(autoname)]
    sign: String,
    animals: Vec<Animal>,
    #[serde(default)]
    keepers: BTreeSet<String>,
    #[serde(default)]
    labels: BTreeMap<String, Input<String>>,
    #[property(replace)]
    site: Option<String>,
    lock: Option<String>,
    address: Option<std::net::IpAddr>,
}

/// A cage with animals in it.
#[derive(Clone, Debug, Deserialize, Serialize, Schema)]
#[serde(rename_all = "camelCase")]
struct Cage {
    #[serde(flatten)]
    inputs: CageInputs,
    /// Opens it.
    #[property(secret, stable)]
    master_key: String,
    visitors: u32,
}

impl Cage {
    fn new(inputs: CageInputs) -> Self {
        Self {
            inputs,
            master_key: "made-up".to_owned(),
            visitors: 0,
        }
    }
}

struct Cages;

impl Resource<Settings> for Cages {
    type Inputs = CageInputs;
    type State = Cage;

    async fn check(&self, _: &Settings, request: CheckRequest, _: &Context) -> Result<CheckReply> {
        let mut reply = request.by_schema();
        if let Some(inputs) = reply.typed::<CageInputs>()
            && inputs.animals.is_empty()
        {
            reply.fail("animals", "an empty cage is sad");
        }
        Ok(reply)
    }
    async fn diff(&self, _: &Settings, request: DiffRequest, _: &Context) -> Result<Diff> {
        Ok(request.by_schema())
    }
    async fn preview(&self, _: &Settings, request: PreviewRequest, _: &Context) -> Result<PreviewReply> {
        Ok(request.by_schema())
    }
    async fn create(
        &self,
        _: &Settings,
        request: CreateRequest<CageInputs>,
        _: &Context,
    ) -> Result<CreateReply<Cage>> {
        let (id, state) = (request.inputs.sign.clone(), Cage::new(request.inputs));
        Ok(match state.inputs.site.as_deref() {
            Some("swamp") => CreateReply::Partial {
                id,
                state,
                reasons: vec!["it sinks".to_owned()],
            },
            _ => CreateReply::Created { id, state },
        })
    }
    async fn read(
        &self,
        _: &Settings,
        request: ReadRequest<CageInputs, Cage>,
        _: &Context,
    ) -> Result<ReadReply<CageInputs, Cage>> {
        if request.id != "Lions" {
            return Ok(ReadReply::Gone);
        }
        let animal = Animal {
            name: "Leo".to_owned(),
            species: None,
            temper: Some(Temper::VeryTame),
            daily_meals: 1,
        };
        let inputs = CageInputs {
            sign: "Lions".to_owned(),
            animals: vec![animal],
            keepers: ["ann".to_owned(), "bob".to_owned()].into(),
            labels: BTreeMap::new(),
            site: None,
            lock: Some("live lock".to_owned()),
            address: None,
        };
        let mut state = Cage::new(inputs.clone());
        if let Some(recorded) = request.state {
            state.master_key = recorded.master_key;
        }
        Ok(ReadReply::Found {
            id: request.id,
            inputs,
            state,
        })
    }
    async fn update(
        &self,
        _: &Settings,
        request: UpdateRequest<CageInputs, Cage>,
        _: &Context,
    ) -> Result<UpdateReply<Cage>> {
        Ok(UpdateReply::Updated {
            state: Cage {
                inputs: request.new_inputs,
                ..request.old_state
            },
        })
    }
    async fn delete(&self, _: &Settings, _: DeleteRequest<CageInputs, Cage>, _: &Context) -> Result<()> {
        Ok(())
    }
}

#[derive(Deserialize, Serialize, Schema)]
struct Query {
    prefix: Option<String>,
}

impl List<Settings> for Cages {
    type Query = Query;

    async fn list(&self, _: &Settings, request: ListRequest<Query>, _: &Context) -> Result<Page> {
        let prefix = request.query.prefix.unwrap_or_default();
        let first: usize = request.continuation.map_or(0, |token| token.parse().unwrap());
        let end = (first + request.page_size.unwrap_or(3)).min(7);
        let listed = |number: usize| Listed {
            id: format!("{prefix}{number}"),
            name: format!("Cage {number}"),
        };
        Ok(Page {
            resources: (first..end).map(listed).collect(),
            continuation: (end < 7).then(|| end.to_string()),
        })
    }
}

#[derive(Deserialize, Serialize, Schema)]
struct Who {
    name: String,
    #[property(default = "the")]
    article: String,
    note: Option<String>,
}

/// Greets an animal.
#[derive(Deserialize, Serialize, Schema)]
struct Greeting {
    name: String,
    #[property(secret)]
    text: String,
}

struct Greet;

impl Function<Settings> for Greet {
    type Args = Who;
    type Result = Greeting;

    async fn invoke(
        &self,
        _: &Settings,
        request: InvokeRequest<Who>,
        _: &Context,
    ) -> Result<InvokeReply<Greeting>> {
        let Who { name, article, note } = request.args;
        if note.is_some_and(|note| note == "rude") {
            let failure = CheckFailure {
                path: "note".into(),
                reason: "be kind".to_owned(),
            };
            return Ok(InvokeReply::Refused(vec![failure]));
        }
        let text = format!("hello {article} {name}");
        Ok(InvokeReply::Returned(Greeting { name, text }))
    }
}

fn provider() -> Provider<Zoo> {
    Provider::new(Package::new("zoo", "1.0.0"), Zoo)
        .resource(TOKEN, Cages)
        .unwrap()
        .list(TOKEN, Cages)
        .unwrap()
        .function("zoo:index:greet", Greet)
        .unwrap()
}

type Client = proto::resource_provider_client::ResourceProviderClient<tonic::transport::Channel>;

/// A connection to the zoo, whose gate is open.
async fn zoo() -> (Connection, Client) {
    let connection = Connection::serve(provider()).await.unwrap();
    let mut client = connection.client();
    let args = json!({ "gateKey": secret(json!("the-gate-key")), "zooName": "Central" });
    let request = proto::ConfigureRequest {
        args: Some(raw(args)),
        ..Default::default()
    };
    client.configure(request).await.unwrap();
    (connection, client)
}

fn check(news: Value) -> proto::CheckRequest {
    proto::CheckRequest {
        urn: URN.to_owned(),
        news: Some(raw(news)),
        random_seed: vec![0xab; 32],
        ..Default::default()
    }
}

/// Inputs that lack nothing.
fn lions() -> Value {
    json!({ "sign": "Lions", "animals": [{ "name": "Leo", "dailyMeals": 1 }] })
}

fn with(mut inputs: Value, key: &str, value: Value) -> Value {
    inputs[key] = value;
    inputs
}

#[test]
fn the_schema_comes_from_the_types() {
    provider().check_schema().unwrap();
    let schema: Value = serde_json::from_str(&provider().schema_json()).unwrap();
    let cage = &schema["resources"][TOKEN];
    assert_eq!(cage["description"], "A cage with animals in it.");
    assert_eq!(cage["requiredInputs"], json!(["animals"]));
    assert_eq!(
        cage["required"],
        json!(["animals", "masterKey", "sign", "visitors"])
    );
    assert_eq!(
        cage["inputProperties"]["site"],
        json!({ "type": "string", "willReplaceOnChanges": true })
    );
    assert_eq!(
        cage["properties"]["masterKey"],
        json!({ "type": "string", "secret": true, "description": "Opens it." })
    );
    assert_eq!(
        cage["inputProperties"]["keepers"],
        json!({ "type": "array", "items": { "type": "string" } })
    );
    assert_eq!(
        cage["inputProperties"]["animals"]["items"]["$ref"],
        "#/types/zoo:index:Animal"
    );
    let animal = &schema["types"]["zoo:index:Animal"];
    assert_eq!(animal["required"], json!(["name"]));
    assert_eq!(animal["properties"]["dailyMeals"]["default"], 1);
    assert_eq!(
        schema["types"]["zoo:index:Temper"],
        json!({
            "type": "string",
            "description": "How an animal is.",
            "enum": [{ "value": "wild", "description": "It bites." }, { "value": "veryTame" }],
        })
    );
    assert_eq!(
        cage["listInputs"]["properties"],
        json!({ "prefix": { "type": "string" } })
    );
    assert_eq!(
        schema["functions"]["zoo:index:greet"]["description"],
        "Greets an animal."
    );
    assert_eq!(
        schema["provider"]["requiredInputs"],
        json!(["gateKey", "zooName"])
    );
}

#[tokio::test]
async fn names_that_are_made_are_promised() {
    let (_connection, mut client) = zoo().await;
    let handshake = client
        .handshake(proto::ProviderHandshakeRequest::default())
        .await
        .unwrap();
    assert!(handshake.into_inner().supports_autonaming_configuration);
}

#[tokio::test]
async fn every_missing_setting_is_told_with_its_command() {
    let connection = Connection::serve(provider()).await.unwrap();
    let mut client = connection.client();
    let request = proto::ConfigureRequest {
        args: Some(raw(json!({ "retries": "5", "gateKey": null }))),
        ..Default::default()
    };
    let status = client.configure(request).await.unwrap_err();
    let missing: ConfigureErrorMissingKeys = detail(&status, "ConfigureErrorMissingKeys");
    let missing: Vec<_> = missing
        .missing_keys
        .iter()
        .map(|key| (key.name.as_str(), key.description.as_str()))
        .collect();
    assert_eq!(
        missing,
        [
            ("zoo:gateKey", "The key of the gate."),
            ("zoo:zooName", "The name of the zoo.")
        ]
    );
}

#[tokio::test]
async fn the_configuration_is_taken_in_every_form() {
    let connection = Connection::serve(provider()).await.unwrap();
    let mut client = connection.client();
    for (opening, is_right) in [
        (json!(r#"{"opens_at":9}"#), true),
        (json!(r#"{"opensAt":9}"#), true),
        (json!({ "opensAt": 9 }), true),
        (json!(""), true),
        (json!(r#"{"opensAt":"late"}"#), false),
    ] {
        let args = json!({ "gateKey": "k", "zooName": "z", "retries": "5", "opening": opening });
        let checked = client
            .check_config(check(args.clone()))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(checked.failures.is_empty(), is_right, "{args}");
        let request = proto::ConfigureRequest {
            args: Some(raw(args.clone())),
            ..Default::default()
        };
        assert_eq!(client.configure(request).await.is_ok(), is_right, "{args}");
    }
    let wrong = json!({ "gate_key": "k", "retries": "many", "pluginDownloadURL": "u" });
    let checked = client.check_config(check(wrong)).await.unwrap().into_inner();
    let failures: Vec<_> = checked
        .failures
        .iter()
        .map(|failure| (failure.property.as_str(), failure.reason.as_str()))
        .collect();
    assert_eq!(
        failures,
        [
            ("gate_key", "there is no such property; did you mean `gateKey`?"),
            ("retries", "must be a whole number"),
        ]
    );
}

#[tokio::test]
async fn inputs_are_checked_by_the_schema() {
    let (_connection, mut client) = zoo().await;
    for (inputs, expected) in [
        (lions(), vec![]),
        (json!({}), vec![("animals", "is required")]),
        (json!({ "animals": null }), vec![("animals", "is required")]),
        (json!({ "animals": unknown() }), vec![]),
        (json!({ "animals": secret(unknown()) }), vec![]),
        (json!({ "animals": [{ "name": unknown() }] }), vec![]),
        (json!({ "animals": [unknown()] }), vec![]),
        (
            json!({ "animals": [] }),
            vec![("animals", "an empty cage is sad")],
        ),
        (json!({ "animals": "Leo" }), vec![("animals", "must be a list")]),
        (
            json!({ "animals": ["Leo"] }),
            vec![("animals[0]", "must be an object")],
        ),
        (
            json!({ "animals": [{ "name": 7 }] }),
            vec![("animals[0].name", "must be a string")],
        ),
        (
            json!({ "animals": [{ "name": "x", "daily_meals": 2 }] }),
            vec![(
                "animals[0].daily_meals",
                "there is no such property; did you mean `dailyMeals`?",
            )],
        ),
        (
            json!({ "animals": [{ "name": "x", "dailyMeals": 1.5 }] }),
            vec![("animals[0].dailyMeals", "must be a whole number")],
        ),
        (
            json!({ "animals": [{ "name": "x", "temper": "veryTam" }] }),
            vec![(
                "animals[0].temper",
                "must be one of `wild`, `veryTame`; did you mean `veryTame`?",
            )],
        ),
        (
            with(lions(), "elephants", json!(1)),
            vec![("elephants", "there is no such property")],
        ),
        (
            with(lions(), "lock", secret(json!(5))),
            vec![("", "`lock` must be a string")],
        ),
        (
            with(
                lions(),
                "labels",
                json!({ "a": secret(json!("x")), "b": unknown() }),
            ),
            vec![],
        ),
        // What only the author's type can tell.
        (
            with(lions(), "address", json!("10.0.0.300")),
            vec![("address", "invalid IP address syntax")],
        ),
        (
            with(lions(), "address", secret(json!("10.0.0.300"))),
            vec![("", "address: invalid IP address syntax")],
        ),
        // Notes that other tools leave in inputs.
        (with(lions(), "__defaults", json!(["sign"])), vec![]),
    ] {
        let checked = client.check(check(inputs.clone())).await.unwrap().into_inner();
        let failures: Vec<_> = checked
            .failures
            .iter()
            .map(|failure| (failure.property.as_str(), failure.reason.as_str()))
            .collect();
        assert_eq!(failures, expected, "{inputs}");
    }
}

#[tokio::test]
async fn defaults_are_filled_in_and_marks_are_kept() {
    let (_connection, mut client) = zoo().await;
    let inputs =
        json!({ "animals": secret(json!([{ "name": "Leo" }])), "site": unknown(), "__defaults": [] });
    let checked = client.check(check(inputs)).await.unwrap().into_inner();
    let expected = json!({
        "animals": secret(json!([{ "name": "Leo", "dailyMeals": 1.0 }])),
        "site": unknown(),
        "sign": "lions-abababa",
    });
    assert_eq!(json_of(&checked.inputs), Some(expected));
}

#[tokio::test]
async fn names_follow_the_users_scheme() {
    use check_request::autonaming_options::Mode;
    let (_connection, mut client) = zoo().await;
    let options = |mode: Mode, name: &str| check_request::AutonamingOptions {
        mode: mode.into(),
        proposed_name: name.to_owned(),
    };
    let old = Some(json!({ "sign": "lions-0ld" }));
    let disabled = "must be given, because automatic names are disabled";
    for (olds, autonaming, expected) in [
        (None, None, Ok("lions-abababa")),
        (Some(json!({})), None, Ok("lions-abababa")),
        (old.clone(), None, Ok("lions-0ld")),
        (None, Some(options(Mode::Propose, "proposed")), Ok("proposed")),
        (None, Some(options(Mode::Enforce, "enforced")), Ok("enforced")),
        (old, Some(options(Mode::Enforce, "enforced")), Ok("lions-0ld")),
        (None, Some(options(Mode::Disable, "")), Err(disabled)),
    ] {
        let request = proto::CheckRequest {
            olds: olds.map(raw),
            autonaming,
            ..check(json!({ "animals": [{ "name": "Leo" }] }))
        };
        let checked = client.check(request).await.unwrap().into_inner();
        match expected {
            Ok(name) => assert_eq!(json_of(&checked.inputs).unwrap()["sign"], name),
            Err(reason) => assert_eq!(checked.failures[0].reason, reason),
        }
    }
    let mut given = check(lions());
    given.autonaming = Some(options(Mode::Disable, ""));
    assert_eq!(client.check(given).await.unwrap().into_inner().failures, []);
}

#[tokio::test]
async fn differences_are_found_by_the_schema() {
    use proto::property_diff::Kind;
    let (_connection, mut client) = zoo().await;
    let animal = |key: &str, value: Value| {
        with(
            lions(),
            "animals",
            json!([with(json!({ "name": "Leo" }), key, value)]),
        )
    };
    for (old, new, expected) in [
        (lions(), lions(), vec![]),
        // A mark alone changes nothing, and neither does a default that is written out.
        (lions(), with(lions(), "sign", secret(json!("Lions"))), vec![]),
        (animal("temper", Value::Null), lions(), vec![]),
        // The order of a set means nothing.
        (
            with(lions(), "keepers", json!(["a", "b"])),
            with(lions(), "keepers", json!(["b", "a"])),
            vec![],
        ),
        (
            with(lions(), "keepers", json!(["a", "b"])),
            with(lions(), "keepers", json!(["c", "a"])),
            vec![("keepers[0]", Kind::Add), ("keepers[1]", Kind::Delete)],
        ),
        (
            with(lions(), "keepers", json!(["a"])),
            with(lions(), "keepers", json!(["b"])),
            vec![("keepers[0]", Kind::Update)],
        ),
        (
            lions(),
            with(lions(), "lock", json!("x")),
            vec![("lock", Kind::Add)],
        ),
        (
            with(lions(), "lock", json!("x")),
            lions(),
            vec![("lock", Kind::Delete)],
        ),
        (
            lions(),
            with(lions(), "site", unknown()),
            vec![("site", Kind::AddReplace)],
        ),
        (
            with(lions(), "site", json!("north")),
            with(lions(), "site", unknown()),
            vec![("site", Kind::UpdateReplace)],
        ),
        (
            animal("species", json!("lion")),
            animal("species", json!("cat")),
            vec![("animals[0].species", Kind::UpdateReplace)],
        ),
        (
            animal("temper", json!("wild")),
            animal("temper", json!("veryTame")),
            vec![("animals[0].temper", Kind::Update)],
        ),
        // An animal that comes or is not known yet may be of another species.
        (
            lions(),
            with(lions(), "animals", json!([{ "name": "Leo" }, { "name": "Lea" }])),
            vec![("animals[1]", Kind::AddReplace)],
        ),
        (
            lions(),
            with(lions(), "animals", unknown()),
            vec![("animals", Kind::UpdateReplace)],
        ),
        (
            with(lions(), "labels", json!({ "a.b": "x" })),
            with(lions(), "labels", json!({ "a.b": "y" })),
            vec![(r#"labels["a.b"]"#, Kind::Update)],
        ),
        (with(lions(), "__meta", json!("x")), lions(), vec![]),
    ] {
        let request = proto::DiffRequest {
            urn: URN.to_owned(),
            old_inputs: Some(raw(old.clone())),
            // A state of an older version, which lacks outputs.
            olds: Some(raw(json!({ "masterKey": secret(json!("k")) }))),
            news: Some(raw(new.clone())),
            ..Default::default()
        };
        let diff = client.diff(request).await.unwrap().into_inner();
        let changes: Vec<_> = diff
            .detailed_diff
            .iter()
            .map(|(path, change)| (path.as_str(), change.kind()))
            .collect();
        assert_eq!(changes, expected, "{old} -> {new}");
        assert!(diff.detailed_diff.values().all(|change| change.input_diff));
        let stables: &[&str] = if diff.replaces.is_empty() {
            &["masterKey"]
        } else {
            &[]
        };
        assert_eq!(diff.stables, stables);
    }
}

#[tokio::test]
async fn a_preview_knows_what_the_inputs_say_and_no_more() {
    let (_connection, mut client) = zoo().await;
    let inputs = with(lions(), "site", secret(unknown()));
    let create = proto::CreateRequest {
        urn: URN.to_owned(),
        properties: Some(raw(inputs.clone())),
        preview: true,
        ..Default::default()
    };
    let created = client.create(create).await.unwrap().into_inner();
    let state = json_of(&created.properties).unwrap();
    assert_eq!(
        (&state["sign"], &state["site"]),
        (&inputs["sign"], &inputs["site"])
    );
    assert_eq!(state["masterKey"], secret(unknown()));
    assert_eq!(state["visitors"], "3eeb2bf0-c639-47a8-9e75-3b44932eb421");

    let update = proto::UpdateRequest {
        urn: URN.to_owned(),
        olds: Some(raw(json!({ "masterKey": secret(json!("old")), "visitors": 5 }))),
        news: Some(raw(inputs)),
        preview: true,
        ..Default::default()
    };
    let updated = client.update(update).await.unwrap().into_inner();
    let state = json_of(&updated.properties).unwrap();
    assert_eq!(state["masterKey"], secret(json!("old")), "it is stable");
    assert_eq!(state["visitors"], "3eeb2bf0-c639-47a8-9e75-3b44932eb421");
}

#[tokio::test]
async fn secrets_follow_the_values() {
    let (_connection, mut client) = zoo().await;
    let inputs = json!({
        "sign": secret(json!("Lions")),
        "animals": [{ "name": secret(json!("Leo")), "dailyMeals": 1 }],
        "labels": { "a": secret(json!("x")), "b": "y" },
    });
    let create = proto::CreateRequest {
        urn: URN.to_owned(),
        properties: Some(raw(inputs.clone())),
        ..Default::default()
    };
    let created = client.create(create).await.unwrap().into_inner();
    assert_eq!(created.id, "Lions");
    let expected = json!({
        "sign": secret(json!("Lions")),
        "animals": [{ "name": secret(json!("Leo")), "dailyMeals": 1.0 }],
        "keepers": [],
        "labels": { "a": secret(json!("x")), "b": "y" },
        "masterKey": secret(json!("made-up")),
        "visitors": 0.0,
    });
    assert_eq!(json_of(&created.properties), Some(expected.clone()));

    let update = proto::UpdateRequest {
        id: created.id.clone(),
        urn: URN.to_owned(),
        old_inputs: Some(raw(inputs.clone())),
        olds: created.properties,
        news: Some(raw(lions())),
        ..Default::default()
    };
    let updated = client.update(update).await.unwrap().into_inner();
    let state = json_of(&updated.properties).unwrap();
    assert_eq!(state["sign"], "Lions", "no longer a secret of the program");
    assert_eq!(
        state["masterKey"],
        secret(json!("made-up")),
        "still one of the schema"
    );
}

#[tokio::test]
async fn a_partial_creation_keeps_id_and_state() {
    let (_connection, mut client) = zoo().await;
    let create = proto::CreateRequest {
        urn: URN.to_owned(),
        properties: Some(raw(with(lions(), "site", json!("swamp")))),
        ..Default::default()
    };
    let status = client.create(create).await.unwrap_err();
    let detail: proto::ErrorResourceInitFailed = detail(&status, "ErrorResourceInitFailed");
    assert_eq!(
        (detail.id.as_str(), detail.reasons),
        ("Lions", vec!["it sinks".to_owned()])
    );
    let state = json_of(&detail.properties).unwrap();
    assert_eq!(state["masterKey"], secret(json!("made-up")));
}

#[tokio::test]
async fn a_read_keeps_the_users_shape() {
    let (_connection, mut client) = zoo().await;
    let read = |id: &str, inputs: Option<Value>, state: Option<Value>| proto::ReadRequest {
        id: id.to_owned(),
        urn: URN.to_owned(),
        inputs: inputs.map(raw),
        properties: state.map(raw),
        ..Default::default()
    };
    let tame = json!({ "name": "Leo", "temper": "veryTame", "dailyMeals": 1.0 });

    let imported = client.read(read("Lions", None, None)).await.unwrap().into_inner();
    let inputs = json_of(&imported.inputs).unwrap();
    assert_eq!(inputs["animals"], json!([tame]));
    assert_eq!(inputs.get("site"), None, "nothing is told of what is not there");
    let gone = client
        .read(read("Tigers", None, None))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(gone, proto::ReadResponse::default());
    let looked_up = client.read(read("Lions", Some(json!({})), Some(json!({})))).await;
    assert_eq!(looked_up.unwrap().into_inner().id, "Lions");

    let recorded = json!({
        "sign": "Lions",
        "animals": [tame],
        "keepers": ["bob", "ann"],
        "lock": secret(json!("old lock")),
    });
    let mut state = with(recorded.clone(), "masterKey", secret(json!("kept")));
    state["visitors"] = json!(1);
    let refreshed = client
        .read(read("Lions", Some(recorded), Some(state)))
        .await
        .unwrap()
        .into_inner();
    let inputs = json_of(&refreshed.inputs).unwrap();
    assert_eq!(
        inputs["keepers"],
        json!(["bob", "ann"]),
        "the same set, in the user's order"
    );
    assert_eq!(
        inputs["lock"],
        secret(json!("live lock")),
        "drift of a secret stays a secret"
    );
    assert_eq!(inputs.get("labels"), Some(&json!({})));
    let state = json_of(&refreshed.properties).unwrap();
    assert_eq!(state["masterKey"], secret(json!("kept")));
    assert_eq!(state["lock"], secret(json!("live lock")));
}

#[tokio::test]
async fn a_state_of_another_version_is_completed_or_told() {
    let (_connection, mut client) = zoo().await;
    let delete = |animal: Value| proto::DeleteRequest {
        id: "Lions".to_owned(),
        urn: URN.to_owned(),
        properties: Some(raw(json!({ "sign": "Lions", "animals": [animal] }))),
        old_inputs: Some(raw(lions())),
        ..Default::default()
    };
    let known = json!({ "name": "Leo", "dailyMeals": 1 });
    client.delete(delete(known)).await.unwrap();
    let status = client.delete(delete(json!({}))).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    assert!(
        status.message().contains("`name`: is missing"),
        "{}",
        status.message()
    );
}

#[tokio::test]
async fn functions_are_called_with_checked_arguments() {
    let (_connection, mut client) = zoo().await;
    let invoke = |args: Value, preview: bool| proto::InvokeRequest {
        tok: "zoo:index:greet".to_owned(),
        args: Some(raw(args)),
        preview,
    };
    let called = client
        .invoke(invoke(json!({ "name": secret(json!("Leo")) }), false))
        .await
        .unwrap();
    let expected = json!({ "name": secret(json!("Leo")), "text": secret(json!("hello the Leo")) });
    assert_eq!(json_of(&called.into_inner().r#return), Some(expected));

    for (args, preview, expected) in [
        (json!({}), false, vec![("name", "is required")]),
        (json!({ "name": 1 }), true, vec![("name", "must be a string")]),
        (
            json!({ "name": "x", "note": "rude" }),
            false,
            vec![("note", "be kind")],
        ),
    ] {
        let refused = client.invoke(invoke(args, preview)).await.unwrap().into_inner();
        let failures: Vec<_> = refused
            .failures
            .iter()
            .map(|failure| (failure.property.as_str(), failure.reason.as_str()))
            .collect();
        assert_eq!((refused.r#return, failures), (None, expected));
    }

    // The engine leaves out arguments that are not known yet.
    for args in [json!({}), json!({ "name": unknown() })] {
        let pending = client.invoke(invoke(args, true)).await.unwrap().into_inner();
        assert_eq!(
            (json_of(&pending.r#return), pending.failures),
            (Some(json!({})), vec![])
        );
    }

    let mut unknown_token = invoke(json!({}), false);
    unknown_token.tok = "zoo:index:feed".to_owned();
    assert_eq!(
        client.invoke(unknown_token).await.unwrap_err().code(),
        Code::InvalidArgument
    );
}

#[tokio::test]
async fn lists_are_told_page_by_page() {
    let (_connection, mut client) = zoo().await;
    for (limit, page_size, token, expected) in [
        (0, 0, "", "0 1 2 3 4 5 6"),
        (2, 0, "", "0 1 ->2"),
        (7, 0, "", "0 1 2 3 4 5 6"),
        (5, 0, "", "0 1 2 3 4 ->5"),
        (0, 2, "", "0 1 ->2"),
        (0, 2, "6", "6"),
        (1, 4, "3", "3 ->4"),
    ] {
        let request = proto::ListRequest {
            token: TOKEN.to_owned(),
            limit,
            page_size,
            continuation_token: token.to_owned(),
            ..Default::default()
        };
        let mut stream = client.list(request).await.unwrap().into_inner();
        let mut told = Vec::new();
        while let Some(message) = stream.message().await.unwrap() {
            told.push(match message.response.unwrap() {
                list_response::Response::Result(result) => result.id,
                list_response::Response::Continuation(next) => format!("->{}", next.continuation_token),
                list_response::Response::Computed(_) => "computed".to_owned(),
            });
        }
        assert_eq!(told.join(" "), expected, "limit {limit}, pages of {page_size}");
    }

    let ask = |token: &str, query: Value| proto::ListRequest {
        token: token.to_owned(),
        query: Some(raw(query)),
        ..Default::default()
    };
    let mut stream = client
        .list(ask(TOKEN, json!({ "prefix": unknown() })))
        .await
        .unwrap()
        .into_inner();
    let only = stream.message().await.unwrap().unwrap();
    assert!(matches!(
        only.response,
        Some(list_response::Response::Computed(_))
    ));
    assert_eq!(stream.message().await.unwrap(), None);
    for request in [
        ask("zoo:index:Tree", json!({})),
        ask(TOKEN, json!({ "prefix": 1 })),
    ] {
        assert_eq!(
            client.list(request).await.unwrap_err().code(),
            Code::InvalidArgument
        );
    }
}

#[test]
fn a_provider_that_contradicts_itself_is_refused() {
    mod other {
        #[derive(serde::Deserialize, serde::Serialize, pulumi_rs_provider::Schema)]
        pub(super) struct Animal {
            legs: u32,
        }

        #[derive(serde::Deserialize, serde::Serialize, pulumi_rs_provider::Schema)]
        pub(super) struct Args {
            animal: Animal,
        }
    }
    struct Count;
    impl Function<Settings> for Count {
        type Args = other::Args;
        type Result = ();

        async fn invoke(
            &self,
            _: &Settings,
            _: InvokeRequest<other::Args>,
            _: &Context,
        ) -> Result<InvokeReply<()>> {
            Ok(InvokeReply::Returned(()))
        }
    }
    let error = |built: Result<Provider<Zoo>, BuildError>| built.err().unwrap();
    assert_eq!(
        error(provider().function("zoo:index:count", Count)),
        BuildError::DuplicateType("zoo:index:Animal".to_owned())
    );
    assert_eq!(
        error(provider().resource(TOKEN, Cages)),
        BuildError::DuplicateToken(TOKEN.to_owned())
    );
    assert_eq!(
        error(provider().list("zoo:index:Tree", Cages)),
        BuildError::UnknownToken("zoo:index:Tree".to_owned())
    );
    assert!(matches!(
        error(provider().resource("circus:index:Cage", Cages)),
        BuildError::ForeignToken { .. }
    ));
}
