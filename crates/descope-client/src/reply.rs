//! What replies say: pure functions from a status and bytes to an answer, or to what is wrong with it.
//!
//! No error made here quotes a reply, because the reply to a create holds a secret.

use std::cell::RefCell;
use std::fmt;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::error::{Problem, presentable};
use crate::wire::{CreatedKey, KeyDocument, KeyId, ListedKey, null_as_default};

const MAX_SHOWN_ID: usize = 100;

/// A whole reply.
#[derive(Clone, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// Shows no body: it may hold a secret.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish()
    }
}

/// The reply of the infra API.
#[derive(Deserialize)]
struct Envelope {
    #[serde(default, deserialize_with = "null_as_default")]
    id: String,
    #[serde(default)]
    data: Option<KeyDocument>,
}

/// A key that was made. Whatever else is wrong, an id that was told is handed on: it names a live key.
pub(crate) fn created(body: &[u8]) -> Result<CreatedKey, Problem> {
    let value: Value = parse(body)?;
    let id = value
        .get("id")
        .and_then(Value::as_str)
        .and_then(|id| KeyId::new(id).ok())
        .ok_or(Problem::NoId)?;
    let data = value.get("data");
    let cleartext = data
        .and_then(|data| data.get("cleartext"))
        .and_then(Value::as_str);
    Ok(CreatedKey {
        id,
        cleartext: cleartext.filter(|text| !text.is_empty()).map(Into::into),
        document: data
            .and_then(|data| KeyDocument::deserialize(data).ok())
            .filter(|key| !key.name.is_empty()),
    })
}

/// The key that was asked for, or `None` when the reply holds no key, which means it is gone.
pub(crate) fn read(body: &[u8], asked: &KeyId) -> Result<Option<KeyDocument>, Problem> {
    let envelope: Envelope = parse(body)?;
    if !envelope.id.is_empty() && envelope.id != asked.as_str() {
        return Err(Problem::WrongId {
            told: presentable(&envelope.id, "", MAX_SHOWN_ID),
        });
    }
    match envelope.data {
        Some(key) if key.name.is_empty() => Err(Problem::NoName),
        key => Ok(key),
    }
}

/// Whether a reply is one of the API, but without a key.
pub(crate) fn holds_no_key(body: &[u8]) -> bool {
    parse::<Envelope>(body).is_ok_and(|envelope| envelope.data.is_none())
}

/// The key as it stands after an update.
pub(crate) fn updated(body: &[u8], asked: &KeyId) -> Result<KeyDocument, Problem> {
    read(body, asked)?.ok_or(Problem::NoId)
}

/// Whether a success of a delete can have come from the API: a JSON object, or nothing at all.
pub(crate) fn deleted(body: &[u8]) -> Result<(), Problem> {
    match parse::<serde_json::Map<String, Value>>(body) {
        Ok(_) | Err(Problem::Empty) => Ok(()),
        Err(problem) => Err(problem),
    }
}

/// All keys, oldest first.
pub(crate) fn listed(body: &[u8]) -> Result<Vec<ListedKey>, Problem> {
    #[derive(Deserialize)]
    struct Keys {
        #[serde(default, deserialize_with = "null_as_default")]
        keys: Vec<Key>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Key {
        #[serde(default, deserialize_with = "null_as_default")]
        id: String,
        #[serde(default, deserialize_with = "null_as_default")]
        created_time: i64,
        #[serde(flatten)]
        document: KeyDocument,
    }
    let mut keys = parse::<Keys>(body)?
        .keys
        .into_iter()
        .map(|key| {
            let id = KeyId::new(key.id).map_err(|_| Problem::NoId)?;
            Ok(ListedKey {
                id,
                created_time: key.created_time,
                document: key.document,
            })
        })
        .collect::<Result<Vec<_>, Problem>>()?;
    keys.sort_by(|a, b| (a.created_time, &a.id).cmp(&(b.created_time, &b.id)));
    Ok(keys)
}

/// The id in what arrived of a reply to create that was cut or damaged after it.
pub(crate) fn salvaged_id(partial: &[u8]) -> Option<KeyId> {
    struct IdOnly<'a>(&'a RefCell<Option<String>>);
    impl<'de> Visitor<'de> for IdOnly<'_> {
        type Value = ();
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some(name) = map.next_key::<String>()? {
                if name == "id" {
                    *self.0.borrow_mut() = Some(map.next_value()?);
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(())
        }
    }
    let found = RefCell::new(None);
    // The error is that the reply is cut, which the caller knows; what was seen before it is what counts.
    let _ = serde_json::Deserializer::from_slice(partial).deserialize_map(IdOnly(&found));
    found.into_inner().and_then(|id| KeyId::new(id).ok())
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(Problem::Empty);
    }
    let value = serde_json::from_slice(body).map_err(|error| {
        // The error's own text may quote the reply, so only the place is kept.
        let (line, column) = (error.line(), error.column());
        if error.is_data() {
            Problem::UnexpectedShape { line, column }
        } else {
            Problem::NotJson { line, column }
        }
    })?;
    // Serde would take an array for a struct too, and an empty one for a key that is gone.
    if body.trim_ascii_start().starts_with(b"{") {
        Ok(value)
    } else {
        Err(Problem::UnexpectedShape { line: 1, column: 1 })
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn id(text: &str) -> KeyId {
        KeyId::new(text).unwrap()
    }

    fn named(name: &str) -> KeyDocument {
        KeyDocument {
            name: name.into(),
            ..Default::default()
        }
    }

    #[test]
    fn a_read_finds_the_key_its_absence_or_a_fault() {
        for (body, expected) in [
            (
                r#"{"entity":"management_key","id":"MK1","data":{"name":"n"}}"#,
                Ok(Some(named("n"))),
            ),
            (r#"{"data":{"name":"n"}}"#, Ok(Some(named("n")))),
            (r#"{"entity":"management_key","id":"MK1"}"#, Ok(None)),
            (r#"{"id":"MK1","data":null}"#, Ok(None)),
            ("{}", Ok(None)),
            (
                r#"{"id":"MK2","data":{"name":"n"}}"#,
                Err(Problem::WrongId { told: "MK2".into() }),
            ),
            (r#"{"id":"MK1","data":{}}"#, Err(Problem::NoName)),
            ("", Err(Problem::Empty)),
            (" \n", Err(Problem::Empty)),
            ("[]", Err(Problem::UnexpectedShape { line: 1, column: 1 })),
            ("null", Err(Problem::UnexpectedShape { line: 1, column: 4 })),
            ("<html>", Err(Problem::NotJson { line: 1, column: 1 })),
            (
                r#"{"id":"MK1","data":{"na"#,
                Err(Problem::NotJson { line: 1, column: 23 }),
            ),
            (
                r#"{"id":"MK1","data":{"expireTime":"1"}}"#,
                Err(Problem::UnexpectedShape { line: 1, column: 36 }),
            ),
        ] {
            assert_eq!(read(body.as_bytes(), &id("MK1")), expected, "{body}");
        }
    }

    #[test]
    fn an_update_must_tell_the_key() {
        assert_eq!(
            updated(br#"{"id":"MK1","data":{"name":"n"}}"#, &id("MK1")),
            Ok(named("n"))
        );
        assert_eq!(updated(b"{}", &id("MK1")), Err(Problem::NoId));
    }

    #[test]
    fn a_create_hands_on_every_id_it_was_told() {
        for (body, cleartext, document) in [
            (
                r#"{"id":"MK1","data":{"name":"n","cleartext":"K2x"}}"#,
                Some("K2x"),
                Some(named("n")),
            ),
            (
                r#"{"id":"MK1","data":{"name":"n","cleartext":""}}"#,
                None,
                Some(named("n")),
            ),
            (
                r#"{"id":"MK1","data":{"name":"n","cleartext":null}}"#,
                None,
                Some(named("n")),
            ),
            (
                r#"{"id":"MK1","data":{"name":7,"cleartext":"K2x"}}"#,
                Some("K2x"),
                None,
            ),
            (r#"{"id":"MK1","data":[]}"#, None, None),
            (r#"{"id":"MK1"}"#, None, None),
        ] {
            let created = created(body.as_bytes()).unwrap();
            assert_eq!(created.id, id("MK1"), "{body}");
            assert_eq!(
                created.cleartext.as_ref().map(ExposeSecret::expose_secret),
                cleartext,
                "{body}"
            );
            assert_eq!(created.document, document, "{body}");
        }
        for (body, problem) in [
            ("", Problem::Empty),
            ("{}", Problem::NoId),
            (r#"{"id":"","data":{"cleartext":"K2x"}}"#, Problem::NoId),
            (r#"{"id":7}"#, Problem::NoId),
            ("[]", Problem::UnexpectedShape { line: 1, column: 1 }),
            ("K2x", Problem::NotJson { line: 1, column: 1 }),
        ] {
            assert_eq!(created(body.as_bytes()).unwrap_err(), problem, "{body}");
        }
    }

    #[test]
    fn a_cut_reply_to_create_may_still_tell_the_id() {
        let whole = br#"{"entity":"management_key","id":"MK1","data":{"name":"n","cleartext":"K2x"}}"#;
        let told = whole.windows(5).position(|part| part == b"\"MK1\"").unwrap() + 5;
        for length in 0..=whole.len() {
            let expected = (length >= told).then(|| id("MK1"));
            assert_eq!(salvaged_id(&whole[..length]), expected, "{length} bytes");
        }
        assert_eq!(salvaged_id(br#"{"id":7,"data""#), None);
        assert_eq!(salvaged_id(br#"{"data":{"id":"inner"},"#), None);
    }

    #[test]
    fn a_delete_takes_any_object_but_no_page() {
        for body in ["{}", "", r#"{"total":1}"#] {
            assert_eq!(deleted(body.as_bytes()), Ok(()), "{body}");
        }
        assert_eq!(deleted(b"<html>"), Err(Problem::NotJson { line: 1, column: 1 }));
    }

    #[test]
    fn a_listing_is_sorted_by_age() {
        let body = br#"{"keys":[{"id":"MK2","name":"b","createdTime":20,"version":1},{"id":"MK1","name":"a","createdTime":10},{"id":"MK0","name":"c"}]}"#;
        let keys = listed(body).unwrap();
        let told: Vec<_> = keys
            .iter()
            .map(|key| (key.id.as_str(), key.created_time, key.document.name.as_str()))
            .collect();
        assert_eq!(told, [("MK0", 0, "c"), ("MK1", 10, "a"), ("MK2", 20, "b")]);
        for body in ["{}", r#"{"keys":null}"#, r#"{"keys":[]}"#] {
            assert_eq!(listed(body.as_bytes()), Ok(Vec::new()), "{body}");
        }
        assert_eq!(listed(br#"{"keys":[{"name":"a"}]}"#), Err(Problem::NoId));
    }

    #[test]
    fn no_bytes_make_a_panic_and_no_debug_shows_a_body() {
        let mut random = fastrand::Rng::with_seed(3);
        let whole = br#"{"entity":"management_key","id":"MK1","data":{"name":"n","cleartext":"K2x"},"keys":[{"id":"a"}]}"#;
        for _ in 0..2000 {
            let mut body = whole.to_vec();
            for _ in 0..random.usize(0..4) {
                let at = random.usize(..body.len());
                body[at] = random.u8(..);
            }
            body.truncate(random.usize(..=body.len()));
            let _ = (
                created(&body),
                read(&body, &id("MK1")),
                deleted(&body),
                listed(&body),
                salvaged_id(&body),
            );
        }
        let shown = format!(
            "{:?}",
            Reply {
                status: 200,
                body: whole.to_vec()
            }
        );
        assert!(!shown.contains("K2x"), "{shown}");
    }
}
