//! Programs: what a user wants to exist.

use std::collections::BTreeMap;

use crate::value::PropertyValue;

/// What a user wants to exist, in the order in which the program says so.
///
/// ```
/// use pulumi_rs_provider::testing::{Declaration, Program};
///
/// let text = Declaration::new("random-text:index:Text", "one").input("label", "x").ignore_changes("length");
/// let copy = Declaration::new("random-text:index:Text", "two").input_from("label", "one", "result");
/// let program = Program::new().resource(text).resource(copy);
/// assert_eq!(program.resources().len(), 2);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Program {
    resources: Vec<Declaration>,
}

impl Program {
    /// A program that wants nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a resource.
    #[must_use]
    pub fn resource(mut self, declaration: Declaration) -> Self {
        self.resources.push(declaration);
        self
    }

    /// The resources.
    pub fn resources(&self) -> &[Declaration] {
        &self.resources
    }
}

/// A resource in a program, with its inputs and options.
#[derive(Clone, Debug)]
pub struct Declaration {
    pub(super) token: String,
    pub(super) name: String,
    pub(super) inputs: BTreeMap<String, Input>,
    pub(super) ignore_changes: Vec<String>,
    pub(super) replace_on_changes: Vec<String>,
    pub(super) delete_before_replace: Option<bool>,
}

/// An input of a resource.
#[derive(Clone, Debug)]
pub enum Input {
    /// A value.
    Value(PropertyValue),
    /// The output of a resource that stands before in the program. In a preview it may be unknown.
    Output {
        /// The name of the resource.
        resource: String,
        /// The output, or `id`.
        property: String,
    },
}

impl Declaration {
    /// A resource without inputs.
    pub fn new(token: &str, name: &str) -> Self {
        Self {
            token: token.to_owned(),
            name: name.to_owned(),
            inputs: BTreeMap::new(),
            ignore_changes: Vec::new(),
            replace_on_changes: Vec::new(),
            delete_before_replace: None,
        }
    }

    /// Sets an input.
    #[must_use]
    pub fn input(mut self, key: &str, value: impl Into<PropertyValue>) -> Self {
        self.inputs.insert(key.to_owned(), Input::Value(value.into()));
        self
    }

    /// Sets inputs.
    #[must_use]
    pub fn inputs(mut self, inputs: impl IntoIterator<Item = (String, PropertyValue)>) -> Self {
        let inputs = inputs.into_iter().map(|(key, value)| (key, Input::Value(value)));
        self.inputs.extend(inputs);
        self
    }

    /// Sets an input to the output of a resource that stands before in the program.
    #[must_use]
    pub fn input_from(mut self, key: &str, resource: &str, property: &str) -> Self {
        let output = Input::Output {
            resource: resource.to_owned(),
            property: property.to_owned(),
        };
        self.inputs.insert(key.to_owned(), output);
        self
    }

    /// Leaves changes at a path alone, as the option `ignoreChanges`.
    #[must_use]
    pub fn ignore_changes(mut self, path: &str) -> Self {
        self.ignore_changes.push(path.to_owned());
        self
    }

    /// Replaces the resource when something at a path changes, as the option `replaceOnChanges`.
    #[must_use]
    pub fn replace_on_changes(mut self, path: &str) -> Self {
        self.replace_on_changes.push(path.to_owned());
        self
    }

    /// Says in the provider's place whether the old resource goes before the new one comes.
    #[must_use]
    pub fn delete_before_replace(mut self, first: bool) -> Self {
        self.delete_before_replace = Some(first);
        self
    }
}
