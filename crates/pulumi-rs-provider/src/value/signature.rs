//! The marks by which special values are told from plain ones. They are facts of the interface: pulumi/pulumi,
//! sdk/go/common/resource/sig/sig.go and pkg/resource/plugin/rpc.go.

use super::UnknownKind;

/// The key whose presence makes an object a special value.
pub(super) const KEY: &str = "4dabf18193072939515e22adb298388d";
pub(super) const SECRET: &str = "1b47061264138c4ac30d75fd1eb44270";
pub(super) const RESOURCE: &str = "5cf8f73096256a8f31e491e813e4eb8e";
pub(super) const OUTPUT: &str = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
pub(super) const BYTES: &str = "803fd3297a5875dc03ca845dda5d2a98";
pub(super) const ASSET: &str = "c44067f5952c0a294b673a41bacd8c17";
pub(super) const ARCHIVE: &str = "0def7320c3a5731c473e5ecbe6d01bc7";

/// The strings that stand for unknown values.
const UNKNOWNS: [(UnknownKind, &str); 7] = [
    (UnknownKind::Bool, "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"),
    (UnknownKind::Number, "3eeb2bf0-c639-47a8-9e75-3b44932eb421"),
    (UnknownKind::String, "04da6b54-80e4-46f7-96ec-b56ff0331ba9"),
    (UnknownKind::List, "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"),
    (UnknownKind::Asset, "030794c1-ac77-496b-92df-f27374a8bd58"),
    (UnknownKind::Archive, "e48ece36-62e2-4504-bad9-02848725956a"),
    (UnknownKind::Object, "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"),
];

impl UnknownKind {
    pub(super) fn from_sentinel(text: &str) -> Option<Self> {
        UNKNOWNS
            .iter()
            .find(|(_, sentinel)| *sentinel == text)
            .map(|(kind, _)| *kind)
    }

    pub(super) fn sentinel(self) -> &'static str {
        match self {
            UnknownKind::Bool => UNKNOWNS[0].1,
            UnknownKind::Number => UNKNOWNS[1].1,
            UnknownKind::String => UNKNOWNS[2].1,
            UnknownKind::List => UNKNOWNS[3].1,
            UnknownKind::Asset => UNKNOWNS[4].1,
            UnknownKind::Archive => UNKNOWNS[5].1,
            UnknownKind::Object => UNKNOWNS[6].1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sentinel_names_its_kind() {
        for (kind, text) in UNKNOWNS {
            assert_eq!(kind.sentinel(), text);
            assert_eq!(UnknownKind::from_sentinel(text), Some(kind));
        }
        assert_eq!(UnknownKind::from_sentinel("text"), None);
    }
}
