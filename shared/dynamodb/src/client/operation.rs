//! The operations that Roster uses. The SDK's generated code writes their requests and reads their
//! answers; what it would do in between is in [`super`].

use aws_sdk_dynamodb::{error::ProvideErrorMetadata, operation};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::context::Input,
        orchestrator::{HttpRequest, HttpResponse},
        result::SdkError,
        runtime_plugin::RuntimePlugin,
        ser_de::{
            DeserializeResponse, SerializeRequest, SharedRequestSerializer,
            SharedResponseDeserializer,
        },
    },
};
use aws_smithy_types::config_bag::ConfigBag;
use std::{fmt::Debug, marker::PhantomData};

/// What goes wrong with an operation.
pub(crate) type Failed<O> = SdkError<<O as Operation>::Error, HttpResponse>;

/// An operation of DynamoDB, whose protocol the SDK's generated code speaks.
pub(crate) trait Operation: RuntimePlugin {
    /// What it is told.
    type Input: Debug + Send + Sync + 'static;
    /// What it answers.
    type Output: Debug + Send + Sync + 'static;
    /// What it answers instead.
    type Error: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static;

    /// The operation itself, which holds nothing.
    fn new() -> Self;
}

macro_rules! operation {
    ($name:ident, $module:ident, $input:ident, $output:ident, $error:ident) => {
        impl Operation for operation::$module::$name {
            type Input = operation::$module::$input;
            type Output = operation::$module::$output;
            type Error = operation::$module::$error;

            fn new() -> Self {
                Self::new()
            }
        }
    };
}

operation!(
    BatchGetItem,
    batch_get_item,
    BatchGetItemInput,
    BatchGetItemOutput,
    BatchGetItemError
);
operation!(GetItem, get_item, GetItemInput, GetItemOutput, GetItemError);
operation!(Query, query, QueryInput, QueryOutput, QueryError);
operation!(
    UpdateItem,
    update_item,
    UpdateItemInput,
    UpdateItemOutput,
    UpdateItemError
);
operation!(
    TransactWriteItems,
    transact_write_items,
    TransactWriteItemsInput,
    TransactWriteItemsOutput,
    TransactWriteItemsError
);

/// The protocol of one operation.
pub(crate) struct Protocol<O>(ConfigBag, PhantomData<O>);

impl<O: Operation> Protocol<O> {
    pub(crate) fn new() -> Self {
        let mut config = ConfigBag::base();
        if let Some(layer) = O::new().config() {
            config.push_shared_layer(layer);
        }
        Self(config, PhantomData)
    }

    /// The request as the SDK writes it, to the path `/`.
    ///
    /// # Errors
    /// An input that cannot be written.
    pub(crate) fn serialize(&mut self, input: O::Input) -> Result<HttpRequest, BoxError> {
        let serializer = self.0.load::<SharedRequestSerializer>().cloned();
        let serializer = serializer.ok_or("the SDK has no serializer for the operation")?;
        serializer.serialize_input(Input::erase(input), &mut self.0)
    }

    /// What the answer says, as the SDK reads it. Its body has to be in memory.
    ///
    /// # Errors
    /// A refusal, or an answer that is none.
    #[expect(
        clippy::result_large_err,
        reason = "the SDK's own error, as it returns it"
    )]
    pub(crate) fn deserialize(&self, response: HttpResponse) -> Result<O::Output, Failed<O>> {
        let Some(deserializer) = self.0.load::<SharedResponseDeserializer>() else {
            let defect = "the SDK has no deserializer for the operation";
            return Err(SdkError::construction_failure(defect));
        };
        let error = match deserializer.deserialize_nonstreaming_with_config(&response, &self.0) {
            Ok(output) => {
                return output.downcast::<O::Output>().map_err(|other| {
                    SdkError::response_error(format!("not the answer: {other:?}"), response)
                });
            }
            Err(error) => error,
        };
        let mut refusal = None;
        let error = error.map_operation_error(|error| refusal = Some(error));
        match refusal.and_then(|error| error.downcast::<O::Error>().ok()) {
            Some(refusal) => Err(SdkError::service_error(refusal, response)),
            None => Err(SdkError::response_error(format!("{error:?}"), response)),
        }
    }
}
