//! The way past serde for what its data model has no words for: marks on values, assets, references.
//!
//! A type that must keep more than serde can carry announces itself by one of these names. Our own encoder and decoder know them and
//! hand the rest over in a slot of the thread, which is filled and emptied within one call. Every other format sees a plain value.

use std::cell::RefCell;

use crate::value::PropertyValue;

/// The name under which an [`Input`](crate::Input) announces itself.
pub(super) const INPUT: &str = "pulumi_rs_provider::Input";

/// The same, for one that is unknown.
pub(super) const UNKNOWN_INPUT: &str = "pulumi_rs_provider::UnknownInput";

/// The name under which a [`PropertyValue`] announces itself.
pub(super) const VALUE: &str = "pulumi_rs_provider::PropertyValue";

/// What is known of an input beside its value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) secret: bool,
    pub(super) dependencies: Vec<String>,
}

thread_local! {
    static MARKS: RefCell<Option<Marks>> = const { RefCell::new(None) };
    static WHOLE: RefCell<Option<PropertyValue>> = const { RefCell::new(None) };
}

pub(super) fn put_marks(marks: Marks) {
    MARKS.set(Some(marks));
}

pub(super) fn take_marks() -> Option<Marks> {
    MARKS.take()
}

pub(super) fn put_value(value: PropertyValue) {
    WHOLE.set(Some(value));
}

pub(super) fn take_value() -> Option<PropertyValue> {
    WHOLE.take()
}
