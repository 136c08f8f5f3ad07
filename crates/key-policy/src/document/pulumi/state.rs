//! The state of a stack, as `pulumi stack export` prints it, and as a backend keeps it in a file.

use std::collections::BTreeSet;

use super::engine::{self, Urn};
use super::{dialect_of, is_provider};
use crate::change::Outcome;
use crate::document::json::{self, Cursor};
use crate::document::{Document, Text};
use crate::value::{Content, Value};

/// Reads the keys that a stack has. They exist, and nothing is about to change them.
pub(in super::super) fn read(text: &Text<'_>) -> Document {
    let mut document = Document::default();
    let mut cursor = Cursor::new(text.text, text.start);
    let read = members(&mut cursor, &mut BTreeSet::new(), &mut document);
    document.close(text, read.and_then(|()| cursor.end()));
    document
}

fn members(
    cursor: &mut Cursor<'_>,
    taken: &mut BTreeSet<String>,
    document: &mut Document,
) -> json::Result<()> {
    cursor.members(|cursor, key, _| match &*key {
        // What a backend keeps in a file has the last two in the place of the first.
        "deployment" | "checkpoint" | "latest" => members(cursor, taken, document),
        "resources" => cursor.items(|cursor| resource(cursor, taken, document)),
        _ => cursor.skip().map(drop),
    })
}

fn resource(
    cursor: &mut Cursor<'_>,
    taken: &mut BTreeSet<String>,
    document: &mut Document,
) -> json::Result<()> {
    let [token] = engine::texts(cursor, ["type"])?;
    let token = token.unwrap_or_default();
    let dialect = dialect_of(&token);
    if dialect.is_none() && !is_provider(&token) {
        return cursor.skip().map(drop);
    }
    let resource = cursor.value()?;
    let Some(dialect) = dialect else {
        document
            .providers
            .extend(resource.get("inputs").map(engine::decoded));
        return Ok(());
    };
    // `delete`: its successor stands in the state too. `external`: it was only read.
    let is = |name| {
        matches!(
            resource.get(name),
            Some(Value {
                content: Content::Bool(true),
                ..
            })
        )
    };
    let urn = resource.get("urn");
    let name = urn.and_then(Value::as_str).and_then(Urn::parse);
    if let (Some(urn), Some(name), false) = (urn, name, is("delete") || is("external")) {
        let mut declaration = engine::declaration(&resource, &name.address(taken), dialect, urn.span);
        declaration.planned = Some(Outcome::Unchanged);
        document.declarations.push(declaration);
    }
    Ok(())
}
