use aws_sdk_dynamodb::types::AttributeValue;
use serde::{
    Deserializer,
    de::{
        IntoDeserializer, Visitor,
        value::{Error, MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};

/// An attribute that is read as it is. `serde_dynamo`, which writes them, would first move a whole
/// item into a map of its own: twice the hashing, in the path of every request.
#[derive(Debug)]
pub(crate) struct Attribute(pub(crate) AttributeValue);

impl<'de> IntoDeserializer<'de> for Attribute {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Attribute {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            AttributeValue::S(text) => visitor.visit_string(text),
            AttributeValue::Bool(truth) => visitor.visit_bool(truth),
            AttributeValue::N(number) => read_number(&number, visitor),
            AttributeValue::M(map) => visitor.visit_map(MapDeserializer::new(
                map.into_iter().map(|(name, value)| (name, Self(value))),
            )),
            AttributeValue::L(list) => {
                visitor.visit_seq(SeqDeserializer::new(list.into_iter().map(Self)))
            }
            AttributeValue::Ss(set) => visitor.visit_seq(SeqDeserializer::new(set.into_iter())),
            AttributeValue::Null(_) => visitor.visit_unit(),
            // Without its content, which may be personal.
            other => Err(serde::de::Error::custom(format_args!(
                "an attribute of a kind that Roster does not write: {:?}",
                std::mem::discriminant(&other)
            ))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            AttributeValue::Null(_) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            AttributeValue::S(variant) => visitor.visit_enum(variant.into_deserializer()),
            _ => Err(serde::de::Error::custom("expected the name of a variant")),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// DynamoDB's numbers are decimal text.
fn read_number<'de, V: Visitor<'de>>(text: &str, visitor: V) -> Result<V::Value, Error> {
    if let Ok(number) = text.parse() {
        return visitor.visit_i64(number);
    }
    match text.parse::<f64>() {
        Ok(number) => visitor.visit_f64(number),
        Err(_) => Err(serde::de::Error::custom("a number that is none")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde::{Deserialize, Serialize, de::DeserializeOwned};
    use std::{collections::BTreeMap, fmt::Debug};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        One,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Everything {
        text: String,
        kind: Kind,
        none: Option<i64>,
        some: Option<i64>,
        small: u32,
        large: f64,
        whole: f64,
        truth: bool,
        map: BTreeMap<String, i64>,
        list: Vec<String>,
    }

    fn read<T: DeserializeOwned>(value: AttributeValue) -> Result<T, Error> {
        T::deserialize(Attribute(value))
    }

    #[test]
    fn what_serde_dynamo_writes_is_read() {
        let everything = Everything {
            text: "å".into(),
            kind: Kind::One,
            none: None,
            some: Some(-1),
            small: 7,
            large: 1.5e300,
            whole: 3.0,
            truth: true,
            map: BTreeMap::from([("a".into(), i64::MIN)]),
            list: vec!["b".into()],
        };
        let written: AttributeValue = serde_dynamo::to_attribute_value(&everything).unwrap();
        assert_eq!(read::<Everything>(written).unwrap(), everything);
    }

    #[test]
    fn what_is_not_expected_is_an_error_that_does_not_show_it() {
        let secret = || AttributeValue::S("secret".into());
        assert!(read::<i64>(secret()).is_err());
        assert!(read::<u32>(AttributeValue::N("-1".into())).is_err());
        assert!(read::<i64>(AttributeValue::N("1.5".into())).is_err());
        assert!(read::<i64>(AttributeValue::N("one".into())).is_err());
        let binary = AttributeValue::B(b"secret".to_vec().into());
        let error = read::<String>(binary).unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
    }
}
