//! The example of a field is taken from the example of a body that has it.

use super::spec::Map;
use schemars::Schema;
use serde_json::{Map as Object, Value};

const COMPONENTS: &str = "#/components/schemas/";

/// Which fields the examples showed of each named schema, and what as.
pub(super) type Shown = Map<Object<String, Value>>;

/// Notes that `value` is an example of `schema`, if that is a named one, or an array of it.
pub(super) fn show(schema: &Value, value: &Value, shown: &mut Shown) {
    if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
        return values.iter().for_each(|value| show(items, value, shown));
    }
    // A tuple, which is how an array of one is written.
    if let (Some(items), Some(first)) = (schema.pointer("/prefixItems/0"), value.get(0)) {
        return show(items, first, shown);
    }
    let (Some(name), Some(value)) = (reference(schema), value.as_object()) else {
        return;
    };
    let known = shown.entry(name.to_owned()).or_default();
    fill(known, value);
}

/// Adds what is not known yet: of failures there are many, and not each has every field; and somebody
/// new has fewer values than somebody else.
fn fill(known: &mut Object<String, Value>, example: &Object<String, Value>) {
    for (field, example) in example {
        match (known.entry(field).or_insert(Value::Null), example) {
            (Value::Object(known), Value::Object(example)) => fill(known, example),
            (known @ Value::Null, _) => *known = example.clone(),
            _ => {}
        }
    }
}

fn reference(schema: &Value) -> Option<&str> {
    let any = schema.get("anyOf").and_then(Value::as_array);
    let direct = schema.get("$ref").and_then(Value::as_str);
    direct
        .and_then(|reference| reference.strip_prefix(COMPONENTS))
        .or_else(|| any?.iter().find_map(reference))
}

/// Gives every field of every named schema that was shown the example that was shown of it.
pub(super) fn spread(components: &mut Map<Schema>, mut shown: Shown) {
    while let Some((name, example)) = shown.pop_first() {
        let properties = components
            .get_mut(&name)
            .and_then(|component| component.get_mut("properties"))
            .and_then(Value::as_object_mut);
        for (field, schema) in properties.into_iter().flatten() {
            let Some(value) = example.get(field) else {
                continue;
            };
            if value.is_object() || value.is_array() {
                show(schema, value, &mut shown);
            }
            schema["examples"] = [value.clone()].into_iter().collect();
        }
    }
}
