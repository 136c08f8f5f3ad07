//! What YAML has and Pulumi refuses: aliases, names given twice, and references that do not end.

use std::collections::{BTreeMap, BTreeSet};

use super::template;
use crate::document::{SyntaxError, syntax};
use crate::finding::{Finding, Related, Severity};
use crate::span::{Place, Span};
use crate::value::{Content, Entry, Value, shortened};

/// What is to be said about the program in `source`. In the properties of keys, which stand at `keys`, a name given
/// twice is the matter of `duplicate-field`.
pub(super) fn findings(source: usize, program: &Value, keys: BTreeSet<Span>) -> Vec<Finding> {
    let mut refused = Refused {
        source,
        keys,
        alias: None,
        others: Vec::new(),
    };
    refused.visit(program, false);
    refused.alias.into_iter().chain(refused.others).collect()
}

struct Refused {
    source: usize,
    keys: BTreeSet<Span>,
    /// The first alias tells it for all.
    alias: Option<Finding>,
    others: Vec<Finding>,
}

impl Refused {
    fn visit(&mut self, value: &Value, in_key: bool) {
        if let Some(origin) = value.origin {
            if self.alias.is_none() {
                self.alias = Some(self.alias(value.span, origin));
            }
            return;
        }
        match &value.content {
            Content::String(text) if text.contains('$') && template::parts(text).is_none() => {
                let message = format!("a reference in `{}` is not complete", shortened(text));
                let help = "write `${name}`, or `$${` for the characters themselves";
                self.others.push(self.fault(value.span, message, help));
            }
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
                self.others.push(self.twice(&entry.key, entry.key_span, first));
            }
        }
    }

    fn alias(&self, span: Span, origin: Place) -> Finding {
        let message = "Pulumi does not take aliases of YAML: it refuses this program";
        Finding {
            severity: Severity::Warning,
            related: vec![Related::written(origin)],
            ..self.fault(
                span,
                message.to_owned(),
                "make it a member of `variables`, and refer to it as `${…}`",
            )
        }
    }

    fn twice(&self, name: &str, span: Span, first: Span) -> Finding {
        let place = Place {
            source: self.source,
            span: first,
        };
        Finding {
            related: vec![Related::new("it is set here first", place)],
            ..self.fault(
                span,
                format!("`{}` is set twice", shortened(name)),
                "remove one of the two",
            )
        }
    }

    fn fault(&self, span: Span, message: String, help: &str) -> Finding {
        let error = SyntaxError {
            span,
            message,
            help: Some(help.to_owned()),
        };
        syntax(self.source, error)
    }
}
