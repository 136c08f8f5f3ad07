//! Masking of the secrets of a call in whatever leaves the process as text.

use std::sync::Arc;

use crate::value::{OutputValue, PropertyMap, PropertyValue};

/// What is printed in place of a secret.
const MASK: &str = "[secret]";

/// Shorter secrets are not looked for: they occur in ordinary words, and masking those would tell where the secret is.
const MIN_LENGTH: usize = 4;

/// The texts that must not leave the process.
///
/// This is a second net. The first is that secrets are marked, and that their `Debug` shows nothing.
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    /// Longest first, so that a secret that contains another is masked as a whole.
    texts: Arc<Vec<String>>,
}

impl Secrets {
    /// The texts under the secrets of some properties, beside those known already.
    pub(crate) fn with<'a>(&self, properties: impl IntoIterator<Item = &'a PropertyMap>) -> Self {
        let mut texts = Vec::new();
        for value in properties.into_iter().flat_map(PropertyMap::values) {
            collect(value, false, &mut texts);
        }
        if texts.is_empty() {
            return self.clone();
        }
        texts.extend(self.texts.iter().cloned());
        texts.sort_by(|left, right| right.len().cmp(&left.len()).then_with(|| left.cmp(right)));
        texts.dedup();
        Self {
            texts: Arc::new(texts),
        }
    }

    /// The message without any of the texts.
    pub(crate) fn mask(&self, message: &str) -> String {
        self.texts.iter().fold(message.to_owned(), |message, text| {
            if message.contains(text.as_str()) {
                message.replace(text.as_str(), MASK)
            } else {
                message
            }
        })
    }
}

fn collect(value: &PropertyValue, secret: bool, texts: &mut Vec<String>) {
    match value {
        PropertyValue::String(text) if secret && text.len() >= MIN_LENGTH => texts.push(text.clone()),
        PropertyValue::Secret(inner) => collect(inner, true, texts),
        PropertyValue::Output(OutputValue {
            value: Some(inner),
            secret: own,
            ..
        }) => {
            collect(inner, secret || *own, texts);
        }
        PropertyValue::List(items) => items.iter().for_each(|item| collect(item, secret, texts)),
        PropertyValue::Object(map) => map.values().for_each(|value| collect(value, secret, texts)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_under_a_secret_is_masked() {
        let properties = PropertyMap::from([
            ("a".to_owned(), PropertyValue::secret(vec!["hunter22", "hunter"])),
            ("b".to_owned(), "plain".into()),
            ("c".to_owned(), PropertyValue::secret("on")),
        ]);
        let secrets = Secrets::default().with([&properties]);
        assert_eq!(
            secrets.mask("plain: hunter22 and hunter, on"),
            "plain: [secret] and [secret], on"
        );
        assert_eq!(secrets.with([&PropertyMap::new()]).mask("hunter"), "[secret]");
    }
}
