use super::{
    examples::{self, Shown},
    spec::Map,
};
use schemars::{
    JsonSchema, Schema, SchemaGenerator,
    generate::{Contract, SchemaSettings},
};
use serde_json::Value;

/// The schema of a type, by what an operation knows of it at compile time.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// See [`SchemaOf`].
pub(crate) fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// What requests hold and what responses hold: of the latter, every field is always there.
pub(crate) struct Schemas {
    requests: SchemaGenerator,
    responses: SchemaGenerator,
    shown: Shown,
}

impl Schemas {
    pub(crate) fn new() -> Self {
        Self {
            requests: generator(Contract::Deserialize),
            responses: generator(Contract::Serialize),
            shown: Shown::new(),
        }
    }

    pub(crate) fn request(&mut self, of: SchemaOf) -> Schema {
        of(&mut self.requests)
    }

    pub(crate) fn response(&mut self, of: SchemaOf) -> Schema {
        of(&mut self.responses)
    }

    /// The fields of the named schema that `schema` refers to are as in `example`.
    pub(crate) fn show(&mut self, schema: &Schema, example: &Value) {
        examples::show(schema.as_value(), example, &mut self.shown);
    }

    /// The named schemas, which the others refer to, with the examples that were shown of them.
    pub(crate) fn into_components(mut self) -> Map<Schema> {
        let mut components = self.requests.take_definitions(true);
        components.extend(self.responses.take_definitions(true));
        let schemas = components
            .into_iter()
            .filter_map(|(name, component)| Some((name, Schema::try_from(component).ok()?)));
        let mut components: Map<Schema> = schemas.collect();
        for component in components.values_mut() {
            join_words(component);
            let fields = component.get_mut("properties");
            for field in fields.and_then(Value::as_object_mut).into_iter().flatten() {
                forget_null_default(field.1);
            }
        }
        examples::spread(&mut components, self.shown);
        components
    }
}

/// An enum whose words are documented one by one comes as so many constants, which readers and
/// tools take for types. It is one type, with words.
fn join_words(component: &mut Schema) {
    let constants = component.get("oneOf").and_then(Value::as_array);
    let Some(words) = constants.and_then(|them| {
        let words = them.iter().map(|it| it.get("const").cloned());
        words.collect::<Option<Vec<_>>>()
    }) else {
        return;
    };
    component.remove("oneOf");
    component.insert("type".into(), "string".into());
    component.insert("enum".into(), words.into());
}

/// That an absent field is `None` for us does not mean that a caller may send `null`.
fn forget_null_default(field: &mut Value) {
    if let Some(field) = field.as_object_mut() {
        field.retain(|key, value| key != "default" || !value.is_null());
    }
}

fn generator(contract: Contract) -> SchemaGenerator {
    SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.contract = contract;
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        })
        .into_generator()
}
