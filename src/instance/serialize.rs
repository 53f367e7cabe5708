//! Typed values to a [`super::Document`], through serde, with the lexical forms that [`Lexicals`] kept put back.
//!
//! Methods are kept out of line on purpose: every FHIR resource type is compiled against this serializer, because each may
//! contain each other, and a small call there is what keeps the build short.

use serde::ser::{self, Serialize};

use super::arena::Kind;
use super::builder::Builder;
use super::handle::Lexicals;
use crate::issue::Span;

/// Why a typed value could not become a document.
#[derive(Debug)]
pub struct SerializeError(String);

impl std::fmt::Display for SerializeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SerializeError {}

impl ser::Error for SerializeError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Serializes one typed value into the builder.
///
/// # Errors
/// Where the value's own `Serialize` fails: fhir-sdk refuses years of other than four digits.
pub fn to_document<T: Serialize>(value: &T, lexicals: &Lexicals, builder: &mut Builder) -> Result<(), SerializeError> {
    value.serialize(&mut Serializer { builder, lexicals })
}

struct Serializer<'a> {
    builder: &'a mut Builder,
    lexicals: &'a Lexicals,
}

const HERE: Span = Span::EMPTY;

impl Serializer<'_> {
    #[inline(never)]
    fn number(&mut self, value: impl std::fmt::Display) {
        self.builder.number(&value.to_string(), HERE);
    }

    #[inline(never)]
    fn text(&mut self, value: &str) {
        // The comparison of the first byte keeps the usual string off the slower test.
        match value.as_bytes().first() {
            Some(b'0') => match self.lexicals.resolve_date_time(value) {
                // A date and time that the typed model demands and nobody knows: the member is left out.
                Some("") => self.builder.forget_key(),
                lexical => self.builder.string(lexical.unwrap_or(value), HERE),
            },
            _ => self.builder.string(value, HERE),
        }
    }

    #[inline(never)]
    fn key(&mut self, key: &str) {
        self.builder.key(key, HERE);
    }

    #[inline(never)]
    fn open(&mut self, kind: Kind) {
        self.builder.open(kind, HERE);
    }

    #[inline(never)]
    fn close(&mut self) {
        self.builder.close(0);
    }
}

/// The shapes that serde asks for and FHIR's JSON has no use for.
fn unsupported<T>(what: &str) -> Result<T, SerializeError> {
    Err(SerializeError(format!("{what} has no place in FHIR's JSON")))
}

macro_rules! numbers {
    ($($method:ident $type:ty),*) => {$(
        fn $method(self, value: $type) -> Result<(), SerializeError> {
            self.number(value);
            Ok(())
        }
    )*};
}

impl ser::Serializer for &mut Serializer<'_> {
    type Ok = ();
    type Error = SerializeError;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = ser::Impossible<(), SerializeError>;
    type SerializeTupleVariant = ser::Impossible<(), SerializeError>;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = ser::Impossible<(), SerializeError>;

    numbers!(serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
             serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_f32 f32);

    fn serialize_f64(self, value: f64) -> Result<(), SerializeError> {
        match self.lexicals.resolve_decimal(value) {
            Some(lexical) => self.builder.number(lexical, HERE),
            None => self.number(value),
        }
        Ok(())
    }

    fn serialize_bool(self, value: bool) -> Result<(), SerializeError> {
        self.builder.bool(value, HERE);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), SerializeError> {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), SerializeError> {
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), SerializeError> {
        unsupported("a byte string")
    }

    fn serialize_none(self) -> Result<(), SerializeError> {
        self.builder.null(HERE);
        Ok(())
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<(), SerializeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), SerializeError> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), SerializeError> {
        self.serialize_none()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), SerializeError> {
        self.text(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, _: &'static str, value: &T) -> Result<(), SerializeError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), SerializeError> {
        self.open(Kind::Object);
        self.key(variant);
        value.serialize(&mut *self)?;
        self.close();
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, SerializeError> {
        self.open(Kind::Array);
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, SerializeError> {
        self.open(Kind::Array);
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, SerializeError> {
        unsupported("a tuple struct")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, SerializeError> {
        unsupported("a tuple variant")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, SerializeError> {
        self.open(Kind::Object);
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, SerializeError> {
        self.open(Kind::Object);
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, SerializeError> {
        unsupported("a struct variant")
    }
}

impl ser::SerializeSeq for &mut Serializer<'_> {
    type Ok = ();
    type Error = SerializeError;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), SerializeError> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), SerializeError> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeTuple for &mut Serializer<'_> {
    type Ok = ();
    type Error = SerializeError;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), SerializeError> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), SerializeError> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeStruct for &mut Serializer<'_> {
    type Ok = ();
    type Error = SerializeError;

    fn serialize_field<T: ?Sized + Serialize>(&mut self, key: &'static str, value: &T) -> Result<(), SerializeError> {
        self.key(key);
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), SerializeError> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeMap for &mut Serializer<'_> {
    type Ok = ();
    type Error = SerializeError;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<(), SerializeError> {
        key.serialize(MapKey(self))
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), SerializeError> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), SerializeError> {
        self.close();
        Ok(())
    }
}

/// A member name: a string, and nothing else.
struct MapKey<'s, 'a>(&'s mut Serializer<'a>);

macro_rules! no_keys {
    ($($method:ident $type:ty),*) => {$(
        fn $method(self, _: $type) -> Result<(), SerializeError> {
            unsupported("a member name that is no string")
        }
    )*};
}

impl ser::Serializer for MapKey<'_, '_> {
    type Ok = ();
    type Error = SerializeError;
    type SerializeSeq = ser::Impossible<(), SerializeError>;
    type SerializeTuple = ser::Impossible<(), SerializeError>;
    type SerializeTupleStruct = ser::Impossible<(), SerializeError>;
    type SerializeTupleVariant = ser::Impossible<(), SerializeError>;
    type SerializeMap = ser::Impossible<(), SerializeError>;
    type SerializeStruct = ser::Impossible<(), SerializeError>;
    type SerializeStructVariant = ser::Impossible<(), SerializeError>;

    no_keys!(serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_u8 u8, serialize_u16 u16,
             serialize_u32 u32, serialize_u64 u64, serialize_f32 f32, serialize_f64 f64, serialize_bool bool,
             serialize_char char, serialize_bytes &[u8], serialize_unit_struct &'static str);

    fn serialize_str(self, value: &str) -> Result<(), SerializeError> {
        self.0.key(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), SerializeError> {
        unsupported("an absent member name")
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<(), SerializeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), SerializeError> {
        unsupported("an empty member name")
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), SerializeError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, _: &'static str, value: &T) -> Result<(), SerializeError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), SerializeError> {
        unsupported("a member name with a value")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, SerializeError> {
        unsupported("a list as a member name")
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, SerializeError> {
        unsupported("a tuple as a member name")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, SerializeError> {
        unsupported("a tuple as a member name")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, SerializeError> {
        unsupported("a tuple as a member name")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, SerializeError> {
        unsupported("an object as a member name")
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, SerializeError> {
        unsupported("an object as a member name")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, SerializeError> {
        unsupported("an object as a member name")
    }
}
