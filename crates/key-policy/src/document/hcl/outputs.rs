//! Outputs: whether one gives out the secret of a key, and whether it says so.

use std::rc::Rc;

use super::eval::Evaluator;
use super::module::Instance;
use super::program::Declared;
use super::repetition::Repetition;
use crate::document::Output;

impl<'p> Evaluator<'p> {
    pub(super) fn read_output(
        &self,
        instance: &Rc<Instance<'p>>,
        name: &str,
        block: &'p Declared<'p>,
    ) -> Output {
        let base = block.base;
        let header = base.node.header;
        let cleartext = block.attribute("value").and_then(|attribute| {
            let evaluate = || self.attribute(instance, &Repetition::default(), attribute);
            let (val, met) = self.with_references(evaluate);
            let is_own = attribute.source == base.source;
            let reference = met.iter().find(|met| is_own && met.shows_secret);
            let span = reference.map_or(header, |reference| reference.place.span);
            val.shows_secret().then_some(span)
        });
        let sensitive = block.attribute("sensitive");
        let is_sensitive = self.truth(instance, sensitive);
        Output {
            name: name.to_owned(),
            span: header,
            cleartext,
            // What is set, but not known, is not held against the author.
            is_secret: is_sensitive.unwrap_or(sensitive.is_some()),
        }
    }
}
