//! The provider of files, started by pulumi itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::Result;
use descope_keys_tests::pulumi::{Provider, Workspace};
use tempfile::TempDir;

const PROGRAM: &str = "
name: notes
runtime: yaml
resources:
  note: { type: 'files:File', properties: { name: note.txt, content: hello } }
  named: { type: 'files:File', properties: { content: 'after ${note.name}' } }
outputs:
  size: ${note.size}
";

struct Notes {
    folder: TempDir,
    workspace: Workspace,
}

impl Notes {
    fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let environment = BTreeMap::from([("FILES_FOLDER".to_owned(), folder.path().display().to_string())]);
        let provider = Provider::example("files", "files")?;
        let workspace = Workspace::with_provider(&provider, PROGRAM, environment)?;
        Ok(Self { folder, workspace })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn names(&self) -> Result<Vec<String>> {
        let entries = fs::read_dir(self.folder.path())?;
        let mut names = entries
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }
}

#[test]
fn files_live_from_preview_to_destroy() -> Result<()> {
    let notes = Notes::new()?;
    let pulumi = |arguments: &[&str]| notes.workspace.pulumi(arguments);

    let planned = pulumi(&["preview"])?.stdout;
    assert!(planned.contains("+ 3 to create"), "{planned}");
    assert!(notes.names()?.is_empty(), "a preview wrote a file");

    notes.workspace.up()?;
    assert_eq!(fs::read_to_string(notes.path("note.txt"))?, "hello");
    assert_eq!(notes.names()?.len(), 2);
    assert_eq!(pulumi(&["stack", "output", "size"])?.stdout.trim(), "5");
    // Nothing has changed, so nothing would be done.
    pulumi(&["preview", "--expect-no-changes"])?;
    pulumi(&["refresh", "--yes", "--expect-no-changes"])?;

    notes.workspace.edit("content: hello", "content: good morning")?;
    let changed = notes.workspace.up()?.stdout;
    assert!(changed.contains("~ 1 updated"), "{changed}");
    assert_eq!(fs::read_to_string(notes.path("note.txt"))?, "good morning");

    notes.workspace.edit("name: note.txt", "name: new.txt")?;
    let changed = notes.workspace.up()?.stdout;
    assert!(changed.contains("+-1 replaced"), "{changed}");
    assert!(!notes.path("note.txt").exists());

    notes.workspace.destroy()?;
    assert!(notes.names()?.is_empty(), "{:?}", notes.names()?);
    Ok(())
}

#[test]
fn drift_is_found_and_repaired() -> Result<()> {
    let notes = Notes::new()?;
    notes.workspace.up()?;

    fs::write(notes.path("note.txt"), "changed by another")?;
    let drifted = notes.workspace.refresh()?.stdout;
    assert!(drifted.contains("~ 1 updated"), "{drifted}");
    notes.workspace.up()?;
    assert_eq!(fs::read_to_string(notes.path("note.txt"))?, "hello");

    fs::remove_file(notes.path("note.txt"))?;
    let drifted = notes.workspace.refresh()?.stdout;
    assert!(drifted.contains("- 1 deleted"), "{drifted}");
    notes.workspace.up()?;
    assert_eq!(fs::read_to_string(notes.path("note.txt"))?, "hello");
    Ok(())
}

#[test]
fn files_made_elsewhere_are_listed_and_imported() -> Result<()> {
    let notes = Notes::new()?;
    fs::write(notes.path("a.txt"), "a")?;
    fs::write(notes.path("b.txt"), "b")?;

    let listed = notes
        .workspace
        .pulumi(&["do", "files:index:File", "list", "--all"])?
        .stdout;
    assert!(listed.contains("a.txt") && listed.contains("b.txt"), "{listed}");

    let imported = notes
        .workspace
        .pulumi(&[
            "import",
            "files:index:File",
            "found",
            "a.txt",
            "--yes",
            "--protect=false",
        ])?
        .stdout;
    assert!(imported.contains("content: a"), "{imported}");
    assert_eq!(fs::read_to_string(notes.path("a.txt"))?, "a");

    let missing = notes
        .workspace
        .pulumi_fails(&["import", "files:index:File", "lost", "no.txt", "--yes"])?
        .text();
    assert!(missing.contains("does not exist"), "{missing}");
    Ok(())
}
