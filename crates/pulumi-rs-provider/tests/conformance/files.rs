//! The example of files, with a folder of its own.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use pulumi_rs_provider::testing::conformance::{Faults, Invalid, Subject, World};
use pulumi_rs_provider::testing::{Binary, Launcher};
use tempfile::TempDir;

use crate::{map, with};

/// A folder with the files and another one with the copies.
struct Disk(TempDir);

impl Disk {
    fn folder(&self) -> PathBuf {
        self.0.path().join("files")
    }

    fn copies(&self) -> PathBuf {
        self.0.path().join("copies")
    }

    fn away(&self) -> PathBuf {
        self.0.path().join("away")
    }
}

#[tonic::async_trait]
impl World for Disk {
    async fn drift(&self, id: &str) -> Option<()> {
        fs::write(self.folder().join(id), "written by somebody else").unwrap();
        Some(())
    }

    async fn writes(&self) -> Option<usize> {
        let files = fs::read_dir(self.folder()).unwrap();
        let sizes = files.map(|file| file.unwrap().metadata().unwrap().len() as usize + 1);
        Some(sizes.sum())
    }

    async fn fall_ill(&self) -> Option<()> {
        fs::rename(self.folder(), self.away()).unwrap();
        fs::write(self.folder(), "not a folder").unwrap();
        Some(())
    }

    async fn refuse(&self) -> Option<()> {
        self.fall_ill().await
    }

    async fn recover(&self) {
        if self.away().exists() {
            fs::remove_file(self.folder()).unwrap();
            fs::rename(self.away(), self.folder()).unwrap();
        }
    }
}

pub(crate) fn subject() -> Subject {
    let disk = Disk(tempfile::tempdir().unwrap());
    fs::create_dir(disk.folder()).unwrap();
    fs::create_dir(disk.copies()).unwrap();
    let text = |path: PathBuf| path.into_os_string().into_string().unwrap();
    let inputs = map([
        ("name", "one.txt".into()),
        ("content", "hello".into()),
        ("mirror", text(disk.copies()).into()),
    ]);
    let nowhere = text(disk.0.path().join("no such folder"));
    Subject {
        config: map([("folder", text(disk.folder()).into())]),
        required_config: Some("folder".to_owned()),
        invalid_config: Some(map([("folder", vec!["x"].into())])),
        updated: Some(with(&inputs, "content", "hello again")),
        replacing: Some(with(&inputs, "name", "two.txt")),
        invalid: vec![Invalid {
            inputs: with(&inputs, "name", "../one.txt"),
            at: "name".to_owned(),
        }],
        faults: Faults {
            partial_create: Some(with(&inputs, "mirror", nowhere.clone())),
            partial_update: Some(with(&inputs, "mirror", nowhere)),
            talkative_create: Some(inputs.clone()),
            ..Faults::default()
        },
        world: Arc::new(disk),
        ..Subject::new(
            Launcher::binary(Binary::example("files").unwrap().env_remove("FILES_FOLDER")),
            "files:index:File",
            inputs,
        )
    }
}
