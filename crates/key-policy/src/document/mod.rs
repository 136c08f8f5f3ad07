//! Readers: from a text to declarations, each value with its place.

mod comments;
mod declared;
mod hcl;
mod json;
mod kind;
mod plain;
mod pulumi;
mod terraform_plan;
mod told;
mod unreadable;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};

use declared::declared_part;
pub use kind::Kind;
pub use told::{Before, Former, Planned};

use crate::fields::Field;
use crate::finding::Finding;
use crate::folder;
use crate::path::{Path, Segment};
use crate::secrets::redacted;
use crate::span::{LineIndex, Place, Span};
use crate::value::Value;

/// A text to read, and what the caller calls it.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The name that findings carry; its ending helps to tell the kind.
    pub name: &'a str,
    /// The content. Any bytes are legal; what is not UTF-8 is reported, not refused.
    pub bytes: &'a [u8],
    /// How to read it, if the caller knows better than name and content tell.
    pub kind: Option<Kind>,
    /// What it is read for.
    pub role: Role,
}

/// What a source is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// To be checked: its keys are counted, and what is found in it is reported.
    #[default]
    Checked,
    /// To understand the others: the siblings of a Terraform file, its modules and variables. Nothing is reported in it,
    /// except for a key in a module that is called from a source that is checked.
    Context,
    /// To give values to the variables of every Terraform program, as `-var-file` does; those that come later win.
    Variables,
}

/// What readers are told besides the texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inputs {
    /// The folder that the names of sources start from, as an absolute path; empty if that is not known. With it,
    /// `main.tf` and `/repo/main.tf` may be two names in one folder.
    pub current_folder: String,
    /// Values of Terraform variables by name, as `TF_VAR_…` in the environment gives them: expressions of HCL, or plain
    /// text where the variable's type is a string, a number, a boolean or none. Files overrule them.
    pub terraform_environment: BTreeMap<String, String>,
    /// The same, as `-var` gives them: they overrule files.
    pub terraform_variables: BTreeMap<String, String>,
}

impl Inputs {
    /// The path of the source called `name`, which is the same for all names of it.
    pub(crate) fn path(&self, name: &str) -> String {
        folder::absolute(&self.current_folder, name)
    }

    /// The folder that the source called `name` stands in.
    pub(crate) fn folder(&self, name: &str) -> String {
        folder::split(&self.path(name)).0
    }
}

/// Whose names and defaults a declaration follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// The official Terraform provider.
    Terraform,
    /// The official Pulumi package, `descope`.
    Pulumi,
    /// Our Pulumi package, `descope-keys`.
    PulumiKeys,
    /// A plain declaration in YAML or JSON, of no tool, with the names of Terraform.
    Plain,
}

/// One management key as it was declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    /// The address by which its author knows it: `descope_management_key.ci` or the Pulumi name.
    pub resource: String,
    /// The address with what tells it from others that are the same: the types of its parents, where the engine of Pulumi
    /// tells them, or the file of a plain declaration.
    pub qualified: Option<String>,
    /// Whose names it follows.
    pub dialect: Dialect,
    /// The place to name when the declaration as a whole is at fault.
    pub span: Span,
    /// Its properties: an object, or a value that is not known.
    pub properties: Value,
    /// What the tool is told about it, which the service never sees.
    pub options: ResourceOptions,
    /// The module calls that it comes from, innermost first. Several calls of one module give several declarations
    /// at one place.
    pub calls: Vec<Place>,
    /// The blocks of override files that change what its own block says.
    pub overrides: Vec<Place>,
    /// What they set, by the names of fields.
    pub overridden: BTreeMap<String, Overriding>,
    /// What becomes of it, where that is told beside it: by a plan or a preview. A key of a state stays as it is.
    pub planned: Option<Planned>,
    /// Whether it certainly exists, and once. If not, it stands for any number of keys, of which there may be none.
    pub is_certain: bool,
}

impl Declaration {
    /// A key of which nothing is told but its properties. What could be a secret in its address is made unreadable.
    #[must_use]
    pub fn new(resource: String, dialect: Dialect, span: Span, properties: Value) -> Self {
        Self {
            resource: redacted(&resource).into_owned(),
            qualified: None,
            dialect,
            span,
            properties,
            options: ResourceOptions::default(),
            calls: Vec::new(),
            overrides: Vec::new(),
            overridden: BTreeMap::new(),
            planned: None,
            is_certain: true,
        }
    }
}

/// Where an override file sets a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overriding {
    /// The name of the field there.
    pub name: Place,
    /// Its value, in the same source.
    pub value: Span,
}

/// What a tool is told about a resource: the `lifecycle` block of Terraform, the `options` of Pulumi.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ResourceOptions {
    /// What was written about the order of a replacement: `create_before_destroy` or `deleteBeforeReplace`.
    pub replacement: Option<Replacement>,
    /// Addresses that it had before: Pulumi's `aliases`, Terraform's `moved` blocks.
    pub former_addresses: Vec<Former>,
    /// Whether the key lives on when the tool lets go of it: Pulumi's `retainOnDelete`, or a plan that forgets it.
    pub is_retained: bool,
    /// Whether it exists already and is only taken over.
    pub is_imported: bool,
    /// Whether the tool holds it for damaged, and replaces it for that.
    pub is_tainted: bool,
    /// Whether it was replaced already and is still to be deleted: until then it works.
    pub is_former: bool,
    /// Fields whose changes are left alone, by their path as written; `all` for every field of a Terraform resource.
    pub ignore_changes: Vec<String>,
    /// Fields whose changes replace the key, by their path as written.
    pub replace_on_changes: Vec<String>,
    /// Other resources whose changes replace the key.
    pub triggers: Vec<Trigger>,
}

/// Another resource whose change replaces a key: one that Terraform's `replace_triggered_by` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// What is named, as written.
    pub name: String,
    /// The text of the resource, which tells two versions of it apart; nothing if it is not there.
    pub written: Option<String>,
}

/// The order of a replacement, where it is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replacement {
    /// Whether the old key dies before the new one exists.
    pub deletes_first: bool,
    /// Where this is written.
    pub span: Span,
}

/// All that was read from one source.
#[derive(Debug, Default)]
pub struct Document {
    /// The keys, in the order of the text.
    pub declarations: Vec<Declaration>,
    /// The keys as they are before the change, where a document tells both: a plan, a preview.
    pub before: Option<Vec<Before>>,
    /// Whether it does not tell of all keys: those that it does not name stay as they are, as far as it says.
    pub is_partial: bool,
    /// The addresses, without those of instances, of what the program lets go of without deleting it.
    pub forgotten: Vec<String>,
    /// The values that the program gives out.
    pub outputs: Vec<Output>,
    /// How many values are not known that tell how many keys there are: of a `count` or a `for_each`, and calls of modules
    /// that are not here.
    pub unknowns: usize,
    /// The settings of Descope providers, by name as written.
    pub providers: Vec<Value>,
    /// The places of what is marked as secret elsewhere than in a key.
    pub hidden: Vec<Place>,
    /// The comments, in the order of the text.
    pub comments: Vec<Comment>,
    /// How the text was read; nothing if it could not be.
    pub kind: Option<Kind>,
    /// What the reader itself has to say, all from the rule `syntax`.
    pub findings: Vec<Finding>,
}

/// A value that a program gives out: a Terraform `output`, a member of Pulumi's `outputs`.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    /// The place, in its expression, of the secret of a key.
    pub cleartext: Option<Span>,
    /// Whether it is kept secret: marked sensitive, or inherently so.
    pub is_secret: bool,
}

/// A comment of the text, or what stands for one in JSON: the member `//`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// What it says, without its marks.
    pub text: String,
    /// Where it stands, marks included.
    pub span: Span,
    /// The object that it is a member of, with its name; nothing for a comment beside what it is about.
    pub object: Option<Span>,
}

impl Comment {
    /// The comment moved `by` bytes towards the end.
    fn shifted(self, by: usize) -> Self {
        Self {
            text: self.text,
            span: self.span.shifted(by),
            object: self.object.map(|object| object.shifted(by)),
        }
    }
}

impl<'a> Source<'a> {
    /// A source whose kind is told by its name and content.
    pub fn new(name: &'a str, bytes: &'a [u8]) -> Self {
        Self {
            name,
            bytes,
            kind: None,
            role: Role::Checked,
        }
    }

    /// The text as far as it is UTF-8, without a byte order mark, and the offset at which it starts.
    pub(crate) fn text(&self) -> (&'a str, usize) {
        let valid = match std::str::from_utf8(self.bytes) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&self.bytes[..error.valid_up_to()]).unwrap_or_default(),
        };
        match valid.strip_prefix('\u{feff}') {
            Some(text) => (text, '\u{feff}'.len_utf8()),
            None => (valid, 0),
        }
    }

    /// All of the text, a byte order mark included, so that places count from its start; empty if it is not UTF-8.
    pub(crate) fn written(&self) -> &'a str {
        std::str::from_utf8(self.bytes).unwrap_or_default()
    }

    /// The lines of the text, and how many bytes stand before it.
    pub(crate) fn lines(&self) -> (LineIndex<'a>, usize) {
        let (text, skipped) = self.text();
        (LineIndex::new(text), skipped)
    }
}

impl Declaration {
    /// What was written about a field of the key itself; more than once if it was set more than once.
    pub(crate) fn written(&self, field: &'static Field) -> impl Iterator<Item = &Value> {
        let name = field.name(self.dialect);
        let entries = self.properties.as_object().unwrap_or_default().iter();
        entries
            .filter(move |entry| entry.key == name)
            .map(|entry| &entry.value)
    }

    /// Where the value at `path` is named, or stands if it is an element, as far as the path can be followed.
    pub(crate) fn place_of(&self, path: &Path) -> Option<Span> {
        let mut value = &self.properties;
        let mut place = None;
        for segment in path.segments() {
            let found = match segment {
                Segment::Key(key) => {
                    let mut entries = value.as_object().unwrap_or_default().iter();
                    entries
                        .find(|entry| entry.key == *key)
                        .map(|entry| (entry.key_span, &entry.value))
                }
                Segment::Index(index) => value
                    .as_list()
                    .and_then(|items| items.get(*index))
                    .map(|item| (item.span, item)),
            };
            let Some((span, inner)) = found else { break };
            place = Some(span);
            value = inner;
        }
        place
    }
}

impl Dialect {
    /// Whether it has Pulumi's names.
    pub fn is_pulumi(self) -> bool {
        matches!(self, Dialect::Pulumi | Dialect::PulumiKeys)
    }

    /// Whether a number or a boolean is taken for its text where a text is wanted.
    pub fn converts_to_text(self) -> bool {
        matches!(self, Dialect::Terraform | Dialect::Pulumi)
    }

    /// Whether a text is taken for the number in it where a number is wanted.
    pub fn converts_to_number(self) -> bool {
        self == Dialect::Terraform
    }
}

/// Reads all sources; the documents stand in the same order. Whatever they hold, there is an answer.
pub fn read(sources: &[Source<'_>], inputs: &Inputs) -> Vec<Document> {
    let mut documents = Vec::with_capacity(sources.len());
    let mut terraform = Vec::new();
    let mut programs = Vec::new();
    let mut stacks = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        documents.push(Document::default());
        let document = &mut documents[index];
        let (text, start) = source.text();
        let valid = start + text.len();
        if valid < source.bytes.len() {
            document
                .findings
                .push(unreadable::not_utf8(index, source.bytes, valid));
            continue;
        }
        let kind = match source.role {
            Role::Variables => Some(Kind::TerraformVariables),
            Role::Checked | Role::Context => source
                .kind
                .or_else(|| Kind::of_name(source.name))
                .or_else(|| Kind::of_text(text)),
        };
        let text = Text {
            text: source.written(),
            start,
            source: index,
            // Pulumi reads `Main.json` like `Main.yaml`.
            is_json: matches!(kind, Some(Kind::Plain | Kind::PulumiYaml))
                && source.name.ends_with(".json")
                && !source.name.ends_with("Main.json"),
        };
        *document = match kind {
            Some(Kind::PulumiYaml) if source.kind.is_none() && pulumi::is_foreign(source.name, text.text) => {
                Document::default()
            }
            Some(Kind::PulumiYaml) => {
                programs.push(text);
                Document::default()
            }
            Some(Kind::PulumiPreview) => pulumi::preview::read(&text),
            Some(Kind::PulumiState) => pulumi::state::read(&text),
            Some(Kind::TerraformPlan) => terraform_plan::read(&text),
            Some(Kind::Plain) => plain::read(&text, folder::split(source.name).1),
            Some(Kind::TerraformHcl | Kind::TerraformJson | Kind::TerraformVariables) => {
                terraform.push(hcl::Input {
                    source: index,
                    name: source.name,
                    role: source.role,
                    text: text.text,
                    start,
                    is_values: kind == Some(Kind::TerraformVariables),
                });
                Document::default()
            }
            Some(Kind::PulumiConfig) => {
                let (document, stack) = pulumi::config::read(&text);
                stacks.push((inputs.folder(source.name), stack));
                document
            }
            None => Document {
                findings: vec![unreadable::unrecognised(&text)],
                ..Document::default()
            },
        };
        document.kind = kind;
    }
    for text in &programs {
        let folder = inputs.folder(sources[text.source].name);
        let stacks: Vec<_> = stacks
            .iter()
            .filter(|(of, _)| *of == folder)
            .map(|(_, stack)| stack)
            .collect();
        documents[text.source] = Document {
            kind: Some(Kind::PulumiYaml),
            ..pulumi::program::read(text, &stacks)
        };
    }
    hcl::read(&terraform, inputs, &mut documents);
    for (index, source) in sources.iter().enumerate() {
        let document = &mut documents[index];
        document.findings.extend(document.misread(index, source));
        if source.role != Role::Checked {
            documents[index].keep_asked(sources);
        }
    }
    documents
}

/// The names of further files that `sources` are to be understood with: those that Terraform loads from the same
/// folders, and from the folders of the local modules that are called. `list` names the files of a folder; the folder
/// that names are relative to is empty.
///
/// To be asked again with those files read, as [`Role::Context`], until there are no more.
pub fn context(sources: &[Source<'_>], list: &mut dyn FnMut(&str) -> Vec<String>) -> Vec<String> {
    // Standard input stands in no folder unless it is given a name.
    let of_kind = |kinds: &'static [Kind]| {
        let kind = |source: &&Source<'_>| source.kind.or_else(|| Kind::of_name(source.name));
        let is_asked = move |source: &&Source<'_>| kind(source).is_some_and(|kind| kinds.contains(&kind));
        sources
            .iter()
            .filter(move |source| source.name != "-" && is_asked(source))
    };
    let terraform = of_kind(&[Kind::TerraformHcl, Kind::TerraformJson]);
    let terraform = hcl::folders(terraform.map(|source| (source.name, source.text().0)));
    let pulumi = of_kind(&[Kind::PulumiYaml]).map(|source| folder::split(source.name).0);
    let pulumi: BTreeSet<String> = pulumi.collect();
    let named: BTreeSet<String> = sources.iter().map(|source| folder::normal(source.name)).collect();
    let mut further = Vec::new();
    let mut take = |folders: BTreeSet<String>, is_wanted: fn(&str) -> bool| {
        for folder in folders {
            let mut names = list(&folder);
            names.retain(|name| is_wanted(name));
            names.sort();
            let paths = names.into_iter().map(|name| match folder.as_str() {
                "" => name,
                folder if folder.ends_with('/') => format!("{folder}{name}"),
                folder => format!("{folder}/{name}"),
            });
            further.extend(paths.filter(|path| !named.contains(path)));
        }
    };
    take(terraform, hcl::is_loaded);
    take(pulumi, |name| Kind::of_name(name) == Some(Kind::PulumiConfig));
    further
}

/// Where the construct ends that begins on `line` of a text: a block, an attribute or a member, with all that is in it.
pub(crate) fn construct_end(kind: Kind, text: &str, line: Span) -> usize {
    match kind {
        Kind::TerraformHcl | Kind::TerraformVariables => hcl::construct_end(text, line.start),
        Kind::PulumiYaml | Kind::PulumiConfig | Kind::Plain => yaml::construct_end(text, line),
        Kind::TerraformJson | Kind::TerraformPlan | Kind::PulumiPreview | Kind::PulumiState => line.end,
    }
}

/// The address of a resource or a module without those of its instances: `module.a["x"].b.c[0]` is of `module.a.b.c`.
pub(crate) fn without_indexes(address: &str) -> String {
    let mut parts = address.split('[');
    let mut block = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        block.push_str(part.rsplit_once(']').map_or("", |(_, rest)| rest));
    }
    block
}

/// A text as a reader gets it. Places are counted from the first byte, a byte order mark included.
#[derive(Debug, Clone, Copy)]
struct Text<'a> {
    /// The whole text.
    text: &'a str,
    /// Where it starts, behind the byte order mark.
    start: usize,
    /// The index of its source.
    source: usize,
    /// Whether it has to be JSON, by its name.
    is_json: bool,
}

/// What a reader could not read.
#[derive(Debug, Clone)]
struct SyntaxError {
    span: Span,
    message: String,
    help: Option<String>,
}

impl Document {
    /// Notes the fault that ended the reading of `text`, if one did.
    fn close(&mut self, text: &Text<'_>, read: Result<(), SyntaxError>) {
        self.findings
            .extend(read.err().map(|error| syntax(text.source, error)));
    }

    /// What is said if the caller named a kind, nothing of it was found, and the text looks like another.
    fn misread(&self, index: usize, source: &Source<'_>) -> Option<Finding> {
        let kind = source.kind?;
        let is_empty = self.declarations.is_empty() && self.providers.is_empty() && self.outputs.is_empty();
        let (text, start) = source.text();
        let looks_like = Kind::of_text(text).filter(|_| is_empty && self.findings.is_empty())?;
        (looks_like != kind).then(|| {
            let text = Text {
                text: source.written(),
                start,
                source: index,
                is_json: false,
            };
            unreadable::not_of(kind, &text)
        })
    }

    /// Leaves out what nobody asked about, in a source that is read to understand others: all but the keys that come
    /// from a call in a source that is checked, or are changed there.
    fn keep_asked(&mut self, sources: &[Source<'_>]) {
        let is_checked = |place: &Place| sources[place.source].role == Role::Checked;
        self.declarations
            .retain(|key| key.calls.iter().chain(&key.overrides).any(is_checked));
        self.outputs.clear();
        self.unknowns = 0;
        self.providers.clear();
        self.findings.clear();
    }
}

/// The text in what some take for double quotes that `text` begins with, and how long it is with them: at most to the end
/// of the line.
fn in_other_quotes(text: &str) -> Option<(&str, usize)> {
    const QUOTES: [char; 8] = ['\'', '`', '‘', '’', '‚', '“', '”', '„'];
    let inside = text.strip_prefix(QUOTES)?;
    let ends = |c| QUOTES.contains(&c) || matches!(c, '\r' | '\n');
    let (quoted, behind) = inside.split_at(inside.find(ends).unwrap_or(inside.len()));
    let behind = behind.strip_prefix(QUOTES).unwrap_or(behind);
    Some((quoted, text.len() - behind.len()))
}

/// What is said about the mark of a merge conflict that `text` has at the byte `at`, if that is one.
fn merge_conflict(text: &str, at: usize) -> Option<SyntaxError> {
    let (before, line) = text.split_at_checked(at)?;
    let is_mark = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|mark| {
        let behind = line.strip_prefix(mark);
        behind.is_some_and(|behind| behind.is_empty() || behind.starts_with([' ', '\r', '\n']))
    });
    (is_mark && (before.is_empty() || before.ends_with('\n'))).then(|| SyntaxError {
        span: Span {
            start: at,
            end: at + "<<<<<<<".len(),
        },
        message: "a merge conflict stands here".to_owned(),
        help: Some("keep what is right of its two sides, and remove its marks".to_owned()),
    })
}

fn syntax(source: usize, error: SyntaxError) -> Finding {
    let place = Place {
        source,
        span: error.span,
    };
    Finding {
        help: error.help,
        ..Finding::in_source(&crate::rules::syntax::RULE, place, error.message)
    }
}
