//! What kind of document a text is: told by its name where that can be nothing else, and otherwise by its content.

/// How a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A Pulumi program in YAML or JSON.
    PulumiYaml,
    /// The settings of one stack of a Pulumi program, which declare no keys but give values to those that are declared.
    PulumiConfig,
    /// A Terraform file in the HCL syntax.
    TerraformHcl,
    /// A Terraform file in the JSON syntax.
    TerraformJson,
    /// Values of Terraform variables, which declare no keys either.
    TerraformVariables,
    /// Declarations of no tool, in YAML or JSON: one, a list, or several documents.
    Plain,
    /// What `terraform show -json` prints of a plan or of a state, or the file in which Terraform keeps a state.
    TerraformPlan,
    /// What `pulumi preview --json` prints.
    PulumiPreview,
    /// What `pulumi stack export` prints.
    PulumiState,
}

impl Kind {
    /// Whether its texts are written by people, who can mend them, and not told by a tool about what it did or is to do.
    pub fn is_written(self) -> bool {
        !matches!(
            self,
            Kind::TerraformPlan | Kind::PulumiPreview | Kind::PulumiState
        )
    }

    /// All kinds, by the name that options use.
    pub const NAMES: [(&'static str, Kind); 9] = [
        ("pulumi-yaml", Kind::PulumiYaml),
        ("pulumi-config", Kind::PulumiConfig),
        ("terraform-hcl", Kind::TerraformHcl),
        ("terraform-json", Kind::TerraformJson),
        ("terraform-variables", Kind::TerraformVariables),
        ("plain", Kind::Plain),
        ("terraform-plan", Kind::TerraformPlan),
        ("pulumi-preview", Kind::PulumiPreview),
        ("pulumi-state", Kind::PulumiState),
    ];

    /// The kind of a file with this name, or nothing if its name does not tell.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        if ends(&[".tf.json", ".tofu.json"]) {
            Some(Kind::TerraformJson)
        } else if ends(&[".tf", ".tofu"]) {
            Some(Kind::TerraformHcl)
        } else if ends(&[".tfvars", ".tfvars.json"]) {
            Some(Kind::TerraformVariables)
        } else if ends(&[
            ".descope-key.yaml",
            ".descope-key.yml",
            ".descope-key.json",
            ".descope-key.jsonc",
        ]) {
            Some(Kind::Plain)
        } else {
            match name.strip_suffix(".json").or_else(|| yaml_stem(name))? {
                "Pulumi" | "Main" | "PulumiPlugin" => Some(Kind::PulumiYaml),
                // `Pulumi.<stack>.json` is no name that Pulumi knows.
                stem if stem.starts_with("Pulumi.") && yaml_stem(name).is_some() => Some(Kind::PulumiConfig),
                _ => None,
            }
        }
    }

    /// Whether a walk through a folder takes the file `name`: what people write, values and settings of programs included,
    /// and only under a name that can be nothing else.
    pub fn is_collected(name: &str) -> bool {
        Self::of_name(name).is_some()
    }

    /// The kind that the content looks like, or nothing if it is none of ours. Only names of members are looked at,
    /// the first of them that decides is the last.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        match text.trim_start().as_bytes().first()? {
            b'{' | b'[' => of_members(Flow::new(text)),
            _ if looks_like_hcl(text) => Some(Kind::TerraformHcl),
            _ => of_members(block_names(text)),
        }
    }
}

/// What a tool prints while it plans, one event a line, which is not the plan.
pub(super) struct Log {
    /// What it is.
    pub(super) what: &'static str,
    /// What to check instead.
    pub(super) help: &'static str,
}

/// The log that a text is, if it is one.
pub(super) fn log(text: &str) -> Option<Log> {
    let first = text.trim_start().lines().next()?;
    let mut names = Flow::new(first).map(|member| member.name);
    match names.next()? {
        "@level" => Some(Log {
            what: "the log of Terraform",
            help: "check what `terraform show -json` prints of the plan that `-out` wrote",
        }),
        "sequence" if names.any(|name| name.ends_with("Event")) => Some(Log {
            what: "the log of Pulumi",
            help: "check what `pulumi preview --json` prints without `PULUMI_ENABLE_STREAMING_JSON_PREVIEW`",
        }),
        _ => None,
    }
}

fn yaml_stem(name: &str) -> Option<&str> {
    name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"))
}

/// A member at the top of a document, or of an element of the list at its top.
struct Name<'a> {
    name: &'a str,
    /// The text from its value on.
    value: &'a str,
}

/// The kind of a document with these members. A name that only one kind has decides at once; the others add up.
fn of_members<'a>(names: impl Iterator<Item = Name<'a>>) -> Option<Kind> {
    let (mut has_steps, mut has_version, mut is_terraform) = (false, false, false);
    let mut is_searched = false;
    for Name { name, value } in names {
        match name {
            "resource_changes" | "planned_values" | "lineage" => return Some(Kind::TerraformPlan),
            "values" if is_terraform => return Some(Kind::TerraformPlan),
            "provider_schemas" | "function_signatures" | "diagnostics" if is_terraform => return None,
            "format_version" | "terraform_version" => is_terraform = true,
            "changeSummary" => return Some(Kind::PulumiPreview),
            "duration" | "diagnostics" if has_steps => return Some(Kind::PulumiPreview),
            // Other tools have steps too, but none that name what they are about like this.
            "steps" if value.starts_with('[') && near(value).contains("\"urn:pulumi:") => {
                return Some(Kind::PulumiPreview);
            }
            "steps" => has_steps = true,
            "deployment" | "checkpoint" if value.starts_with('{') => return Some(Kind::PulumiState),
            "runtime" => return Some(Kind::PulumiYaml),
            // Other tools have a list here, or objects without a type.
            "resources" if !value.starts_with(['[', '-']) && has_type(value) => {
                return Some(Kind::PulumiYaml);
            }
            "resource" if value.starts_with('{') && !is_searched => {
                if value.contains("descope_management_key") {
                    return Some(Kind::TerraformJson);
                }
                // All the rest was.
                is_searched = true;
            }
            "encryptionsalt" | "secretsprovider" | "encryptedkey" => return Some(Kind::PulumiConfig),
            "version" => has_version = true,
            _ if is_field(name) => return Some(Kind::Plain),
            _ => {}
        }
    }
    // A state with nothing in it has no `values`.
    (is_terraform && !has_version).then_some(Kind::TerraformPlan)
}

/// Whether only a management key has a field of that name, however it is spelled.
fn is_field(name: &str) -> bool {
    let words: String = name.chars().filter(|c| !matches!(c, '_' | '-')).collect();
    ["rebac", "permittedips", "expiretime"]
        .iter()
        .any(|field| words.eq_ignore_ascii_case(field))
}

/// Whether the first resource has a type.
fn has_type(resources: &str) -> bool {
    near(resources).split(['\n', ',', '{']).any(|part| {
        part.trim_start()
            .trim_start_matches(['"', '\''])
            .starts_with("type")
    })
}

/// As much of a value as tells what it is.
fn near(value: &str) -> &str {
    const FAR: usize = 2000;
    &value[..value.floor_char_boundary(FAR)]
}

/// HCL begins with a block or an attribute, YAML with a member.
fn looks_like_hcl(text: &str) -> bool {
    let statement = text.lines().map(str::trim).find(|line| {
        !line.is_empty()
            && !line.starts_with(['#', '-', '%'])
            && !line.starts_with("//")
            && !line.starts_with("/*")
    });
    statement.is_some_and(|statement| {
        let rest = statement.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
        rest.len() < statement.len() && rest.trim_start().starts_with(['"', '{', '='])
    })
}

/// The names at the start of lines: the members of a block mapping, or of the first element of a list of them.
fn block_names(text: &str) -> impl Iterator<Item = Name<'_>> {
    let mut indent = None;
    text.split_inclusive('\n')
        .scan(0, move |offset, line| {
            let start = *offset;
            *offset += line.len();
            Some((start, line))
        })
        .filter_map(move |(start, line)| {
            let content = line.trim_start_matches([' ', '-']);
            let inset = line.len() - content.len();
            let (name, value) = content.split_once(':')?;
            if name.starts_with(['#', '%']) || !(value.is_empty() || value.starts_with(char::is_whitespace)) {
                return None;
            }
            let is_outer = inset <= *indent.get_or_insert(inset);
            let value_start = start + inset + name.len() + 1;
            is_outer.then(|| Name {
                name: name.trim_matches(['"', '\'']),
                value: text[value_start..].trim_start(),
            })
        })
}

/// The names of members in a text with brackets, JSON or the flow syntax of YAML: those of the object at the top, or
/// of the elements of the list there.
struct Flow<'a> {
    text: &'a str,
    at: usize,
    open: Vec<u8>,
}

impl<'a> Flow<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            open: Vec::new(),
        }
    }
}

impl<'a> Iterator for Flow<'a> {
    type Item = Name<'a>;

    fn next(&mut self) -> Option<Name<'a>> {
        let bytes = self.text.as_bytes();
        let mut word = self.at;
        loop {
            match *bytes.get(self.at)? {
                quote @ (b'"' | b'\'') => {
                    self.at += 1;
                    while *bytes.get(self.at)? != quote {
                        self.at += if bytes[self.at] == b'\\' { 2 } else { 1 };
                    }
                }
                bracket @ (b'{' | b'[') => {
                    self.open.push(bracket);
                    word = self.at + 1;
                }
                b'}' | b']' => {
                    self.open.pop();
                    word = self.at + 1;
                }
                b',' => word = self.at + 1,
                b':' if matches!(self.open.as_slice(), [b'{'] | [b'[', b'{']) => {
                    // What JSON does not have may stand above it: a comment.
                    let name = self.text.get(word..self.at)?.trim().rsplit('\n').next()?;
                    self.at += 1;
                    return Some(Name {
                        name: name.trim().trim_matches(['"', '\'']),
                        value: self.text.get(self.at..)?.trim_start(),
                    });
                }
                _ => {}
            }
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_can_be_nothing_else_tell_the_kind() {
        for (name, kind, is_collected) in [
            ("a/main.tf", Some(Kind::TerraformHcl), true),
            ("a\\main.tf.json", Some(Kind::TerraformJson), true),
            ("prod.auto.tfvars", Some(Kind::TerraformVariables), true),
            ("terraform.tfvars.json", Some(Kind::TerraformVariables), true),
            ("Pulumi.yaml", Some(Kind::PulumiYaml), true),
            ("Pulumi.json", Some(Kind::PulumiYaml), true),
            ("x/Main.yml", Some(Kind::PulumiYaml), true),
            ("x/PulumiPlugin.yaml", Some(Kind::PulumiYaml), true),
            ("Pulumi.prod.yaml", Some(Kind::PulumiConfig), true),
            ("Pulumi.prod.json", None, false),
            ("ci.descope-key.yaml", Some(Kind::Plain), true),
            ("ci.descope-key.json", Some(Kind::Plain), true),
            ("ci.descope-key.jsonc", Some(Kind::Plain), true),
            ("values.yaml", None, false),
            ("plan.json", None, false),
            ("MyPulumi.yaml", None, false),
            ("-", None, false),
        ] {
            assert_eq!(Kind::of_name(name), kind, "{name}");
            assert_eq!(Kind::is_collected(name), is_collected, "{name}");
        }
    }

    #[test]
    fn content_tells_the_kind_of_all_others() {
        for (text, kind) in [
            ("# c\n\nresource \"a\" \"b\" {", Some(Kind::TerraformHcl)),
            ("locals {", Some(Kind::TerraformHcl)),
            ("name: keys\nruntime: yaml\n", Some(Kind::PulumiYaml)),
            (
                "---\n\"name\": x\nresources:\n  a:\n    type: b:C\n",
                Some(Kind::PulumiYaml),
            ),
            ("{\"name\": 1, \"runtime\": \"yaml\"}", Some(Kind::PulumiYaml)),
            (
                "{\"resources\": {\"k\": {\"type\": \"descope:ManagementKey\"}}}",
                Some(Kind::PulumiYaml),
            ),
            (
                "resources: {k: {type: 'descope:ManagementKey'}}\n",
                Some(Kind::PulumiYaml),
            ),
            ("resources:\n- deployment.yaml\n", None),
            ("resources:\n  limits:\n    cpu: 1\n", None),
            (
                "encryptionsalt: v1\nconfig:\n  a:b: c\n",
                Some(Kind::PulumiConfig),
            ),
            ("name: a\nrebac:\n  company_roles: []\n", Some(Kind::Plain)),
            ("- name: a\n  reBac: {}\n", Some(Kind::Plain)),
            ("[{\"name\": \"a\"}, {\"permitted_ips\": []}]", Some(Kind::Plain)),
            ("{name: a, rebac: {}}", Some(Kind::Plain)),
            (
                "{\"format_version\":\"1.2\",\"variables\":{\"rebac\":1},\"planned_values\":{}}",
                Some(Kind::TerraformPlan),
            ),
            (
                "{\"format_version\":\"1.0\",\"terraform_version\":\"1.9.0\",\"values\":{}}",
                Some(Kind::TerraformPlan),
            ),
            ("{\"format_version\":\"1.0\"}", Some(Kind::TerraformPlan)),
            ("{\"format_version\":\"1.0\",\"provider_schemas\":{}}", None),
            (
                "{\"config\":{},\"steps\":[],\"duration\":1}",
                Some(Kind::PulumiPreview),
            ),
            ("{\"version\":3,\"deployment\":{}}", Some(Kind::PulumiState)),
            (
                "{\"version\":3,\"checkpoint\":{\"latest\":{}}}",
                Some(Kind::PulumiState),
            ),
            (
                "{\"version\":4,\"terraform_version\":\"1.9.0\",\"lineage\":\"a\",\"resources\":[]}",
                Some(Kind::TerraformPlan),
            ),
            (
                "{\"version\":4,\"terraform_version\":\"1.9.0\",\"resources\":[]}",
                None,
            ),
            (
                "{\"resource\":{\"descope_management_key\":{}}}",
                Some(Kind::TerraformJson),
            ),
            ("{\"name\":\"package\",\"version\":\"1.0.0\"}", None),
            ("on: push\njobs:\n  a:\n    steps: []\n", None),
            ("apiVersion: v1\nkind: Pod\n", None),
            ("", None),
            ("just words", None),
        ] {
            assert_eq!(Kind::of_text(text), kind, "{text}");
        }
    }
}
