//! The state of a stack, as `pulumi stack export` prints it, and as a backend keeps it in a file.

use super::engine::{self, Urn, is_set};
use super::{dialect_of, is_provider};
use crate::change::Outcome;
use crate::document::json::{self, Cursor};
use crate::document::{Dialect, Document, Kind, Text, unreadable};
use crate::value::Value;

/// Reads the keys that a stack has. They exist, and nothing is about to change them.
pub(in super::super) fn read(text: &Text<'_>) -> Document {
    let mut document = Document::default();
    let mut cursor = Cursor::new(text.text, text.start);
    let read = cursor.documents(|cursor| {
        let mut state = State::default();
        let read = state.members(cursor, &mut document);
        let is_one = state.is_one;
        state.finish(&mut document);
        if read.is_ok() && !is_one {
            document
                .findings
                .push(unreadable::not_of(Kind::PulumiState, text));
        }
        read
    });
    document.close(text, read.and_then(|()| cursor.end()));
    document
}

/// What was found of a state.
#[derive(Default)]
struct State {
    /// The keys, by their URN.
    keys: Vec<(String, Dialect, Value)>,
    /// Whether there is a list of resources, as every state has one.
    is_one: bool,
}

impl State {
    fn members(&mut self, cursor: &mut Cursor<'_>, document: &mut Document) -> json::Result<()> {
        cursor.members(|cursor, key, _| match &*key {
            // What a backend keeps in a file has the last two in the place of the first.
            "deployment" | "checkpoint" | "latest" => {
                self.is_one = true;
                self.members(cursor, document)
            }
            "resources" => {
                self.is_one = true;
                cursor.items(|cursor| self.resource(cursor, document))
            }
            _ => cursor.skip().map(drop),
        })
    }

    fn resource(&mut self, cursor: &mut Cursor<'_>, document: &mut Document) -> json::Result<()> {
        let [token, urn] = engine::texts(cursor, ["type", "urn"])?;
        let token = token.unwrap_or_default();
        let dialect = dialect_of(&token);
        if dialect.is_none() && !is_provider(&token) {
            return cursor.skip().map(drop);
        }
        let resource = cursor.value()?;
        match (dialect, urn) {
            // `external`: it was only read. `pendingReplacement`: it is deleted already.
            (Some(dialect), Some(urn)) if !is_set(&resource, "external") => {
                if !is_set(&resource, "pendingReplacement") {
                    self.keys.push((urn, dialect, resource));
                }
            }
            (Some(_), _) => {}
            (None, _) => document
                .providers
                .extend(resource.get("inputs").map(engine::decoded)),
        }
        Ok(())
    }

    fn finish(self, document: &mut Document) {
        let shared = engine::shared_names(self.keys.iter().filter_map(|(urn, ..)| Urn::parse(urn)));
        for (urn, dialect, resource) in &self.keys {
            let Some(urn) = Urn::parse(urn) else { continue };
            let span = resource.get("urn").map_or(resource.span, |urn| urn.span);
            let address = urn.address(&shared);
            let mut declaration = match is_set(resource, "delete") {
                true => engine::former_declaration(resource, &urn, address, *dialect, span),
                false => engine::declaration(resource, &urn, address.to_owned(), *dialect, span),
            };
            declaration.planned = Some(Outcome::Unchanged.into());
            document.declarations.push(declaration);
        }
    }
}
