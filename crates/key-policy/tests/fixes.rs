//! A mended text is what a person would write. That fixes mend and break nothing is a property: see `properties/fixes.rs`.

use key_policy::edit::{fixed, patch};
use key_policy::finding::Safety;
use key_policy::report::{human, json};
use key_policy::{Config, Kind, Options, Role, Source, check};

fn options() -> Options {
    Options {
        now: Some(1_767_225_600),
        ..Options::default()
    }
}

fn source(text: &str, kind: Kind) -> Source<'_> {
    Source {
        name: "text",
        bytes: text.as_bytes(),
        kind: Some(kind),
        role: Role::Checked,
    }
}

fn mended(text: &str, kind: Kind, safety: Safety) -> String {
    let fixed = fixed(&[source(text, kind)], &options(), safety);
    fixed
        .into_iter()
        .next()
        .map_or_else(|| text.to_owned(), |(_, text)| text)
}

#[test]
fn the_text_is_what_a_person_would_write() {
    let hcl = |members: &str| format!("resource \"descope_management_key\" \"k\" {{\n{members}}}\n");
    let yaml = |members: &str| {
        format!("resources:\n  k:\n    type: descope-keys:ManagementKey\n    properties:\n{members}")
    };
    let json = |members: &str| {
        format!(
            "{{\"resources\": {{\"k\": {{\"type\": \"descope-keys:ManagementKey\", \"properties\": {{\n{members}\n}}}}}}}}\n"
        )
    };
    for (before, after) in [
        (
            "  permitted_ips = [\n    \"81.2.69.7/24\", # office\n    \"81.2.69.9\", # my desk\n    \"8.8.8.8\",\n  ]\n",
            "  permitted_ips = [\n    \"81.2.69.0/24\", # office\n    \"8.8.8.8\",\n  ]\n",
        ),
        (
            "  permitted_ips = [\"8.8.8.8\", \"8.8.8.8\", \"9.9.9.9\", \"8.8.8.8\"]\n",
            "  permitted_ips = [\"8.8.8.8\", \"9.9.9.9\"]\n",
        ),
        (
            "  id     = \"x\" # old\n  status = \"ACTIVE\"\n",
            "  status = \"active\"\n",
        ),
        (
            "  permitted_ips = [\" 8.8.8.8\"]\n",
            "  permitted_ips = [\"8.8.8.8\"]\n",
        ),
        ("  expire_time = 1893456000000\n", "  expire_time = 1893456000\n"),
        (
            "  expire_time = \"1893456000000\"\n",
            "  expire_time = \"1893456000\"\n",
        ),
        (
            "  permittedIps = [\"8.8.8.8\"]\n",
            "  permitted_ips = [\"8.8.8.8\"]\n",
        ),
        // A person should see what is wrong with the addresses before they count.
        ("  permittedIps = [\"8.8.8\"]\n", "  permittedIps = [\"8.8.8\"]\n"),
        // What was written elsewhere is left alone.
        (
            "  permitted_ips = [local.a]\n}\nlocals {\n  a = \"81.2.69.7/24\"\n",
            "  permitted_ips = [local.a]\n}\nlocals {\n  a = \"81.2.69.7/24\"\n",
        ),
    ] {
        assert_eq!(mended(&hcl(before), Kind::TerraformHcl, Safety::Safe), hcl(after));
    }
    for (before, after) in [
        (
            "      permittedIps:\n        - 81.2.69.7/24\n        - '81.2.69.9' # my desk\n        - 8.8.8.8\n",
            "      permittedIps:\n        - 81.2.69.0/24\n        - 8.8.8.8\n",
        ),
        (
            "      permittedIps: [8.8.8.8, '8.8.8.8', 9.9.9.9]\n      id: x\n",
            "      permittedIps: [8.8.8.8, 9.9.9.9]\n",
        ),
        (
            "      permitted_ips: [8.8.8.8]\n",
            "      permittedIps: [8.8.8.8]\n",
        ),
        ("      status: Active\n", "      status: active\n"),
        (
            "      status: # why\n        Active\n",
            "      status: # why\n        active\n",
        ),
        (
            "      status: >-\n        Active\n",
            "      status: >-\n        active\n",
        ),
        // The line break is a part of it, which the name would still have.
        (
            "      status: |2 # why\n\n        Active\n",
            "      status: |2 # why\n\n        Active\n",
        ),
        (
            "      permittedIps:\n        - |-\n          8.8.8.8\n        - 8.8.8.8\n        - |\n          8.8.8.8\n",
            "      permittedIps:\n        - |-\n          8.8.8.8\n        - |\n          8.8.8.8\n",
        ),
    ] {
        assert_eq!(mended(&yaml(before), Kind::PulumiYaml, Safety::Safe), yaml(after));
    }
    for (before, after) in [
        (
            "\"id\": \"x\",\n\"permittedIps\": [\"8.8.8.8\", \"8.8.8.8\"]",
            "\"permittedIps\": [\"8.8.8.8\"]",
        ),
        (
            "\"expireTime\": 1893456000000,\n\"status\": \"Active\",\n\"id\": \"x\"",
            "\"expireTime\": 1893456000,\n\"status\": \"active\"",
        ),
    ] {
        assert_eq!(mended(&json(before), Kind::PulumiYaml, Safety::Safe), json(after));
    }
}

#[test]
fn what_one_key_gains_does_not_pay_for_what_another_loses() {
    let text = |first: &str| {
        format!(
            "resource \"descope_management_key\" \"a\" {{\n  permitted_ips = [{first}]\n}}\n\
             resource \"descope_management_key\" \"b\" {{\n  permitted_ips = [\n    \"81.2.69.7/24\", # one\n    \"81.2.69.0/24\" # two\n  ]\n}}\n"
        )
    };
    // Without its host bits, the range of `b` would be there twice, and the second is not understood well enough to go.
    assert_eq!(
        mended(
            &text("\"8.8.8.8\", \"8.8.8.8\""),
            Kind::TerraformHcl,
            Safety::Safe
        ),
        text("\"8.8.8.8\"")
    );
}

#[test]
fn a_guess_is_only_taken_when_asked_for() {
    let text = "resource \"descope_management_key\" \"k\" {\n  nam = \"K\"\n  rebac = { company_roles = [\"company-full-acess\"] }\n}\n";
    assert_eq!(mended(text, Kind::TerraformHcl, Safety::Safe), text);
    let after = text.replace("nam =", "name =").replace("acess", "access");
    assert_eq!(mended(text, Kind::TerraformHcl, Safety::Unsafe), after);
}

#[test]
fn what_the_team_does_not_want_to_hear_is_not_fixed() {
    let text = "resource \"descope_management_key\" \"k\" {\n  permitted_ips = [\"81.2.69.7/24\"]\n}\n";
    let options = Options {
        configs: Config::parse("rules = { host-bits = \"off\" }").unwrap().into(),
        ..options()
    };
    assert!(fixed(&[source(text, Kind::TerraformHcl)], &options, Safety::Unsafe).is_empty());
}

#[test]
fn what_is_wrong_in_one_instance_of_a_block_is_not_mended_for_all() {
    for text in [
        "resource \"descope_management_key\" \"k\" {\n  for_each      = { a = [\"8.8.8.8\"], b = [] }\n  name          = each.key\n  \
         permitted_ips = concat(each.value, [\"8.8.8.8\"])\n  rebac         = { company_roles = [\"ci\"] }\n}\n",
        "resource \"descope_management_key\" \"k\" {\n  for_each      = toset([\"8.8.8.8\", \"9.9.9.9\"])\n  name          = each.key\n  \
         permitted_ips = [each.value, \"9.9.9.9\"]\n  rebac         = { company_roles = [\"ci\"] }\n}\n",
        // An element that is given to a function may be there for its position.
        "resource \"descope_management_key\" \"k\" {\n  name          = \"k\"\n  \
         permitted_ips = slice([\"8.8.8.8\", \"8.8.8.8\", \"9.9.9.9\"], 0, 2)\n  rebac         = { company_roles = [\"ci\"] }\n}\n",
    ] {
        let report = check(&[source(text, Kind::TerraformHcl)], &options());
        let repeated: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| finding.rule == "duplicate-entry")
            .collect();
        assert!(
            !repeated.is_empty() && repeated.iter().all(|finding| finding.fixes.is_empty()),
            "{text}"
        );
        assert_eq!(mended(text, Kind::TerraformHcl, Safety::Unsafe), text);
    }
    // What all of them have is mended for all.
    let text = "resource \"descope_management_key\" \"k\" {\n  for_each      = toset([\"a\", \"b\"])\n  name          = each.key\n  \
                permitted_ips = [\"9.9.9.9\", \"9.9.9.9\"]\n  rebac         = { company_roles = [\"ci\"] }\n}\n";
    let after = text.replace(", \"9.9.9.9\"", "");
    assert_eq!(mended(text, Kind::TerraformHcl, Safety::Safe), after);
}

#[test]
fn one_fix_leads_to_another() {
    for (before, after) in [
        (
            "name: k\nreBac:\n  companyRoles: [a]\n",
            "name: k\nrebac:\n  company_roles: [a]\n",
        ),
        (
            "name: k\nrebac:\n  projectRoles:\n    - projectIds: [P1]\n      roles: [a]\n",
            "name: k\nrebac:\n  project_roles:\n    - project_ids: [P1]\n      roles: [a]\n",
        ),
        (
            "name: k\npermitted_ips: [8.8.8.7/24, 8.8.8.0/24]\nrebac: {company_roles: [a]}\n",
            "name: k\npermitted_ips: [8.8.8.0/24]\nrebac: {company_roles: [a]}\n",
        ),
        (
            "name: k\npermitted_ips: ['8.8.8.8 ', 8.8.8.8]\nrebac: {company_roles: [a]}\n",
            "name: k\npermitted_ips: ['8.8.8.8']\nrebac: {company_roles: [a]}\n",
        ),
    ] {
        assert_eq!(mended(before, Kind::Plain, Safety::Safe), after);
    }
}

#[test]
fn what_stands_around_a_part_is_not_touched() {
    for (before, after) in [
        // The comma belongs to the text before it.
        (
            "description: one, two,\nid: K1\nname: k\n",
            "description: one, two,\nname: k\n",
        ),
        // The comment would be about the next entry.
        (
            "permitted_ips:\n  - 8.8.8.0/24\n  # the printer\n  - 8.8.8.7\n  - 9.9.9.9\n",
            "permitted_ips:\n  - 8.8.8.0/24\n  # the printer\n  - 8.8.8.7\n  - 9.9.9.9\n",
        ),
        // A range that may be read in two ways is no reason to leave out an address.
        (
            "permitted_ips: ['::ffff:8.8.8.0/120', 8.8.8.8]\n",
            "permitted_ips: ['::ffff:8.8.8.0/120', 8.8.8.8]\n",
        ),
        // A secret has to be read about before it goes.
        ("cleartext: hunter2\nname: k\n", "cleartext: hunter2\nname: k\n"),
    ] {
        assert_eq!(mended(before, Kind::Plain, Safety::Safe), after);
    }
}

/// Of each kind of output, what it says of a Pulumi program: the report for people, the one for machines, and the patch.
fn outputs(program: &str) -> [String; 3] {
    let sources = [source(program, Kind::PulumiYaml)];
    let report = check(&sources, &options());
    let fixed = fixed(&sources, &options(), Safety::Unsafe);
    [
        human::check(&report, &sources, false),
        json::text(&json::report(&report, &sources, false)),
        patch(&sources, &options(), &fixed),
    ]
}

#[test]
fn what_a_program_marks_as_secret_is_shown_nowhere() {
    let program = "name: p
config:
  a: {secret: true, default: hush1}
variables:
  b: {fn::secret: {fn::unsecret: 'hush2 ${'}}
  c: {fn::secret: {hush3: 1, hush3: 2}}
  d: {Fn::Secret: [hush4, '${open}'], x: [}
resources:
  k:
    type: descope-keys:ManagementKey
    properties:
      name: {fn::secret: hush5}
      expire_time: 1893456000
      description: {fn::secret: hush6}
      rebac: {companyRoles: [{fn::secret: hush7}, '${k.id}-${a}']}
outputs:
  o: {fn::secret: hush8}
";
    for program in [program, &program.replace(", x: [}", "}")] {
        let [human, json, patch] = outputs(program);
        assert!(human.contains("expire_time"), "{human}");
        assert!(patch.contains("\n+      expireTime"), "{patch}");
        for output in [human, json, patch] {
            assert!(!output.contains("hush"), "{output}");
        }
    }
}

#[test]
fn a_patch_has_as_many_lines_around_a_change_as_show_no_secret() {
    let program = |name: &str, status: &str| {
        format!(
            "resources:\n  k:\n    type: descope-keys:ManagementKey\n    properties:\n      name: {name}\n      permittedIps: []\n      status: {status}\n      rebac: {{companyRoles: [r]}}\n"
        )
    };
    let [_, _, patch] = outputs(&program("a", "Active"));
    assert!(patch.contains("@@ -4,5 +4,5 @@\n     properties:\n"), "{patch}");
    let [_, _, patch] = outputs(&program("{fn::secret: a}", "Active"));
    assert!(
        patch.contains("@@ -6,3 +6,3 @@\n       permittedIps: []\n-"),
        "{patch}"
    );
}
