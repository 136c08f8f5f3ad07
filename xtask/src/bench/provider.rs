//! `cargo xtask bench provider`: what a provider on the framework costs, beside one on bare tonic, one written with
//! pulumi-go-provider, and the engine by itself.
//!
//! Rounds are interleaved, so that a machine with other work slows all alike: the ratios mean more than the times.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use descope_keys_tests::process::Background;
use descope_keys_tests::pulumi::{Provider, Workspace};
use futures_util::StreamExt as _;
use pulumi_rs_provider::proto::resource_provider_client::ResourceProviderClient;
use pulumi_rs_provider::proto::{CheckRequest, ConfigureRequest, ProviderHandshakeRequest};
use pulumi_rs_provider::{PropertyMap, wire};
use tonic::transport::Endpoint;

use super::{memory, port_line_of, release_program};
use crate::command::{cargo, run as run_command};
use crate::setup;

/// Resources of the program that the engine deploys.
const RESOURCES: usize = 200;

/// Rounds of the engine's commands.
const ROUNDS: usize = 5;

/// Starts of each program.
const STARTS: usize = 31;

/// Calls of Check in one round, and how many of them are under way at a time on the one connection.
const CALLS: usize = 20_000;
const AT_A_TIME: usize = 64;

/// How long a program is left alone before its memory is told.
const IDLE: Duration = Duration::from_millis(300);

/// The commands that the engine is timed with, in the order of a resource's life.
const COMMANDS: [(&str, &[&str]); 3] = [
    ("preview", &["preview"]),
    ("up", &["up", "--yes", "--skip-preview"]),
    ("refresh", &["refresh", "--yes", "--skip-preview"]),
];

/// A provider that is measured, or the engine's own resources.
struct Subject {
    name: &'static str,
    provider: Option<Provider>,
    /// The token of its resource, and the properties of each, in which `{}` is a number.
    resource: (&'static str, &'static str),
}

/// Builds all of them, measures them and prints a table.
pub(crate) fn run(root: &Path) -> Result<()> {
    let subjects = subjects(root)?;
    let programs: Vec<(&str, &Path)> = subjects
        .iter()
        .filter_map(|subject| Some((subject.name, subject.provider.as_ref()?.program.as_path())))
        .collect();

    println!(
        "\n{:<24} {:>10} {:>10} {:>10} {:>12}",
        "", "size MB", "start ms", "idle MiB", "Check a s"
    );
    let starts = rounds(STARTS, &programs, |path| {
        Ok(port_line_of(path)?.as_secs_f64() * 1e3)
    })?;
    let memories = rounds(ROUNDS, &programs, idle_memory)?;
    let rates = rounds(ROUNDS, &programs, check_rate)?;
    for (at, (name, path)) in programs.iter().enumerate() {
        let size = fs::metadata(path)?.len() as f64 / 1e6;
        let (start, memory, rate) = (starts[at], memories[at], rates[at]);
        println!("{name:<24} {size:>10.2} {start:>10.2} {memory:>10.2} {rate:>12.0}");
    }
    println!(
        "{:<24} {:>10} {:>10} {:>10} {:>12}",
        "goal of the framework", 4.5, 4.0, 6.0, "0.7 x bare"
    );
    println!("{:<24} {:>47.2} x bare", "", rates[0] / rates[1]);

    let engine: Vec<(&str, &Subject)> = subjects.iter().map(|subject| (subject.name, subject)).collect();
    let mut times: BTreeMap<(usize, usize), Vec<f64>> = BTreeMap::new();
    for _ in 0..ROUNDS {
        for (at, (_, subject)) in engine.iter().enumerate() {
            for (command, time) in deploy(subject)?.into_iter().enumerate() {
                times.entry((at, command)).or_default().push(time);
            }
        }
    }
    let median_of =
        |at: usize, command: usize| times.get(&(at, command)).map_or(f64::NAN, |times| median(times));
    let floor = engine.len() - 1;
    println!(
        "\n{:<24} {:>18} {:>18} {:>18}",
        format!("{RESOURCES} resources"),
        "preview",
        "up",
        "refresh"
    );
    for (at, (name, _)) in engine.iter().enumerate() {
        print!("{name:<24}");
        for command in 0..COMMANDS.len() {
            let time = median_of(at, command);
            print!(" {:>8.2} s {:>5.2} x", time, time / median_of(floor, command));
        }
        println!();
    }
    println!(
        "{:<24} {:>18} {:>18} {:>18}",
        "goal of the framework", "1.10 x", "1.10 x", "1.10 x"
    );
    Ok(())
}

fn subjects(root: &Path) -> Result<[Subject; 4]> {
    setup::for_demo(root)?.complete()?;
    run_command(cargo(root, &["build", "--release"])?.args([
        "--package",
        "pulumi-rs-provider",
        "--example",
        "greeting",
    ]))?;
    run_command(cargo(root, &["build", "--release"])?.args(["--package", "pulumi-resource-mirror"]))?;
    let in_go = release_program("greeting-in-go")?;
    setup::go_build(&root.join("tools/pulumi-go-provider"), &in_go, "-s -w", ".")?;
    let provider = |package, program: PathBuf| Some(Provider { package, program });
    let greeting = ("greetings:Greeting", "{ to: 'number {}' }");
    Ok([
        Subject {
            name: "pulumi-rs-provider",
            provider: provider("greetings", release_program("examples/greeting")?),
            resource: greeting,
        },
        Subject {
            name: "bare tonic",
            provider: provider("mirror", release_program("pulumi-resource-mirror")?),
            resource: ("mirror:Mirror", "{ value: 'number {}' }"),
        },
        Subject {
            name: "pulumi-go-provider",
            provider: provider("greetings", in_go),
            resource: greeting,
        },
        Subject {
            name: "the engine's own Stash",
            provider: None,
            resource: ("pulumi:index:Stash", "{ input: 'number {}' }"),
        },
    ])
}

/// The median of each program's measurements, taken in turns.
fn rounds(
    count: usize,
    programs: &[(&str, &Path)],
    measure: impl Fn(&Path) -> Result<f64>,
) -> Result<Vec<f64>> {
    let mut measured = vec![Vec::new(); programs.len()];
    for _ in 0..count {
        for ((name, path), measured) in programs.iter().zip(&mut measured) {
            measured.push(measure(path).with_context(|| format!("{name} cannot be measured"))?);
        }
    }
    Ok(measured.iter().map(|measured| median(measured)).collect())
}

fn median(measured: &[f64]) -> f64 {
    let mut sorted = measured.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

fn idle_memory(program: &Path) -> Result<f64> {
    let (process, _) = Background::start(&mut Command::new(program))?;
    thread::sleep(IDLE);
    memory(&process)
}

/// Answered calls of Check a second, over one connection.
fn check_rate(program: &Path) -> Result<f64> {
    let (_process, port) = Background::start(&mut Command::new(program))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let channel = Endpoint::from_shared(format!("http://127.0.0.1:{port}"))?
            .connect()
            .await?;
        let mut client = ResourceProviderClient::new(channel);
        client.handshake(ProviderHandshakeRequest::default()).await?;
        client.configure(ConfigureRequest::default()).await?;
        let news = PropertyMap::from([
            ("to".to_owned(), "world".into()),
            ("words".to_owned(), "Hello".into()),
        ]);
        let request = CheckRequest {
            urn: "urn:pulumi:dev::bench::greetings:index:Greeting::one".to_owned(),
            olds: Some(wire::Struct::default()),
            news: Some(wire::Struct::encode_properties(&news)?),
            random_seed: vec![7; 32],
            name: "one".to_owned(),
            r#type: "greetings:index:Greeting".to_owned(),
            ..CheckRequest::default()
        };
        let call = |_| {
            let (mut client, request) = (client.clone(), request.clone());
            async move { client.check(request).await }
        };
        let start = Instant::now();
        let mut replies = futures_util::stream::iter(0..CALLS)
            .map(call)
            .buffer_unordered(AT_A_TIME);
        while let Some(reply) = replies.next().await {
            reply?;
        }
        Ok(CALLS as f64 / start.elapsed().as_secs_f64())
    })
}

/// The seconds that each of [`COMMANDS`] takes in a new stack.
fn deploy(subject: &Subject) -> Result<Vec<f64>> {
    let (token, properties) = subject.resource;
    let mut program = "name: bench\nruntime: yaml\nresources:\n".to_owned();
    for number in 0..RESOURCES {
        let properties = properties.replace("{}", &number.to_string());
        program.push_str(&format!(
            "  r{number}: {{ type: '{token}', properties: {properties} }}\n"
        ));
    }
    let workspace = match &subject.provider {
        Some(provider) => Workspace::with_provider(provider, &program, BTreeMap::new())?,
        None => Workspace::with_environment(&program, BTreeMap::new())?,
    };
    COMMANDS
        .iter()
        .map(|(_, arguments)| {
            let start = Instant::now();
            workspace.pulumi(arguments)?;
            Ok(start.elapsed().as_secs_f64())
        })
        .collect()
}
