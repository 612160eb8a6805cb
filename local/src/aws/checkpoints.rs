//! How far the functions have handled the stream: kept for the next start, and the measure of what can
//! be deleted.

use super::{
    event_source_mapping::EventSourceMapping,
    state::{State, StateError},
    store::EmbeddedStore,
    stream::SequenceNumber,
};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

/// How often the stream is trimmed. AWS keeps a record for 24 hours; nobody reads it twice here.
const TRIM_INTERVAL: Duration = Duration::from_secs(1);

/// The checkpoints of all event source mappings.
pub struct Checkpoints {
    state: Arc<State>,
    store: EmbeddedStore,
    saved: BTreeMap<String, SequenceNumber>,
    /// Every mapping has handled the stream up to here, and what is before it is deleted.
    trimmed: Option<SequenceNumber>,
    trim_at: Instant,
}

impl Checkpoints {
    /// The checkpoints that an earlier run left.
    pub fn load(state: &Arc<State>, store: &EmbeddedStore) -> Result<Self, StateError> {
        Ok(Self {
            state: state.clone(),
            store: store.clone(),
            saved: state.checkpoints()?,
            trimmed: None,
            trim_at: Instant::now(),
        })
    }

    /// Where a mapping goes on, which is the stream's beginning if it is new.
    pub fn of(&self, mapping: &str) -> Option<SequenceNumber> {
        self.saved.get(mapping).copied()
    }

    /// Saves the checkpoints that have moved, and trims the stream now and then. What fails is tried
    /// again at the next call.
    pub fn advance(&mut self, mappings: &[EventSourceMapping]) {
        if let Err(error) = self.save(mappings) {
            tracing::error!(%error, "how far the stream was handled cannot be saved");
            // What is not saved is read again, so it must not be deleted.
            return;
        }
        let saved = mappings.iter().map(|mapping| self.of(mapping.binary()));
        let Some(Some(oldest)) = saved.min() else {
            return;
        };
        if Some(oldest) > self.trimmed && self.trim_at <= Instant::now() {
            self.trim(oldest);
        }
    }

    fn save(&mut self, mappings: &[EventSourceMapping]) -> Result<(), StateError> {
        let mut moved = Vec::new();
        for mapping in mappings {
            let checkpoint = mapping.checkpoint();
            if let Some(number) = checkpoint.filter(|_| checkpoint > self.of(mapping.binary())) {
                moved.push((mapping.binary(), number));
            }
        }
        if moved.is_empty() {
            return Ok(());
        }
        self.state.save_checkpoints(&moved)?;
        let moved = moved.into_iter();
        self.saved
            .extend(moved.map(|(mapping, number)| (mapping.to_owned(), number)));
        Ok(())
    }

    fn trim(&mut self, oldest: SequenceNumber) {
        match self.store.trim_stream(oldest) {
            // The rest at the next call: requests come between.
            Ok(true) => {}
            Ok(false) => {
                self.trimmed = Some(oldest);
                self.trim_at = Instant::now() + TRIM_INTERVAL;
            }
            Err(error) => {
                tracing::debug!(%error, "the stream cannot be trimmed now");
                self.trim_at = Instant::now() + TRIM_INTERVAL;
            }
        }
    }
}
