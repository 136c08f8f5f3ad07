//! Every input has an answer, and soon: no text, however broken, makes the core panic, point outside of it, or work
//! without end.

use std::time::{Duration, Instant};

use key_policy::access::{self, svg};
use key_policy::document::{self, context};
use key_policy::edit::fixed;
use key_policy::finding::Safety;
use key_policy::report::{human, json};
use key_policy::{Config, Inputs, Kind, Options, Role, Side, Source};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::samples::{HCL, JSON, PROGRAMS, YAML};
use super::{config, options, places, source};

/// What a text of a few kilobytes may take at most, on a slow machine that is busy with other things. It is answered
/// within milliseconds; work that grows faster than the text takes minutes.
const LONGEST: Duration = Duration::from_secs(20);

/// Runs all that the core does with texts, and checks what it says about them.
fn run(sources: &[Source<'_>]) {
    let started = Instant::now();
    let options = options();
    let report = key_policy::check(sources, &options);
    places::check(&report, sources);
    assert!(!human::check(&report, sources, false).is_empty());
    assert!(!json::text(&json::report(&report, sources, true)).is_empty());

    let side = Side { root: "", sources };
    let diff = key_policy::diff(side, side, &options);
    let both = [sources, sources].concat();
    places::check(&diff, &both);
    // What a plan is to change is told of it in a comparison with itself, too.
    let is_written = report.kinds.iter().flatten().all(|kind| kind.is_written());
    let mut fields = diff.changes.iter().flat_map(|change| &change.fields);
    assert!(
        !is_written || fields.all(|field| !field.certain),
        "a text differs from itself"
    );
    assert!(!human::diff(&diff, &both, true).is_empty());

    let found = access::access(sources, &options);
    assert!(!access::human::text(&found, sources, true).is_empty());
    assert!(!svg::picture(&found.keys).is_empty());
    context(sources, &mut |_| vec!["main.tf".to_owned()]);
    fixes_end(sources, &options);
    let taken = started.elapsed();
    assert!(taken < LONGEST, "{taken:?}");
}

/// Fixes change texts once: what is mended is not mended again.
fn fixes_end(sources: &[Source<'_>], options: &Options) {
    let mended = fixed(sources, options, Safety::Unsafe);
    let mut sources = sources.to_vec();
    for (index, text) in &mended {
        sources[*index].bytes = text.as_bytes();
    }
    let again = fixed(&sources, options, Safety::Unsafe);
    assert!(again.is_empty(), "{mended:?}, then {again:?}");
}

/// Runs a text of which nothing is known: as every kind, and as what it looks like.
fn run_as_all(bytes: &[u8]) {
    let kinds = Kind::NAMES.map(|(_, kind)| Some(kind));
    for kind in kinds.into_iter().chain([None]) {
        run(&[source("any", bytes, kind)]);
    }
    run(&[Source {
        role: Role::Variables,
        ..source("any", bytes, None)
    }]);
    if let Ok(text) = std::str::from_utf8(bytes) {
        // A configuration may be refused; it must not panic.
        drop(Config::parse(text));
    }
}

/// One thing that happens to a file: where and how far it reaches is told in parts of the file.
#[derive(Debug, Clone)]
enum Mutation {
    Cut(Index, usize),
    CutOff(Index),
    Double(Index, usize),
    Swap(Index, Index, usize),
    Flip(Index, u8),
    Insert(Index, &'static str),
}

/// What a parser may stumble over.
const STRANGE: &[&str] = &[
    "ü", "😀", "\u{feff}", "\0", "\r", "\n", "\t", "\u{2028}", "\"", "'", "{", "}", "[", "]", "${", "%{",
    "#", "//", "/*", "<<E\n", ":", ",", "- ", "&a ", "*a", "null", "1e999",
];

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<Index>;
    prop_oneof![
        (at(), 0..60_usize).prop_map(|(at, length)| Mutation::Cut(at, length)),
        at().prop_map(Mutation::CutOff),
        (at(), 0..200_usize).prop_map(|(at, length)| Mutation::Double(at, length)),
        (at(), at(), 0..40_usize).prop_map(|(one, other, length)| Mutation::Swap(one, other, length)),
        (at(), 1..=u8::MAX).prop_map(|(at, bits)| Mutation::Flip(at, bits)),
        (at(), select(STRANGE)).prop_map(|(at, text)| Mutation::Insert(at, text)),
    ]
}

impl Mutation {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let at = |index: &Index| index.index(bytes.len() + 1);
        let part = |index: &Index, length: usize| {
            let start = at(index);
            start..(start + length).min(bytes.len())
        };
        match self {
            Mutation::Cut(index, length) => drop(bytes.drain(part(index, *length))),
            Mutation::CutOff(index) => bytes.truncate(at(index)),
            Mutation::Double(index, length) => {
                let part = part(index, *length);
                let copy = bytes[part.clone()].to_vec();
                bytes.splice(part.end..part.end, copy);
            }
            Mutation::Swap(one, other, length) => {
                let mut parts = [part(one, *length), part(other, *length)];
                parts.sort_by_key(|part| part.start);
                let [first, second] = parts;
                if first.end <= second.start {
                    let copy = bytes[first.clone()].to_vec();
                    let moved: Vec<_> = bytes.splice(second.clone(), copy).collect();
                    bytes.splice(first, moved);
                }
            }
            Mutation::Flip(index, bits) => {
                if !bytes.is_empty() {
                    let at = index.index(bytes.len());
                    bytes[at] ^= bits;
                }
            }
            Mutation::Insert(index, text) => {
                let at = at(index);
                bytes.splice(at..at, text.bytes());
            }
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn random_bytes(bytes in vec(any::<u8>(), 0..400)) {
        run_as_all(&bytes);
    }

    #[test]
    fn random_syntax(text in "[\\[\\]{}()\"'$%#:,=<>&*!|~\\-?\\n a-z0-9]{0,200}") {
        run_as_all(text.as_bytes());
    }

    #[test]
    fn random_words(words in prop_oneof![vec(select(HCL), 0..60), vec(select(YAML), 0..60), vec(select(JSON), 0..60)]) {
        run_as_all(words.concat().as_bytes());
    }

    #[test]
    fn mutated_programs(
        mut program in select(PROGRAMS.as_slice()),
        file in any::<Index>(),
        mutations in vec(mutation(), 0..5),
        forced in select(&Kind::NAMES[..]),
    ) {
        let file = file.index(program.len());
        for mutation in &mutations {
            mutation.apply(&mut program[file].1);
        }
        for kind in [None, Some(forced.1)] {
            let sources: Vec<_> = program
                .iter()
                .enumerate()
                .map(|(index, (name, bytes))| source(name, bytes, kind.filter(|_| index == file)))
                .collect();
            run(&sources);
        }
    }
}

/// What a property once found, in as few words as it takes.
#[test]
fn texts_that_were_not_answered_well() {
    for text in [
        // A second fault stands where a character of the block with the first one was.
        "      expireTime: resources:\n  k:\n|2+\n😀",
        // A block of text is empty where a character of a block that cannot be read was.
        "|2+\n😀name: n\nruntime: yaml\n",
        // The parser names the last byte.
        "A \u{10a0}",
    ] {
        run_as_all(text.as_bytes());
    }
    // A list that stands where an element should be, and of which not all can be read.
    let text = "{\"name\": \"ci\", \"permitted_ips\": [\"a\", [1, , 2], {\"b\": }]}";
    run(&[source("ci.descope-key.json", text.as_bytes(), None)]);
}

#[test]
fn deep_and_wide_texts() {
    for text in [
        "[",
        "{a:",
        "- ",
        "a = [",
        "a = {b = ",
        "a = (",
        "a = -",
        "a = !",
        "a = \"${",
        "x {\n",
        "a = 1 + ",
        "? ",
        "&a ",
        "!!a ",
        "*a ",
    ] {
        run_as_all(text.repeat(5_000).as_bytes());
    }
    for text in [
        "a: b\n",
        "a = 1\n",
        "# c\n",
        "a = {a=1,a=2}\n",
        "\"\": 1\n",
        "\u{feff}",
        "\r",
        "\0",
    ] {
        run_as_all(text.repeat(500).as_bytes());
    }
    let wide = |element: &dyn Fn(usize) -> String| (0..200).map(element).collect::<Vec<_>>().join(",\n ");
    for text in [
        format!(
            "permitted_ips: [{}]",
            wide(&|at| format!("\"30.0.{}.{}\"", at / 256, at % 256))
        ),
        format!("permitted_ips: [{}]", wide(&|_| "8.8.8.8".to_owned())),
        format!(
            "rebac: {{ project_roles: [{}] }}",
            wide(&|_| "{ project_ids: [p], roles: [r, r] }".to_owned())
        ),
    ] {
        run(&[source("any", text.as_bytes(), Some(Kind::Plain))]);
    }
}

#[test]
fn faults_take_no_more_time_than_their_text_is_long() {
    const LENGTH: usize = 50_000;
    let start = Instant::now();
    let read = |text: &str| {
        for name in ["main.tf", "main.tf.json"] {
            document::read(&[source(name, text.as_bytes(), None)], &Inputs::default());
        }
    };
    for piece in [
        "/*\n",
        "a = /*\n",
        "<<A\n",
        "x {\nlocals {\n",
        "\"\n",
        "x {\n \"\n",
        "a = 'b' ",
        "'",
        "“",
        "=======\n",
        "a = <<E\nE\n",
        "a = <<EOT\nEOT.\nEOT\n",
        "\"${",
        "resource \"",
        "{",
        "}",
        "[",
        "[}",
        ":",
        ",",
        "=,",
        "# ",
        "{\"a\"",
        "{{",
        "[[\"\\",
        "1 ",
    ] {
        let text = piece.repeat(LENGTH / piece.len());
        for text in [
            text.clone(),
            format!("{{\"a\": [{text}"),
            format!("x = [\n{}{text}", "x {\n".repeat(LENGTH / 8)),
        ] {
            read(&text);
        }
    }
    let braces = "[".repeat(LENGTH) + &"}".repeat(LENGTH);
    read(&format!("x {{{braces}"));
    read(&format!("{{\"a\": {braces}"));
    // It would be many times that if it grew with the square of the length.
    assert!(start.elapsed() < LONGEST * 3, "{:?}", start.elapsed());
}
