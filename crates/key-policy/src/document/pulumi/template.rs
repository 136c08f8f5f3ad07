//! Texts with references in them: `key-${stage}`, and the paths of the references: `${a.b[0]["c"]}`.

/// A part of a text.
#[derive(Debug, PartialEq)]
pub(super) enum Part {
    /// Text as it is meant, `$$` being one `$`.
    Text(String),
    /// What a reference stands for.
    Access(Access),
}

/// A reference: a name, and the way from its value to the one that is meant.
#[derive(Debug, PartialEq)]
pub(super) struct Access {
    pub(super) root: String,
    pub(super) rest: Vec<Accessor>,
}

/// One step of a reference.
#[derive(Debug, PartialEq)]
pub(super) enum Accessor {
    /// To a member of an object.
    Name(String),
    /// To an element of a list.
    Index(usize),
}

/// The parts of a text; nothing if a reference in it is not one.
pub(super) fn parts(text: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix('$') {
            plain.push('$');
            rest = behind;
        } else if let Some(path) = rest.strip_prefix('{') {
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            let (access, behind) = access(path)?;
            parts.push(Part::Access(access));
            rest = behind;
        } else {
            plain.push('$');
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        parts.push(Part::Text(plain));
    }
    Some(parts)
}

/// The reference that `text` begins with, and what stands behind its brace.
fn access(text: &str) -> Option<(Access, &str)> {
    let mut accessors = Vec::new();
    let mut rest = text;
    loop {
        rest = match rest.as_bytes().first()? {
            b'}' => break,
            b'.' => &rest[1..],
            b'[' if rest[1..].starts_with('"') => {
                let mut name = String::new();
                let mut characters = rest[2..].char_indices().peekable();
                let end = loop {
                    match characters.next()? {
                        (_, '\\') if characters.next_if(|(_, next)| *next == '"').is_some() => name.push('"'),
                        (at, '"') => break at,
                        (_, c) => name.push(c),
                    }
                };
                accessors.push(Accessor::Name(name));
                rest[2 + end + 1..].strip_prefix(']')?
            }
            b'[' => {
                let (index, behind) = rest[1..].split_once(']')?;
                accessors.push(Accessor::Index(index.parse().ok()?));
                behind
            }
            _ => {
                let end = rest.find(['.', '[', '}'])?;
                accessors.push(Accessor::Name(rest[..end].to_owned()));
                &rest[end..]
            }
        };
    }
    let mut accessors = accessors.into_iter();
    match accessors.next()? {
        Accessor::Name(root) => Some((
            Access {
                root,
                rest: accessors.collect(),
            },
            &rest[1..],
        )),
        Accessor::Index(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_escapes_are_told_apart() {
        let text = |text: &str| Part::Text(text.to_owned());
        let name = |root: &str| {
            Part::Access(Access {
                root: root.to_owned(),
                rest: Vec::new(),
            })
        };
        for (written, expected) in [
            ("plain $ {x}", Some(vec![text("plain $ {x}")])),
            ("a $${b} $$ c", Some(vec![text("a ${b} $ c")])),
            ("${a}", Some(vec![name("a")])),
            (
                "$$${a}-${b}",
                Some(vec![text("$"), name("a"), text("-"), name("b")]),
            ),
            ("", Some(vec![])),
            ("${a", None),
            ("${}", None),
            ("${[0]}", None),
            ("${a[x]}", None),
        ] {
            assert_eq!(parts(written), expected, "{written}");
        }
    }

    #[test]
    fn paths_have_names_and_indexes() {
        let parts = parts(r#"${["x y"].b[0]["c \"d\" ]"].e}"#).unwrap();
        let name = |name: &str| Accessor::Name(name.to_owned());
        let rest = vec![name("b"), Accessor::Index(0), name("c \"d\" ]"), name("e")];
        assert_eq!(
            parts,
            [Part::Access(Access {
                root: "x y".to_owned(),
                rest
            })]
        );
    }
}
