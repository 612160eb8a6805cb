use crate::{
    Refusal, Repository, StoreError,
    item::{Item, from_item, to_attribute},
    keys::Key,
    transaction::{Step, conflicts},
};
use aws_sdk_dynamodb::{
    operation::update_item::UpdateItemError,
    types::{
        AttributeValue, ConditionCheck, Delete, ReturnValue,
        ReturnValuesOnConditionCheckFailure as HandBack, TransactWriteItem, Update as SdkUpdate,
    },
};
use serde::Serialize;
use std::collections::HashMap;

/// An `UpdateItem` in the making: it writes what it names and nothing else.
///
/// Attribute paths are dotted (`permissions.addBeacons`); every part goes through a placeholder, so
/// that no name can collide with a reserved word.
#[derive(Clone)]
pub(crate) struct Update {
    pub(crate) key: Key,
    set: Vec<String>,
    add: Vec<String>,
    remove: Vec<String>,
    conditions: Vec<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

/// The SDK has a builder of its own for each kind of write, all with these.
macro_rules! with_key_and_conditions {
    ($builder:expr, $update:expr, $table:expr) => {
        $builder
            .table_name($table)
            .set_condition_expression($update.condition())
            .set_expression_attribute_names((!$update.names.is_empty()).then_some($update.names))
            .set_expression_attribute_values((!$update.values.is_empty()).then_some($update.values))
            .set_key(Some($update.key.into_item()))
    };
}

impl Update {
    /// Of the item at `key`, which must exist: an update never makes half an item.
    pub(crate) fn existing(key: Key) -> Self {
        let mut update = Self::any(key);
        update.conditions.push("attribute_exists(PK)".into());
        update
    }

    /// Of the item at `key`, which is made if it is not there.
    pub(crate) fn any(key: Key) -> Self {
        Self {
            key,
            set: Vec::new(),
            add: Vec::new(),
            remove: Vec::new(),
            conditions: Vec::new(),
            names: HashMap::new(),
            values: HashMap::new(),
        }
    }

    pub(crate) fn path(&mut self, path: &str) -> String {
        let mut placeholders = Vec::new();
        for part in path.split('.') {
            let next = format!("#n{}", self.names.len());
            let known = self.names.iter().find(|(_, name)| *name == part);
            let placeholder = known.map_or(next, |(placeholder, _)| placeholder.clone());
            self.names.insert(placeholder.clone(), part.to_owned());
            placeholders.push(placeholder);
        }
        placeholders.join(".")
    }

    pub(crate) fn value(&mut self, value: impl Serialize) -> Result<String, StoreError> {
        Ok(self.attribute(to_attribute(value)?))
    }

    fn attribute(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    /// The attribute gets this value.
    pub(crate) fn set(mut self, path: &str, value: impl Serialize) -> Result<Self, StoreError> {
        let (path, value) = (self.path(path), self.value(value)?);
        self.set.push(format!("{path} = {value}"));
        Ok(self)
    }

    /// The attribute gets this value if it has none.
    pub(crate) fn set_if_absent(
        mut self,
        path: &str,
        value: impl Serialize,
    ) -> Result<Self, StoreError> {
        let (path, value) = (self.path(path), self.value(value)?);
        self.set
            .push(format!("{path} = if_not_exists({path}, {value})"));
        Ok(self)
    }

    /// The attribute gets the value that another one had before, or this text if it had none.
    pub(crate) fn set_from(
        mut self,
        path: &str,
        other: &str,
        default: &str,
    ) -> Result<Self, StoreError> {
        let (path, other, default) = (self.path(path), self.path(other), self.value(default)?);
        self.set
            .push(format!("{path} = if_not_exists({other}, {default})"));
        Ok(self)
    }

    /// The set of texts gets these instead of what it has.
    pub(crate) fn set_texts(mut self, path: &str, texts: impl IntoIterator<Item = String>) -> Self {
        let path = self.path(path);
        let texts = self.attribute(AttributeValue::Ss(texts.into_iter().collect()));
        self.set.push(format!("{path} = {texts}"));
        self
    }

    /// The set of texts, which is made if there is none, has this one among them.
    pub(crate) fn add_text(mut self, path: &str, text: &str) -> Self {
        let path = self.path(path);
        let text = self.attribute(AttributeValue::Ss(vec![text.to_owned()]));
        self.add.push(format!("{path} {text}"));
        self
    }

    /// The attribute goes.
    pub(crate) fn remove(mut self, path: &str) -> Self {
        let path = self.path(path);
        self.remove.push(path);
        self
    }

    /// The number, which every such item has, is moved by `amount`, whatever it is by then. Not
    /// `ADD`, which DynamoDB has for top-level attributes only.
    pub(crate) fn add(mut self, path: &str, amount: impl Serialize) -> Result<Self, StoreError> {
        let (path, amount) = (self.path(path), self.value(amount)?);
        self.set.push(format!("{path} = {path} + {amount}"));
        Ok(self)
    }

    /// Like [`Update::add`], of a number that an item may not have yet: it is zero then.
    pub(crate) fn add_number_from_zero(
        mut self,
        path: &str,
        amount: u32,
    ) -> Result<Self, StoreError> {
        let (path, zero, amount) = (self.path(path), self.value(0)?, self.value(amount)?);
        self.set
            .push(format!("{path} = if_not_exists({path}, {zero}) + {amount}"));
        Ok(self)
    }

    /// Like [`Update::add`], with a number in the notation in which it came.
    pub(crate) fn add_number(mut self, path: &str, amount: &str) -> Self {
        let path = self.path(path);
        let amount = self.attribute(AttributeValue::N(amount.to_owned()));
        self.set.push(format!("{path} = {path} + {amount}"));
        self
    }

    /// Nothing is written unless the attribute compares so with this value.
    pub(crate) fn only_if(
        mut self,
        path: &str,
        comparison: &str,
        value: impl Serialize,
    ) -> Result<Self, StoreError> {
        let (path, value) = (self.path(path), self.value(value)?);
        self.conditions.push(format!("{path} {comparison} {value}"));
        Ok(self)
    }

    /// Nothing is written unless the attribute is absent or compares so with this value.
    pub(crate) fn only_if_absent_or(
        mut self,
        path: &str,
        comparison: &str,
        value: impl Serialize,
    ) -> Result<Self, StoreError> {
        let (path, value) = (self.path(path), self.value(value)?);
        self.conditions.push(format!(
            "(attribute_not_exists({path}) OR {path} {comparison} {value})"
        ));
        Ok(self)
    }

    /// Nothing is written unless one of these conditions holds, which are written with
    /// [`Update::path`] and [`Update::value`].
    pub(crate) fn only_if_one_of(mut self, conditions: &[String]) -> Self {
        self.conditions
            .push(format!("({})", conditions.join(" OR ")));
        self
    }

    /// Nothing is written unless the attribute has this value, or is absent for `None`.
    pub(crate) fn only_if_still<T: Serialize>(
        mut self,
        path: &str,
        value: Option<T>,
    ) -> Result<Self, StoreError> {
        match value {
            Some(value) => self.only_if(path, "=", value),
            None => {
                let path = self.path(path);
                self.conditions
                    .push(format!("attribute_not_exists({path})"));
                Ok(self)
            }
        }
    }

    /// Nothing is written unless the map has fewer entries than `limit`, or has the one at `path`,
    /// which this update removes.
    pub(crate) fn only_if_room(
        mut self,
        map: &str,
        limit: usize,
        removed: Option<&str>,
    ) -> Result<Self, StoreError> {
        let (map_path, limit) = (self.path(map), self.value(limit)?);
        let removed = removed.map(|entry| self.path(&format!("{map}.{entry}")));
        self.conditions.push(match removed {
            None => format!("size({map_path}) < {limit}"),
            Some(removed) => {
                format!("(size({map_path}) < {limit} OR attribute_exists({removed}))")
            }
        });
        Ok(self)
    }

    fn expression(&self) -> String {
        let clause = |verb: &str, actions: &[String]| {
            if actions.is_empty() {
                String::new()
            } else {
                format!("{verb} {} ", actions.join(", "))
            }
        };
        clause("SET", &self.set) + &clause("ADD", &self.add) + &clause("REMOVE", &self.remove)
    }

    fn condition(&self) -> Option<String> {
        (!self.conditions.is_empty()).then(|| self.conditions.join(" AND "))
    }

    /// As a step of a transaction, which is refused with `refusal` if a condition does not hold.
    pub(crate) fn into_step(self, table: &str, refusal: Refusal) -> Result<Step, StoreError> {
        let update = SdkUpdate::builder()
            .update_expression(self.expression())
            .return_values_on_condition_check_failure(match refusal {
                // The wait is made from what is there.
                Refusal::TooManyMails(_) => HandBack::AllOld,
                _ => HandBack::None,
            });
        let update = with_key_and_conditions!(update, self, table).build();
        let update = update.map_err(StoreError::internal)?;
        let action = TransactWriteItem::builder().update(update).build();
        Ok(Step { action, refusal })
    }

    /// Its conditions alone, as a step of a transaction that writes elsewhere.
    pub(crate) fn into_check(self, table: &str, refusal: Refusal) -> Result<Step, StoreError> {
        let check = with_key_and_conditions!(ConditionCheck::builder(), self, table).build();
        let check = check.map_err(StoreError::internal)?;
        let action = TransactWriteItem::builder().condition_check(check).build();
        Ok(Step { action, refusal })
    }

    /// The item goes, if the conditions hold.
    pub(crate) fn into_delete(self, table: &str, refusal: Refusal) -> Result<Step, StoreError> {
        let delete = with_key_and_conditions!(Delete::builder(), self, table).build();
        let delete = delete.map_err(StoreError::internal)?;
        let action = TransactWriteItem::builder().delete(delete).build();
        Ok(Step { action, refusal })
    }
}

impl Repository {
    /// Sends the update and returns the item as it is then.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if a condition does not hold.
    pub(crate) async fn send<T: serde::de::DeserializeOwned>(
        &self,
        update: Update,
    ) -> Result<T, StoreError> {
        let key = update.key.clone();
        let sent = self
            .send_raw(update, ReturnValue::AllNew, HandBack::None)
            .await?;
        from_item(
            &key,
            sent.map_err(|_| StoreError::Refused(Refusal::Changed))?,
        )
    }

    /// Sends the update and leaves it at that.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if a condition does not hold.
    pub(crate) async fn send_only(&self, update: Update) -> Result<(), StoreError> {
        let sent = self
            .send_raw(update, ReturnValue::None, HandBack::None)
            .await?;
        sent.map(drop)
            .map_err(|_| StoreError::Refused(Refusal::Changed))
    }

    /// Sends the update; if a condition does not hold, the item as it is instead.
    pub(crate) async fn send_or_read<T: serde::de::DeserializeOwned>(
        &self,
        update: Update,
    ) -> Result<Option<T>, StoreError> {
        let key = update.key.clone();
        match self
            .send_raw(update, ReturnValue::None, HandBack::AllOld)
            .await?
        {
            Ok(_) => Ok(None),
            Err(item) => from_item(&key, item).map(Some),
        }
    }

    /// DynamoDB refuses a write while a transaction holds the item: it is sent again, so that two
    /// people who change different things both win even if one of them does so in a transaction.
    ///
    /// If a condition does not hold, what is there is handed back in the same answer, if asked for.
    async fn send_raw(
        &self,
        update: Update,
        answer: ReturnValue,
        on_failure: HandBack,
    ) -> Result<Result<Item, Item>, StoreError> {
        let request = self
            .client
            .update_item()
            .update_expression(update.expression())
            .return_values(answer)
            .return_values_on_condition_check_failure(on_failure);
        let request = with_key_and_conditions!(request, update, &self.table);
        let mut conflicts = conflicts();
        loop {
            let error = match request.clone().send().await {
                Ok(output) => return Ok(Ok(output.attributes.unwrap_or_default())),
                Err(error) => error,
            };
            if let Some(UpdateItemError::ConditionalCheckFailedException(failed)) =
                error.as_service_error()
            {
                return Ok(Err(failed.item.clone().unwrap_or_default()));
            }
            let conflict = matches!(
                error.as_service_error(),
                Some(UpdateItemError::TransactionConflictException(_))
            );
            if !conflict || !conflicts.wait().await {
                return Err(error.into());
            }
        }
    }
}
