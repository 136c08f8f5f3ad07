//! A provider of files in one folder: `pulumi-resource-files`.
//!
//! Its service is a part of the disk, which others change too. So it shows what a provider of a real service needs: drift that a refresh finds,
//! files that were made elsewhere and are imported, a list of what is there, names that are made up, and a creation that fails half-way and is
//! healed by the next deployment.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use pulumi_rs_provider::schema::Package;
use pulumi_rs_provider::{
    BuildError, CheckConfigRequest, CheckReply, CheckRequest, Configuration, ConfigureRequest, Context,
    CreateReply, CreateRequest, DeleteRequest, Diff, DiffConfigRequest, DiffRequest, Error, List,
    ListRequest, Listed, Page, PreviewReply, PreviewRequest, Provider, ReadReply, ReadRequest, Resource,
    Result, Schema, UpdateReply, UpdateRequest, serve,
};
use serde::{Deserialize, Serialize};

/// How many files a page of the list has, unless the user wants fewer.
const PAGE: usize = 100;

#[allow(clippy::print_stderr, reason = "a program talks to the terminal in `main`")]
fn main() -> ExitCode {
    match provider() {
        Ok(provider) => serve(provider, std::env::args_os().skip(1)),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn provider() -> Result<Provider<Folder>, BuildError> {
    Provider::new(Package::new("files", "0.1.0"), Folder)
        .resource("files:index:File", Files)?
        .list("files:index:File", Files)
}

/// The provider's configuration, which makes the folder.
struct Folder;

/// Where the files are.
#[derive(Deserialize, Serialize, Schema)]
struct Settings {
    /// An existing folder. Files in another folder are other files.
    #[property(replace, env("FILES_FOLDER"))]
    folder: PathText,
}

/// A path, which is a text in programs.
#[derive(Deserialize, Serialize)]
struct PathText(PathBuf);

impl Schema for PathText {
    fn schema(types: &mut pulumi_rs_provider::Types) -> pulumi_rs_provider::schema::Type {
        String::schema(types)
    }
}

impl Configuration for Folder {
    type Args = Settings;
    type Value = PathBuf;

    async fn check(&self, request: CheckConfigRequest, _: &Context) -> Result<CheckReply> {
        Ok(request.by_schema())
    }

    async fn diff(&self, request: DiffConfigRequest, _: &Context) -> Result<Diff> {
        Ok(request.by_schema())
    }

    async fn configure(&self, request: ConfigureRequest<Settings>, _: &Context) -> Result<PathBuf> {
        Ok(request.args.folder.0)
    }
}

#[derive(Clone, Deserialize, Serialize, Schema)]
struct FileInputs {
    /// The name in the folder. Left out, it is made from the resource's name.
    #[property(autoname, replace)]
    name: String,
    /// What is in it.
    content: String,
    /// Another existing folder, which gets a copy.
    mirror: Option<String>,
}

/// A file with a text in it.
#[derive(Clone, Deserialize, Serialize, Schema)]
struct File {
    #[serde(flatten)]
    inputs: FileInputs,
    /// How many bytes it has.
    size: u32,
}

impl File {
    fn new(inputs: FileInputs) -> Self {
        let size = u32::try_from(inputs.content.len()).unwrap_or(u32::MAX);
        Self { inputs, size }
    }
}

/// The files of the folder; their names are their ids.
struct Files;

impl Resource<PathBuf> for Files {
    type Inputs = FileInputs;
    type State = File;

    async fn check(&self, _: &PathBuf, request: CheckRequest, _: &Context) -> Result<CheckReply> {
        let mut reply = request.by_schema();
        let name: Option<String> = reply.known("name");
        if name.is_some_and(|name| !is_name(&name)) {
            reply.fail("name", "must be the name of a file, without folders");
        }
        Ok(reply)
    }

    async fn diff(&self, _: &PathBuf, request: DiffRequest, _: &Context) -> Result<Diff> {
        Ok(request.by_schema())
    }

    async fn preview(&self, _: &PathBuf, request: PreviewRequest, _: &Context) -> Result<PreviewReply> {
        let preview = request.by_schema();
        // The size follows from the content, so it is known as soon as the content is.
        let content = request
            .inputs
            .get("content")
            .and_then(|content| content.expose().as_str());
        Ok(
            match content.and_then(|content| u32::try_from(content.len()).ok()) {
                Some(size) => preview.with("size", size),
                None => preview,
            },
        )
    }

    async fn create(
        &self,
        folder: &PathBuf,
        request: CreateRequest<FileInputs>,
        context: &Context,
    ) -> Result<CreateReply<File>> {
        let inputs = request.inputs;
        let path = path(folder, &inputs.name)?;
        context.log.status(format!("writing {}", inputs.name));
        // A file that is there belongs to somebody else.
        let mut file = fs::File::create_new(&path).map_err(|error| failure(&error, &inputs.name))?;
        let id = inputs.name.clone();
        let written = io::Write::write_all(&mut file, inputs.content.as_bytes());
        Ok(match written.and_then(|()| mirror(&inputs)) {
            Ok(()) => CreateReply::Created {
                id,
                state: File::new(inputs),
            },
            // The file is there, so the engine must know of it, as it is and not as it should be.
            Err(error) => CreateReply::Partial {
                id,
                state: File::new(FileInputs {
                    mirror: None,
                    ..inputs
                }),
                reasons: vec![format!("the copy was not written: {error}")],
            },
        })
    }

    async fn read(
        &self,
        folder: &PathBuf,
        request: ReadRequest<FileInputs, File>,
        _: &Context,
    ) -> Result<ReadReply<FileInputs, File>> {
        let path = path(folder, &request.id)?;
        let content = match fs::read_to_string(path) {
            Ok(content) => content,
            // Only what is surely not there is gone; a folder that is absent itself, or cannot be read, is an error.
            Err(error) if error.kind() == ErrorKind::NotFound && folder.is_dir() => {
                return Ok(ReadReply::Gone);
            }
            Err(error) => return Err(failure(&error, &request.id)),
        };
        let recorded = request.state.and_then(|state| state.inputs.mirror);
        let inputs = FileInputs {
            name: request.id.clone(),
            mirror: recorded.filter(|mirror| Path::new(mirror).join(&request.id).is_file()),
            content,
        };
        Ok(ReadReply::Found {
            id: request.id,
            inputs: inputs.clone(),
            state: File::new(inputs),
        })
    }

    async fn update(
        &self,
        folder: &PathBuf,
        request: UpdateRequest<FileInputs, File>,
        _: &Context,
    ) -> Result<UpdateReply<File>> {
        let inputs = request.new_inputs;
        let path = path(folder, &request.id)?;
        fs::write(&path, &inputs.content).map_err(|error| failure(&error, &request.id))?;
        let old = request
            .old_state
            .inputs
            .mirror
            .filter(|old| inputs.mirror.as_ref() != Some(old));
        let tidied = old.map_or(Ok(()), |old| remove(&Path::new(&old).join(&request.id)));
        Ok(match tidied.and_then(|()| mirror(&inputs)) {
            Ok(()) => UpdateReply::Updated {
                state: File::new(inputs),
            },
            Err(error) => UpdateReply::Partial {
                state: File::new(FileInputs {
                    mirror: None,
                    ..inputs
                }),
                reasons: vec![format!("the copy is not as it should be: {error}")],
            },
        })
    }

    async fn delete(
        &self,
        folder: &PathBuf,
        request: DeleteRequest<FileInputs, File>,
        _: &Context,
    ) -> Result<()> {
        let copy = request
            .state
            .inputs
            .mirror
            .map(|mirror| Path::new(&mirror).join(&request.id));
        for path in copy.into_iter().chain([path(folder, &request.id)?]) {
            remove(&path).map_err(|error| failure(&error, &request.id))?;
        }
        Ok(())
    }
}

/// What the list of files may be narrowed by.
#[derive(Deserialize, Serialize, Schema)]
struct Query {
    /// How the names begin.
    prefix: Option<String>,
}

impl List<PathBuf> for Files {
    type Query = Query;

    async fn list(&self, folder: &PathBuf, request: ListRequest<Query>, _: &Context) -> Result<Page> {
        let prefix = request.query.prefix.unwrap_or_default();
        // A list goes on behind the last name of the page before, whatever came or went since.
        let after = request.continuation.unwrap_or_default();
        let mut names = Vec::new();
        for entry in fs::read_dir(folder).map_err(|error| failure(&error, "the folder"))? {
            let entry = entry.map_err(|error| failure(&error, "the folder"))?;
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            let name = entry.file_name().into_string().ok().filter(|_| is_file);
            names.extend(name.filter(|name| name.starts_with(&prefix) && *name > after));
        }
        names.sort_unstable();
        let size = request.page_size.unwrap_or(PAGE).min(PAGE);
        let is_last = names.len() <= size;
        names.truncate(size);
        Ok(Page {
            continuation: names.last().filter(|_| !is_last).cloned(),
            resources: names
                .into_iter()
                .map(|name| Listed {
                    id: name.clone(),
                    name,
                })
                .collect(),
        })
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text != "." && text != ".." && !text.contains(['/', '\\'])
}

/// Where the file is. An id may come from `pulumi import`, so it is not trusted.
fn path(folder: &Path, name: &str) -> Result<PathBuf> {
    if is_name(name) {
        Ok(folder.join(name))
    } else {
        Err(Error::InvalidArgument(format!(
            "`{name}` is not the name of a file"
        )))
    }
}

/// Writes the copy, if one is wanted.
fn mirror(inputs: &FileInputs) -> io::Result<()> {
    match &inputs.mirror {
        Some(folder) => fs::write(Path::new(folder).join(&inputs.name), &inputs.content),
        None => Ok(()),
    }
}

/// Removes a file. One that is gone already is as removed as one that was removed now.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn failure(error: &io::Error, what: &str) -> Error {
    let message = format!("{what}: {error}");
    match error.kind() {
        ErrorKind::AlreadyExists => Error::AlreadyExists(message),
        ErrorKind::NotFound => Error::NotFound(message),
        ErrorKind::PermissionDenied => Error::PermissionDenied(message),
        _ => Error::Unavailable(message),
    }
}
