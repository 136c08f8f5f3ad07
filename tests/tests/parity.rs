//! One core, two programs: the npm `bin` says to the letter what the native command line says, and ends as it does.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use descope_keys_tests::cases::{self, NOW};
use descope_keys_tests::{npm, process, tools};

#[test]
fn on_every_case() -> Result<()> {
    for case in cases::all()? {
        for format in ["human", "json"] {
            let shown = format!("{} as {format}", case.folder.display());
            assert_eq!(
                case.run(&mut npm::program()?, format)?,
                case.run_native(format)?,
                "{shown}"
            );
        }
    }
    Ok(())
}

#[test]
fn on_every_rule_page() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let mut pages = 0;
    for entry in fs::read_dir(tools::root().join("crates/key-policy/src/rules"))? {
        let page = entry?.path();
        if page.extension().is_some_and(|extension| extension == "md") {
            let name = page.file_stem().context("a page without a name")?;
            let text = fs::read_to_string(&page)?;
            let examples = code_blocks(&text)
                .into_iter()
                .filter(|(language, _)| *language != "toml");
            for (index, (language, text)) in examples.enumerate() {
                // The last word tells a new version from an old one; both sides of the comparison get both folders.
                let side = if language.ends_with("before") {
                    "old"
                } else {
                    "new"
                };
                let folder = scratch.path().join(side).join(name).join((index / 2).to_string());
                fs::create_dir_all(&folder)?;
                let file = if language.starts_with("hcl") {
                    "main.tf"
                } else {
                    "Pulumi.yaml"
                };
                fs::write(folder.join(file), text)?;
            }
            pages += 1;
        }
    }
    assert!(pages > 10, "{pages} pages");
    for format in ["human", "json"] {
        same(
            scratch.path(),
            &["check", "old", "new", "--format", format, "--now", NOW],
            &[],
            "",
        )?;
        same(
            scratch.path(),
            &["diff", "old", "new", "--format", format, "--now", NOW],
            &[],
            "",
        )?;
    }
    Ok(())
}

/// A Terraform program whose only key stands in a module and takes its values from all around.
const PROGRAM: [(&str, &str); 5] = [
    (
        "main.tf",
        "module \"m\" {\n  source = \"./m\"\n  name   = var.name\n  ip     = var.ip\n}\n",
    ),
    ("variables.tf", "variable \"name\" {}\nvariable \"ip\" {}\n"),
    ("terraform.tfvars", "ip = \"1.2.3.4/99\"\n"),
    ("prod.tfvars", "ip = \"1.2.3.4/77\"\n"),
    (
        "m/main.tf",
        "variable \"name\" {}\nvariable \"ip\" {}\nresource \"descope_management_key\" \"k\" {\n  name = var.name\n  permitted_ips = [var.ip]\n  rebac = { company_roles = [\"a\"] }\n}\n",
    ),
];

#[test]
fn on_every_way_to_call() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let bad = "resource \"descope_management_key\" \"ci\" {\n  name = \"\"\n  rebac = { company_roles = [\"a\"] }\n}\n";
    fs::write(scratch.path().join("bad.tf"), bad)?;
    fs::write(scratch.path().join("bom.tf"), format!("\u{feff}{bad}"))?;
    fs::write(scratch.path().join("not-utf8.tf"), b"name = \"\xff\"\n")?;
    fs::write(scratch.path().join("-odd.tf"), bad)?;
    for (name, text) in PROGRAM {
        let path = scratch.path().join("program").join(name);
        fs::create_dir_all(path.parent().context("a path without a folder")?)?;
        fs::write(path, text)?;
    }
    let fixable = "resource \"descope_management_key\" \"ci\" {\n  name = \"é\"\n  permitted_ips = [\"81.2.69.7/24\"]\n}";
    fs::write(scratch.path().join("fixable.tf"), format!("\u{feff}{fixable}"))?;
    fs::create_dir_all(scratch.path().join("team/.git"))?;
    fs::write(scratch.path().join("team/bad.tf"), bad)?;
    fs::write(
        scratch.path().join("team/descope-keys.toml"),
        "[policy]\nrequire_expiry = true\n[[override]]\nfiles = [\"bad.tf\"]\nrules = { empty-name = \"note\" }\n",
    )?;
    fs::write(scratch.path().join("broken.toml"), "[rules]\nany-ipp = \"off\"\n")?;
    for arguments in [
        &["--help"][..],
        &["-h"],
        &["--version"],
        &["-V"],
        &["help"],
        &["help", "check"],
        &["help", "nothing"],
        &[],
        &["check", "--help"],
        &["check", "-h"],
        &["check", "--version"],
        &["diff", "--help"],
        &["frobnicate"],
        &["--frobnicate"],
        &["check"],
        &["check", "--frobnicate", "bad.tf"],
        &["check", "--frobnicate", "--help"],
        &["check", "bad.tf", "--help"],
        &["check", "--help=yes"],
        &["check", "bad.tf", "bom.tf", "bad.tf"],
        &["check", "./bad.tf"],
        &["check", "not-utf8.tf"],
        &["check", "absent.tf"],
        &["check", ""],
        &["check", "--", "-odd.tf"],
        &["check", "-odd.tf"],
        &["check", "bad.tf", "--format=json"],
        &["check", "bad.tf", "--format", "xml"],
        &["check", "bad.tf", "--format"],
        &["check", "--format", "--now", "bad.tf"],
        &["check", "bad.tf", "--format", "json", "--format", "json"],
        &["check", "bad.tf", "--fail-on", "note"],
        &["check", "bad.tf", "--fail-on", "never"],
        &["check", "bad.tf", "--kind", "pulumi-yaml"],
        &["check", "program/main.tf"],
        &["check", "./program/main.tf", "--format", "json"],
        &["check", "program", "--var", "ip=5.6.7.8/88", "--var", "other=1"],
        &["check", "program/main.tf", "--var-file", "program/prod.tfvars"],
        &["check", "program/main.tf", "--var-file", "absent.tfvars"],
        &["check", "program/main.tf", "--var", "nothing"],
        &["access", "program/main.tf", "--var", "ip=5.6.7.8"],
        &["diff", "program", "bad.tf", "--var=ip=5.6.7.8"],
        &["check", "bad.tf", "--now", "-1"],
        &["check", "bad.tf", "--now=-1"],
        &["check", "bad.tf", "--now", "9223372036854775807"],
        &["check", "bad.tf", "--now", "9223372036854775808"],
        &["check", "bad.tf", "--now", "soon"],
        &["check", "bad.tf", "--color", "always"],
        &["check", "team/bad.tf"],
        &["check", "team", "bad.tf"],
        &["check", "-", "--stdin-filename", "team/x.tf"],
        &["check", "bad.tf", "--config", "team/descope-keys.toml"],
        &["check", "bad.tf", "--config", "broken.toml"],
        &["check", "bad.tf", "--config", "absent.toml"],
        &["check", "bad.tf", "--config"],
        &["diff", "bad.tf", "team/bad.tf"],
        &["check", "-", "--fix"],
        &["check", "-", "--fix=unsafe"],
        &["check", "--fix", "-"],
        &["check", "fixable.tf", "--fix", "--diff"],
        &["check", "bad.tf", "--fix", "--diff"],
        &["check", "bad.tf", "--diff"],
        &["check", "bad.tf", "--fix", "--diff=yes"],
        &["check", "-", "--fix=all"],
        &["check", "-", "--fix", "--fix"],
        &["check", "-"],
        &["check", "-", "-"],
        &["check", "-", "--stdin-filename", "dir/from-stdin.tf"],
        &["check", "-", "--stdin-filename", "-"],
        &["diff", "bad.tf"],
        &["diff", "bad.tf", "bom.tf"],
        &["diff", "bad.tf", "bom.tf", "bad.tf"],
        &["diff", "bad.tf", "."],
        &["access", "--help"],
        &["access", "bad.tf", "bom.tf"],
        &["access", "bad.tf", "--format", "json"],
        &["access", ".", "--format", "svg"],
        &["access", "bad.tf", "--format", "sarif"],
        &["access", "bad.tf", "--fail-on", "note"],
        &["access", "-", "--stdin-filename", "main.tf"],
        &["access"],
        &["check", "bad.tf", "--format", "svg"],
    ] {
        same(scratch.path(), arguments, &[], bad)?;
    }
    same(
        scratch.path(),
        &["check", "program/main.tf"],
        &[("TF_VAR_name", " "), ("TF_VAR_ip", "5.6.7.8/66")],
        "",
    )?;
    for variables in [
        &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")][..],
        &[("NO_COLOR", ""), ("CLICOLOR_FORCE", "1")],
        &[("CLICOLOR_FORCE", "0")],
        &[("CLICOLOR", "1")],
    ] {
        same(scratch.path(), &["check", "bad.tf"], variables, "")?;
    }
    Ok(())
}

#[test]
fn on_what_fixes_write() -> Result<()> {
    let text = "resource \"descope_management_key\" \"ci\" {\n  nam = \"n\"\n  permitted_ips = [\"81.2.69.7/24\"]\n}\n";
    for safety in ["--fix", "--fix=unsafe"] {
        let mut written = Vec::new();
        for mut program in [Command::new(tools::program("descope-keys")?), npm::program()?] {
            let scratch = tempfile::tempdir()?;
            fs::write(scratch.path().join("main.tf"), text)?;
            program
                .args(["check", safety, "main.tf"])
                .current_dir(scratch.path());
            let finished = process::run(&mut program, "")?;
            written.push((
                finished.stdout,
                fs::read_to_string(scratch.path().join("main.tf"))?,
            ));
        }
        ensure!(written[0] == written[1], "{written:?}");
        ensure!(written[0].1.contains("81.2.69.0/24"), "{written:?}");
        ensure!(
            written[0].1.contains("  name") == (safety == "--fix=unsafe"),
            "{written:?}"
        );
    }
    Ok(())
}

#[test]
fn on_which_files_a_folder_has() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let mut random = Random(0x9e37_79b9);
    for round in 0..40 {
        let tree = scratch.path().join(round.to_string());
        random_folder(&tree, 0, &mut random)?;
        if random.below(2) == 0 {
            fs::create_dir_all(tree.join("a/.git"))?;
        }
        fs::create_dir_all(tree.join("a/b"))?;
        same(&tree, &["check", ".", "./", "a", "a/b/"], &[], "").with_context(|| tree_text(&tree))?;
    }
    Ok(())
}

/// Runs both programs and compares what they print, and how they end. What they say on standard error is for people;
/// there both say something, or neither does.
fn same(folder: &Path, arguments: &[&str], variables: &[(&str, &str)], stdin: &str) -> Result<()> {
    let run = |mut program: Command| {
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
            program.env_remove(name);
        }
        program
            .args(arguments)
            .envs(variables.iter().copied())
            .current_dir(folder);
        process::run(&mut program, stdin)
    };
    let native = run(Command::new(tools::program("descope-keys")?))?;
    let npm = run(npm::program()?)?;
    let shown = format!(
        "{arguments:?} {variables:?}\nnative: {}\nnpm: {}",
        native.stderr, npm.stderr
    );
    ensure!(
        npm.stdout == native.stdout,
        "{shown}\nnative:\n{}\nnpm:\n{}",
        native.stdout,
        npm.stdout
    );
    ensure!(
        npm.status == native.status,
        "{shown}\nnative: {}, npm: {}",
        native.status,
        npm.status
    );
    ensure!(npm.stderr.is_empty() == native.stderr.is_empty(), "{shown}");
    Ok(())
}

/// The fenced blocks of a page: what stands behind the fence, and the text.
fn code_blocks(page: &str) -> Vec<(&str, &str)> {
    let parts: Vec<&str> = page.split("```").collect();
    parts
        .iter()
        .skip(1)
        .step_by(2)
        .filter_map(|block| block.split_once('\n'))
        .collect()
}

/// Fills a folder with a few files, each with a fault that names it, and folders of few names, and now and then a `.gitignore`.
fn random_folder(folder: &Path, depth: usize, random: &mut Random) -> Result<()> {
    const NAMES: [&str; 9] = [
        "a",
        "b",
        "ab",
        ".h",
        "x.tf",
        "y.tf",
        ".h.tf",
        "é.tf",
        "Pulumi.yaml",
    ];
    const PATTERNS: [&str; 24] = [
        "a",
        "a/",
        "/a",
        "a/b",
        "**/b",
        "a/**",
        "a/**/x.tf",
        "*.tf",
        "!x.tf",
        "!.h",
        "/*",
        "!/a/",
        "?.tf",
        "[!x].tf",
        "[a-x]*",
        "\\*.tf",
        "# a",
        "",
        "b ",
        "x.tf\\ ",
        "a*/",
        ".*",
        "**",
        "!*",
    ];
    fs::create_dir_all(folder)?;
    for name in NAMES {
        let path = folder.join(name);
        match random.below(3) {
            0 if name.contains("tf") || name.contains("yaml") => fs::write(&path, "[")?,
            1 if depth < 3 => random_folder(&path, depth + 1, random)?,
            _ => {}
        }
    }
    if random.below(2) == 0 {
        let lines: Vec<&str> = (0..1 + random.below(4))
            .map(|_| PATTERNS[random.below(PATTERNS.len())])
            .collect();
        fs::write(folder.join(".gitignore"), lines.join("\n"))?;
    }
    Ok(())
}

/// Every `.gitignore` of a tree, for the message of a failure.
fn tree_text(tree: &Path) -> String {
    let mut folders = vec![tree.to_path_buf()];
    let mut text = String::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.ends_with(".gitignore") {
                text += &format!("{}: {:?}\n", path.display(), fs::read_to_string(&path));
            }
        }
    }
    text
}

/// Numbers that are the same in each run, so that a failure comes back.
struct Random(u32);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as usize % limit
    }
}
