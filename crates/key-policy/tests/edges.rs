//! Where a rule begins and where it ends, and what it leaves to another one.

use key_policy::finding::Severity;
use key_policy::{Config, Finding, Kind, Options, Role, Source, check};

/// 2026-01-01T00:00:00Z
const NOW: i64 = 1_767_225_600;
const DAY: i64 = 24 * 60 * 60;

fn findings(policy: &str, texts: &[(Kind, &str, &str)]) -> Vec<Finding> {
    let options = Options {
        now: Some(NOW),
        configs: Config::parse(&format!("[policy]\n{policy}"))
            .expect("a policy")
            .into(),
        ..Options::default()
    };
    let sources: Vec<_> = texts
        .iter()
        .map(|(kind, name, text)| Source {
            name,
            bytes: text.as_bytes(),
            kind: Some(*kind),
            role: Role::Checked,
        })
        .collect();
    check(&sources, &options).findings
}

/// The findings of a Pulumi program whose key has these members besides a name.
fn of_key(policy: &str, members: &str) -> Vec<Finding> {
    let text = format!(
        "resources: {{k: {{type: 'descope-keys:ManagementKey', properties: {{name: K, {members}}}}}}}"
    );
    findings(policy, &[(Kind::PulumiYaml, "Pulumi.yaml", &text)])
}

fn rules(findings: &[Finding]) -> Vec<&str> {
    let mut rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
    rules.sort_unstable();
    rules
}

/// A rebac of which no rule says anything.
const REBAC: &str = "rebac: {projectRoles: [{projectIds: [P1], roles: [r]}]}";

#[test]
fn an_expiry_at_its_very_limit_is_within() {
    for (policy, left, expected) in [
        ("", 0, &["expired"][..]),
        ("", 1, &["expires-soon"]),
        ("", 14 * DAY - 1, &["expires-soon"]),
        ("", 14 * DAY, &[]),
        ("", 365 * DAY, &[]),
        ("", 365 * DAY + 1, &["long-lived"]),
        ("max_lifetime = \"90d\"", 90 * DAY, &[]),
        ("max_lifetime = \"90d\"", 90 * DAY + 1, &["max-lifetime"]),
        // What the team does not allow is not said twice.
        ("max_lifetime = \"400d\"", 400 * DAY, &["long-lived"]),
        ("max_lifetime = \"400d\"", 400 * DAY + 1, &["max-lifetime"]),
    ] {
        let found = of_key(policy, &format!("expireTime: {}, {REBAC}", NOW + left));
        assert_eq!(rules(&found), expected, "{policy} {left}");
    }
}

#[test]
fn one_rule_speaks_of_a_key_that_never_expires() {
    for (policy, expected) in [
        ("", ["never-expires"]),
        ("max_lifetime = \"90d\"", ["max-lifetime"]),
        ("require_expiry = true", ["require-expiry"]),
        (
            "require_expiry = true\nmax_lifetime = \"90d\"",
            ["require-expiry"],
        ),
    ] {
        assert_eq!(rules(&of_key(policy, REBAC)), expected, "{policy}");
    }
}

#[test]
fn a_key_that_has_expired_is_not_renewed() {
    for (left, expected) in [
        (0, &["expired"][..]),
        (1, &["destroy-before-create", "expires-soon"]),
    ] {
        let text = format!(
            "resource \"descope_management_key\" \"k\" {{\n  name = \"K\"\n  expire_time = {}\n  \
             rebac = {{ project_roles = [{{ project_ids = [\"P1\"], roles = [\"r\"] }}] }}\n}}\n",
            NOW + left
        );
        let found = findings("", &[(Kind::TerraformHcl, "main.tf", &text)]);
        assert_eq!(rules(&found), expected, "{left}");
    }
}

#[test]
fn the_first_number_of_milliseconds_is_that_of_a_thousand_million_seconds() {
    let found = |written: &str| {
        let findings = of_key("", &format!("expireTime: {written}, {REBAC}"));
        findings
            .into_iter()
            .map(|finding| (finding.rule, finding.help))
            .collect::<Vec<_>>()
    };
    let help = "write `1000000000`, 2001-09-09T01:46:40Z".to_owned();
    assert_eq!(found("1000000000000"), [("expiry-in-milliseconds", Some(help))]);
    assert_eq!(found("999999999999")[0].0, "expiry-too-far");
}

#[test]
fn one_rule_speaks_of_the_networks_that_are_too_many() {
    let required = "require_ip_limit = true";
    let allowed = "allowed_networks = [\"8.8.8.0/24\", \"9.9.9.9\"]";
    let none_allowed = "allowed_networks = []";
    let both = &format!("{required}\n{allowed}");
    for (policy, networks, expected) in [
        ("", "8.8.0.0/16", &[][..]),
        ("", "8.8.0.0/15", &["broad-network"]),
        ("", "'2600::/32'", &["ipv6-unconfirmed"]),
        ("", "'2600::/31'", &["broad-network", "ipv6-unconfirmed"]),
        ("", "0.0.0.0/0", &["any-ip"]),
        ("", "'::/0'", &["any-ip"]),
        ("", "", &[]),
        (required, "0.0.0.0/0", &["require-ip-limit"]),
        (required, "", &["require-ip-limit"]),
        (allowed, "0.0.0.0/0", &["disallowed-network"]),
        (allowed, "", &["disallowed-network"]),
        (both, "", &["require-ip-limit"]),
        (both, "8.8.0.0/16", &["disallowed-network"]),
        // Where nothing is allowed, all is refused.
        (none_allowed, "0.0.0.0/0", &["disallowed-network"]),
        (none_allowed, "", &["disallowed-network"]),
        (none_allowed, "8.8.8.8", &["disallowed-network"]),
    ] {
        let members = format!(
            "expireTime: {}, permittedIps: [{networks}], {REBAC}",
            NOW + 90 * DAY
        );
        assert_eq!(rules(&of_key(policy, &members)), expected, "{policy} {networks}");
    }
}

#[test]
fn each_scope_can_be_disallowed() {
    let grants = "rebac: {companyRoles: [r], projectRoles: [{projectIds: [P1], roles: [r]}], tagRoles: [{tags: [t], roles: [r]}]}";
    for (allowed, expected) in [
        ("\"company\"", &["rebac.projectRoles", "rebac.tagRoles"][..]),
        ("\"project\"", &["rebac.companyRoles", "rebac.tagRoles"]),
        ("\"tag\"", &["rebac.companyRoles", "rebac.projectRoles"]),
        ("\"company\", \"project\", \"tag\"", &[]),
    ] {
        let found = of_key(&format!("allowed_scopes = [{allowed}]"), grants);
        let found = found.iter().filter(|finding| finding.rule == "disallowed-scope");
        let paths: Vec<_> = found.map(|finding| finding.path.to_string()).collect();
        assert_eq!(paths, expected, "{allowed}");
    }
}

#[test]
fn the_help_names_what_there_is() {
    let roles = "allowed_roles = [\"reader\", \"ci-*\"]";
    let both = &format!("{roles}\ndisallowed_roles = [\"ci-admin\"]");
    for (policy, members, rule, help) in [
        (
            "allowed_networks = [\"8.8.8.0/24\", \"9.9.9.9\"]",
            "permittedIps: [1.1.1.1]",
            "disallowed-network",
            Some("stay within `8.8.8.0/24`, `9.9.9.9/32`"),
        ),
        (
            "allowed_networks = []",
            "permittedIps: [1.1.1.1]",
            "disallowed-network",
            None,
        ),
        (
            roles,
            "rebac: {companyRoles: [owner]}",
            "disallowed-role",
            Some("grant `reader` or `ci-*`"),
        ),
        (both, "rebac: {companyRoles: [ci-admin]}", "disallowed-role", None),
        (
            "allowed_roles = []",
            "rebac: {companyRoles: [owner]}",
            "disallowed-role",
            None,
        ),
        // As many letters are right as are wrong.
        (
            "",
            "destination: d",
            "unknown-field",
            Some("the fields are `name`, `description`, `status`, `permittedIps`, `expireTime`, `rebac`"),
        ),
        (
            "",
            "descripton: d",
            "unknown-field",
            Some("did you mean `description`?"),
        ),
        (
            "",
            "expireTime: '2030-01-01'",
            "wrong-type",
            Some("write `1893456000`"),
        ),
        // A key cannot have two names.
        (
            "",
            "nam: d",
            "unknown-field",
            Some("the fields are `name`, `description`, `status`, `permittedIps`, `expireTime`, `rebac`"),
        ),
    ] {
        let found = of_key(policy, members);
        let helps: Vec<_> = found
            .iter()
            .filter(|finding| finding.rule == rule)
            .map(|finding| finding.help.as_deref())
            .collect();
        assert_eq!(helps, [help], "{policy} {members}");
    }
}

#[test]
fn a_role_is_wrong_for_certain_where_the_team_knows_all() {
    let roles = |policy, role| {
        let found = of_key(policy, &format!("rebac: {{companyRoles: [{role}]}}"));
        found
            .iter()
            .filter(|finding| finding.rule == "unknown-role")
            .map(|finding| finding.severity)
            .collect::<Vec<_>>()
    };
    let policy = "known_roles = [\"reader\", \"ci-*\"]";
    assert_eq!(roles(policy, "ci-admin"), []);
    assert_eq!(roles(policy, "owner"), [Severity::Error]);
    assert_eq!(roles("", "company-full-acess"), [Severity::Warning]);
    assert_eq!(roles("", "owner"), []);
}

#[test]
fn a_fix_shows_no_secret_and_promises_no_more_than_it_can() {
    for (members, rule, fixes) in [
        ("status: ACTIVE", "unknown-status", 1),
        ("status: {fn::secret: ACTIVE}", "unknown-status", 0),
        ("permittedIps: [' 8.8.8.8']", "invalid-ip", 1),
        ("permittedIps: [8.8.8]", "invalid-ip", 0),
        ("permittedIps: [{fn::secret: ' 8.8.8.8'}]", "invalid-ip", 0),
    ] {
        let found = of_key("", members);
        let found: Vec<_> = found.iter().filter(|finding| finding.rule == rule).collect();
        assert_eq!(found.len(), 1, "{members}");
        assert_eq!(found[0].fixes.len(), fixes, "{members}");
    }
}

#[test]
fn names_are_compared_within_one_program() {
    let hcl =
        |address: &str| format!("resource \"descope_management_key\" \"{address}\" {{\n  name = \"K\"\n}}\n");
    let state = |address: &str| {
        format!(
            "{{\"format_version\": \"1.0\", \"values\": {{\"root_module\": {{\"resources\": [{{\
             \"address\": \"descope_management_key.{address}\", \"mode\": \"managed\", \
             \"type\": \"descope_management_key\", \"values\": {{\"name\": \"K\"}}}}]}}}}}}"
        )
    };
    let (a, b, state_a, state_b) = (hcl("a"), hcl("b"), state("a"), state("b"));
    let pulumi = "resources: {k: {type: 'descope-keys:ManagementKey', properties: {name: K}}}";
    let again = "resources: {k: {type: 'descope-keys:ManagementKey', properties: {name: K, name: K}}}";
    let one_or_other = "variable \"on\" {}\nresource \"descope_management_key\" \"a\" {\n  count = var.on ? 1 : 0\n  \
                        name = \"K\"\n}\nresource \"descope_management_key\" \"b\" {\n  count = var.on ? 0 : 1\n  \
                        name = \"K\"\n}\n";
    let with_module = format!("{a}module \"m\" {{\n  source = \"./m\"\n}}\n");
    for (texts, expected) in [
        (
            &[
                (Kind::TerraformHcl, "a.tf", a.as_str()),
                (Kind::TerraformHcl, "b.tf", &b),
            ][..],
            1,
        ),
        (
            &[
                (Kind::TerraformHcl, "x/a.tf", &a),
                (Kind::TerraformHcl, "y/b.tf", &b),
            ],
            0,
        ),
        (
            &[
                (Kind::TerraformHcl, "a.tf", &a),
                (Kind::PulumiYaml, "Pulumi.yaml", pulumi),
            ],
            0,
        ),
        (
            &[
                (Kind::TerraformPlan, "a.json", &state_a),
                (Kind::TerraformPlan, "b.json", &state_b),
            ],
            0,
        ),
        // Plain keys are called by their name.
        (
            &[
                (Kind::Plain, "a.descope-key.yaml", "name: K"),
                (Kind::Plain, "b.descope-key.yaml", "name: K"),
            ],
            1,
        ),
        // A module belongs to the program that calls it.
        (
            &[
                (Kind::TerraformHcl, "a.tf", &with_module),
                (Kind::TerraformHcl, "m/b.tf", &b),
            ],
            1,
        ),
        // A field that is set twice is the business of another rule.
        (&[(Kind::PulumiYaml, "Pulumi.yaml", again)], 0),
        // Which of the two exists is not known.
        (&[(Kind::TerraformHcl, "a.tf", one_or_other)], 0),
    ] {
        let found = findings("", texts);
        let found = rules(&found).into_iter().filter(|rule| *rule == "duplicate-name");
        assert_eq!(found.count(), expected, "{texts:?}");
    }
}

#[test]
fn how_bad_an_inactive_new_key_is_depends_on_who_makes_it() {
    let pulumi = |kind: &str| {
        format!("resources: {{k: {{type: '{kind}', properties: {{name: K, status: inactive}}}}}}")
    };
    for (kind, text, expected) in [
        (
            Kind::PulumiYaml,
            pulumi("descope-keys:ManagementKey"),
            Severity::Note,
        ),
        (Kind::PulumiYaml, pulumi("descope:ManagementKey"), Severity::Error),
        (
            Kind::Plain,
            "{name: K, status: inactive}".to_owned(),
            Severity::Warning,
        ),
    ] {
        let found = findings("", &[(kind, "text", &text)]);
        let found: Vec<_> = found
            .iter()
            .filter(|finding| finding.rule == "inactive-at-create")
            .map(|finding| finding.severity)
            .collect();
        assert_eq!(found, [expected], "{text}");
    }
}

#[test]
fn a_plan_tells_which_inactive_key_is_new() {
    let change = |address: &str, action: &str, before: &str| {
        format!(
            "{{\"address\": \"descope_management_key.{address}\", \"mode\": \"managed\", \
             \"type\": \"descope_management_key\", \"change\": {{\"actions\": [\"{action}\"], \"after_unknown\": {{}}, \
             \"before\": {before}, \"after\": {{\"name\": \"{address}\", \"status\": \"inactive\", \"expire_time\": {}}}}}}}",
            NOW + DAY
        )
    };
    let existing = format!(
        "{{\"name\": \"old\", \"status\": \"active\", \"expire_time\": {}}}",
        NOW + DAY
    );
    let text = format!(
        "{{\"format_version\": \"1.2\", \"resource_changes\": [{}, {}]}}",
        change("new", "create", "null"),
        change("old", "update", &existing)
    );
    let found = findings("", &[(Kind::TerraformPlan, "plan.json", &text)]);
    let found: Vec<_> = found
        .iter()
        .filter(|finding| finding.rule == "inactive-at-create")
        .map(|finding| finding.resource.as_str())
        .collect();
    assert_eq!(found, ["descope_management_key.new"]);
}

#[test]
fn a_setting_of_a_provider_is_mended_where_it_is_written() {
    let provider = |settings: &str| {
        format!(
            "variable \"u\" {{ default = \"http://a.example\" }}\nprovider \"descope\" {{\n  {settings}\n}}\n"
        )
    };
    for (settings, rule, fixes) in [
        ("base_url = \"http://a.example\"", Some("insecure-base-url"), 1),
        ("base_url = var.u", Some("insecure-base-url"), 1),
        (
            "base_url = sensitive(\"http://a.example\")",
            Some("insecure-base-url"),
            0,
        ),
        ("base_url = \"https://a.example\"", None, 0),
        // In a setting, sixteen letters are enough.
        (
            "management_key = \"Kabcdefghijklmno\"",
            Some("hardcoded-secret"),
            0,
        ),
        ("management_key = \"Kabcdefghijklmn\"", None, 0),
        ("management_key = \"Pabcdefghijklmno\"", None, 0),
        ("management_key = var.k", None, 0),
    ] {
        let text = provider(settings);
        let found = findings("", &[(Kind::TerraformHcl, "main.tf", &text)]);
        let found: Vec<_> = found
            .iter()
            .map(|finding| (finding.rule, finding.fixes.len()))
            .collect();
        let expected: Vec<_> = rule.map(|rule| (rule, fixes)).into_iter().collect();
        assert_eq!(found, expected, "{settings}");
    }
}

#[test]
fn what_a_program_makes_secret_is_still_written_in_its_file() {
    let text = "resources: {p: {type: 'pulumi:providers:descope', properties: {\
                managementKey: {fn::secret: Kabcdefghijklmno}, baseUrl: {fn::secret: 'http://a.example'}}}}";
    let found = findings("", &[(Kind::PulumiYaml, "Pulumi.yaml", text)]);
    assert_eq!(rules(&found), ["hardcoded-secret", "insecure-base-url"]);
    assert!(found.iter().all(|finding| finding.fixes.is_empty()));
}

fn messages(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.message.as_str()).collect()
}

#[test]
fn each_family_that_is_open_is_told_by_itself() {
    for (ips, expected) in [
        (
            "0.0.0.0/0, '::/0'",
            &[
                "`0.0.0.0/0` permits every IPv4 address",
                "`::/0` permits every IPv6 address",
            ][..],
        ),
        (
            "0.0.0.0/1, 128.0.0.0/1, '::/0'",
            &[
                "these entries together permit every IPv4 address",
                "`::/0` permits every IPv6 address",
            ],
        ),
    ] {
        let found = of_key(
            "",
            &format!("permittedIps: [{ips}], {REBAC}, expireTime: {}", NOW + 90 * DAY),
        );
        assert_eq!(messages(&found), expected);
    }
}

#[test]
fn a_policy_that_is_off_says_nothing_for_others() {
    let open = format!("permittedIps: [0.0.0.0/0], {REBAC}");
    for (config, expected) in [
        (
            "require_ip_limit = true\nmax_lifetime = \"90d\"",
            &["max-lifetime", "require-ip-limit"][..],
        ),
        (
            "require_ip_limit = true\nmax_lifetime = \"90d\"\n[rules]\nrequire-ip-limit = \"off\"\nmax-lifetime = \"off\"",
            &["any-ip", "never-expires"],
        ),
        (
            "allowed_networks = [\"20.0.0.0/8\"]\n[rules]\ndisallowed-network = \"off\"",
            &["any-ip", "never-expires"],
        ),
        (
            "require_expiry = true\nmax_lifetime = \"90d\"\n[rules]\nrequire-expiry = \"off\"",
            &["any-ip", "max-lifetime"],
        ),
    ] {
        assert_eq!(rules(&of_key(config, &open)), expected, "{config}");
    }
}

#[test]
fn a_network_that_is_disallowed_is_in_no_limit_at_all() {
    let disallowed = "disallowed_networks = [\"198.51.100.66\"]";
    for (policy, ips, expected) in [
        (disallowed, "", &["disallowed-network", "never-expires"][..]),
        (
            disallowed,
            "permittedIps: [], ",
            &["disallowed-network", "never-expires"],
        ),
        (
            disallowed,
            "permittedIps: [0.0.0.0/0], ",
            &["disallowed-network", "never-expires"],
        ),
        (disallowed, "permittedIps: [20.1.1.1], ", &["never-expires"]),
        (
            "allowed_networks = [\"0.0.0.0/0\"]",
            "permittedIps: [0.0.0.0/0], ",
            &["never-expires"],
        ),
        // What is not allowed is told once.
        (
            "allowed_networks = [\"20.0.0.0/8\"]",
            "permittedIps: [10.0.0.0/8], ",
            &["disallowed-network", "never-expires"],
        ),
        (
            "allowed_networks = [\"20.0.0.0/8\"]",
            "permittedIps: [32.0.0.0/3], ",
            &["disallowed-network", "never-expires"],
        ),
    ] {
        assert_eq!(
            rules(&of_key(policy, &format!("{ips}{REBAC}"))),
            expected,
            "{policy} {ips}"
        );
    }
}

#[test]
fn one_slip_is_told_once() {
    for (members, expected) in [
        (
            "reBac: {companyRoles: [r]}",
            &["never-expires", "unknown-field"][..],
        ),
        ("rebac: {companyRole: [r]}", &["never-expires", "unknown-field"]),
        (
            "rebac: {projectRoles: [{projectId: [P1], role: [r]}]}",
            &["never-expires", "unknown-field", "unknown-field"],
        ),
        (
            "expireTime: 1893456000123.456, rebac: {projectRoles: [{projectIds: [P1], roles: [r]}]}",
            &["expiry-in-milliseconds"],
        ),
        (
            "rebac: {projectRoles: [{projectIds: ['', ''], roles: [r]}]}",
            &["empty-grant", "empty-grant", "never-expires"],
        ),
    ] {
        assert_eq!(rules(&of_key("", members)), expected, "{members}");
    }
    let role = format!(
        "rebac: {{projectRoles: [{{projectIds: [P1], roles: [project-full-access]}}]}}, expireTime: {}",
        NOW + 90 * DAY
    );
    for (policy, expected) in [
        ("", "broad-access"),
        ("disallowed_roles = [\"*-full-access\"]", "disallowed-role"),
        (
            "known_roles = [\"a\"]\nallowed_roles = [\"a\"]\n[rules]\nbroad-access = \"off\"",
            "unknown-role",
        ),
    ] {
        assert_eq!(rules(&of_key(policy, &role)), [expected], "{policy}");
    }
}

#[test]
fn a_strict_team_is_not_warned_of_every_key() {
    for (left, expected) in [(6 * DAY, &[][..]), (DAY, &["expires-soon"])] {
        let found = of_key(
            "max_lifetime = \"7d\"",
            &format!("expireTime: {}, {REBAC}", NOW + left),
        );
        assert_eq!(rules(&found), expected, "{left}");
    }
}

#[test]
fn what_a_number_was_meant_to_be_is_told() {
    for (time, help) in [
        (
            "31536000",
            "this is a moment in seconds since 1970; for one so many seconds from now, write `1798761600`",
        ),
        (
            "20300101",
            "the unit is seconds since 1970; for the day 2030-01-01, write `1893456000`",
        ),
        (
            "1893456000000000",
            "the unit is seconds; if these are microseconds, write `1893456000`",
        ),
        (
            "1893456000000000000",
            "the unit is seconds; if these are nanoseconds, write `1893456000`",
        ),
        ("'1893456000000'", "write `1893456000`"),
        ("'2030-01-01T00:00:00.000Z'", "write `1893456000`"),
        (
            "'2050-01-01'",
            "count the seconds since 1970 in UTC: `1893456000` is the first of January 2030",
        ),
        (
            "'-5'",
            "count the seconds since 1970 in UTC: `1893456000` is the first of January 2030",
        ),
    ] {
        let found = of_key("", &format!("expireTime: {time}, {REBAC}"));
        assert_eq!(found[0].help.as_deref(), Some(help), "{time}");
    }
    let found = of_key("", &format!("expireTime: 1e300, {REBAC}"));
    assert_eq!(messages(&found), ["`1e300` is later than the service can store"]);
}

#[test]
fn the_prefix_is_told_as_it_has_to_be_written() {
    let found = of_key(
        "",
        &format!(
            "permittedIps: ['::ffff:8.0.0.0/104'], {REBAC}, expireTime: {}",
            NOW + 90 * DAY
        ),
    );
    let help = found
        .iter()
        .find(|finding| finding.rule == "broad-network")
        .and_then(|finding| finding.help.as_deref());
    assert_eq!(
        help,
        Some("name smaller networks, with a prefix of at least /112")
    );
}

#[test]
fn the_secret_of_a_stack_is_found_where_it_stands() {
    let program = "name: p\nruntime: yaml\nresources: {}\n";
    let stack =
        "config:\n  descope-keys:managementKey: Kabcdefghijklmno\n  descope-keys:baseUrl: http://a.example\n";
    let found = findings(
        "",
        &[
            (Kind::PulumiYaml, "Pulumi.yaml", program),
            (Kind::PulumiConfig, "Pulumi.dev.yaml", stack),
        ],
    );
    let found: Vec<_> = found
        .iter()
        .map(|finding| (finding.rule, finding.source, finding.fixes.len()))
        .collect();
    assert_eq!(found, [("hardcoded-secret", 1, 0), ("insecure-base-url", 1, 1)]);
    let placeholder = "config:\n  descope-keys:managementKey: KEY_FROM_THE_VAULT\n";
    assert!(findings("", &[(Kind::PulumiConfig, "Pulumi.dev.yaml", placeholder)]).is_empty());
}

#[test]
fn what_the_official_package_of_pulumi_makes_up_or_turns_into_a_text_is_not_asked_of_it() {
    let expiry = format!("expireTime: {}", NOW + 90 * DAY);
    let found = |package: &str, members: &str| {
        let text = format!(
            "resources: {{k: {{type: '{package}:ManagementKey', properties: {{{members}, {expiry}, {REBAC}}}}}}}"
        );
        let found = findings("", &[(Kind::PulumiYaml, "Pulumi.yaml", &text)]);
        rules(&found).join(" ")
    };
    for (members, official, ours) in [
        ("description: a", "", "missing-field"),
        ("name: 12, description: true", "", "wrong-type wrong-type"),
        (
            "name: a, permittedIps: 203.0.113.7/32",
            "wrong-type",
            "wrong-type",
        ),
    ] {
        assert_eq!(found("descope", members), official, "{members}");
        assert_eq!(found("descope-keys", members), ours, "{members}");
    }
}
