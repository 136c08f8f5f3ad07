//! From the text of a configuration to its values.

use std::collections::BTreeMap;

use toml_span::Value;
use toml_span::value::{Table, ValueInner};

use super::error::{ConfigErrors, Fault};
use super::policy::Setting as _;
use super::{Config, Folders, Glob, KEYS, Level, Override, Policy, Settings};
use crate::rules::{self, nearest};
use crate::span::Span;
use crate::value::shortened;

pub(super) fn read(text: &str) -> Result<Config, ConfigErrors> {
    let parsed = match toml_span::parse(text) {
        Ok(parsed) => parsed,
        Err(error) => {
            let fault = Fault::Syntax(error.to_string());
            return Err(ConfigErrors::new(text, vec![(span(error.span), fault)]));
        }
    };
    let mut reader = Reader { faults: Vec::new() };
    let config = reader.config(&parsed);
    if reader.faults.is_empty() {
        Ok(config)
    } else {
        Err(ConfigErrors::new(text, reader.faults))
    }
}

struct Reader {
    faults: Vec<(Span, Fault)>,
}

impl Reader {
    fn config(&mut self, root: &Value<'_>) -> Config {
        let table = self.table(root, &["files", "override", "policy", "rules"]);
        let get = |name| table.and_then(|table| table.get(name));
        let base = Settings {
            levels: get("rules").map(|rules| self.levels(rules)).unwrap_or_default(),
            policy: get("policy")
                .map(|policy| self.policy(policy))
                .unwrap_or_default()
                .over(&Policy::built_in()),
        };
        let files = get("files").and_then(|files| self.table(files, &["exclude"]));
        let excluded = files.and_then(|files| files.get("exclude"));
        let excluded = excluded.map(|globs| self.globs(globs)).unwrap_or_default();
        let overrides = get("override")
            .map(|list| self.overrides(list))
            .unwrap_or_default();
        Config {
            base,
            overrides,
            excluded,
            folders: Folders::default(),
        }
    }

    fn overrides(&mut self, list: &Value<'_>) -> Vec<Override> {
        let Some(items) = list.as_array() else {
            self.wrong_type(list, "tables that begin with `[[override]]`");
            return Vec::new();
        };
        items.iter().filter_map(|item| self.r#override(item)).collect()
    }

    fn r#override(&mut self, item: &Value<'_>) -> Option<Override> {
        let table = self.table(item, &["files", "policy", "rules"])?;
        let Some(files) = table.get("files") else {
            self.faults.push((span(item.span), Fault::NoFiles));
            return None;
        };
        if files.as_array().is_some_and(Vec::is_empty) {
            self.faults.push((span(files.span), Fault::NoFiles));
        }
        Some(Override {
            files: self.globs(files),
            levels: table
                .get("rules")
                .map(|rules| self.levels(rules))
                .unwrap_or_default(),
            policy: table
                .get("policy")
                .map(|policy| self.policy(policy))
                .unwrap_or_default(),
        })
    }

    fn levels(&mut self, rules: &Value<'_>) -> BTreeMap<&'static str, Level> {
        const WANTED: &str = "\"off\", \"note\", \"warning\" or \"error\"";
        let mut levels = BTreeMap::new();
        let Some(table) = rules.as_table() else {
            self.wrong_type(rules, "a table of rules and their levels");
            return levels;
        };
        for (key, value) in table {
            let Some(rule) = rules::find(&key.name) else {
                let fault = Fault::UnknownRule {
                    id: shortened(&key.name),
                    meant: nearest(&key.name, rules::ALL.iter().map(|rule| rule.id)),
                };
                self.faults.push((span(key.span), fault));
                continue;
            };
            if rule.is_fixed() {
                self.faults.push((span(key.span), Fault::FixedLevel(rule.id)));
                continue;
            }
            let Some(name) = value.as_str() else {
                self.wrong_type(value, WANTED);
                continue;
            };
            match Level::NAMES.iter().find(|(known, _)| *known == name) {
                Some((_, level)) => {
                    levels.insert(rule.id, *level);
                }
                None => {
                    let fault = Fault::Invalid {
                        value: shortened(name),
                        wanted: WANTED,
                    };
                    self.faults.push((span(value.span), fault));
                }
            }
        }
        levels
    }

    fn policy(&mut self, value: &Value<'_>) -> Policy {
        let mut policy = Policy::default();
        let Some(table) = value.as_table() else {
            self.wrong_type(value, "a table");
            return policy;
        };
        for (key, value) in table {
            match policy.set(&key.name, value) {
                Ok(true) => {}
                Ok(false) => self.unknown_key(key, KEYS.iter().map(|key| key.name)),
                Err(faults) => self.faults.extend(faults),
            }
        }
        policy
    }

    fn globs(&mut self, value: &Value<'_>) -> Vec<Glob> {
        let read = Vec::read(value);
        read.unwrap_or_else(|faults| {
            self.faults.extend(faults);
            Vec::new()
        })
    }

    /// The members of a table that may have these keys only.
    fn table<'v, 'de>(&mut self, value: &'v Value<'de>, keys: &[&'static str]) -> Option<&'v Table<'de>> {
        let Some(table) = value.as_table() else {
            self.wrong_type(value, "a table");
            return None;
        };
        for key in table.keys().filter(|key| !keys.contains(&&*key.name)) {
            self.unknown_key(key, keys.iter().copied());
        }
        Some(table)
    }

    fn unknown_key(&mut self, key: &toml_span::value::Key<'_>, known: impl Iterator<Item = &'static str>) {
        let fault = Fault::UnknownKey {
            key: shortened(&key.name),
            meant: nearest(&key.name, known),
        };
        self.faults.push((span(key.span), fault));
    }

    fn wrong_type(&mut self, value: &Value<'_>, wanted: &'static str) {
        let found = AsRef::<ValueInner<'_>>::as_ref(value).type_str();
        self.faults
            .push((span(value.span), Fault::WrongType { wanted, found }));
    }
}

pub(super) fn span(span: toml_span::Span) -> Span {
    Span {
        start: span.start,
        end: span.end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> String {
        Config::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn each_fault_is_told_with_its_place_and_its_cure() {
        for (text, told) in [
            (
                "[rules]\nany-ipp = \"off\"",
                "2:1: there is no rule `any-ipp`, did you mean `any-ip`?",
            ),
            (
                "[rules]\nfrobnicate = \"off\"",
                "2:1: there is no rule `frobnicate`",
            ),
            (
                "[rules]\nsyntax = \"off\"",
                "2:1: the level of `syntax` cannot be changed",
            ),
            (
                "[rules]\nany-ip = \"warn\"",
                "2:11: `warn` is not valid, expected \"off\", \"note\", \"warning\" or \"error\"",
            ),
            (
                "[rules]\nany-ip = 1",
                "2:10: expected \"off\", \"note\", \"warning\" or \"error\", found a value of type integer",
            ),
            (
                "[polcy]\n",
                "1:2: there is no key `polcy`, did you mean `policy`?",
            ),
            (
                "[policy]\nfrobnicate = \"1d\"\nrequire_expiry = 1",
                "2:1: there is no key `frobnicate`\n3:18: expected `true` or `false`, found a value of type integer",
            ),
            (
                "[policy]\nmax_lifetime = 90",
                "2:16: expected a duration such as \"90d\", in hours (h), days (d) or weeks (w), found a value of \
                 type integer",
            ),
            (
                "[policy]\nallowed_networks = [\"10.0.0.0/99\"]",
                "2:22: `10.0.0.0/99` is not valid, expected a list of addresses and CIDR ranges",
            ),
            (
                "[policy]\nallowed_networks = [\"x\", 1]",
                "2:22: `x` is not valid, expected a list of addresses and CIDR ranges\n\
                 2:26: expected a list of addresses and CIDR ranges, found a value of type integer",
            ),
            (
                "[[override]]\nfiles = []",
                "2:9: the override names no files, add `files = [\"prod/**\"]`",
            ),
            (
                "[[override]]\nrules = {}",
                "1:1: the override names no files, add `files = [\"prod/**\"]`",
            ),
            (
                "[override]\n",
                "1:1: expected tables that begin with `[[override]]`, found a value of type table",
            ),
            (
                "[files]\nexclude = [\"[a\"]",
                "2:13: `[a` is not valid, expected a list of patterns such as [\"ci-*\"]",
            ),
            (
                "rules = 1",
                "1:9: expected a table of rules and their levels, found a value of type integer",
            ),
        ] {
            assert_eq!(faults(text), told, "{text}");
        }
        assert!(faults("[rules").starts_with("1:"), "{}", faults("[rules"));
    }

    #[test]
    fn an_empty_text_configures_nothing() {
        assert_eq!(Config::parse("# nothing\n").unwrap(), Config::default());
    }
}
