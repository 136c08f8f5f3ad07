//! Finding resources that exist.

use crate::value::PropertyMap;

/// Asks for one page of the resources that exist.
#[derive(Clone, Debug, PartialEq)]
pub struct ListRequest<Q = PropertyMap> {
    /// The type token.
    pub token: String,
    /// What the list is narrowed by.
    pub query: Q,
    /// Where to go on: [`Page::continuation`] of the page before. Nothing for the first page.
    pub continuation: Option<String>,
    /// How many resources are wanted at most; nothing if the provider may choose.
    pub page_size: Option<usize>,
}

/// One page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The resources. A page with more than were asked for is cut, and the list goes on behind the page.
    pub resources: Vec<Listed>,
    /// Where the next page begins; nothing at the end of the list.
    pub continuation: Option<String>,
}

/// A resource that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The id by which it can be imported.
    pub id: String,
    /// What to call it.
    pub name: String,
}
