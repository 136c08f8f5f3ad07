//! The author's surface: one trait each for the configuration, resources, lists and functions.

mod configuration;
mod erased;
mod function;
mod list;
mod resource;

pub use configuration::Configuration;
pub(crate) use erased::{ErasedFunction, ErasedList, ErasedResource};
pub use function::Function;
pub use list::List;
pub use resource::Resource;
