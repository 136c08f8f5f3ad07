//! What the guide shows is what the examples do.

#![allow(clippy::unwrap_used, reason = "all of this file is a test")]

use std::fs;
use std::path::Path;

/// The lines without the indentation, which a document does not keep.
fn flat(code: &str) -> String {
    code.lines().map(|line| format!("{}\n", line.trim())).collect()
}

#[test]
fn the_guide_shows_the_examples() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = fs::read_to_string(folder.join("../../docs/framework.md")).unwrap();
    let examples = ["files.rs", "random.rs"].map(|name| {
        let code = fs::read_to_string(folder.join("examples").join(name)).unwrap();
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
