//! Texts to start from: the programs of the corpus, the examples of the pages, and the words that formats are made of.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use key_policy::{Kind, rules};

/// Files that are read together, by their names.
pub(crate) type Program = Vec<(String, Vec<u8>)>;

/// The programs of the corpus, and the examples of the pages as programs of one file. Those that take long to read are
/// left out: what happens in them happens in short ones too.
pub(crate) static PROGRAMS: LazyLock<Vec<Program>> = LazyLock::new(|| {
    const LONGEST: usize = 12_000;
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus");
    let mut programs: Vec<Program> = folders(&corpus)
        .iter()
        .flat_map(|kind| folders(kind))
        .map(|folder| {
            let mut program = Vec::new();
            collect(&folder, &folder, &mut program);
            program
        })
        .collect();
    programs.retain(|program| program.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() <= LONGEST);
    assert!(programs.len() > 30, "{}", programs.len());
    let examples = examples().into_iter().map(|(text, kind)| {
        let name = match kind {
            Kind::TerraformHcl => "main.tf",
            _ => "Pulumi.yaml",
        };
        vec![(name.to_owned(), text.as_bytes().to_vec())]
    });
    programs.extend(examples);
    programs
});

/// The examples of all pages.
pub(crate) fn examples() -> Vec<(&'static str, Kind)> {
    let blocks = rules::ALL
        .iter()
        .flat_map(|rule| rule.page.split("```").skip(1).step_by(2));
    blocks
        .filter_map(|block| {
            let (info, text) = block.split_once('\n')?;
            match info.split(' ').next()? {
                "hcl" => Some((text, Kind::TerraformHcl)),
                "yaml" => Some((text, Kind::PulumiYaml)),
                _ => None,
            }
        })
        .collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the corpus can be read");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry can be read").path())
        .collect();
    paths.sort();
    paths
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut paths = entries(folder);
    paths.retain(|path| path.is_dir());
    paths
}

fn collect(root: &Path, folder: &Path, files: &mut Program) {
    for path in entries(folder) {
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_none_or(|extension| extension != "snap") {
            let name = path.strip_prefix(root).expect("it was found below the root");
            let name = name.to_string_lossy().replace('\\', "/");
            files.push((name, fs::read(&path).expect("a file of the corpus can be read")));
        }
    }
}

/// What Terraform files are made of, and what is easily got wrong in them.
pub(crate) const HCL: &[&str] = &[
    "resource \"descope_management_key\" \"k\" {\n",
    "resource \"a\" \"b\" {\n",
    "resource",
    "module \"m\" {\n",
    "  source = \"./m\"\n",
    "variable \"v\" {\n",
    "  default = ",
    "  type = set(string)\n",
    "  type = object({ a = optional(number, 1) })\n",
    "  sensitive = true\n",
    "locals {\n",
    "output \"o\" {\n",
    "provider \"descope\" {\n",
    "moved {\n",
    "}\n",
    "}",
    "{",
    "  name = ",
    "  permitted_ips = ",
    "  expire_time = ",
    "  rebac = {\n",
    "  rebac {\n",
    "  project_roles = [{ project_ids = [\"p\"], roles = [\"r\"] }]\n",
    "  company_roles = [\"company-full-access\"]\n",
    "  for_each = ",
    "  count = 2\n",
    "  dynamic \"rebac\" {\n",
    "  lifecycle {\n",
    "  create_before_destroy = true\n",
    "  ignore_changes = all\n",
    "  value = descope_management_key.k.cleartext\n",
    "  a = ",
    "a",
    "\n",
    "[",
    "]",
    "(",
    ")",
    ", ",
    " = ",
    " => ",
    "? ",
    " : ",
    "...",
    ".",
    "[*]",
    ".*",
    "!",
    " - ",
    " + ",
    " % ",
    " && ",
    " == ",
    "for x in ",
    "for k, v in ",
    " if ",
    "\"",
    "\"81.2.69.7/24\"",
    "\"${",
    "%{ for x in ",
    "%{ endfor ~}",
    "%{ if ",
    "$${",
    "}\"",
    "\\u00e4",
    "\\",
    "<<EOT\n",
    "<<-EOT\n",
    "EOT\n",
    "var.v",
    "local.l",
    "each.value",
    "count.index",
    "module.m.o",
    "data.a.b.c",
    "descope_management_key.k.name",
    "toset(",
    "flatten(",
    "merge(",
    "cidrsubnet(\"10.0.0.0/8\", 8, ",
    "cidrhost(",
    "range(",
    "format(\"%s-%03d\", ",
    "join(\",\", ",
    "split(",
    "try(",
    "lookup(",
    "timeadd(timestamp(), \"1h\")",
    "sensitive(",
    "1",
    "0",
    "-1",
    "1e400",
    "99999999999999999999",
    "1893456000000",
    "null",
    "true",
    "# descope-keys: allow(any-ip) -- why\n",
    "// c\n",
    "/* c",
    " */",
    "ü",
    "😀",
    "\r\n",
    "\t",
    "\u{feff}",
];

/// What programs in YAML are made of.
pub(crate) const YAML: &[&str] = &[
    "name: n\nruntime: yaml\n",
    "resources:\n",
    "  k:\n",
    "    type: descope-keys:ManagementKey\n",
    "    type: descope:ManagementKey\n",
    "    type: pulumi:providers:descope\n",
    "    properties:\n",
    "    options: { aliases: [{ name: old }], deleteBeforeReplace: true }\n",
    "      name: ",
    "      permittedIps:\n",
    "        - 81.2.69.7/24\n",
    "      permittedIps: [",
    "      expireTime: ",
    "      status: ACTIVE\n",
    "      rebac:\n",
    "        companyRoles: [company-full-access]\n",
    "        projectRoles:\n",
    "          - projectIds: [p]\n",
    "            roles: [r]\n",
    "config:\n",
    "configuration:\n",
    "  c:\n    type: integer\n    default: 1\n    secret: true\n",
    "variables:\n",
    "  v:\n    fn::join: [\",\", [a, b]]\n",
    "  w: ${",
    "outputs:\n",
    "  o: ${k.cleartext}\n",
    "components:\n",
    "fn::secret: ",
    "fn::fromJSON: ",
    "${v}",
    "${k.name}",
    "${c[0].d}",
    "- ",
    "? ",
    ": ",
    "a: ",
    "a",
    "\n",
    "  ",
    "      ",
    "&x ",
    "*x",
    "<<: *x\n",
    "!!str ",
    "!t ",
    "|\n",
    ">-\n",
    "|2+\n",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "\"",
    "'",
    "\\x41",
    "\\",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "yes",
    "~",
    "null",
    "0o17",
    ".inf",
    "1_000",
    "1893456000000",
    "2026-01-01",
    "# descope-keys: allow(any-ip) -- why\n",
    " # c\n",
    "ü",
    "😀",
    "\r\n",
    "\t",
    "\u{feff}",
    "\u{2028}",
];

/// What JSON is made of: programs, plans, previews and states.
pub(crate) const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\"a\"",
    "\"//\": \"descope-keys: allow(any-ip) -- why\"",
    "{\"resource\": {\"descope_management_key\": {\"k\": {",
    "{\"resources\": {\"k\": {\"type\": \"descope-keys:ManagementKey\", \"properties\": {",
    "{\"format_version\": \"1.2\", \"resource_changes\": [",
    "{\"format_version\": \"1.0\", \"values\": {\"root_module\": {\"resources\": [",
    "{\"address\": \"descope_management_key.k\", \"mode\": \"managed\", \"type\": \"descope_management_key\", \"name\": \"k\", ",
    "\"change\": {\"actions\": [\"delete\", \"create\"], \"before\": {",
    "\"after\": {",
    "\"after_unknown\": {\"id\": true}",
    "\"after_sensitive\": {\"cleartext\": true}",
    "\"child_modules\": [",
    "\"configuration\": {",
    "{\"steps\": [{\"op\": \"replace\", \"urn\": \"urn:pulumi:s::p::descope-keys:index:ManagementKey::k\", \"oldState\": {",
    "\"newState\": {\"type\": \"descope-keys:index:ManagementKey\", \"inputs\": {",
    "{\"version\": 3, \"deployment\": {\"resources\": [",
    "{\"4dabf18193072939515e22adb298388d\": \"1b47061264138c4ac30d75fd1eb44270\", \"value\": ",
    "\"name\": \"n\"",
    "\"expireTime\": 1893456000000",
    "\"expire_time\": 1e400",
    "\"permitted_ips\": [\"81.2.69.7/24\", ",
    "\"permittedIps\": [",
    "\"rebac\": {\"company_roles\": [\"company-full-access\"]}",
    "\"reBac\": {",
    "\"project_roles\": [{\"project_ids\": [\"p\"], \"roles\": [\"r\"]}]",
    "\"${var.v}\"",
    "\"%{ if \"",
    "\\u00e4",
    "\\ud83d",
    "\\",
    "null",
    "true",
    "1",
    "-",
    "ü",
    "😀",
    "\n",
    " ",
    "\u{feff}",
];
