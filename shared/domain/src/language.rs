use crate::ValidationError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A language that Roster writes to people in: `en`, `fr`, `da` or `de`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English, also where nothing was chosen.
    #[default]
    En,
    /// French.
    Fr,
    /// Danish.
    Da,
    /// German.
    De,
}

impl Language {
    /// All four.
    pub const ALL: [Self; 4] = [Self::En, Self::Fr, Self::Da, Self::De];

    /// As it is written in requests, answers and the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
            Self::Da => "da",
            Self::De => "de",
        }
    }
}

impl FromStr for Language {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        match text {
            "en" => Ok(Self::En),
            "fr" => Ok(Self::Fr),
            "da" => Ok(Self::Da),
            "de" => Ok(Self::De),
            _ => Err("must be one of en, fr, da, de".into()),
        }
    }
}
