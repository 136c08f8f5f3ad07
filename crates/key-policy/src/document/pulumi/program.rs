//! Pulumi programs in YAML: resources of the type `ManagementKey`, of the official package or of ours.

use std::cell::Cell;

use super::config::{self, Stack};
use super::engine::Urn;
use super::expression::{Definition, Scope};
use super::members::{self, Members, member, members};
use super::{dialect_of, is_provider, meant_by, refused};
use crate::document::{
    Declaration, Dialect, Document, Former, Output, Replacement, ResourceOptions, SyntaxError, Text, syntax,
    yaml,
};
use crate::edit;
use crate::finding::{Finding, Fix, Safety, Severity};
use crate::rules::{unknown_field, wrong_type};
use crate::span::{Place, Span};
use crate::value::{Content, Entry, Value, shortened};

/// Reads the management keys of a program, which is run with one of `stacks`.
pub(in super::super) fn read(text: &Text<'_>, stacks: &[&Stack]) -> Document {
    let mut document = Document::default();
    let mut programs = yaml::read(text, &mut document).into_iter();
    if !document.findings.is_empty() {
        document.hidden.extend(written_secrets(text));
    }
    if let Some(program) = programs.next() {
        let mut reader = Reader {
            text,
            document: &mut document,
        };
        let made = Cell::new(0);
        reader.section(&program, stacks, "", &made);
        for component in members(&program, "components") {
            reader.section(&component.value, stacks, &format!("{}.", component.key), &made);
        }
        // A program in another language has nothing but its settings here.
        let is_yaml = member(&program, "resources").is_some() || member(&program, "components").is_some();
        if !is_yaml {
            return document;
        }
        let keys = document.declarations.iter().map(|key| key.properties.span);
        let (refused, secrets) = refused::findings(text.source, &program, keys.collect());
        document.findings.extend(refused);
        document.hidden.extend(secrets);
    }
    let further = programs.find_map(|value| Some(value.as_object()?.first()?.key_span));
    document.findings.extend(further.map(|span| {
        let error = SyntaxError {
            span,
            message: "Pulumi reads only the first document of a file: this one does nothing".to_owned(),
            help: Some("move what it has into the first".to_owned()),
        };
        Finding {
            severity: Severity::Warning,
            ..syntax(text.source, error)
        }
    }));
    document
}

/// Where secrets are written, in a text of which not all could be read.
fn written_secrets(text: &Text<'_>) -> Vec<Place> {
    const CALL: &str = "fn::secret";
    let small = text.text.to_ascii_lowercase();
    let mut end = 0;
    let secrets = small.match_indices(CALL).filter_map(|(at, _)| {
        if at < end {
            return None;
        }
        end = yaml::construct_end(text.text, edit::line(text.text, at));
        Some(Place {
            source: text.source,
            span: Span::from(at + CALL.len()..end),
        })
    });
    secrets.collect()
}

struct Reader<'a> {
    text: &'a Text<'a>,
    document: &'a mut Document,
}

impl Reader<'_> {
    /// Reads a program, or a component in one: its names are preceded by `prefix`. What is made for it is counted in `made`.
    fn section(&mut self, section: &Value, stacks: &[&Stack], prefix: &str, made: &Cell<usize>) {
        let mut scope = Scope::new(self.text.source, self.text.text, made);
        // Whose project a component is used in is not known.
        let project = member(section, "name").filter(|_| prefix.is_empty());
        if let Some(project) = project {
            let entries = vec![Entry {
                key: "project".to_owned(),
                key_span: project.span,
                value: project.clone(),
            }];
            let pulumi = Value::new(Content::Object(entries), project.span);
            scope.names.insert("pulumi", Definition::Setting(pulumi));
        }
        let elsewhere = Stack::elsewhere();
        let stacks = match member(section, "stackConfigDir") {
            Some(_) => &[&elsewhere],
            // A program without a name is of a project in another folder, if there is none here.
            None if project.is_none() && stacks.is_empty() => &[&elsewhere],
            None => stacks,
        };
        // The settings of a project file are the engine's, which hands them over; others are expressions.
        let is_project = member(section, "runtime").is_some();
        for (name, is_given) in [("configuration", false), ("config", is_project)] {
            for entry in members(section, name) {
                let default = |written: &Value| match is_given {
                    true => config::given(written),
                    false => scope.value(written),
                };
                let value = config::setting(project.and_then(Value::as_str), entry, stacks, &default);
                if value.has_sensitive() {
                    // It may be written in the file of a stack.
                    let mut used = value.clone();
                    used.used_at(Span::default(), Some(self.text.source));
                    self.document
                        .hidden
                        .extend(used.sensitive_places(self.text.source));
                }
                scope.names.insert(&entry.key, Definition::Setting(value));
            }
        }
        for entry in members(section, "variables") {
            scope.names.insert(&entry.key, Definition::Variable(&entry.value));
        }
        self.no_objects(section);
        for entry in members(section, "resources") {
            let token = token(&entry.value);
            let definition = match dialect_of(meant_by(token).unwrap_or(token)) {
                Some(_) => Definition::Key,
                None => Definition::Resource,
            };
            scope.names.insert(&entry.key, definition);
        }
        self.document
            .providers
            .extend(config::providers(members(section, "config")).map(|settings| scope.value(&settings)));
        for entry in members(section, "resources") {
            self.resource(entry, &scope, prefix);
        }
        for entry in members(section, "outputs") {
            let cleartext = scope.cleartext(&entry.value);
            self.document.outputs.push(Output {
                name: format!("{prefix}{}", entry.key),
                span: entry.key_span,
                cleartext: cleartext.map(|cleartext| cleartext.span),
                is_secret: cleartext.is_some_and(|cleartext| cleartext.is_secret),
            });
        }
    }

    fn resource(&mut self, resource: &Entry, scope: &Scope<'_>, prefix: &str) {
        let token = token(&resource.value);
        if is_provider(token) {
            let properties = member(&resource.value, "properties");
            self.document
                .providers
                .extend(properties.map(|properties| scope.properties(properties)));
        }
        let meant = meant_by(token);
        let Some(dialect) = dialect_of(meant.unwrap_or(token)) else {
            return;
        };
        let name = member(&resource.value, "name")
            .map(|name| scope.value(name))
            .filter(|name| !name.sensitive)
            .and_then(|name| Some(format!("{prefix}{}", name.as_str()?)))
            .unwrap_or_else(|| format!("{prefix}{}", resource.key));
        self.unknown_members(&members::RESOURCE, &resource.value, &name);
        if let (Some(meant), Some(written)) = (meant, members::RESOURCE.meant(&resource.value, "type")) {
            let message = format!("there is no type `{}`", shortened(token));
            let finding = self.unknown(written.span, message, Some(meant), &name);
            self.document.findings.push(finding);
        }
        let options = member(&resource.value, "options");
        if let Some(options) = options {
            self.options(options, &name);
        }
        let properties = members::RESOURCE.meant(&resource.value, "properties");
        let properties = match properties {
            Some(properties) => scope.properties(properties),
            // A resource with `get` is read from the service, not declared.
            None if member(&resource.value, "get").is_some() => return,
            None => Value::new(Content::Object(Vec::new()), resource.key_span),
        };
        let mut declaration = Declaration::new(name, dialect, resource.key_span, properties);
        let options = options.map(|options| told(options, &declaration.resource, dialect));
        declaration.options = options.unwrap_or_default();
        self.document.declarations.push(declaration);
    }

    /// Notes what stands in the place of resources and is none: Pulumi refuses the program.
    fn no_objects(&mut self, section: &Value) {
        let Some(resources) = member(section, "resources") else {
            return;
        };
        if resources.as_object().is_none() {
            self.wrong_type("resources", resources.span, resources, "an object", "");
        }
        for entry in resources.as_object().unwrap_or_default() {
            if entry.value.as_object().is_none() {
                self.wrong_type(&entry.key, entry.key_span, &entry.value, "an object", "");
            }
        }
    }

    /// Notes what Pulumi does not know of options, and what it refuses.
    fn options(&mut self, options: &Value, resource: &str) {
        if options.as_object().is_none() {
            self.wrong_type("options", options.span, options, "an object", resource);
        }
        self.unknown_members(&members::OPTIONS, options, resource);
        if let Some(value) = member(options, "deleteBeforeReplace")
            && !matches!(value.content, Content::Bool(_))
        {
            self.wrong_type("deleteBeforeReplace", value.span, value, "a boolean", resource);
        }
        if let Some(value) = member(options, "ignoreChanges")
            && value.as_list().is_none()
        {
            self.wrong_type("ignoreChanges", value.span, value, "a list", resource);
        }
        for alias in items(options, "aliases") {
            self.unknown_members(&members::ALIAS, alias, resource);
            let is_name = |text: &str| !text.starts_with("urn:") && !text.contains("${");
            if let Some(text) = alias.as_str().filter(|text| is_name(text)) {
                let message = format!("the alias `{}` is no URN: Pulumi refuses it", shortened(text));
                let finding = self.refused(alias.span, message, resource);
                self.document
                    .findings
                    .push(finding.help("write a former name as an object: `{name: …}`"));
            }
        }
    }

    fn wrong_type(&mut self, name: &str, span: Span, value: &Value, wanted: &str, resource: &str) {
        let found = wrong_type::described(value);
        let message = format!("`{}` must be {wanted}, not {found}", shortened(name));
        let finding = self.refused(span, message, resource);
        self.document.findings.push(finding);
    }

    /// What is said of a value at `span` that Pulumi refuses.
    fn refused(&self, span: Span, message: String, resource: &str) -> Finding {
        let place = Place {
            source: self.text.source,
            span,
        };
        Finding {
            resource: resource.to_owned(),
            ..Finding::in_source(&wrong_type::RULE, place, message)
        }
    }

    /// Notes the members that Pulumi does not know of an object of the resource.
    fn unknown_members(&mut self, known: &Members, object: &Value, resource: &str) {
        for (entry, meant) in known.unknown(object) {
            let message = format!("{} has no member `{}`", known.owner, shortened(&entry.key));
            let finding = self.unknown(entry.key_span, message, meant, resource);
            let others = || format!("the members are `{}`", known.names.join("`, `"));
            self.document.findings.push(Finding {
                help: finding.help.or_else(|| Some(others())),
                ..finding
            });
        }
    }

    /// What is said of a name that nothing has, if another is near.
    fn unknown(&self, span: Span, message: String, meant: Option<&str>, resource: &str) -> Finding {
        let place = Place {
            source: self.text.source,
            span,
        };
        let fix = meant.and_then(|meant| {
            Some(Fix {
                title: format!("rename to `{meant}`"),
                safety: Safety::Unsafe,
                edits: vec![edit::requoted(self.text.text, span, meant)?],
            })
        });
        Finding {
            resource: resource.to_owned(),
            help: meant.map(|meant| format!("did you mean `{meant}`?")),
            fixes: fix.into_iter().collect(),
            ..Finding::in_source(&unknown_field::RULE, place, message)
        }
    }
}

/// The type of a resource.
fn token(resource: &Value) -> &str {
    let token = members::RESOURCE.meant(resource, "type");
    token.and_then(Value::as_str).unwrap_or_default()
}

/// What `options` say that matters to a key of `dialect` called `name`.
fn told(options: &Value, name: &str, dialect: Dialect) -> ResourceOptions {
    let texts = |name: &str| {
        let texts = items(options, name).filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    };
    let is_set = |name: &str| member(options, name).is_some_and(Value::is_true);
    ResourceOptions {
        replacement: member(options, "deleteBeforeReplace").and_then(|value| match value.content {
            Content::Bool(deletes_first) => Some(Replacement {
                deletes_first,
                span: value.span,
            }),
            _ => None,
        }),
        is_retained: is_set("retainOnDelete"),
        is_imported: member(options, "import").is_some(),
        former_addresses: items(options, "aliases")
            .flat_map(|alias| former(alias, name, dialect))
            .collect(),
        ignore_changes: texts("ignoreChanges"),
        replace_on_changes: texts("replaceOnChanges"),
        ..ResourceOptions::default()
    }
}

/// The elements of the list that is called `name`.
fn items<'v>(options: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    let items = member(options, name).and_then(Value::as_list);
    items.unwrap_or_default().iter()
}

/// The addresses that an alias stands for: a URN, or what was different of it.
fn former(alias: &Value, name: &str, dialect: Dialect) -> Vec<Former> {
    let text = |name| member(alias, name).and_then(Value::as_str);
    if let Some(urn) = alias.as_str().or_else(|| text("urn")) {
        return Urn::parse(urn).iter().flat_map(Urn::former).collect();
    }
    let dialect = match text("type") {
        Some(token) => dialect_of(token),
        None => Some(dialect),
    };
    let former = dialect.map(|dialect| Former {
        address: text("name").unwrap_or(name).to_owned(),
        dialect,
    });
    former.into_iter().collect()
}
