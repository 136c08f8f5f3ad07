//! The engine's name for a resource.

use std::fmt;

/// `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Urn(String);

impl Urn {
    /// The URN as the engine sent it. Nothing is checked: the parts of a text that is no URN are empty.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The type token of the resource, without those of its parents.
    pub fn resource_type(&self) -> &str {
        let types = self.0.split("::").nth(2).unwrap_or_default();
        types.rsplit('$').next().unwrap_or_default()
    }

    /// The name that the program gave.
    pub fn resource_name(&self) -> &str {
        self.0.splitn(4, "::").nth(3).unwrap_or_default()
    }
}

impl fmt::Display for Urn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_found() {
        for (text, r#type, name) in [
            (
                "urn:pulumi:dev::shop::pets:index:Pet::rex",
                "pets:index:Pet",
                "rex",
            ),
            (
                "urn:pulumi:dev::shop::a:b:C$pets:index:Pet::rex",
                "pets:index:Pet",
                "rex",
            ),
            (
                "urn:pulumi:dev::shop::pets:index:Pet::rex::the $ dog",
                "pets:index:Pet",
                "rex::the $ dog",
            ),
            ("", "", ""),
        ] {
            let urn = Urn::new(text);
            assert_eq!(
                (urn.resource_type(), urn.resource_name()),
                (r#type, name),
                "{text}"
            );
        }
    }
}
