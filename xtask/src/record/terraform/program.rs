//! Random Terraform programs whose expressions are of the right type.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fastrand::Rng;

/// Deeper expressions become single names and literals.
const DEPTH: usize = 3;

/// A program, in both forms.
pub(super) struct Program {
    /// Values of variables that stand in the environment.
    pub(super) environment: BTreeMap<String, String>,
    declarations: String,
    settings: String,
    keys: Vec<Key>,
    module: Option<Module>,
}

/// Who is to read a program.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Form {
    /// Terraform: the values stand in built-in resources.
    Terraform,
    /// The core: the values stand in management keys.
    Core,
}

struct Key {
    name: String,
    repetition: String,
    attributes: Vec<(String, String)>,
}

struct Module {
    call: String,
    declarations: String,
    key: Key,
}

#[derive(Clone, Copy, PartialEq)]
enum Type {
    Text,
    Number,
    Bool,
    Texts,
    Set,
    Map,
}

const TYPES: [Type; 6] = [
    Type::Text,
    Type::Number,
    Type::Bool,
    Type::Texts,
    Type::Set,
    Type::Map,
];

impl Type {
    fn constraint(self) -> &'static str {
        match self {
            Type::Text => "string",
            Type::Number => "number",
            Type::Bool => "bool",
            Type::Texts => "list(string)",
            Type::Set => "set(string)",
            Type::Map => "map(string)",
        }
    }
}

impl Program {
    /// The program of this seed, always the same.
    pub(super) fn random(seed: u64) -> Self {
        let mut writer = Writer {
            random: Rng::with_seed(seed),
            names: Vec::new(),
            is_known: true,
        };
        let (mut declarations, mut settings) = (String::new(), String::new());
        let mut environment = BTreeMap::new();
        for (index, kind) in TYPES.into_iter().enumerate() {
            let name = format!("v{index}");
            let default = writer.literal(kind);
            let value = writer.literal(kind);
            let _ = writeln!(
                declarations,
                "variable \"{name}\" {{\n  type    = {}\n  default = {default}\n}}\n",
                kind.constraint()
            );
            match writer.random.u8(..4) {
                0 => {
                    let _ = writeln!(settings, "{name} = {value}");
                }
                1 => {
                    // A text stands in the environment as it is, everything else as an expression.
                    let value = if kind == Type::Text {
                        value.trim_matches('"').to_owned()
                    } else {
                        value
                    };
                    environment.insert(name.clone(), value);
                }
                _ => {}
            }
            writer.names.push((format!("var.{name}"), kind));
        }
        declarations.push_str("variable \"secret\" {\n  type      = string\n  default   = \"s3cret\"\n  sensitive = true\n}\n\n");
        declarations.push_str("locals {\n");
        for index in 0..5 {
            let kind = writer.kind();
            let expression = writer.expression(kind, DEPTH);
            let _ = writeln!(declarations, "  l{index} = {expression}");
            writer.names.push((format!("local.l{index}"), kind));
        }
        declarations.push_str("}\n\n");
        // What decides how many resources there are must be known, and so must all of the above.
        writer.is_known = false;
        let keys = (0..4).map(|index| writer.key(index, true)).collect();
        let module = seed.is_multiple_of(4).then(|| {
            let argument = writer.expression(Type::Texts, 2);
            let text = writer.expression(Type::Text, 2);
            writer.names = vec![
                ("var.texts".to_owned(), Type::Texts),
                ("var.text".to_owned(), Type::Text),
            ];
            Module {
                call: format!(
                    "module \"m\" {{\n  source = \"./m\"\n  texts  = {argument}\n  text   = {text}\n}}\n"
                ),
                declarations: "variable \"texts\" {\n  type = list(string)\n}\n\nvariable \"text\" {}\n\n"
                    .to_owned(),
                key: writer.key(0, false),
            }
        });
        Self {
            environment,
            declarations,
            settings,
            keys,
            module,
        }
    }

    /// The files by name.
    pub(super) fn files(&self, form: Form) -> BTreeMap<String, String> {
        let mut main = self.declarations.clone();
        main.push_str("resource \"terraform_data\" \"seed\" {}\n");
        for key in &self.keys {
            main.push_str(&key.text(form));
        }
        let mut files = BTreeMap::new();
        if let Some(module) = &self.module {
            let _ = write!(main, "\n{}", module.call);
            let seed = "resource \"terraform_data\" \"seed\" {}\n";
            files.insert(
                "m/main.tf".to_owned(),
                format!("{}{seed}{}", module.declarations, module.key.text(form)),
            );
        }
        if !self.settings.is_empty() {
            files.insert("terraform.tfvars".to_owned(), self.settings.clone());
        }
        files.insert("main.tf".to_owned(), main);
        files
    }
}

impl Key {
    fn text(&self, form: Form) -> String {
        let attributes = self
            .attributes
            .iter()
            .map(|(name, value)| format!("    {name} = {value}\n"));
        let attributes: String = attributes.collect();
        let (kind, open, close) = match form {
            Form::Terraform => ("terraform_data", "  input = {\n", "  }\n"),
            Form::Core => ("descope_management_key", "", ""),
        };
        format!(
            "\nresource \"{kind}\" \"{}\" {{\n{}{open}{attributes}{close}}}\n",
            self.name, self.repetition
        )
    }
}

struct Writer {
    random: Rng,
    /// What an expression may refer to.
    names: Vec<(String, Type)>,
    /// Whether an expression must be known when the plan is made, and not be sensitive.
    is_known: bool,
}

impl Writer {
    /// A key; one that `repeats` may have `count` or `for_each`.
    fn key(&mut self, index: usize, repeats: bool) -> Key {
        let names = self.names.clone();
        let known = std::mem::replace(&mut self.is_known, true);
        let repetition = match self.random.u8(..4) {
            _ if !repeats => String::new(),
            0 => {
                let count = self.random.u8(..3);
                self.names.push(("count.index".to_owned(), Type::Number));
                format!("  count = {count}\n")
            }
            1 => {
                let set = self.expression(Type::Set, 2);
                self.names.extend([
                    ("each.key".to_owned(), Type::Text),
                    ("each.value".to_owned(), Type::Text),
                ]);
                format!("  for_each = {set}\n")
            }
            2 => {
                let map = self.expression(Type::Map, 2);
                self.names.extend([
                    ("each.key".to_owned(), Type::Text),
                    ("each.value".to_owned(), Type::Text),
                ]);
                format!("  for_each = {map}\n")
            }
            _ => String::new(),
        };
        self.is_known = known;
        let attributes = (0..6)
            .map(|attribute| {
                let kind = self.kind();
                (format!("a{attribute}"), self.expression(kind, DEPTH))
            })
            .collect();
        self.names = names;
        Key {
            name: format!("k{index}"),
            repetition,
            attributes,
        }
    }

    fn kind(&mut self) -> Type {
        TYPES[self.random.usize(..TYPES.len())]
    }

    fn word(&mut self) -> &'static str {
        ["a", "b", "c", "prod", "Staging", "10.1.0.0/16", "x-y", "ü"][self.random.usize(..8)]
    }

    fn literal(&mut self, kind: Type) -> String {
        let words = |writer: &mut Self| {
            let count = writer.random.usize(..4);
            (0..count)
                .map(|_| format!("\"{}\"", writer.word()))
                .collect::<Vec<_>>()
                .join(", ")
        };
        match kind {
            Type::Text => format!("\"{}\"", self.word()),
            Type::Number => ["0", "1", "2", "3.5", "-4", "1893456000"][self.random.usize(..6)].to_owned(),
            Type::Bool => self.random.bool().to_string(),
            Type::Texts | Type::Set => format!("[{}]", words(self)),
            Type::Map => format!("{{ k1 = \"{}\", \"k 2\" = \"{}\" }}", self.word(), self.word()),
        }
    }

    /// A name or a literal.
    fn leaf(&mut self, kind: Type) -> String {
        let named: Vec<_> = self
            .names
            .iter()
            .filter(|(_, other)| *other == kind)
            .map(|(name, _)| name.clone())
            .collect();
        if kind == Type::Text && !self.is_known && self.random.u8(..12) == 0 {
            return if self.names.iter().any(|(name, _)| name == "var.v0") && self.random.bool() {
                "var.secret".to_owned()
            } else {
                "terraform_data.seed.id".to_owned()
            };
        }
        if !named.is_empty() && self.random.u8(..3) > 0 {
            return named[self.random.usize(..named.len())].clone();
        }
        match kind {
            Type::Set => format!("toset({})", self.literal(kind)),
            Type::Map => format!("tomap({})", self.literal(kind)),
            _ => self.literal(kind),
        }
    }

    fn expression(&mut self, kind: Type, depth: usize) -> String {
        if depth == 0 || self.random.u8(..5) == 0 {
            return self.leaf(kind);
        }
        let forms: &[&str] = match kind {
            Type::Text => &[
                "\"${T}-${T}\"",
                "\"n${N}\"",
                "upper(T)",
                "lower(T)",
                "title(T)",
                "trimspace(\"  ${T} \")",
                "replace(T, \"a\", \"o\")",
                "substr(T, 0, 2)",
                "format(\"%s/%03d\", T, 7)",
                "format(\"%s %v\", T, N)",
                "join(\", \", L)",
                "element(concat(L, [T]), 0)",
                "concat(L, [T, \"z\"])[1]",
                "lookup(M, \"k1\", T)",
                "try(M[\"absent\"], T)",
                "coalesce(null, T)",
                "coalesce(T, \"d\")",
                "B ? T : T",
                "trimprefix(T, \"x-\")",
                "trimsuffix(T, \"g\")",
                "strrev(T)",
                "cidrsubnet(\"10.0.0.0/8\", 8, length(L))",
                "cidrhost(\"10.2.0.0/16\", 5)",
                "tostring(N)",
                "jsonencode(L)",
                "jsonencode({ t = T, n = N, b = B })",
                "split(\"/\", \"a/${T}\")[0]",
                "\"%{ if B }yes ${T}%{ else }no%{ endif }\"",
                "\"%{ for x in L }<${x}>%{ endfor }\"",
                "element(sort(concat(L, [\"m\"])), 0)",
                "one([T])",
                "nonsensitive(T)",
                "keys({ k = T })[0]",
                "{ a = T, b = T }.a",
                "[{ n = T }, { n = \"q\" }][*].n[0]",
                "trim(T, \"ab\")",
                "basename(\"/x/${T}\")",
                "formatdate(\"YYYY-MM-DD\", timeadd(\"2030-01-01T00:00:00Z\", \"36h\"))",
            ],
            Type::Number => &[
                "length(L)",
                "length(S)",
                "length(M)",
                "length(T)",
                "(N + N)",
                "(N - N)",
                "(N * 2)",
                "(7 / 2)",
                "(7 % 4)",
                "-(N)",
                "min(N, N, 3)",
                "max(N, N)",
                "abs(N)",
                "ceil(N)",
                "floor(N)",
                "parseint(\"1f\", 16)",
                "tonumber(\"12\")",
                "B ? N : N",
                "sum([N, N])",
                "index([\"p\", \"q\"], \"q\")",
                "try(tonumber(T), N)",
                "range(4)[2]",
            ],
            Type::Bool => &[
                "(T == T)",
                "(N < N)",
                "(N >= N)",
                "(B && B)",
                "(B || B)",
                "!B",
                "contains(L, T)",
                "contains(S, \"a\")",
                "can(M[\"k1\"])",
                "startswith(T, \"a\")",
                "endswith(T, \"d\")",
                "(length(L) != N)",
                "alltrue([B, B])",
                "anytrue([B])",
                "(L == L)",
                "strcontains(T, \"o\")",
            ],
            Type::Texts => &[
                "[T, T]",
                "[T]",
                "concat(L, L)",
                "concat(L, [T])",
                "distinct(concat(L, [T]))",
                "compact([T, \"\", T])",
                "sort(L)",
                "reverse(L)",
                "split(\"-\", T)",
                "tolist(S)",
                "[for x in L : upper(x)]",
                "[for x in L : \"${x}!\" if x != \"b\"]",
                "[for i, x in L : \"${i}=${x}\"]",
                "[for x in S : x]",
                "[for k, v in M : \"${k}:${v}\"]",
                "flatten([L, [T], [[T]]])",
                "keys(M)",
                "values(M)",
                "formatlist(\"%s-z\", L)",
                "slice(concat(L, [\"1\", \"2\"]), 0, 2)",
                "[{ n = T }, { n = T }][*].n",
                "B ? L : L",
                "setsubtract(S, [\"a\"])[*]",
                "coalescelist(L, [\"d\"])",
                "try(L, [])",
                "[for n in range(3) : cidrsubnet(\"10.0.0.0/16\", 8, n)]",
                "cidrsubnets(\"10.1.0.0/16\", 4, 8)",
                "tolist([T, T])",
            ],
            Type::Set => &[
                "toset(L)",
                "toset([for x in L : lower(x)])",
                "setunion(S, S)",
                "setintersection(S, S)",
                "setsubtract(S, S)",
                "toset(keys(M))",
            ],
            Type::Map => &[
                "tomap({ a = T, b = T })",
                "merge(M, M)",
                "merge(M, { k1 = T })",
                "{ for x in distinct(L) : x => upper(x) }",
                "{ for k, v in M : \"${k}!\" => v if v != \"a\" }",
                "zipmap(keys(M), values(M))",
                "B ? M : M",
            ],
        };
        let form = forms[self.random.usize(..forms.len())];
        // A capital letter that stands alone is to be replaced by an expression of its type.
        let mut text = String::new();
        let characters: Vec<char> = form.chars().collect();
        for (index, &character) in characters.iter().enumerate() {
            let alone = |at: Option<&char>| !at.is_some_and(|c| c.is_ascii_alphanumeric() || *c == '_');
            let before = index.checked_sub(1).and_then(|index| characters.get(index));
            let hole = match character {
                'T' => Some(Type::Text),
                'N' => Some(Type::Number),
                'B' => Some(Type::Bool),
                'L' => Some(Type::Texts),
                'S' => Some(Type::Set),
                'M' => Some(Type::Map),
                _ => None,
            };
            match hole.filter(|_| alone(before) && alone(characters.get(index + 1))) {
                Some(kind) => {
                    let filling = self.expression(kind, depth - 1);
                    // An operator outside must not bind tighter than one inside.
                    let _ = write!(
                        text,
                        "{}",
                        if filling.contains(" ? ") {
                            format!("({filling})")
                        } else {
                            filling
                        }
                    );
                }
                None => text.push(character),
            }
        }
        text
    }
}
