//! The members of a program's objects, as `pulumi-yaml` finds them: in any case. A program with others is refused.

use crate::value::{Entry, Value};

/// What members an object may have. The facts are from `pkg/pulumiyaml/ast/template.go` and `analyser.go`.
pub(super) struct Members {
    /// What has them.
    pub(super) owner: &'static str,
    pub(super) names: &'static [&'static str],
}

/// Those of a resource.
pub(super) static RESOURCE: Members = Members {
    owner: "a resource",
    names: &[
        "type",
        "name",
        "defaultProvider",
        "properties",
        "options",
        "get",
        "condition",
        "metadata",
    ],
};

/// Those of an element of `aliases`.
pub(super) static ALIAS: Members = Members {
    owner: "an alias",
    names: &["name", "noParent", "parent", "project", "stack", "type", "urn"],
};

/// Those of a resource's `options`.
pub(super) static OPTIONS: Members = Members {
    owner: "`options`",
    names: &[
        "additionalSecretOutputs",
        "aliases",
        "customTimeouts",
        "deleteBeforeReplace",
        "dependsOn",
        "ignoreChanges",
        "import",
        "parent",
        "protect",
        "provider",
        "providers",
        "version",
        "pluginDownloadURL",
        "replaceOnChanges",
        "retainOnDelete",
        "replaceWith",
        "deletedWith",
        "hideDiffs",
        "replacementTrigger",
        "envVarMappings",
    ],
};

impl Members {
    /// The members of `object` that none of these names has, each with the name that must be meant.
    pub(super) fn unknown<'v>(
        &self,
        object: &'v Value,
    ) -> impl Iterator<Item = (&'v Entry, Option<&'static str>)> {
        let is_known = |entry: &&Entry| {
            self.names
                .iter()
                .any(|name| name.eq_ignore_ascii_case(&entry.key))
        };
        let entries = object.as_object().unwrap_or_default().iter();
        entries.filter(move |entry| !is_known(entry)).map(move |entry| {
            let free = self.names.iter().filter(|name| member(object, name).is_none());
            let near = free
                .map(|name| (strsim::osa_distance(name, &entry.key), *name))
                .filter(|(distance, name)| distance * 3 <= name.len())
                .min();
            (entry, near.map(|(_, name)| name))
        })
    }

    /// The member called `name` of `object`, or the one that must be meant by it.
    pub(super) fn meant<'v>(&self, object: &'v Value, name: &str) -> Option<&'v Value> {
        let misspelt = || self.unknown(object).find(|(_, meant)| *meant == Some(name));
        member(object, name).or_else(|| misspelt().map(|(entry, _)| &entry.value))
    }
}

/// The member called `name` of an object: the last one, if there are several in different cases.
pub(super) fn member<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    let mut entries = object.as_object()?.iter();
    entries
        .rfind(|entry| entry.key.eq_ignore_ascii_case(name) && !entry.value.is_null())
        .map(|entry| &entry.value)
}

/// The members of the object that is called `name`, of all if there are several: Pulumi takes one of them.
pub(super) fn members<'v>(object: &'v Value, name: &str) -> impl Iterator<Item = &'v Entry> {
    let entries = object.as_object().unwrap_or_default().iter();
    entries
        .filter(move |entry| entry.key.eq_ignore_ascii_case(name))
        .flat_map(|entry| entry.value.as_object().unwrap_or_default())
}
