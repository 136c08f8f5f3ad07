//! serde's way in: from a property value to an author's type.

use serde::de::value::{MapAccessDeserializer, StringDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer as _, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::PropertyError;
use super::hidden::{self, Marks};
use crate::path::Segment;
use crate::value::{OutputValue, PropertyMap, PropertyValue, ReferenceId};

/// The largest whole number up to which every whole number is exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The value as this type.
pub(crate) fn decode<T: DeserializeOwned>(value: PropertyValue) -> Result<T, PropertyError> {
    T::deserialize(Decoder(value))
}

pub(super) struct Decoder(PropertyValue);

impl Decoder {
    /// The value without the marks around it. Outer types have had their chance to look at them.
    fn plain(self) -> Result<PropertyValue, PropertyError> {
        let mut value = self.0;
        loop {
            value = match value {
                PropertyValue::Secret(inner) => *inner,
                PropertyValue::Output(OutputValue {
                    value: Some(inner), ..
                }) => *inner,
                PropertyValue::Output(_) | PropertyValue::Unknown(_) => return Err(PropertyError::unknown()),
                plain => return Ok(plain),
            }
        }
    }
}

impl<'de> Deserializer<'de> for Decoder {
    type Error = PropertyError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, PropertyError> {
        match self.plain()? {
            PropertyValue::Bool(value) => visitor.visit_bool(value),
            PropertyValue::Number(number) => visit_number(number, visitor),
            PropertyValue::String(text) => visitor.visit_string(text),
            PropertyValue::List(items) => visitor.visit_seq(Items::new(items)),
            PropertyValue::Object(map) => visitor.visit_map(Members::new(map)),
            PropertyValue::Bytes(bytes) => visitor.visit_byte_buf(bytes),
            // In a resource's inputs another resource stands for its id.
            PropertyValue::Resource(reference) => match reference.id {
                Some(ReferenceId::Known(id)) => visitor.visit_string(id),
                Some(ReferenceId::Unknown) => Err(PropertyError::unknown()),
                None => visitor.visit_string(reference.urn),
            },
            PropertyValue::Asset(_) => Err(PropertyError::invalid("is an asset")),
            PropertyValue::Archive(_) => Err(PropertyError::invalid("is an archive")),
            // `plain` has taken the marks off.
            PropertyValue::Null
            | PropertyValue::Secret(_)
            | PropertyValue::Output(_)
            | PropertyValue::Unknown(_) => visitor.visit_unit(),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, PropertyError> {
        if self.0.expose().is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, PropertyError> {
        match name {
            hidden::INPUT => {
                let mut marks = Marks::default();
                let known = unmark(self.0, &mut marks);
                hidden::put_marks(marks);
                match known {
                    Some(value) => visitor.visit_newtype_struct(Decoder(value)),
                    None => visitor.visit_unit(),
                }
            }
            hidden::VALUE => {
                hidden::put_value(self.0);
                visitor.visit_unit()
            }
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, PropertyError> {
        match self.plain()? {
            PropertyValue::Object(mut map) => {
                // A property that is given as nothing is one that is not given.
                map.retain(|_, value| !value.expose().is_null());
                visitor.visit_map(Members::new(map))
            }
            other => Decoder(other).deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, PropertyError> {
        match self.plain()? {
            PropertyValue::String(text) => {
                let variant: StringDeserializer<PropertyError> = text.into_deserializer();
                visitor.visit_enum(variant)
            }
            PropertyValue::Object(map) => visitor.visit_enum(MapAccessDeserializer::new(Members::new(map))),
            other => Decoder(other).deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, PropertyError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier
    }
}

/// The value without its marks, which are collected; nothing if it is unknown.
fn unmark(value: PropertyValue, marks: &mut Marks) -> Option<PropertyValue> {
    match value {
        PropertyValue::Secret(inner) => {
            marks.secret = true;
            unmark(*inner, marks)
        }
        PropertyValue::Output(output) => {
            marks.secret |= output.secret;
            marks.dependencies.extend(output.dependencies);
            unmark(*output.value?, marks)
        }
        PropertyValue::Unknown(_) => None,
        PropertyValue::Resource(reference) if reference.id == Some(ReferenceId::Unknown) => None,
        plain => Some(plain),
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole and within the exact range"
)]
fn visit_number<'de, V: Visitor<'de>>(number: f64, visitor: V) -> Result<V::Value, PropertyError> {
    if number.fract() != 0.0 || number.abs() > EXACT {
        visitor.visit_f64(number)
    } else if number < 0.0 {
        visitor.visit_i64(number as i64)
    } else {
        visitor.visit_u64(number as u64)
    }
}

struct Items {
    items: std::vec::IntoIter<PropertyValue>,
    index: usize,
}

impl Items {
    fn new(items: Vec<PropertyValue>) -> Self {
        Self {
            items: items.into_iter(),
            index: 0,
        }
    }
}

impl<'de> SeqAccess<'de> for Items {
    type Error = PropertyError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, PropertyError> {
        let Some(item) = self.items.next() else {
            return Ok(None);
        };
        let index = self.index;
        self.index += 1;
        seed.deserialize(Decoder(item))
            .map(Some)
            .map_err(|error| error.within(Segment::Index(index)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Members {
    members: std::collections::btree_map::IntoIter<String, PropertyValue>,
    next: Option<(String, PropertyValue)>,
}

impl Members {
    fn new(map: PropertyMap) -> Self {
        Self {
            members: map.into_iter(),
            next: None,
        }
    }
}

impl<'de> MapAccess<'de> for Members {
    type Error = PropertyError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, PropertyError> {
        let Some((key, value)) = self.members.next() else {
            return Ok(None);
        };
        let decoder: StringDeserializer<PropertyError> = key.clone().into_deserializer();
        self.next = Some((key, value));
        seed.deserialize(decoder).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, PropertyError> {
        let (key, value) = self
            .next
            .take()
            .ok_or_else(|| PropertyError::invalid("is read without its name"))?;
        seed.deserialize(Decoder(value))
            .map_err(|error| error.within(Segment::Key(key)))
    }
}
