//! What the schema alone can say of the state that would come out.

use crate::schema::Type;
use crate::value::{PropertyMap, PropertyValue, UnknownKind};
use crate::verbs::{PreviewReply, PreviewRequest};

impl PreviewRequest {
    /// Outputs named like an input will have its value; those that the schema calls stable keep theirs in an update; all others are unknown.
    ///
    /// ```
    /// use pulumi_rs_provider::{PreviewReply, PreviewRequest};
    ///
    /// fn preview(request: PreviewRequest) -> PreviewReply {
    ///     request.by_schema().with("region", "eu")
    /// }
    /// # let _ = preview;
    /// ```
    pub fn by_schema(&self) -> PreviewReply {
        let old = self.old.as_ref().map(|live| &live.state);
        let mut state = PropertyMap::new();
        for (name, property) in &self.schema.outputs.properties {
            let kept = || {
                old.filter(|_| property.stable)
                    .and_then(|state| state.get(name))
                    .cloned()
            };
            if let Some(value) = self.inputs.get(name) {
                state.insert(name.clone(), value.clone());
            } else if let Some(value) = kept() {
                state.insert(name.clone(), value);
            } else {
                state.insert(name.clone(), PropertyValue::Unknown(kind(&property.r#type)));
            }
        }
        PreviewReply { state }
    }
}

fn kind(r#type: &Type) -> UnknownKind {
    match r#type {
        Type::Boolean => UnknownKind::Bool,
        Type::Integer | Type::Number => UnknownKind::Number,
        Type::Array(_) | Type::Set(_) => UnknownKind::List,
        Type::Map(_) | Type::Tagged { .. } => UnknownKind::Object,
        Type::Asset => UnknownKind::Asset,
        Type::Archive => UnknownKind::Archive,
        Type::String
        | Type::Any
        | Type::Json
        | Type::Named(_)
        | Type::Resource(_)
        | Type::External(_)
        | Type::OneOf(_) => UnknownKind::String,
    }
}
