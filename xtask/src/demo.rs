//! `cargo xtask demo`: the main job from end to end, with the real pulumi and no account.
//!
//! Each step prints the command a person would type, what it answers, and what that proves; the first thing that is
//! not as it should be ends the demo.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use descope_keys_tests::process::{self, Finished};
use descope_keys_tests::pulumi::{KEY_TYPE, Workspace};
use descope_keys_tests::sandbox::Sandbox;
use descope_keys_tests::tools;
use serde_json::{Value, json};

use crate::command::{cargo, run as run_command};
use crate::setup;

type Step = fn(&Demo) -> Result<()>;

const STEPS: [(&str, Step); 11] = [
    ("check the examples before anything is made", check_examples),
    ("preview: what pulumi would make", preview),
    ("up: three keys", create),
    (
        "an edit that updates: name, description, status and networks",
        update_in_place,
    ),
    ("an edit that replaces: the expiry", replace_expiry),
    ("another edit that replaces: the access", replace_access),
    ("refresh: nothing has drifted", refresh_without_drift),
    (
        "drift: another client changes a key, and up repairs it",
        repair_drift,
    ),
    ("import: a key that was made elsewhere", import),
    ("destroy: nothing stays", destroy),
    ("no secret was shown or written in plain", no_secret_in_plain),
];

/// Runs all steps.
pub(crate) fn run(root: &Path) -> Result<()> {
    setup::for_demo(root)?.complete()?;
    run_command(&mut cargo(root, &["build", "--workspace", "--bins"])?)?;
    let demo = Demo::start(root)?;
    for (number, (title, step)) in STEPS.iter().enumerate() {
        println!("\n== {} of {}: {title}", number + 1, STEPS.len());
        step(&demo).with_context(|| format!("step {} ({title})", number + 1))?;
    }
    println!("\nThe demo is complete.");
    Ok(())
}

struct Demo<'a> {
    root: &'a Path,
    sandbox: Sandbox,
    workspace: Workspace,
    /// Every secret there has been, to look for at the end.
    secrets: RefCell<BTreeSet<String>>,
}

impl<'a> Demo<'a> {
    fn start(root: &'a Path) -> Result<Self> {
        let sandbox = Sandbox::start()?;
        let program = fs::read_to_string(root.join("examples/pulumi/Pulumi.yaml"))?;
        let workspace = Workspace::new(&sandbox, &program)?;
        println!(
            "\nThe sandbox listens on {}, the program is a copy of",
            sandbox.url()
        );
        println!(
            "examples/pulumi/Pulumi.yaml in {}.",
            workspace.project().display()
        );
        println!(
            "Pulumi keeps its state in a folder beside it; DESCOPE_BASE_URL and DESCOPE_MANAGEMENT_KEY are set."
        );
        let secrets = RefCell::new(BTreeSet::from([sandbox.calling_key().to_owned()]));
        Ok(Self {
            root,
            sandbox,
            workspace,
            secrets,
        })
    }

    /// Runs pulumi in the open.
    fn pulumi(&self, arguments: &[&str]) -> Result<Finished> {
        println!("$ pulumi {}", arguments.join(" "));
        self.show(self.workspace.pulumi(arguments)?)
    }

    /// `pulumi up` in the open; keeps the secrets of what it made.
    fn up(&self) -> Result<()> {
        self.pulumi(&["up", "--yes", "--skip-preview"])?;
        self.secrets
            .borrow_mut()
            .extend(self.workspace.cleartexts()?.into_values());
        Ok(())
    }

    /// Runs our own program in the open; its exit code is part of its answer.
    fn descope_keys(&self, folder: &Path, arguments: &[&str]) -> Result<Finished> {
        println!("$ descope-keys {}", arguments.join(" "));
        self.show(descope_keys(folder, arguments)?)
    }

    fn show(&self, finished: Finished) -> Result<Finished> {
        let text = finished.text();
        let secrets = self.secrets.borrow();
        ensure!(
            !secrets.iter().any(|secret| text.contains(secret)),
            "a secret stands in the output, so it is not shown"
        );
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            println!("  | {line}");
        }
        Ok(finished)
    }

    /// Makes an edit of the program and returns what `descope-keys diff` says of it: the paths of the changes that
    /// replace a key, by resource.
    fn edit(&self, passages: &[(&str, &str)]) -> Result<BTreeMap<String, BTreeSet<String>>> {
        let project = self.workspace.project();
        fs::copy(self.workspace.program_file(), project.join("before.yaml"))?;
        for (from, to) in passages {
            println!("edit: `{}` becomes `{}`", one_line(from), one_line(to));
            self.workspace.edit(from, to)?;
        }
        self.descope_keys(&project, &["diff", "before.yaml", "Pulumi.yaml"])?;
        // What a person has just read, once more for this program to read.
        let report = descope_keys(
            &project,
            &["diff", "--format", "json", "before.yaml", "Pulumi.yaml"],
        )?;
        replaced(&report.stdout)
    }

    /// The ids in the state, which must be exactly those of the live keys.
    fn live_ids(&self) -> Result<BTreeMap<String, String>> {
        let ids = self.workspace.ids()?;
        let stated: BTreeSet<&String> = ids.values().collect();
        let keys = self.sandbox.keys()?;
        ensure!(
            stated == keys.keys().collect(),
            "the state says {stated:?}, the sandbox has {:?}",
            keys.keys()
        );
        Ok(ids)
    }
}

fn check_examples(demo: &Demo) -> Result<()> {
    for example in ["examples/terraform/main.tf", "examples/pulumi/Pulumi.yaml"] {
        demo.descope_keys(demo.root, &["check", example])?.success()?;
    }
    proved("both programs are right: exit code 0")
}

fn preview(demo: &Demo) -> Result<()> {
    demo.pulumi(&["preview"])?;
    let planned = demo.workspace.preview()?;
    ensure!(
        planned.len() == 3 && planned.values().all(|operation| operation == "create"),
        "planned: {planned:?}"
    );
    ensure!(demo.sandbox.keys()?.is_empty(), "a preview made a key");
    proved("three keys would be created, and none has been")
}

fn create(demo: &Demo) -> Result<()> {
    demo.up()?;
    ensure!(demo.live_ids()?.len() == 3, "not three keys");
    ensure!(
        demo.workspace.cleartexts()?.len() == 3,
        "not every key has its cleartext in the state"
    );
    let output = demo.pulumi(&["stack", "output"])?;
    ensure!(
        output.stdout.contains("[secret]"),
        "the output is not shown as a secret"
    );
    proved("three live keys; each cleartext is a secret in the state")
}

fn update_in_place(demo: &Demo) -> Result<()> {
    let before = demo.live_ids()?;
    let replaced = demo.edit(&[
        ("name: CI/CD Pipeline Key", "name: CI/CD Deployment Key"),
        (
            "description: Used by the deployment pipeline to manage users",
            "description: Used by deployments only",
        ),
        ("name: Staging Key", "name: Staging Key\n      status: inactive"),
        (
            "permittedIps: [203.0.113.0/24, 198.51.100.10]",
            "permittedIps: [203.0.113.0/24]",
        ),
    ])?;
    ensure!(replaced.is_empty(), "diff announces a replacement: {replaced:?}");
    demo.up()?;
    ensure!(demo.live_ids()? == before, "an update changed an id");
    let renamed = demo.sandbox.key_named("CI/CD Deployment Key")?;
    ensure!(
        renamed["description"] == "Used by deployments only",
        "the description has not changed"
    );
    ensure!(
        demo.sandbox.key_named("Staging Key")?["status"] == "inactive",
        "the key is not inactive"
    );
    let networks = &demo.sandbox.key_named("Office Network Key")?["permittedIps"];
    ensure!(
        *networks == json!(["203.0.113.0/24"]),
        "the networks are {networks}"
    );
    proved("all four fields changed, every id and so every secret stayed")
}

fn replace_expiry(demo: &Demo) -> Result<()> {
    let edit = (
        "expireTime: 1893456000 # 2030-01-01T00:00:00Z",
        "expireTime: 1924992000 # 2031-01-01T00:00:00Z",
    );
    replaces(demo, edit, "projectKey", "expireTime")?;
    let key = demo.sandbox.key_named("Staging Key")?;
    ensure!(
        key["expireTime"] == 1_924_992_000,
        "the expiry is {}",
        key["expireTime"]
    );
    ensure!(key["status"] == "inactive", "the new key is not inactive");
    proved("exactly the announced key has a new id")
}

fn replace_access(demo: &Demo) -> Result<()> {
    replaces(
        demo,
        ("tags: [production]", "tags: [production, staging]"),
        "restrictedKey",
        "rebac",
    )?;
    proved("exactly the announced key has a new id")
}

fn refresh_without_drift(demo: &Demo) -> Result<()> {
    demo.pulumi(&["refresh", "--yes", "--skip-preview", "--expect-no-changes"])?;
    proved("state and live keys agree")
}

fn repair_drift(demo: &Demo) -> Result<()> {
    let ids = demo.live_ids()?;
    let id = ids.get("restrictedKey").context("the key is not in the state")?;
    println!(
        "another client: PUT /v1/mgmt/infra removes the IP restriction of {id} and changes its description"
    );
    demo.sandbox.change(
        id,
        &json!({ "permittedIps": [], "description": "opened by hand" }),
    )?;
    let refresh = demo.pulumi(&["refresh", "--yes", "--skip-preview"])?;
    ensure!(
        refresh.stdout.contains("~ 1 updated"),
        "refresh does not show the drift"
    );
    demo.up()?;
    ensure!(demo.live_ids()? == ids, "the repair changed an id");
    let key = demo.sandbox.key_named("Office Network Key")?;
    ensure!(
        key["permittedIps"] == json!(["203.0.113.0/24"]),
        "the networks are {}",
        key["permittedIps"]
    );
    ensure!(
        key["description"].as_str().unwrap_or_default().is_empty(),
        "the description is {}",
        key["description"]
    );
    proved("refresh saw the drift, up put back what is declared, in place")
}

fn import(demo: &Demo) -> Result<()> {
    let rebac = json!({ "companyRoles": ["company-full-access"], "projectRoles": [], "tagRoles": [] });
    let id = demo.sandbox.create(&json!({
        "name": "Made by hand", "description": "", "status": "active", "expireTime": 0, "permittedIps": [], "reBac": rebac,
    }))?;
    println!("another client: POST /v1/mgmt/infra makes `Made by hand`, id {id}");
    let flags = [
        "--yes",
        "--skip-preview",
        "--protect=false",
        "--out",
        "imported.yaml",
    ];
    demo.pulumi(&[&["import", KEY_TYPE, "importedKey", &id], &flags[..]].concat())?;
    let generated = fs::read_to_string(demo.workspace.project().join("imported.yaml"))?;
    let (_, declaration) = generated
        .split_once("resources:\n")
        .context("pulumi wrote no declaration")?;
    println!("edit: the program takes over the declaration that pulumi has written");
    demo.workspace
        .edit("\noutputs:", &format!("\n{declaration}\noutputs:"))?;
    demo.pulumi(&["preview", "--expect-no-changes"])?;
    ensure!(
        demo.live_ids()?.get("importedKey") == Some(&id),
        "the imported key has another id"
    );
    proved("the key is in the state under its id, and nothing would change")
}

fn destroy(demo: &Demo) -> Result<()> {
    demo.pulumi(&["destroy", "--yes", "--skip-preview"])?;
    let keys = demo.sandbox.keys()?;
    ensure!(keys.is_empty(), "still there: {:?}", keys.keys());
    proved("the sandbox is empty")
}

fn no_secret_in_plain(demo: &Demo) -> Result<()> {
    let secrets = demo.secrets.borrow();
    let places = demo
        .workspace
        .places_in_plain(secrets.iter().map(String::as_str))?;
    ensure!(
        places.is_empty(),
        "a secret stands in plain in {}",
        places.join(", ")
    );
    proved(&format!(
        "{} secrets looked for in all output, state, history and logs: found nowhere",
        secrets.len()
    ))
}

/// An edit of one key that `diff` must announce as a replacement, and that then replaces this key and no other.
fn replaces(demo: &Demo, edit: (&str, &str), resource: &str, field: &str) -> Result<()> {
    let before = demo.live_ids()?;
    let announced = demo.edit(&[edit])?;
    let fields = announced
        .get(resource)
        .with_context(|| format!("diff does not announce it: {announced:?}"))?;
    ensure!(announced.len() == 1, "diff announces more: {announced:?}");
    ensure!(
        fields.iter().all(|path| path.starts_with(field)),
        "diff names {fields:?}, not `{field}`"
    );
    demo.up()?;
    let after = demo.live_ids()?;
    let changed: Vec<&String> = after
        .keys()
        .filter(|name| before.get(*name) != after.get(*name))
        .collect();
    ensure!(
        changed == [resource] && before.len() == after.len(),
        "new ids: {changed:?}"
    );
    Ok(())
}

fn descope_keys(folder: &Path, arguments: &[&str]) -> Result<Finished> {
    let program = tools::program("descope-keys")?;
    process::run(Command::new(program).args(arguments).current_dir(folder), "")
}

/// The paths under which the report of `diff` says that a key is replaced, by resource.
fn replaced(report: &str) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let report: Value = serde_json::from_str(report).context("the report is no JSON")?;
    let findings = report["findings"]
        .as_array()
        .context("the report has no findings")?;
    let mut replaced: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for finding in findings
        .iter()
        .filter(|finding| finding["rule"] == "replaces-key")
    {
        let resource = finding["resource"]
            .as_str()
            .context("a finding names no resource")?;
        let path = finding["path"].as_str().context("a finding has no path")?;
        replaced
            .entry(resource.to_owned())
            .or_default()
            .insert(path.to_owned());
    }
    Ok(replaced)
}

fn proved(what: &str) -> Result<()> {
    println!("=> {what}");
    Ok(())
}

fn one_line(passage: &str) -> String {
    passage.split_whitespace().collect::<Vec<_>>().join(" ")
}
