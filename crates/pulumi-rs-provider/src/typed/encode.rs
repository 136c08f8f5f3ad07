//! serde's way out: from an author's type to a property value.

use serde::ser::{
    self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::PropertyError;
use super::hidden;
use crate::path::Segment;
use crate::value::{OutputValue, PropertyMap, PropertyValue, UnknownKind};

/// The largest whole number up to which every whole number is exact.
const EXACT: u64 = 1 << 53;

/// This value as a property.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<PropertyValue, PropertyError> {
    value.serialize(Encoder)
}

struct Encoder;

type Encoded = Result<PropertyValue, PropertyError>;

impl Serializer for Encoder {
    type Ok = PropertyValue;
    type Error = PropertyError;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = List;
    type SerializeTupleVariant = Variant<List>;
    type SerializeMap = Object;
    type SerializeStruct = Object;
    type SerializeStructVariant = Variant<Object>;

    fn serialize_bool(self, value: bool) -> Encoded {
        Ok(PropertyValue::Bool(value))
    }
    fn serialize_i8(self, value: i8) -> Encoded {
        Ok(PropertyValue::Number(value.into()))
    }
    fn serialize_i16(self, value: i16) -> Encoded {
        Ok(PropertyValue::Number(value.into()))
    }
    fn serialize_i32(self, value: i32) -> Encoded {
        Ok(PropertyValue::Number(value.into()))
    }
    #[allow(clippy::cast_precision_loss, reason = "checked to be exact")]
    fn serialize_i64(self, value: i64) -> Encoded {
        if value.unsigned_abs() > EXACT {
            return Err(PropertyError::invalid(
                "is a whole number above 2^53, which no property can hold",
            ));
        }
        Ok(PropertyValue::Number(value as f64))
    }
    fn serialize_u8(self, value: u8) -> Encoded {
        Ok(PropertyValue::Number(value.into()))
    }
    fn serialize_u16(self, value: u16) -> Encoded {
        Ok(PropertyValue::Number(value.into()))
    }
    fn serialize_u32(self, value: u32) -> Encoded {
        Ok(PropertyValue::Number(value.into()))
    }
    #[allow(clippy::cast_precision_loss, reason = "checked to be exact")]
    fn serialize_u64(self, value: u64) -> Encoded {
        if value > EXACT {
            return Err(PropertyError::invalid(
                "is a whole number above 2^53, which no property can hold",
            ));
        }
        Ok(PropertyValue::Number(value as f64))
    }
    fn serialize_f32(self, value: f32) -> Encoded {
        self.serialize_f64(value.into())
    }
    fn serialize_f64(self, value: f64) -> Encoded {
        if !value.is_finite() {
            return Err(PropertyError::invalid("is not a finite number"));
        }
        Ok(PropertyValue::Number(value))
    }
    fn serialize_char(self, value: char) -> Encoded {
        Ok(PropertyValue::String(value.to_string()))
    }
    fn serialize_str(self, value: &str) -> Encoded {
        Ok(PropertyValue::String(value.to_owned()))
    }
    fn serialize_bytes(self, value: &[u8]) -> Encoded {
        Ok(match std::str::from_utf8(value) {
            Ok(text) => PropertyValue::String(text.to_owned()),
            Err(_) => PropertyValue::Bytes(value.to_vec()),
        })
    }
    fn serialize_none(self) -> Encoded {
        Ok(PropertyValue::Null)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Encoded {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Encoded {
        Ok(PropertyValue::Null)
    }
    fn serialize_unit_struct(self, _: &'static str) -> Encoded {
        Ok(PropertyValue::Null)
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Encoded {
        Ok(PropertyValue::String(variant.to_owned()))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Encoded {
        match name {
            hidden::INPUT | hidden::UNKNOWN_INPUT => {
                let marks = hidden::take_marks().unwrap_or_default();
                let known = if name == hidden::INPUT {
                    Some(value.serialize(self)?)
                } else {
                    None
                };
                if !marks.dependencies.is_empty() {
                    return Ok(PropertyValue::Output(OutputValue {
                        value: known.map(Box::new),
                        secret: marks.secret,
                        dependencies: marks.dependencies,
                    }));
                }
                let plain = known.unwrap_or(PropertyValue::Unknown(UnknownKind::String));
                Ok(if marks.secret {
                    PropertyValue::secret(plain)
                } else {
                    plain
                })
            }
            hidden::VALUE => hidden::take_value().ok_or_else(|| PropertyError::invalid("is lost")),
            _ => value.serialize(self),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Encoded {
        let value = encode(value).map_err(|error| error.within(Segment::Key(variant.to_owned())))?;
        Ok(PropertyMap::from([(variant.to_owned(), value)]).into())
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<List, PropertyError> {
        Ok(List::default())
    }
    fn serialize_tuple(self, _: usize) -> Result<List, PropertyError> {
        Ok(List::default())
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List, PropertyError> {
        Ok(List::default())
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Variant<List>, PropertyError> {
        Ok(Variant(variant, List::default()))
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Object, PropertyError> {
        Ok(Object::default())
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object, PropertyError> {
        Ok(Object::default())
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Variant<Object>, PropertyError> {
        Ok(Variant(variant, Object::default()))
    }
}

#[derive(Default)]
struct List(Vec<PropertyValue>);

impl List {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), PropertyError> {
        let value = encode(value).map_err(|error| error.within(Segment::Index(self.0.len())))?;
        self.0.push(value);
        Ok(())
    }
}

#[derive(Default)]
struct Object {
    map: PropertyMap,
    key: Option<String>,
}

impl Object {
    fn insert<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), PropertyError> {
        let value = encode(value).map_err(|error| error.within(Segment::Key(key.to_owned())))?;
        self.map.insert(key.to_owned(), value);
        Ok(())
    }
}

/// The content of an enumeration's variant, under the name of the variant.
struct Variant<T>(&'static str, T);

impl SerializeSeq for List {
    type Ok = PropertyValue;
    type Error = PropertyError;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), PropertyError> {
        self.push(value)
    }
    fn end(self) -> Encoded {
        Ok(PropertyValue::List(self.0))
    }
}

impl SerializeTuple for List {
    type Ok = PropertyValue;
    type Error = PropertyError;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), PropertyError> {
        self.push(value)
    }
    fn end(self) -> Encoded {
        Ok(PropertyValue::List(self.0))
    }
}

impl SerializeTupleStruct for List {
    type Ok = PropertyValue;
    type Error = PropertyError;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), PropertyError> {
        self.push(value)
    }
    fn end(self) -> Encoded {
        Ok(PropertyValue::List(self.0))
    }
}

impl SerializeTupleVariant for Variant<List> {
    type Ok = PropertyValue;
    type Error = PropertyError;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), PropertyError> {
        self.1.push(value)
    }
    fn end(self) -> Encoded {
        let list = PropertyValue::List(self.1.0);
        Ok(PropertyMap::from([(self.0.to_owned(), list)]).into())
    }
}

impl SerializeMap for Object {
    type Ok = PropertyValue;
    type Error = PropertyError;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), PropertyError> {
        self.key = Some(match encode(key)? {
            PropertyValue::String(text) => text,
            PropertyValue::Number(number) => number.to_string(),
            PropertyValue::Bool(value) => value.to_string(),
            _ => return Err(PropertyError::invalid("has a key that is not a text")),
        });
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), PropertyError> {
        let key = self
            .key
            .take()
            .ok_or_else(|| <PropertyError as ser::Error>::custom("is written without its name"))?;
        self.insert(&key, value)
    }
    fn end(self) -> Encoded {
        Ok(PropertyValue::Object(self.map))
    }
}

impl SerializeStruct for Object {
    type Ok = PropertyValue;
    type Error = PropertyError;
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), PropertyError> {
        self.insert(key, value)
    }
    fn end(mut self) -> Encoded {
        // What is `None` is left out.
        self.map.retain(|_, value| !value.is_null());
        Ok(PropertyValue::Object(self.map))
    }
}

impl SerializeStructVariant for Variant<Object> {
    type Ok = PropertyValue;
    type Error = PropertyError;
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), PropertyError> {
        self.1.insert(key, value)
    }
    fn end(self) -> Encoded {
        let content = SerializeStruct::end(self.1)?;
        Ok(PropertyMap::from([(self.0.to_owned(), content)]).into())
    }
}
