//! The conformance suite on the examples, and on a provider that has everything there is to look at.

#![allow(clippy::unwrap_used, reason = "all of this file is a test")]

mod files;
mod workshop;

use std::collections::BTreeSet;

use pulumi_rs_provider::testing::conformance::{self, Faults, Function, Invalid, Report, Subject};
use pulumi_rs_provider::testing::{Binary, Launcher};
use pulumi_rs_provider::{PropertyMap, PropertyValue};

fn map<const N: usize>(entries: [(&str, PropertyValue); N]) -> PropertyMap {
    entries
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

fn with(properties: &PropertyMap, key: &str, value: impl Into<PropertyValue>) -> PropertyMap {
    let mut properties = properties.clone();
    properties.insert(key.to_owned(), value.into());
    properties
}

fn random() -> Subject {
    let inputs = map([("label", "a label".into()), ("length", 12.into())]);
    let alphabet = |characters: &str| map([("alphabet", PropertyValue::secret(characters))]);
    Subject {
        config: alphabet("abcdefgh"),
        required_config: Some("alphabet".to_owned()),
        rotated_config: Some(alphabet("0123456789")),
        invalid_config: Some(alphabet("")),
        updated: Some(with(&inputs, "label", "another label")),
        replacing: Some(with(&inputs, "length", 20)),
        invalid: vec![Invalid {
            inputs: with(&inputs, "length", 65),
            at: "length".to_owned(),
        }],
        faults: Faults {
            talkative_create: Some(inputs.clone()),
            ..Faults::default()
        },
        function: Some(Function {
            token: "random-text:index:countCharacters".to_owned(),
            args: map([("text", "abc".into())]),
            required: true,
        }),
        ..Subject::new(
            Launcher::binary(Binary::example("random").unwrap()),
            "random-text:index:Text",
            inputs,
        )
    }
}

async fn conforms(subject: &Subject) -> Report {
    let report = conformance::run(subject).await;
    assert!(report.holds(), "{report}");
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn every_case_holds_and_applies_somewhere() {
    let (random, files, workshop) = (random(), files::subject(), workshop::subject());
    let reports = tokio::join!(conforms(&random), conforms(&files), conforms(&workshop));
    let reports = [reports.0, reports.1, reports.2];
    let all: BTreeSet<_> = conformance::cases().into_iter().map(|case| case.id).collect();
    let held: BTreeSet<_> = reports.iter().flat_map(Report::held).map(str::to_owned).collect();
    let nowhere: Vec<_> = all.difference(&held).collect();
    assert!(nowhere.is_empty(), "no subject shows anything of {nowhere:?}");
}

#[test]
fn every_case_has_an_id_of_its_own_and_a_point() {
    let cases = conformance::cases();
    assert!(cases.len() >= 150, "{} cases", cases.len());
    let ids: BTreeSet<_> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(ids.len(), cases.len());
    for case in &cases {
        let parts: Vec<_> = case.id.split('.').collect();
        assert!(
            parts.len() >= 3 && parts[0].parse::<u8>().is_ok(),
            "`{}`",
            case.id
        );
        assert!(!case.point.is_empty(), "`{}`", case.id);
    }
}
