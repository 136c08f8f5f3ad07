//! What the guide shows is what the examples do, and the provider of the README works.

#![allow(clippy::unwrap_used, reason = "all of this file is a test")]

use std::error::Error;
use std::fs;
use std::path::Path;

use pulumi_rs_provider::testing::{Binary, Declaration, Engine, Program};

/// The lines without the indentation, which a document does not keep.
fn flat(code: &str) -> String {
    code.lines().map(|line| format!("{}\n", line.trim())).collect()
}

#[test]
fn the_guide_shows_the_examples() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = fs::read_to_string(folder.join("../../docs/framework.md")).unwrap();
    let examples = [
        "examples/files.rs",
        "examples/random.rs",
        "tests/conformance/main.rs",
        "tests/guide.rs",
    ]
    .map(|name| {
        let code = fs::read_to_string(folder.join(name)).unwrap();
        flat(&code)
    });
    let mut blocks = guide.split("```rust\n").skip(1);
    assert!(blocks.clone().count() > 2);
    let strange = blocks.find(|block| {
        let code = flat(block.split("```").next().unwrap());
        !examples.iter().any(|example| example.contains(&code))
    });
    assert_eq!(strange, None, "no example has this");
}

#[tokio::test]
async fn the_lifecycle_of_the_guide_is_played() -> Result<(), Box<dyn Error>> {
    let binary = Binary::example("random")?;
    let mut engine = Engine::attach(&binary).await?.secret_config("alphabet", "abc");
    let text = Declaration::new("random-text:index:Text", "one").input("label", "x");
    let run = engine.up(&Program::new().resource(text)).await.succeeded()?;
    assert_eq!(run.summary(), "create one\n");
    assert_eq!(engine.refresh().await.succeeded()?.summary(), "refresh one\n");
    Ok(())
}

#[tokio::test]
async fn the_provider_of_the_readme_works() {
    let mut engine = Engine::attach(&Binary::example("greeting").unwrap())
        .await
        .unwrap();
    let greeting = |to: &str, words: Option<&str>| {
        let declaration = Declaration::new("greetings:index:Greeting", "one").input("to", to);
        Program::new().resource(match words {
            Some(words) => declaration.input("words", words),
            None => declaration,
        })
    };
    for (program, expected) in [
        (greeting("Ann", None), "create one\n"),
        (greeting("Ann", Some("Hello")), "same one\n"),
        (greeting("Ann", Some("Bye")), "update one (words)\n"),
    ] {
        let previewed = engine.preview(&program).await.succeeded().unwrap();
        assert_eq!(previewed.summary(), expected);
        assert_eq!(engine.up(&program).await.succeeded().unwrap().summary(), expected);
    }
    assert_eq!(engine.resource("one").unwrap().outputs["words"], "Bye".into());
    engine.refresh().await.succeeded().unwrap();
    let replaced = engine.up(&greeting("Bob", None)).await.succeeded().unwrap();
    assert!(replaced.summary().contains("replace"), "{}", replaced.summary());
    assert_eq!(engine.resource("one").unwrap().outputs["to"], "Bob".into());
    engine.destroy().await.succeeded().unwrap();
    assert!(engine.resources().is_empty());
}
