//! A plan, a preview or a state beside the program that it is of: each thing is said once, where it can be mended, and
//! nothing that is secret.

use key_policy::edit::fixed;
use key_policy::finding::Safety;
use key_policy::report::human;
use key_policy::{Finding, Options, Source, check};

const PROGRAM: &str = r#"
module "team" {
  source   = "./team"
  for_each = var.teams
}
variable "teams" {}
resource "descope_management_key" "ci" {
  name          = "CI"
  permitted_ips = ["10.0.0.1/24"]
  rebac         = { project_roles = [{ project_ids = ["P1"], roles = var.roles }] }
}
variable "roles" {}
"#;
const MODULE: &str = r#"
resource "descope_management_key" "key" {
  name        = "Team"
  expire_time = 1893456000
  rebac       = { project_roles = [{ project_ids = ["P1"], roles = ["project-read-only"] }] }
}
"#;
const PLAN: &str = r#"{"format_version": "1.2", "resource_changes": [
  {"address": "descope_management_key.ci", "mode": "managed", "type": "descope_management_key", "change": {
    "actions": ["create"], "before": null, "after_unknown": {}, "after": {
    "name": "CI", "permitted_ips": ["10.0.0.1/24"],
    "rebac": {"project_roles": [{"project_ids": ["P1"], "roles": ["project-full-access"]}]}}}},
  {"address": "module.team[\"a\"].descope_management_key.key", "mode": "managed", "type": "descope_management_key",
   "change": {"actions": ["delete", "create"], "after_unknown": {},
    "before": {"name": "Team", "expire_time": 1893456001, "rebac": {"project_roles": [{"project_ids": ["P1"], "roles": ["project-read-only"]}]}},
    "after": {"name": "Team", "expire_time": 1893456000, "rebac": {"project_roles": [{"project_ids": ["P1"], "roles": ["project-read-only"]}]}}}}
]}"#;

fn sources() -> [Source<'static>; 3] {
    [
        Source::new("main.tf", PROGRAM.as_bytes()),
        Source::new("plan.json", PLAN.as_bytes()),
        Source::new("team/main.tf", MODULE.as_bytes()),
    ]
}

fn findings(sources: &[Source<'_>]) -> Vec<Finding> {
    let options = Options {
        now: Some(1_767_225_600),
        ..Options::default()
    };
    check(sources, &options).findings
}

#[test]
fn what_the_program_shows_too_is_said_of_the_program_alone() {
    let findings = findings(&sources());
    let rules = |source: usize| {
        let found = findings.iter().filter(|finding| finding.source == source);
        found.map(|finding| finding.rule).collect::<Vec<_>>()
    };
    assert!(rules(0).contains(&"host-bits") && rules(0).contains(&"never-expires"));
    assert!(rules(2).contains(&"long-lived"));
    // The roles are known in the plan alone, and so is the replacement.
    assert_eq!(
        rules(1),
        ["broad-access", "destroy-before-create", "replaces-key"]
    );
}

#[test]
fn what_the_plan_alone_knows_points_at_the_program() {
    let findings = findings(&sources());
    let places = findings
        .iter()
        .filter(|finding| finding.source == 1)
        .map(|finding| {
            let place = finding.related.last().unwrap().place;
            let text = [PROGRAM, PLAN, MODULE][place.source];
            &text[place.span.range()]
        });
    assert_eq!(
        places.collect::<Vec<_>>(),
        [
            "roles",
            "resource \"descope_management_key\" \"key\"",
            "expire_time"
        ]
    );
}

#[test]
fn what_a_tool_has_written_is_not_mended() {
    let plan = &sources()[1..2];
    assert!(findings(plan).iter().any(|finding| finding.rule == "host-bits"));
    assert_eq!(fixed(plan, &Options::default(), Safety::Unsafe), []);
}

#[test]
fn no_secret_of_a_plan_is_shown() {
    let line = r#"{"format_version": "1.2", "resource_changes": [{"address": "random_password.db", "change": {"after": {"result": "s3cr3t"}}}, {"address": "descope_management_key.ci", "type": "descope_management_key", "change": {"actions": ["delete", "create"], "before": {"cleartext": "hunter2", "name": "old hidden", "rebac": {}}, "after": {"name": "hidden", "permitted_ips": ["x"], "rebac": {}}, "before_sensitive": {"name": true}, "after_sensitive": {"name": true}}}]}"#;
    for (plan, is_shown) in [(line.to_owned(), false), (line.replace("{\"a", "\n{\"a"), true)] {
        let sources = [Source::new("plan.json", plan.as_bytes())];
        let report = human::check(&check(&sources, &Options::default()), &sources, false);
        assert_eq!(report.contains("\"change\""), is_shown, "{report}");
        for secret in ["s3cr3t", "hunter2", "hidden"] {
            assert!(!report.contains(secret), "{report}");
        }
    }
}

/// What is found in a plan of one key beside the program that has it: the rule and what the program has there.
fn found_beside(program: &str, before: &str, after: &str) -> Vec<(&'static str, String)> {
    let plan = format!(
        "{{\"format_version\":\"1.2\",\"resource_changes\":[{{\"address\":\"descope_management_key.k\",\
         \"mode\":\"managed\",\"type\":\"descope_management_key\",\"change\":{{\"actions\":[\"create\",\"delete\"],\
         \"before\":{before},\"after\":{after}}}}}]}}"
    );
    let sources = [
        Source::new("main.tf", program.as_bytes()),
        Source::new("plan.json", plan.as_bytes()),
    ];
    let findings = findings(&sources);
    let of_plan = findings.iter().filter(|finding| finding.source == 1);
    let place = |finding: &Finding| {
        let related = finding
            .related
            .last()
            .expect("the program stands beside the plan");
        program[related.place.span.range()].to_owned()
    };
    of_plan.map(|finding| (finding.rule, place(finding))).collect()
}

fn program(settings: &str) -> String {
    format!(
        "resource \"descope_management_key\" \"k\" {{\n  name = \"n\"\n  permitted_ips = [\"81.2.69.0/24\"]\n  {settings}\n}}\n"
    )
}

fn values(more: &str) -> String {
    format!("{{\"name\":\"n\",\"permitted_ips\":[\"81.2.69.0/24\"],{more}}}")
}

#[test]
fn an_element_of_a_set_is_found_by_what_it_is() {
    let roles = |roles: &str| values(&format!("\"rebac\":{{\"company_roles\":[{roles}]}}"));
    let program = program("rebac = { company_roles = [\"company-full-access\", \"b\", \"a\"] }");
    // What the program says too is said of it alone, at whatever index.
    assert_eq!(
        found_beside(
            &program,
            &roles("\"b\",\"company-full-access\""),
            &roles("\"a\",\"b\",\"company-full-access\"")
        ),
        [("replaces-key", "\"a\"".to_owned())]
    );
    // What is gone was one of the set.
    assert_eq!(
        found_beside(
            &program,
            &roles("\"0\",\"a\",\"b\",\"company-full-access\""),
            &roles("\"a\",\"b\",\"company-full-access\"")
        ),
        [("replaces-key", "company_roles".to_owned())]
    );
}

#[test]
fn what_is_set_to_its_default_keeps_its_place() {
    let rebac = "\"rebac\":{\"tag_roles\":[{\"tags\":[\"a\"],\"roles\":[\"b\"]}]}";
    let (before, after) = (
        values(&format!("\"expire_time\":1790000000,{rebac}")),
        values(&format!("\"expire_time\":0,{rebac}")),
    );
    let program = program("expire_time = 0\n  rebac = { tag_roles = [{ tags = [\"a\"], roles = [\"b\"] }] }");
    assert_eq!(
        found_beside(&program, &before, &after),
        [("replaces-key", "expire_time".to_owned())]
    );
}

#[test]
fn an_allow_in_the_program_holds_for_its_plan() {
    let rebac = "\"rebac\":{\"tag_roles\":[{\"tags\":[\"a\"],\"roles\":[\"b\"]}]}";
    let key = |expiry: &str| values(&format!("\"expire_time\":{expiry},{rebac}"));
    let program = |allow: &str| {
        program(&format!(
            "{allow}expire_time = 1795000000\n  rebac = {{ tag_roles = [{{ tags = [\"a\"], roles = [\"b\"] }}] }}"
        ))
    };
    let found = |allow: &str| found_beside(&program(allow), &key("1790000000"), &key("1795000000")).len();
    assert_eq!(found(""), 1);
    assert_eq!(
        found("# descope-keys: allow(replaces-key) -- rotated in May\n  "),
        0
    );
}
