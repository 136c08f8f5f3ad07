//! What YAML has and Pulumi refuses: aliases, names given twice, and references that do not end. On the way, what is
//! marked as secret.

use std::collections::{BTreeMap, BTreeSet};

use super::template;
use crate::document::{SyntaxError, syntax};
use crate::finding::{Finding, Related, Severity};
use crate::span::{Place, Span};
use crate::value::{Content, Entry, Value, shortened};

/// What is to be said about the program in `source`, and the places of its secrets. In the properties of keys, which stand
/// at `keys`, a name given twice is the matter of `duplicate-field`.
pub(super) fn findings(source: usize, program: &Value, keys: BTreeSet<Span>) -> (Vec<Finding>, Vec<Place>) {
    let mut refused = Refused {
        source,
        keys,
        alias: None,
        others: Vec::new(),
        secrets: Vec::new(),
    };
    refused.visit(program, Within::default());
    let findings = refused.alias.into_iter().chain(refused.others).collect();
    (findings, refused.secrets)
}

struct Refused {
    source: usize,
    keys: BTreeSet<Span>,
    /// The first alias tells it for all.
    alias: Option<Finding>,
    others: Vec<Finding>,
    secrets: Vec<Place>,
}

/// What a value stands in.
#[derive(Clone, Copy, Default)]
struct Within {
    key: bool,
    secret: bool,
}

impl Within {
    /// A text of the program in a message.
    fn shown(self, text: &str) -> String {
        match self.secret {
            true => "(sensitive)".to_owned(),
            false => format!("`{}`", shortened(text)),
        }
    }
}

impl Refused {
    fn visit(&mut self, value: &Value, mut within: Within) {
        if let Some(origin) = value.origin {
            if self.alias.is_none() {
                self.alias = Some(self.alias(value.span, origin));
            }
            return;
        }
        match &value.content {
            Content::String(text) if text.contains('$') && template::parts(text).is_none() => {
                let message = format!("a reference in {} is not complete", within.shown(text));
                let help = "write `${name}`, or `$${` for the characters themselves";
                self.others.push(self.fault(value.span, message, help));
            }
            Content::List(items) => items.iter().for_each(|item| self.visit(item, within)),
            Content::Object(entries) => {
                within.key |= self.keys.contains(&value.span);
                if !within.key {
                    self.names(entries, within);
                }
                if let [call] = entries.as_slice()
                    && call.key.eq_ignore_ascii_case("fn::secret")
                {
                    within.secret = true;
                    let span = call.value.span;
                    let place = Place {
                        source: self.source,
                        span,
                    };
                    self.secrets.extend([place].into_iter().chain(call.value.origin));
                }
                for entry in entries {
                    self.visit(&entry.value, within);
                }
            }
            _ => {}
        }
    }

    fn names(&mut self, entries: &[Entry], within: Within) {
        let mut names = BTreeMap::new();
        for entry in entries {
            let first = *names.entry(&entry.key).or_insert(entry.key_span);
            if first != entry.key_span {
                let name = within.shown(&entry.key);
                self.others.push(self.twice(&name, entry.key_span, first));
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
            ..self.fault(span, format!("{name} is set twice"), "remove one of the two")
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
