//! Pulumi programs in YAML: resources of the type `ManagementKey`, of the official package or of ours.

use std::collections::{BTreeMap, BTreeSet};

use super::config::{self, Stack};
use super::expression::{Definition, Scope};
use super::{dialect_of, is_provider};
use crate::document::{
    Declaration, Document, Output, Replacement, ResourceOptions, SyntaxError, Text, syntax, yaml,
};
use crate::edit;
use crate::finding::{Finding, Fix, Related, Safety, Severity};
use crate::path::Path;
use crate::rules::unknown_field;
use crate::span::{Place, Span};
use crate::value::{Content, Entry, Value, shortened};

/// What a resource may have, from the schema of `pulumi-yaml`.
const RESOURCE_MEMBERS: [&str; 6] = ["type", "name", "defaultProvider", "properties", "options", "get"];

/// Reads the management keys of a program, which is run with one of `stacks`.
pub(in super::super) fn read(text: &Text<'_>, stacks: &[&Stack]) -> Document {
    let mut document = Document::default();
    for program in yaml::read(text, &mut document) {
        let mut reader = Reader {
            text,
            document: &mut document,
        };
        reader.section(&program, stacks, "");
        for component in members(&program, "components") {
            reader.section(&component.value, stacks, &format!("{}.", component.key));
        }
        reader.refused(&program);
    }
    document
}

struct Reader<'a> {
    text: &'a Text<'a>,
    document: &'a mut Document,
}

impl Reader<'_> {
    /// Reads a program, or a component in one: its names are preceded by `prefix`.
    fn section(&mut self, section: &Value, stacks: &[&Stack], prefix: &str) {
        let mut scope = Scope::new(self.text.source, self.text.text);
        let project = member(section, "name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let config = ["configuration", "config"]
            .iter()
            .flat_map(|name| members(section, name));
        for entry in config {
            let setting = config::setting(project, entry, stacks);
            // Only the default is an expression; what a stack is given is meant as it is.
            let is_default = setting.origin.is_none();
            let mut value = if is_default {
                scope.value(&setting)
            } else {
                setting.clone()
            };
            if setting.sensitive {
                value.hide();
            }
            scope.names.insert(&entry.key, Definition::Setting(value));
        }
        for entry in members(section, "variables") {
            scope.names.insert(&entry.key, Definition::Variable(&entry.value));
        }
        for entry in members(section, "resources") {
            let token = member(&entry.value, "type")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let definition = match dialect_of(token) {
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
        let token = member(&resource.value, "type")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if is_provider(token) {
            let properties = member(&resource.value, "properties");
            self.document
                .providers
                .extend(properties.map(|properties| scope.properties(properties)));
        }
        let Some(dialect) = dialect_of(token) else { return };
        let misspelt = self.unknown_members(resource, prefix);
        let properties = member(&resource.value, "properties").or(misspelt);
        let properties = match properties {
            Some(properties) => scope.properties(properties),
            // A resource with `get` is read from the service, not declared.
            None if member(&resource.value, "get").is_some() => return,
            None => Value::new(Content::Object(Vec::new()), resource.key_span),
        };
        let name =
            member(&resource.value, "name").and_then(|name| scope.value(name).as_str().map(str::to_owned));
        self.document.declarations.push(Declaration {
            resource: format!("{prefix}{}", name.as_deref().unwrap_or(&resource.key)),
            dialect,
            span: resource.key_span,
            properties,
            options: member(&resource.value, "options")
                .map(options)
                .unwrap_or_default(),
            calls: Vec::new(),
            planned: None,
        });
    }

    /// Notes the members that no resource has; returns the value of the one that must be meant as `properties`.
    fn unknown_members<'v>(&mut self, resource: &'v Entry, prefix: &str) -> Option<&'v Value> {
        let mut misspelt = None;
        for entry in resource.value.as_object().unwrap_or_default() {
            if RESOURCE_MEMBERS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(&entry.key))
            {
                continue;
            }
            let near = RESOURCE_MEMBERS
                .iter()
                .filter(|known| member(&resource.value, known).is_none())
                .map(|known| (strsim::osa_distance(known, &entry.key), *known))
                .filter(|(distance, known)| distance * 3 <= known.len())
                .min();
            let place = Place {
                source: self.text.source,
                span: entry.key_span,
            };
            let message = format!("a resource has no member `{}`", shortened(&entry.key));
            let mut finding = Finding {
                resource: format!("{prefix}{}", resource.key),
                path: Path::root(),
                ..Finding::in_source(&unknown_field::RULE, place, message)
            };
            finding.help = Some(match near {
                Some((_, meant)) => {
                    let fix = edit::requoted(self.text.text, entry.key_span, meant);
                    finding.fixes.extend(fix.map(|edit| Fix {
                        title: format!("rename to `{meant}`"),
                        safety: Safety::Unsafe,
                        edits: vec![edit],
                    }));
                    if meant == "properties" {
                        misspelt = Some(&entry.value);
                    }
                    format!("did you mean `{meant}`?")
                }
                None => format!("the members are `{}`", RESOURCE_MEMBERS.join("`, `")),
            });
            self.document.findings.push(finding);
        }
        misspelt
    }

    /// Notes what YAML has and Pulumi refuses: aliases, and names given twice outside of the keys' own properties.
    fn refused(&mut self, program: &Value) {
        let keys = self.document.declarations.iter();
        let mut refused = Refused {
            keys: keys.map(|key| key.properties.span).collect(),
            alias: None,
            twice: Vec::new(),
        };
        refused.visit(program, false);
        if let Some((span, origin)) = refused.alias {
            let finding = self.fault(
                span,
                "Pulumi does not take aliases of YAML: it refuses this program",
            );
            self.document.findings.push(Finding {
                severity: Severity::Warning,
                related: vec![Related {
                    message: "the value is written here".to_owned(),
                    place: origin,
                }],
                help: Some("make it a member of `variables`, and refer to it as `${…}`".to_owned()),
                ..finding
            });
        }
        for (name, span, first) in refused.twice {
            let finding = self.fault(span, &format!("`{name}` is set twice"));
            self.document.findings.push(Finding {
                related: vec![Related {
                    message: "it is set here first".to_owned(),
                    place: Place {
                        source: self.text.source,
                        span: first,
                    },
                }],
                help: Some("remove one of the two".to_owned()),
                ..finding
            });
        }
    }

    fn fault(&self, span: Span, message: &str) -> Finding {
        let error = SyntaxError {
            span,
            message: message.to_owned(),
            help: None,
        };
        syntax(self.text.source, error)
    }
}

struct Refused {
    /// Where the properties of keys stand, in which `duplicate-field` speaks.
    keys: BTreeSet<Span>,
    alias: Option<(Span, Place)>,
    /// Names that were given before, with both places.
    twice: Vec<(String, Span, Span)>,
}

impl Refused {
    fn visit(&mut self, value: &Value, in_key: bool) {
        if let Some(origin) = value.origin {
            self.alias.get_or_insert((value.span, origin));
            return;
        }
        match &value.content {
            Content::List(items) => items.iter().for_each(|item| self.visit(item, in_key)),
            Content::Object(entries) => {
                let in_key = in_key || self.keys.contains(&value.span);
                if !in_key {
                    self.names(entries);
                }
                for entry in entries {
                    self.visit(&entry.value, in_key);
                }
            }
            _ => {}
        }
    }

    fn names(&mut self, entries: &[Entry]) {
        let mut names = BTreeMap::new();
        for entry in entries {
            if let Some(first) = names.insert(&entry.key, entry.key_span) {
                self.twice.push((shortened(&entry.key), entry.key_span, first));
            }
        }
    }
}

/// The member called `name`, in whatever case, as `pulumi-yaml` finds those that it knows.
fn member<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    let mut entries = object.as_object()?.iter();
    entries
        .find(|entry| entry.key.eq_ignore_ascii_case(name) && !entry.value.is_null())
        .map(|entry| &entry.value)
}

fn members<'v>(object: &'v Value, name: &str) -> &'v [Entry] {
    member(object, name)
        .and_then(Value::as_object)
        .unwrap_or_default()
}

fn options(options: &Value) -> ResourceOptions {
    let texts = |name: &str| {
        let items = member(options, name).and_then(Value::as_list).unwrap_or_default();
        items.iter()
    };
    let former = texts("aliases").filter_map(|alias| {
        let name = alias.as_str().or_else(|| member(alias, "name")?.as_str())?;
        Some(name.rsplit("::").next().unwrap_or(name).to_owned())
    });
    ResourceOptions {
        replacement: member(options, "deleteBeforeReplace").and_then(|value| match value.content {
            Content::Bool(deletes_first) => Some(Replacement {
                deletes_first,
                span: value.span,
            }),
            _ => None,
        }),
        former_addresses: former.collect::<BTreeSet<_>>().into_iter().collect(),
        ignore_changes: texts("ignoreChanges")
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Dialect, Inputs, Source, read};

    fn document(program: &str, stacks: &[&str]) -> Document {
        let names: Vec<_> = (0..stacks.len())
            .map(|stack| format!("Pulumi.s{stack}.yaml"))
            .collect();
        let mut sources = vec![Source::new("Pulumi.yaml", program.as_bytes())];
        sources.extend(
            names
                .iter()
                .zip(stacks)
                .map(|(name, text)| Source::new(name, text.as_bytes())),
        );
        read(&sources, &Inputs::default()).remove(0)
    }

    /// What the expression is in a program with these settings and variables.
    fn value(expression: &str, stacks: &[&str]) -> Value {
        let program = format!(
            "name: p\nconfig:\n  stage: {{default: prod}}\n  n: {{type: integer, default: 3}}\n  hidden: {{default: h, secret: true}}\n  open: {{type: string}}\nvariables:\n  list: [a, b]\n  object: {{k: {{'x y': v}}, '${{stage}}': w}}\n  big: 1893456000\n  one: ${{two}}\n  two: ${{one}}\n  made: {{fn::join: ['-', ['${{stage}}', '${{list[1]}}']]}}\nresources:\n  k:\n    type: descope:ManagementKey\n    properties:\n      name: {expression}\n"
        );
        let mut document = document(&program, stacks);
        assert_eq!(document.findings, [], "{program}");
        let Content::Object(entries) = document.declarations.remove(0).properties.content else {
            unreachable!("the properties are an object")
        };
        entries.into_iter().next().unwrap().value
    }

    #[test]
    fn expressions_have_the_values_of_pulumi() {
        let text = |text: &str| Some(Content::String(text.to_owned()));
        for (expression, expected) in [
            ("a-${stage}", text("a-prod")),
            ("'${p:stage}'", None),
            ("${n}", Some(Content::Number(3.0))),
            ("x${n}", text("x3")),
            ("x${big}", None),
            ("$$${stage} $${stage}", text("$prod ${stage}")),
            ("${list[1]}", text("b")),
            ("${list[2]}", None),
            ("'${object.k[\"x y\"]}'", text("v")),
            ("${object.prod}", text("w")),
            ("${made}", text("prod-b")),
            ("${one}", None),
            ("${open}", None),
            ("${nothing}", None),
            ("${k.id}", None),
            ("{fn::select: [1, '${list}']}", text("b")),
            ("{fn::select: [0, [x, '${open}']]}", text("x")),
            ("{fn::select: [1, {fn::split: [',', 'x,y']}]}", text("y")),
            ("{Fn::Join: ['', [a, '${n}']]}", None),
            (
                "{fn::toJSON: {b: [1, true], a: null}}",
                text("{\"a\":null,\"b\":[1,true]}"),
            ),
            ("{fn::length: '${list}'}", Some(Content::Number(2.0))),
            ("{fn::singleOrNone: [x]}", text("x")),
            ("{fn::toBase64: x}", None),
            ("{fn::readFile: x}", None),
            ("{fn::aws:getAmi: {a: b}}", None),
        ] {
            let value = value(expression, &[]);
            match expected {
                Some(content) => assert_eq!(value.content, content, "{expression}"),
                None => assert!(
                    matches!(value.content, Content::Unknown(_)),
                    "{expression}: {value:?}"
                ),
            }
        }
    }

    #[test]
    fn secrets_are_known_but_sensitive() {
        for (expression, content) in [
            ("{fn::secret: x}", "x"),
            ("${hidden}", "h"),
            ("a${hidden}", "ah"),
            ("{fn::join: ['', ['${hidden}', b]]}", "hb"),
            ("{fn::unsecret: '${hidden}'}", "h"),
            ("{fn::select: [0, {fn::secret: [x]}]}", "x"),
        ] {
            let value = value(expression, &[]);
            assert_eq!(
                (value.as_str(), value.sensitive),
                (Some(content), true),
                "{expression}"
            );
        }
    }

    #[test]
    fn a_setting_is_known_if_all_stacks_have_the_same() {
        let known = |stacks: &[&str]| value("${stage}", stacks).as_str().map(str::to_owned);
        assert_eq!(known(&["config: {'p:stage': dev}"]).as_deref(), Some("dev"));
        assert_eq!(known(&["config: {'q:stage': dev}"]).as_deref(), Some("prod"));
        assert_eq!(
            known(&["config: {'p:stage': dev}", "config: {'p:stage': dev}"]).as_deref(),
            Some("dev")
        );
        assert_eq!(known(&["config: {'p:stage': dev}", "config: {}"]), None);
        let secret = value("${open}", &["config: {'p:open': {secure: v1:abc}}"]);
        assert!(secret.sensitive && matches!(secret.content, Content::Unknown(_)));
        assert_eq!(
            value("${open}", &["config: {'p:open': '12'}"]).content,
            Content::Number(12.0)
        );
        let place = value("${stage}", &["config: {'p:stage': dev}"]).origin.unwrap();
        assert_eq!(place.source, 1);
    }

    #[test]
    fn both_packages_and_every_spelling_of_their_tokens_are_read() {
        for (token, dialect) in [
            ("descope:ManagementKey", Dialect::Pulumi),
            ("descope:index:ManagementKey", Dialect::Pulumi),
            ("descope:index/managementKey:ManagementKey", Dialect::Pulumi),
            ("descope-keys:ManagementKey", Dialect::PulumiKeys),
            ("descope-keys:index:ManagementKey", Dialect::PulumiKeys),
        ] {
            let program = format!(
                "resources:\n  a: {{type: '{token}', properties: {{name: x}}}}\n  b: {{type: aws:s3:Bucket}}\n  c: {{type: '{token}', get: {{id: K1}}}}\n"
            );
            let document = document(&program, &[]);
            assert_eq!(document.declarations.len(), 1);
            assert_eq!(document.declarations[0].dialect, dialect);
        }
    }

    #[test]
    fn options_outputs_providers_and_components_are_read() {
        let program = "name: p\nconfig:\n  descope:baseUrl: {value: 'http://a'}\nresources:\n  eu:\n    type: pulumi:providers:descope-keys\n    properties: {baseUrl: 'http://b'}\n  k:\n    type: descope:ManagementKey\n    name: team\n    options:\n      deleteBeforeReplace: true\n      aliases: [{name: old}, 'urn:pulumi:s::p::t::older']\n      ignoreChanges: [status]\ncomponents:\n  Team:\n    inputs: {stage: {type: string}}\n    resources:\n      k:\n        type: descope:ManagementKey\n        properties: {name: 'a-${stage}'}\n    outputs: {secret: '${k.cleartext}'}\nvariables:\n  v: ${k.cleartext}\noutputs:\n  all: ${k}\n  id: ${k.id}\n  shown: {fn::unsecret: {fn::toJSON: ['${v}']}}\n";
        let document = document(program, &[]);
        assert_eq!(document.findings, []);
        let urls = document
            .providers
            .iter()
            .map(|settings| settings.get("baseUrl").and_then(Value::as_str));
        assert_eq!(urls.collect::<Vec<_>>(), [Some("http://a"), Some("http://b")]);
        let [key, inner] = document.declarations.as_slice() else {
            panic!("two keys")
        };
        assert_eq!(
            (key.resource.as_str(), inner.resource.as_str()),
            ("team", "Team.k")
        );
        assert_eq!(key.options.former_addresses, ["old", "older"]);
        assert_eq!(key.options.ignore_changes, ["status"]);
        assert!(key.options.replacement.unwrap().deletes_first);
        assert_eq!(inner.properties.unknowns(), 1);
        let outputs = document
            .outputs
            .iter()
            .map(|output| (output.name.as_str(), output.cleartext.is_some(), output.is_secret));
        let expected = [
            ("all", true, true),
            ("id", false, false),
            ("shown", true, false),
            ("Team.secret", true, true),
        ];
        assert_eq!(outputs.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_pulumi_refuses_is_told() {
        let program = "name: p\nvariables:\n  a: &b [x]\n  c: *b\n  a: 1\nresources:\n  k:\n    type: descope:ManagementKey\n    propertys: {name: n}\n    properties2: 1\n";
        let messages: Vec<_> = document(program, &[])
            .findings
            .into_iter()
            .map(|finding| finding.message)
            .collect();
        assert_eq!(
            messages,
            [
                "a resource has no member `propertys`",
                "a resource has no member `properties2`",
                "Pulumi does not take aliases of YAML: it refuses this program",
                "`a` is set twice",
            ]
        );
    }
}
