//! `docs/rules/README.md`: every rule, and every key of the policy, in tables.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use key_policy::config::KEYS;
use key_policy::finding::Safety;
use key_policy::rules::ALL;

const FILE: &str = "docs/rules/README.md";

const HEAD: &str = "\
<!-- Generated from `crates/key-policy` by `cargo xtask generate`. -->

# Rules

`error`: the key cannot be made like this, would not work, or breaks a rule of the team. `warning`: probably not what was
meant, or it has a consequence that hurts. `note`: worth knowing. A rule about what some tools refuse and others take may say
less, or more, than its level; its page tells.

A fix that is `safe` keeps what was meant and is applied by `check --fix`; one that is `unsafe` is applied by `check --fix=unsafe`.

| rule | level | finds | fix |
|---|---|---|---|
";

const CONFIGURATION: &str = "
# Configuration

`descope-keys.toml` is looked for from each checked file upward to the root of the repository; `--config FILE` names one for
all files. Rules are `off`, `note`, `warning` or `error`. Patterns for files are held against paths from the folder of the
configuration; one without a `/` holds in every folder.

```toml
[rules]
never-expires = \"off\"
any-ip = \"error\"

[policy]
max_lifetime = \"90d\"
require_ip_limit = true
disallowed_roles = [\"*-full-access\"]

[files]
exclude = [\"archive/**\"]

[[override]]
files = [\"prod/**\"]
rules = { long-lived = \"error\" }
policy = { max_lifetime = \"30d\" }
```

| key of `[policy]` | takes | by itself | says | rule |
|---|---|---|---|---|
";

const COMMENTS: &str = "
# Comments

A finding is allowed where it stands, for a reason and perhaps until a day:

```hcl
# descope-keys: allow(any-ip) until=2027-01-31 -- reached from everywhere until the office has moved
permitted_ips = [\"0.0.0.0/0\"]
```

A comment at the end of a line speaks about that line; one on a line of its own about the next one, and about all of the
resource, block or value that begins there. Above a call of a module it speaks about all that is inside. In JSON the member
`\"//\"` speaks about the object that it stands in, or about the key in whose properties it stands. Several rules are named with
commas between them.
";

pub(crate) fn generate(_root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut text = HEAD.to_owned();
    for rule in ALL {
        let page = format!(
            "../../crates/key-policy/src/rules/{}.md",
            rule.id.replace('-', "_")
        );
        let fix = match rule.fix {
            Some(Safety::Safe) => "safe",
            Some(Safety::Unsafe) => "unsafe",
            None => "",
        };
        writeln!(
            text,
            "| [`{}`]({page}) | {} | {} | {fix} |",
            rule.id,
            rule.severity.name(),
            rule.summary
        )?;
    }
    text.push_str(CONFIGURATION);
    for key in KEYS {
        let default = key
            .default
            .map(|default| format!("`{default}`"))
            .unwrap_or_default();
        writeln!(
            text,
            "| `{}` | {} | {default} | {} | `{}` |",
            key.name, key.wanted, key.docs, key.rule
        )?;
    }
    text.push_str(COMMENTS);
    Ok(vec![(PathBuf::from(FILE), text)])
}
