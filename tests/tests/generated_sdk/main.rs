//! The SDKs that Pulumi's generators make of our schemas: they compile, and programs that use them run.
//!
//! The languages' own hosts take no part: programs for Node and Python bring their runtime along, in the Automation API.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use descope_keys_tests::pulumi::{self, Provider};
use descope_keys_tests::sandbox::Sandbox;
use descope_keys_tests::{process, tools};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The packages: the provider of keys, and the examples of the framework.
fn providers() -> Result<[Provider; 3]> {
    Ok([
        Provider::ours()?,
        Provider::example("random", "random-text")?,
        Provider::example("files", "files")?,
    ])
}

#[test]
fn the_sdk_for_node_compiles_and_runs() -> Result<()> {
    for provider in providers()? {
        let sdk = Sdk::generate(&provider)?;
        let modules = tools::root().join("tests/languages/node/node_modules");
        let installed = sdk.path("node_modules");
        fs::create_dir(&installed)?;
        for module in ["@pulumi", "@types"] {
            symlink(modules.join(module), installed.join(module))?;
        }
        let tsc = modules.join("typescript/bin/tsc");
        // As the SDK's own script `build` does, for a package that is then installed under its name.
        sdk.run(Command::new("node").arg(&tsc).current_dir(sdk.path("nodejs")))?;
        fs::copy(
            sdk.path("nodejs/package.json"),
            sdk.path("nodejs/bin/package.json"),
        )?;
        symlink(
            sdk.path("nodejs"),
            installed.join(format!("pulumi-{}", provider.package)),
        )?;

        let program = format!("{}.ts", provider.package);
        sdk.copy("node", &["run.ts", &program])?;
        let options = [
            "--strict",
            "--skipLibCheck",
            "--target",
            "ES2022",
            "--types",
            "node",
        ];
        let modules = ["--module", "nodenext", "--moduleResolution", "nodenext"];
        sdk.run(
            Command::new("node")
                .arg(&tsc)
                .args(options)
                .args(modules)
                .arg(&program),
        )?;
        let outputs = sdk.run(Command::new("node").arg(format!("{}.js", provider.package)))?;

        assert_eq!(outputs, expected(&provider), "{}", provider.package);
    }
    Ok(())
}

#[test]
fn the_sdk_for_python_runs() -> Result<()> {
    for provider in providers()? {
        let sdk = Sdk::generate(&provider)?;
        let program = format!("{}.py", provider.package);
        sdk.copy("python", &["run.py", &program])?;

        let python = || anyhow::Ok(Command::new(tools::pulumi_python_dir()?.join("bin/python")));
        let pip = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-index",
            "--no-deps",
            "--no-build-isolation",
        ];
        process::run(
            python()?
                .args(pip)
                .arg("--target")
                .arg(sdk.path("installed"))
                .arg(sdk.path("python")),
            "",
        )?
        .success()?;
        let outputs = sdk.run(python()?.arg(program).env("PYTHONPATH", sdk.path("installed")))?;

        assert_eq!(outputs, expected(&provider), "{}", provider.package);
    }
    Ok(())
}

#[test]
fn the_sdk_for_go_builds() -> Result<()> {
    for provider in providers()? {
        let sdk = Sdk::generate(&provider)?;
        // The packages import each other by a path whose end need not be the name of the generated folder. The rest of it
        // is the name of the module around them.
        let generated = only_folder(&sdk.path("go"))?;
        let init = fs::read_to_string(generated.join("init.go"))?;
        let base = init
            .lines()
            .find_map(|line| line.trim().strip_prefix('"')?.strip_suffix("/internal\""))
            .context("no import of the SDK's own package")?;
        let (module, package) = base.rsplit_once('/').context("an import path of one part")?;
        fs::rename(&generated, sdk.path("go").join(package))?;
        let pins = tools::root().join("tools/pulumi-go");
        let requirements = fs::read_to_string(pins.join("go.mod"))?;
        fs::write(
            sdk.path("go/go.mod"),
            requirements.replacen("module tools", &format!("module {module}"), 1),
        )?;
        fs::copy(pins.join("go.sum"), sdk.path("go/go.sum"))?;

        let mut build = Command::new("go");
        build.args(["build", "./..."]).current_dir(sdk.path("go"));
        // The caller's own home: its caches hold what setup has compiled.
        build
            .env("GOWORK", "off")
            .env("GOFLAGS", "-mod=readonly -buildvcs=false");
        process::run(&mut build, "")?.success()?;
    }
    Ok(())
}

#[test]
fn the_sdk_for_dotnet_is_generated() -> Result<()> {
    for provider in providers()? {
        let sdk = Sdk::generate(&provider)?;
        // The generator downloads a logo. What it is does not matter, but the test is not to need the web.
        let mut with_logo = sdk.schema.clone();
        with_logo["logoUrl"] = json!(format!("{}/_sandbox/requests", sdk.sandbox.url()));
        let schema = sdk.path("with-logo.json");
        fs::write(&schema, with_logo.to_string())?;
        let mut command = Command::new(pulumi::program()?);
        pulumi::isolate(&mut command, sdk.scratch.path())?;
        command.args(["package", "gen-sdk", "--language", "dotnet", "--out"]);
        process::run(command.arg(sdk.path(".")).arg(schema), "")?.success()?;

        let resources = sdk.schema["resources"].as_object().context("no resources")?;
        for token in resources.keys() {
            let class = token.rsplit(':').next().unwrap_or_default();
            let file = sdk.path("dotnet").join(format!("{class}.cs"));
            ensure!(file.is_file(), "`{}` was not generated", file.display());
        }
    }
    Ok(())
}

#[test]
fn the_settings_for_java_are_in_the_schema() -> Result<()> {
    for provider in providers()? {
        let schema = schema(&provider)?;
        assert_eq!(
            schema["language"]["java"]["buildFiles"], "gradle",
            "{}",
            provider.package
        );
    }
    Ok(())
}

fn only_folder(folder: &Path) -> Result<PathBuf> {
    let entries = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    let mut folders = entries.into_iter().filter(|path| path.is_dir());
    let only = folders.next().context("no folder was generated")?;
    ensure!(folders.next().is_none(), "more than one folder was generated");
    Ok(only)
}

/// What the programs under `tests/languages` print, in whatever language.
fn expected(provider: &Provider) -> Value {
    match provider.package {
        "random-text" => json!({ "label": "a motto", "result": "secret of 12 characters", "count": 7 }),
        "files" => json!({ "name": "note.txt", "size": 5 }),
        _ => json!({ "name": "CI", "cleartext": "secret of 50 characters" }),
    }
}

/// The schema, as the provider's program prints it.
fn schema(provider: &Provider) -> Result<Value> {
    let printed = process::run(Command::new(&provider.program).arg("--schema"), "")?.success()?;
    Ok(serde_json::from_str(&printed.stdout)?)
}

/// The generated SDKs of one package in a folder of their own, beside the provider and what it talks to.
struct Sdk {
    scratch: TempDir,
    schema: Value,
    environment: BTreeMap<String, String>,
    sandbox: Sandbox,
}

impl Sdk {
    fn generate(provider: &Provider) -> Result<Self> {
        let scratch = tempfile::tempdir()?;
        provider.link_into(&scratch.path().join("plugins"))?;
        let files = scratch.path().join("files");
        fs::create_dir(&files)?;
        let schema = schema(provider)?;
        let schema_file = scratch.path().join("schema.json");
        fs::write(&schema_file, schema.to_string())?;
        let mut generator = Command::new(tools::pulumi_go_dir()?.join("bin/sdks"));
        process::run(generator.arg(&schema_file).arg(scratch.path()), "")?.success()?;

        let sandbox = Sandbox::start()?;
        let environment = BTreeMap::from([
            ("DESCOPE_BASE_URL".to_owned(), sandbox.url().to_owned()),
            (
                "DESCOPE_MANAGEMENT_KEY".to_owned(),
                sandbox.calling_key().to_owned(),
            ),
            ("FILES_FOLDER".to_owned(), files.display().to_string()),
        ]);
        Ok(Self {
            scratch,
            schema,
            environment,
            sandbox,
        })
    }

    fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.scratch.path().join(name)
    }

    /// Copies programs of `tests/languages`, so that they stand beside the SDK.
    fn copy(&self, language: &str, names: &[&str]) -> Result<()> {
        let folder = tools::root().join("tests/languages").join(language);
        for name in names {
            fs::copy(folder.join(name), self.path(name)).with_context(|| format!("no program `{name}`"))?;
        }
        Ok(())
    }

    /// Runs a command that may start pulumi, and so this package's provider; what it prints is JSON, or nothing.
    fn run(&self, command: &mut Command) -> Result<Value> {
        if command.get_current_dir().is_none() {
            command.current_dir(self.scratch.path());
        }
        pulumi::isolate(command, self.scratch.path())?.envs(&self.environment);
        let plugins = std::iter::once(self.path("plugins"));
        let path = tools::tool_path()?;
        command.env(
            "PATH",
            std::env::join_paths(plugins.chain(std::env::split_paths(&path)))?,
        );
        let finished = process::run(command, "")?.success()?;
        match finished.stdout.trim() {
            "" => Ok(Value::Null),
            text => serde_json::from_str(text).with_context(|| format!("no JSON: {text}")),
        }
    }
}
