//! `Debug` that shows nothing under a secret.

use std::fmt;

use super::{OutputValue, PropertyValue};

/// What is printed in place of a secret.
const REDACTED: &str = "[secret]";

impl fmt::Debug for PropertyValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PropertyValue::Null => formatter.write_str("null"),
            PropertyValue::Bool(value) => value.fmt(formatter),
            PropertyValue::Number(value) => value.fmt(formatter),
            PropertyValue::String(value) => value.fmt(formatter),
            PropertyValue::List(items) => items.fmt(formatter),
            PropertyValue::Object(map) => map.fmt(formatter),
            PropertyValue::Secret(_) => formatter.write_str(REDACTED),
            PropertyValue::Unknown(kind) => write!(formatter, "Unknown({kind:?})"),
            PropertyValue::Output(output) => output.fmt(formatter),
            PropertyValue::Asset(asset) => asset.fmt(formatter),
            PropertyValue::Archive(archive) => archive.fmt(formatter),
            PropertyValue::Resource(reference) => reference.fmt(formatter),
            PropertyValue::Bytes(bytes) => write!(formatter, "Bytes({})", bytes.len()),
        }
    }
}

impl fmt::Debug for OutputValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Output");
        match &self.value {
            Some(_) if self.secret => shown.field("value", &format_args!("{REDACTED}")),
            Some(value) => shown.field("value", value),
            None => shown.field("value", &format_args!("unknown")),
        };
        shown
            .field("secret", &self.secret)
            .field("dependencies", &self.dependencies)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::value::{OutputValue, PropertyMap, PropertyValue};

    #[test]
    fn nothing_under_a_secret_is_printed() {
        let inner = PropertyMap::from([("hidden-key".to_owned(), vec!["hidden-value"].into())]);
        let value = PropertyValue::from(vec![
            PropertyValue::secret(inner),
            PropertyValue::Output(OutputValue {
                value: Some(Box::new("hidden-output".into())),
                secret: true,
                dependencies: vec!["urn".to_owned()],
            }),
            "shown".into(),
        ]);
        for text in [format!("{value:?}"), format!("{value:#?}")] {
            assert!(!text.contains("hidden"), "{text}");
            assert!(text.contains("shown") && text.contains("[secret]"), "{text}");
        }
    }
}
