//! What plans, previews and states tell of keys, alone and against another version.

use key_policy::report::{Report, human, json};
use key_policy::{Finding, Inputs, Options, Side, Source, check, diff};

const NOW: i64 = 1_767_225_600;
const REBAC: &str = r#""rebac":{"tag_roles":[{"tags":["a"],"roles":["tag-infra-read-write"]}]}"#;

fn options() -> Options {
    Options {
        now: Some(NOW),
        ..Options::default()
    }
}

/// What becomes of each key, a line each: effect, possible effect if it is another, address, former address, when the old
/// key dies, and why.
fn told(report: &Report) -> Vec<String> {
    let line = |change: &key_policy::change::KeyChange| {
        let mut line = change.outcome.name().to_owned();
        if change.possible != change.outcome {
            line += &format!("/{}", change.possible.name());
        }
        line += &format!(" {}", change.resource);
        line += &change
            .former
            .iter()
            .map(|former| format!(" was {former}"))
            .collect::<String>();
        line += &change
            .old_key_dies()
            .map_or(String::new(), |death| format!(" {}", death.name()));
        line + &change
            .cause
            .iter()
            .map(|cause| format!(": {cause}"))
            .collect::<String>()
    };
    report.changes.iter().map(line).collect()
}

/// The findings of a rule, a line each: severity, key and message.
fn found(report: &Report, rule: &str) -> Vec<String> {
    let findings = report.findings.iter().filter(|finding| finding.rule == rule);
    let line = |finding: &Finding| {
        let severity = finding.severity.name();
        format!("{severity} {}: {}", finding.resource, finding.message)
    };
    findings.map(line).collect()
}

fn checked(name: &str, text: &str) -> Report {
    check(&[Source::new(name, text.as_bytes())], &options())
}

fn compared(old: (&str, &str), new: (&str, &str)) -> Report {
    let (old_sources, new_sources) = (
        [Source::new(old.0, old.1.as_bytes())],
        [Source::new(new.0, new.1.as_bytes())],
    );
    let side = |root, sources| Side { root, sources };
    diff(side(old.0, &old_sources), side(new.0, &new_sources), &options())
}

fn values(more: &str) -> String {
    format!("{{\"name\":\"n\",\"permitted_ips\":[\"81.2.69.0/24\"],{more}{REBAC}}}")
}

/// One change of a plan; `change` are further members of the change, `more` of what is around it.
fn change(name: &str, actions: &str, before: &str, after: &str, change: &str, more: &str) -> String {
    format!(
        "{{\"address\":\"descope_management_key.{name}\",{more}\"mode\":\"managed\",\"type\":\"descope_management_key\",\
         \"change\":{{\"actions\":[{actions}],{change}\"before\":{before},\"after\":{after}}}}}"
    )
}

fn plan(changes: &[String]) -> String {
    let changes = changes.join(",");
    format!("{{\"format_version\":\"1.2\",\"resource_changes\":[{changes}]}}")
}

/// A state of these keys, each with further members and its values.
fn state(keys: &[(&str, &str, &str)]) -> String {
    let key = |(name, more, values): &(&str, &str, &str)| {
        let address = match name.starts_with("module.") {
            true => (*name).to_owned(),
            false => format!("descope_management_key.{name}"),
        };
        let address = address.replace('"', "\\\"");
        format!(
            "{{\"address\":\"{address}\",{more}\"mode\":\"managed\",\
             \"type\":\"descope_management_key\",\"values\":{values}}}"
        )
    };
    let keys: Vec<_> = keys.iter().map(key).collect();
    let keys = keys.join(",");
    format!("{{\"format_version\":\"1.0\",\"values\":{{\"root_module\":{{\"resources\":[{keys}]}}}}}}")
}

fn urn(name: &str) -> String {
    format!("urn:pulumi:s::p::descope-keys:index:ManagementKey::{name}")
}

/// A resource as the engine writes it, with further members.
fn resource(name: &str, expiry: &str, more: &str) -> String {
    format!(
        "{{\"urn\":\"{}\",\"type\":\"descope-keys:index:ManagementKey\",{more}\"inputs\":{{\"name\":\"n\",\
         \"expireTime\":{expiry},\"rebac\":{{\"companyRoles\":[\"x\"]}}}}}}",
        urn(name)
    )
}

fn export(resources: &[String]) -> String {
    let resources = resources.join(",");
    format!("{{\"version\":3,\"deployment\":{{\"resources\":[{resources}]}}}}")
}

/// A step of a preview; a state that is empty is not there.
fn step(operation: &str, name: &str, old: &str, new: &str, more: &str) -> String {
    let state = |member: &str, state: &str| match state {
        "" => String::new(),
        _ => format!(",\"{member}\":{state}"),
    };
    format!(
        "{{\"op\":\"{operation}\",\"urn\":\"{}\"{more}{}{}}}",
        urn(name),
        state("oldState", old),
        state("newState", new)
    )
}

fn preview(steps: &[String], same: usize) -> String {
    let steps = steps.join(",");
    format!("{{\"steps\":[{steps}],\"changeSummary\":{{\"same\":{same}}}}}")
}

#[test]
fn what_a_preview_does_not_name_stays_as_it_is() {
    let key = |name: &str| resource(name, "1790000000", "");
    let old = export(&[key("a"), key("b")]);
    let told = |steps: &[String], same| {
        told(&compared(
            ("stack.json", &old),
            ("preview.json", &preview(steps, same)),
        ))
    };
    assert_eq!(told(&[], 2), ["none a", "none b"]);
    let deleted = step("delete", "a", &key("a"), "", "");
    assert_eq!(told(&[deleted], 1), ["delete a", "none b"]);
    // All that stay are told.
    let same = step("same", "a", &key("a"), &key("a"), "");
    assert_eq!(told(&[same], 1), ["none a", "delete b"]);
    let renamed = step("same", "c", &key("a"), &key("c"), "");
    assert_eq!(told(&[renamed], 2), ["none b", "none c was a"]);
}

#[test]
fn what_is_forgotten_lives_on() {
    let (before, after) = (
        values("\"expire_time\":1790000000,"),
        values("\"expire_time\":1795000000,"),
    );
    for (actions, after, line, replacements) in [
        ("\"forget\"", "null", "delete descope_management_key.k never", 0),
        ("\"delete\"", "null", "delete descope_management_key.k", 0),
        (
            "\"forget\",\"create\"",
            &*after,
            "replace descope_management_key.k never",
            1,
        ),
        (
            "\"create\",\"forget\"",
            &*after,
            "replace descope_management_key.k never",
            1,
        ),
    ] {
        let plan = plan(&[change("k", actions, &before, after, "", "")]);
        let old = state(&[("k", "", &before)]);
        for report in [
            checked("plan.json", &plan),
            compared(("state.json", &old), ("plan.json", &plan)),
        ] {
            assert_eq!(told(&report), [line], "{actions}");
            assert_eq!(found(&report, "replaces-key").len(), replacements, "{actions}");
        }
    }
    let program = "removed {\n  from = descope_management_key.k\n  lifecycle {\n    destroy = false\n  }\n}\n\
                   removed {\n  from = module.m\n  lifecycle {\n    destroy = false\n  }\n}\n\
                   removed {\n  from = descope_management_key.gone\n}\n";
    let json = r#"{"removed": [{"from": "descope_management_key.k", "lifecycle": {"destroy": false}},
                   {"from": "module.m", "lifecycle": [{"destroy": false}]}]}"#;
    let old = state(&[
        ("k[\"a\"]", "", &before),
        ("gone", "", &before),
        ("module.m.descope_management_key.x", "", &before),
    ]);
    for (name, program) in [("main.tf", program), ("main.tf.json", json)] {
        assert_eq!(
            told(&compared(("state.json", &old), (name, program))),
            [
                "delete descope_management_key.gone",
                "delete descope_management_key.k[\"a\"] never",
                "delete module.m.descope_management_key.x never"
            ]
        );
    }
}

#[test]
fn what_cannot_be_read_of_the_old_version_is_told_of_it() {
    let program = "resource \"descope_management_key\" \"k\" {\n  name = \"\n}\n";
    for (name, text) in [
        ("old/main.tf", program),
        (
            "old.json",
            "{\"format_version\": \"1.2\", \"resource_changes\": [oops",
        ),
        ("old.json", "{\"some\": \"thing\"}"),
        ("old.json", "{\"@level\": \"info\"}\n{\"@level\": \"info\"}\n"),
    ] {
        let (old, new) = (
            [Source::new(name, text.as_bytes())],
            [Source::new("new/main.tf", b"")],
        );
        let side = |root, sources| Side { root, sources };
        let report = diff(side("old", &old), side("new", &new), &options());
        assert_eq!(report.summary.errors, 1, "{text}");
        let sources = [new, old].concat();
        let finding = &json::report(&report, &sources, false).findings[0];
        assert_eq!((finding.file, finding.rule), (name, "syntax"));
    }
    // Nor is a key deleted because the new version cannot be read.
    let whole = program.replace("\"\n}", "\"n\"\n}");
    for new in [program, "\u{0}"] {
        let report = compared(("old/main.tf", &whole), ("new/main.tf", new));
        assert_eq!(told(&report), ["none descope_management_key.k"]);
        assert!(report.summary.errors > 0);
    }
    // What else is wrong with the old version is past.
    let wrong = "resources: {k: {type: 'descope:ManagementKey', options: {what: 1}}}";
    let report = compared(("a/Pulumi.yaml", wrong), ("b/Pulumi.yaml", "runtime: yaml"));
    assert_eq!((told(&report).len(), report.findings.len()), (1, 0));
}

#[test]
fn keys_of_an_unknown_number_may_come_and_go() {
    let program = |count: &str| {
        format!(
            "variable \"n\" {{}}\nresource \"descope_management_key\" \"k\" {{\n  count = {count}\n  name = \"n\"\n  \
             rebac = {{ company_roles = [\"x\"] }}\n}}\n"
        )
    };
    let told_of = |old: &str, new: &str| {
        let (old, new) = (program(old), program(new));
        let report = compared(("old/main.tf", &old), ("new/main.tf", &new));
        let text = human::diff(&report, &[], false);
        (
            told(&report),
            text.matches("how many keys there are is not known here").count(),
        )
    };
    assert_eq!(
        told_of("2", "var.n"),
        (
            vec![
                "none descope_management_key.k was descope_management_key.k[0]".to_owned(),
                "none/delete descope_management_key.k[1]".to_owned()
            ],
            1
        )
    );
    assert_eq!(
        told_of("var.n", "2"),
        (
            vec![
                "none descope_management_key.k[0] was descope_management_key.k".to_owned(),
                "none/create descope_management_key.k[1]".to_owned()
            ],
            1
        )
    );
    assert_eq!(told_of("2", "1").0[1], "delete descope_management_key.k[1]");
}

#[test]
fn names_of_one_file_are_one_path() {
    let key = |name: &str| {
        format!(
            "resource \"descope_management_key\" \"k\" {{\n  name = \"{name}\"\n  rebac = {{ company_roles = [\"x\"] }}\n}}\n"
        )
    };
    let (old, new) = (key("a"), key("b"));
    for (old_root, old_name, new_root, new_name) in [
        ("x/", "x/team/main.tf", "y", "y/team/main.tf"),
        ("./x", "./x/team/main.tf", "y/", "y/team/main.tf"),
        (".", "./team/main.tf", "/else/where", "/else/where/team/main.tf"),
        ("..", "../team/main.tf", "z/../y", "z/../y/team/main.tf"),
    ] {
        let (old, new) = (
            [Source::new(old_name, old.as_bytes())],
            [Source::new(new_name, new.as_bytes())],
        );
        let side = |root, sources| Side { root, sources };
        let report = diff(side(old_root, &old), side(new_root, &new), &options());
        assert_eq!(
            told(&report),
            ["update descope_management_key.k"],
            "{old_root} {new_root}"
        );
    }
    let plan = plan(&[change("k", "\"create\"", "null", &values(""), "", "")]);
    for name in [
        "plan.json",
        "./plan.json",
        "/repo/plan.json",
        "../repo/plan.json",
        "a/../plan.json",
    ] {
        let options = Options {
            inputs: Inputs {
                current_folder: "/repo".to_owned(),
                ..Inputs::default()
            },
            ..options()
        };
        let sources = [
            Source::new("main.tf", old.as_bytes()),
            Source::new(name, plan.as_bytes()),
        ];
        let report = check(&sources, &options);
        let of_plan = report.findings.iter().filter(|finding| finding.source == 1);
        // The program says it all.
        assert_eq!(of_plan.count(), 0, "{name}");
    }
}

#[test]
fn a_replacement_has_the_order_and_the_reason_that_the_tool_tells() {
    let (one, other) = ("1790000000", "1795000000");
    let named = ",\"replaceReasons\":[\"expireTime\"],\"diffReasons\":[\"expireTime\"]";
    let secret = "\"[secret]\"";
    for (old, new, more, line, message) in [
        // What the default shows, which has no steps that create and delete.
        (
            resource("k", one, "\"pendingReplacement\":true,"),
            resource("k", other, ""),
            named,
            "replace k before",
            "changing `expireTime` replaces the key",
        ),
        (
            resource("k", one, "\"delete\":true,"),
            resource("k", other, ""),
            named,
            "replace k after",
            "changing `expireTime` replaces the key",
        ),
        (
            resource("k", secret, "\"delete\":true,"),
            resource("k", secret, ""),
            named,
            "replace k after",
            "changing `expireTime` replaces the key",
        ),
        // `replaceOnChanges`.
        (
            resource("k", one, "\"delete\":true,"),
            resource("k", one, "").replace("\"name\":\"n\"", "\"name\":\"m\""),
            ",\"replaceReasons\":[\"name\"]",
            "replace k after",
            "changing `name` replaces the key",
        ),
        (
            resource("k", one, "\"delete\":true,\"taint\":true,"),
            resource("k", one, ""),
            "",
            "replace k after: it is marked as damaged (tainted)",
            "the key is replaced because it is marked as damaged (tainted)",
        ),
        (
            resource("k", one, "\"pendingReplacement\":true,"),
            resource("k", one, ""),
            "",
            "replace k before: the old one is deleted already, or goes with something that it depends on",
            "the key is replaced because the old one is deleted already, or goes with something that it depends on",
        ),
    ] {
        let report = checked(
            "preview.json",
            &preview(&[step("replace", "k", &old, &new, more)], 0),
        );
        assert_eq!(told(&report), [line], "{more}");
        assert_eq!(found(&report, "replaces-key"), [format!("warning k: {message}")]);
        let is_first = line.contains("before");
        assert_eq!(
            found(&report, "destroy-before-create").len(),
            usize::from(is_first)
        );
    }
    let key = values("\"expire_time\":1790000000,");
    for (reason, message) in [
        ("tainted", "because it is marked as damaged (tainted)"),
        ("by_request", "because that was asked for, with `-replace`"),
        (
            "by_triggers",
            "because something changes that `replace_triggered_by` names",
        ),
    ] {
        let reason = format!(
            "\"action_reason\":\"replace_{}\",",
            reason.replace("tainted", "because_tainted")
        );
        let plan = plan(&[change("k", "\"create\",\"delete\"", &key, &key, "", &reason)]);
        let message = format!("warning descope_management_key.k: the key is replaced {message}");
        assert_eq!(
            found(&checked("plan.json", &plan), "replaces-key"),
            std::slice::from_ref(&message)
        );
        let old = state(&[("k", "", &key)]);
        let report = compared(("state.json", &old), ("plan.json", &plan));
        assert_eq!(found(&report, "replaces-key"), [message]);
    }
    // Null and an empty list are the same, but not to everyone.
    let before = key.replace("\"tag_roles\"", "\"company_roles\":null,\"tag_roles\"");
    let after = key.replace("\"tag_roles\"", "\"company_roles\":[],\"tag_roles\"");
    let text = plan(&[change(
        "k",
        "\"create\",\"delete\"",
        &before,
        &after,
        "\"replace_paths\":[[\"rebac\",\"company_roles\"]],",
        "",
    )]);
    let report = checked("plan.json", &text);
    let finding = report
        .findings
        .iter()
        .find(|finding| finding.rule == "replaces-key")
        .unwrap();
    assert_eq!(finding.message, "changing `rebac.company_roles` replaces the key");
    assert_eq!(&text[finding.span.range()], "\"company_roles\"");
}

#[test]
fn a_key_that_waits_to_be_deleted_is_another() {
    let live = resource("k", "1795000000", "\"id\":\"2\",");
    let former = resource("k", "1790000000", "\"id\":\"1\",\"delete\":true,");
    let same = step("same", "k", &live, &live, "");
    let deletion = step("delete-replaced", "k", &former, "", "");
    let gone = "delete k (pending delete)";
    let without = preview(std::slice::from_ref(&deletion), 1);
    assert_eq!(told(&checked("preview.json", &without)), [gone]);
    let with = preview(&[same, deletion.clone()], 1);
    assert_eq!(told(&checked("preview.json", &with)), ["none k", gone]);
    let old = export(&[live.clone(), former.clone()]);
    assert_eq!(
        told(&compared(("stack.json", &old), ("preview.json", &without))),
        ["none k", gone]
    );
    // Of a replacement, the last step is a part.
    let replaced = step(
        "replace",
        "k",
        &former,
        &live,
        ",\"replaceReasons\":[\"expireTime\"]",
    );
    let report = checked("preview.json", &preview(&[replaced.clone(), deletion], 0));
    assert_eq!(told(&report), ["replace k after"]);
    let older = former.replace("\"id\":\"1\"", "\"id\":\"0\"");
    let older = step("delete-replaced", "k", &older, "", "");
    let report = checked("preview.json", &preview(&[replaced, older], 0));
    assert_eq!(told(&report), ["replace k after", gone]);
}

#[test]
fn a_step_that_only_reads_says_what_is_there() {
    let (read, wanted) = (resource("k", "1", ""), resource("k", "2", ""));
    let refreshed = step("refresh", "k", &read, &read, "");
    assert_eq!(
        told(&checked(
            "preview.json",
            &preview(std::slice::from_ref(&refreshed), 1)
        )),
        ["none k"]
    );
    let made = step("create", "k", "", &wanted, "");
    assert_eq!(
        told(&checked("preview.json", &preview(&[refreshed, made], 0))),
        ["create k"]
    );
}

#[test]
fn what_the_tool_decided_is_certain() {
    let before = values("\"expire_time\":1790000000,");
    let unknown = "\"after_unknown\":{\"expire_time\":true},";
    let plan = plan(&[change("k", "\"update\"", &before, &values(""), unknown, "")]);
    assert_eq!(
        told(&checked("plan.json", &plan)),
        ["update descope_management_key.k"]
    );
    // A comparison with a version that the plan does not start from is one of what is written.
    let program = format!(
        "{{\"resource\":{{\"descope_management_key\":{{\"k\":{}}}}}}}",
        values("\"expire_time\":1,")
    );
    let report = compared(("main.tf.json", &program), ("plan.json", &plan));
    assert_eq!(told(&report), ["none/replace descope_management_key.k before"]);
}

#[test]
fn what_is_renamed_is_told() {
    let key = values("");
    let plan = plan(&[
        change(
            "b",
            "\"no-op\"",
            &key,
            &key,
            "",
            "\"previous_address\":\"descope_management_key.a\",",
        ),
        change(
            "a",
            "\"no-op\"",
            &key,
            &key,
            "",
            "\"previous_address\":\"descope_management_key.z\",",
        ),
    ]);
    assert_eq!(
        told(&checked("plan.json", &plan)),
        [
            "none descope_management_key.a was descope_management_key.z",
            "none descope_management_key.b was descope_management_key.a"
        ]
    );
    let renamed = step(
        "update",
        "b",
        &resource("a", "1", ""),
        &resource("b", "1", ""),
        "",
    );
    assert_eq!(
        told(&checked("preview.json", &preview(&[renamed], 0))),
        ["update b was a"]
    );
}

#[test]
fn a_key_that_exists_may_be_inactive() {
    let key = values("\"status\":\"inactive\",");
    let program = |more: &str| {
        format!(
            "resource \"descope_management_key\" \"k\" {{\n  name = \"n\"\n  status = \"inactive\"\n  \
             permitted_ips = [\"81.2.69.0/24\"]\n  rebac = {{ tag_roles = [{{ tags = [\"a\"], roles = \
             [\"tag-infra-read-write\"] }}] }}\n}}\n{more}"
        )
    };
    let inactive = |sources: &[Source<'_>]| found(&check(sources, &options()), "inactive-at-create").len();
    for (actions, before, is_new) in [
        ("\"create\"", "null", true),
        ("\"no-op\"", &*key, false),
        ("\"update\"", &key, false),
        // Neither a change that needs it nor one that is known.
        ("\"create\",\"delete\"", &key, true),
    ] {
        let plan = plan(&[change("k", actions, before, &key, "", "")]);
        let (plan, program) = (Source::new("plan.json", plan.as_bytes()), program(""));
        assert_eq!(inactive(&[plan]), usize::from(is_new), "{actions}");
        let beside = [plan, Source::new("main.tf", program.as_bytes())];
        assert_eq!(inactive(&beside), usize::from(is_new), "{actions}");
    }
    let import = "import {\n  to = descope_management_key.k\n  id = \"K1\"\n}\n";
    for (more, count) in [("", 1), (import, 0)] {
        assert_eq!(
            inactive(&[Source::new("main.tf", program(more).as_bytes())]),
            count
        );
    }
    for (options, count) in [("{}", 1), ("{import: K1}", 0)] {
        let text = format!(
            "resources: {{k: {{type: 'descope:ManagementKey', properties: {{status: inactive}}, options: {options}}}}}"
        );
        assert_eq!(inactive(&[Source::new("Pulumi.yaml", text.as_bytes())]), count);
    }
    let state = state(&[("k", "", &key)]);
    let program = program("");
    let sources = [
        Source::new("state.json", state.as_bytes()),
        Source::new("main.tf", program.as_bytes()),
    ];
    assert_eq!(inactive(&sources), 0);
}

#[test]
fn a_key_that_expired_while_it_was_deployed_blocks_nothing() {
    let key = values("\"expire_time\":1700000000,");
    for (actions, before, severity) in [
        ("\"create\"", "null", "error"),
        ("\"no-op\"", &*key, "warning"),
        ("\"update\"", &key, "warning"),
        ("\"create\",\"delete\"", &key, "error"),
    ] {
        let plan = plan(&[change("k", actions, before, &key, "", "")]);
        let found = found(&checked("plan.json", &plan), "expired");
        assert!(found[0].starts_with(severity), "{found:?}");
    }
}

#[test]
fn what_is_not_all_that_there_is_is_said_to_be() {
    let one = plan(&[change("k", "\"create\"", "null", &values(""), "", "")]);
    let many = format!("[{one}, {one}]");
    assert_eq!(checked("plans.json", &many).changes.len(), 2);
    let with = |member: &str| one.replacen('{', &format!("{{{member},"), 1);
    let planned = |deferred: &str| {
        let values = state(&[("k", "", &values(""))]);
        let values = values
            .split_once("\"values\":")
            .unwrap()
            .1
            .strip_suffix('}')
            .unwrap();
        format!("{{\"format_version\":\"1.2\",\"planned_values\":{values}{deferred}}}")
    };
    for (text, keys, said) in [
        (with("\"errored\":true"), 1, vec!["warning : this failed before it was complete: keys may be missing from it"]),
        (with("\"complete\":false"), 1, vec!["note : this plan is not complete: keys may be missing from it"]),
        (with("\"errored\":false,\"complete\":true"), 1, vec![]),
        // A plan that only refreshes.
        (planned(",\"resource_drift\":[]"), 1, vec![]),
        (
            planned(&format!(
                ",\"deferred_changes\":[{{\"reason\":\"x\",\"resource_change\":{}}}],\"resource_changes\":[]",
                change("d", "\"create\"", "null", &values(""), "", "")
            )),
            1,
            vec![],
        ),
        (
            "{\"steps\":[],\"diagnostics\":[{\"severity\":\"info\"},{\"message\":\"x\",\"severity\":\"error\"}],\"changeSummary\":{}}".to_owned(),
            0,
            vec!["warning : this failed before it was complete: keys may be missing from it"],
        ),
        (
            "{\"sequence\":0,\"timestamp\":1,\"preludeEvent\":{}}\n{\"sequence\":1}\n".to_owned(),
            0,
            vec!["error : this is the log of Pulumi: nothing in it is checked"],
        ),
        (
            "{\"@level\":\"info\",\"type\":\"version\"}\n".to_owned(),
            0,
            vec!["error : this is the log of Terraform: nothing in it is checked"],
        ),
        (
            "{\"version\":3,\"lineage\":\"x\",\"modules\":[]}".to_owned(),
            0,
            vec!["warning : this version of the format is not known: what is said about it may be wrong"],
        ),
        (
            "{\"serial\":1,\"lineage\":\"x\",\"meta\":{},\"encrypted_data\":\"eA==\"}".to_owned(),
            0,
            vec!["error : this state is encrypted: nothing in it is checked"],
        ),
    ] {
        let report = checked("x.json", &text);
        assert_eq!((report.summary.keys, found(&report, "syntax")), (keys, said.iter().map(ToString::to_string).collect()), "{text}");
    }
    let cut = preview(&[step("create", "k", "", &resource("k", "1", ""), "")], 0);
    for length in [60, cut.len() / 2, cut.len() - 1] {
        assert_eq!(
            found(&checked("x.json", &cut[..length]), "syntax").len(),
            1,
            "{length}"
        );
    }
    let export = export(&[resource("k", "1", "")]);
    for (kind, text) in [
        (key_policy::Kind::PulumiPreview, &*export),
        (key_policy::Kind::TerraformPlan, &export),
        (key_policy::Kind::PulumiState, &one),
        (key_policy::Kind::PulumiYaml, &one),
        (key_policy::Kind::TerraformHcl, &one),
        (key_policy::Kind::PulumiConfig, "resource \"a\" \"b\" {}\n"),
    ] {
        let source = Source {
            kind: Some(kind),
            ..Source::new("x.json", text.as_bytes())
        };
        let report = check(&[source], &options());
        let name = key_policy::Kind::NAMES
            .iter()
            .find(|(_, named)| *named == kind)
            .unwrap()
            .0;
        let said = format!("warning : this has nothing of what a `{name}` has: nothing in it is checked");
        assert_eq!(found(&report, "syntax"), [said]);
    }
}

#[test]
fn a_state_tells_of_every_key_that_works() {
    let live = resource("k", "1795000000", "");
    let former = resource("k", "1790000000", "\"delete\":true,");
    let gone = resource("g", "1", "\"pendingReplacement\":true,");
    let read = resource("r", "1", "\"external\":true,");
    let terraform = state(&[
        ("k", "", &values("")),
        ("k", "\"deposed_key\":\"ab12\",", &values("")),
    ]);
    for (text, expected) in [
        (export(&[live, former, gone, read]), ["k", "k (pending delete)"]),
        (
            terraform,
            [
                "descope_management_key.k",
                "descope_management_key.k (deposed ab12)",
            ],
        ),
    ] {
        let sources = [Source::new("x.json", text.as_bytes())];
        let access = key_policy::access::access(&sources, &options());
        let keys: Vec<_> = access.keys.iter().map(|key| &*key.resource).collect();
        assert_eq!(keys, expected);
        // One follows the other under its name.
        assert!(found(&check(&sources, &options()), "duplicate-name").is_empty());
    }
}

#[test]
fn the_file_in_which_terraform_keeps_a_state_is_read() {
    let secret = format!("K2{}", "a1B2c3D4".repeat(5));
    let attributes = |more: &str| values(&format!("\"cleartext\":\"{secret}\",{more}"));
    let text = format!(
        "{{\"version\":4,\"terraform_version\":\"1.11.4\",\"lineage\":\"x\",\"resources\":[\
         {{\"module\":\"module.m[\\\"a\\\"]\",\"mode\":\"managed\",\"type\":\"descope_management_key\",\"name\":\"k\",\"instances\":[\
         {{\"index_key\":\"x\\\"y\",\"attributes\":{}}},{{\"index_key\":0,\"status\":\"tainted\",\"attributes\":{}}},\
         {{\"deposed\":\"ab\",\"sensitive_attributes\":[[{{\"type\":\"get_attr\",\"value\":\"description\"}}]],\"attributes\":{}}}]}}]}}",
        attributes(""),
        attributes(""),
        attributes("\"description\":\"hidden\",")
    );
    let report = checked("terraform.tfstate", &text);
    assert!(found(&report, "hardcoded-secret").is_empty());
    assert_eq!(report.summary.keys, 3);
    let report = compared(("terraform.tfstate", &text), ("main.tf", ""));
    let module = "delete module.m[\"a\"].descope_management_key.k";
    assert_eq!(
        told(&report),
        [
            format!("{module} (deposed ab)"),
            format!("{module}[\"x\\\"y\"]"),
            format!("{module}[0]")
        ]
    );
    let sources = [Source::new("terraform.tfstate", text.as_bytes())];
    let documents = key_policy::document::read(&sources, &Inputs::default());
    let is_hidden = |key: &key_policy::Declaration| {
        key.properties
            .get("description")
            .is_some_and(|text| text.sensitive)
    };
    let hidden: Vec<_> = documents[0].declarations.iter().map(is_hidden).collect();
    assert_eq!(hidden, [false, false, true]);
    let damaged: Vec<_> = documents[0]
        .declarations
        .iter()
        .map(|key| key.options.is_tainted)
        .collect();
    assert_eq!(damaged, [false, true, false]);
}

#[test]
fn a_damaged_key_is_replaced_by_an_equal_program() {
    let old = state(&[("k", "\"tainted\":true,", &values(""))]);
    let program = format!(
        "{{\"resource\":{{\"descope_management_key\":{{\"k\":{}}}}}}}",
        values("")
    );
    let report = compared(("state.json", &old), ("main.tf.json", &program));
    assert_eq!(
        told(&report),
        ["replace descope_management_key.k before: it is marked as damaged (tainted)"]
    );
    assert_eq!(found(&report, "replaces-key").len(), 1);
}

#[test]
fn what_triggers_a_replacement_may_change() {
    let program = |input: &str| {
        format!(
            "resource \"descope_management_key\" \"k\" {{\n  name = \"n\"\n  lifecycle {{\n    \
             replace_triggered_by = [terraform_data.rev]\n  }}\n}}\n\
             resource \"terraform_data\" \"rev\" {{\n  input = {input}\n}}\n"
        )
    };
    let may = "none/replace descope_management_key.k before: \
               `terraform_data.rev` may change, which `replace_triggered_by` names";
    for (old, new, expected) in [
        (program("1"), program("1"), "none descope_management_key.k"),
        (program("1"), program("2"), may),
        (program("1"), program("1").replace("\"rev\"", "\"other\""), may),
    ] {
        assert_eq!(told(&compared(("a.tf", &old), ("b.tf", &new))), [expected]);
    }
}

#[test]
fn keys_of_one_name_are_told_apart_by_their_parents() {
    let key = |parent: &str, expiry: &str| {
        resource("key", expiry, "").replace("p::descope-keys", &format!("p::{parent}$descope-keys"))
    };
    let (a, b) = (key("my:A", "1"), key("my:B", "2"));
    let told =
        |old: &[String], new: &[String]| told(&compared(("a.json", &export(old)), ("b.json", &export(new))));
    let address = |parent: &str| format!("{parent}$descope-keys:index:ManagementKey::key");
    let both = [a.clone(), b.clone()];
    assert_eq!(
        told(&both, &[b.clone(), a.clone()]),
        [
            format!("none {}", address("my:A")),
            format!("none {}", address("my:B"))
        ]
    );
    assert_eq!(
        told(&both, std::slice::from_ref(&b)),
        [
            format!("none key was {}", address("my:B")),
            format!("delete {}", address("my:A"))
        ]
    );
    assert_eq!(
        told(&[b], &both),
        [
            format!("create {}", address("my:A")),
            format!("none {} was key", address("my:B"))
        ]
    );
}

#[test]
fn what_only_the_tool_can_read_may_differ() {
    let secret = |text: &str| {
        format!(
            "{{\"4dabf18193072939515e22adb298388d\":\"1b47061264138c4ac30d75fd1eb44270\",\"ciphertext\":\"{text}\"}}"
        )
    };
    let told = |old: &str, new: &str| {
        let key = |text: &str| export(&[resource("k", &secret(text), "")]);
        told(&compared(("a.json", &key(old)), ("b.json", &key(new))))
    };
    assert_eq!(told("v1:a", "v1:a"), ["none k"]);
    assert_eq!(told("v1:a", "v1:b"), ["none/replace k after"]);
    assert_eq!(told("[secret]", "[secret]"), ["none/replace k after"]);
    let plan = plan(&[change(
        "k",
        "\"create\"",
        "null",
        &values(""),
        "\"after_unknown\":{\"expire_time\":true},",
        "",
    )]);
    let report = compared(("a.json", &plan), ("b.json", &plan));
    assert_eq!(
        self::told(&report),
        ["none/replace descope_management_key.k before"]
    );
}
