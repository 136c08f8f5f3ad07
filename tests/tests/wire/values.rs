//! Property values have the bytes that Pulumi's own Go library gives them.
//!
//! The corpus is what the real engine wrote (`cargo xtask record values`). The bytes to compare with are not recorded but made by
//! Go each time: protobuf leaves the order of an object's keys open, so the bytes that once crossed a wire prove nothing, and
//! Go can be asked about values that no program has made yet.

use std::process::Command;

use anyhow::{Result, anyhow, ensure};
use descope_keys_tests::{process, tools};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use prost::Message as _;
use pulumi_rs_provider::wire::Struct;

use crate::arbitrary::properties;

/// How many random property maps are compared.
const RANDOM: usize = 400;

const CORPUS: &str = include_str!("corpus.jsonl");

#[test]
fn recorded_values_come_back_byte_for_byte() -> Result<()> {
    let expected = go("encode", CORPUS.lines())?;
    ensure!(expected.len() == CORPUS.lines().count(), "Go has lost lines");

    for (line, expected) in CORPUS.lines().zip(&expected) {
        assert_eq!(again(expected)?, *expected, "{line}");
    }
    Ok(())
}

#[test]
fn the_corpus_holds_every_kind_of_value() {
    for (kind, mark) in [
        ("secret", "1b47061264138c4ac30d75fd1eb44270"),
        ("resource reference", "5cf8f73096256a8f31e491e813e4eb8e"),
        ("output", "d0e6a833031e9bbcd3f4e8bde6ca49a4"),
        ("asset", "c44067f5952c0a294b673a41bacd8c17"),
        ("archive", "0def7320c3a5731c473e5ecbe6d01bc7"),
        ("unknown truth value", "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"),
        ("unknown number", "3eeb2bf0-c639-47a8-9e75-3b44932eb421"),
        ("unknown text", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"),
        ("unknown list", "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"),
        ("unknown asset", "030794c1-ac77-496b-92df-f27374a8bd58"),
        ("unknown archive", "e48ece36-62e2-4504-bad9-02848725956a"),
        ("unknown object", "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"),
        ("null", ":null"),
    ] {
        assert!(CORPUS.contains(mark), "no {kind} in the corpus");
    }
}

#[test]
fn random_values_come_back_byte_for_byte() -> Result<()> {
    // The same values in each run, so that a failure can be looked at again.
    let mut runner = TestRunner::deterministic();
    let ours = (0..RANDOM)
        .map(|_| {
            let tree = properties()
                .new_tree(&mut runner)
                .map_err(|reason| anyhow!("no value: {reason}"))?;
            Ok(hex(&Struct::encode_properties(&tree.current())?.encode_to_vec()))
        })
        .collect::<Result<Vec<String>>>()?;
    // Go drops what means nothing, such as an empty version. What it writes then is to be written again.
    let theirs = go("again", ours.iter().map(String::as_str))?;
    ensure!(theirs.len() == ours.len(), "Go has lost lines");

    for theirs in &theirs {
        assert_eq!(again(theirs)?, *theirs);
    }
    Ok(())
}

/// A Struct decoded and encoded by us, in hexadecimal.
fn again(hexadecimal: &str) -> Result<String> {
    let properties = Struct::decode(bytes(hexadecimal)?.as_slice())?.decode_properties()?;
    Ok(hex(&Struct::encode_properties(&properties)?.encode_to_vec()))
}

/// What the Go program answers to those lines, in its mode of that name.
fn go<'a>(mode: &str, lines: impl Iterator<Item = &'a str>) -> Result<Vec<String>> {
    let program = tools::pulumi_go_dir()?.join("bin/values");
    let lines: Vec<&str> = lines.collect();
    let answer = process::run(Command::new(program).arg(mode), &lines.join("\n"))?.success()?;
    Ok(answer.stdout.lines().map(str::to_owned).collect())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hexadecimal: &str) -> Result<Vec<u8>> {
    (0..hexadecimal.len())
        .step_by(2)
        .map(|at| Ok(u8::from_str_radix(&hexadecimal[at..at + 2], 16)?))
        .collect()
}
