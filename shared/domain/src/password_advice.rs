use std::fmt;
use zxcvbn::feedback::{Suggestion, Warning};

/// Why a password is refused, and what would be better. As it is displayed, an API says it; pages
/// say it in the language of the reader.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PasswordAdvice {
    /// It has fewer than 8 characters.
    TooShort,
    /// It has more than 256 characters.
    TooLong,
    /// It would soon be guessed.
    TooEasy,
    /// Why it would be.
    Warning(Warning),
    /// What would be better.
    Suggestion(Suggestion),
}

/// All variants of an enum of zxcvbn's. One that is not listed does not compile.
macro_rules! all {
    ($enum:ident { $($variant:ident,)* }) => {{
        const fn is_listed(one: $enum) {
            match one {
                $($enum::$variant => (),)*
            }
        }
        const ALL: &[$enum] = &[$($enum::$variant,)*];
        is_listed(ALL[0]);
        ALL
    }};
}

const WARNINGS: &[Warning] = all!(Warning {
    StraightRowsOfKeysAreEasyToGuess,
    ShortKeyboardPatternsAreEasyToGuess,
    RepeatsLikeAaaAreEasyToGuess,
    RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess,
    ThisIsATop10Password,
    ThisIsATop100Password,
    ThisIsACommonPassword,
    ThisIsSimilarToACommonlyUsedPassword,
    SequencesLikeAbcAreEasyToGuess,
    RecentYearsAreEasyToGuess,
    AWordByItselfIsEasyToGuess,
    DatesAreOftenEasyToGuess,
    NamesAndSurnamesByThemselvesAreEasyToGuess,
    CommonNamesAndSurnamesAreEasyToGuess,
});

const SUGGESTIONS: &[Suggestion] = all!(Suggestion {
    UseAFewWordsAvoidCommonPhrases,
    NoNeedForSymbolsDigitsOrUppercaseLetters,
    AddAnotherWordOrTwo,
    CapitalizationDoesntHelpVeryMuch,
    AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase,
    ReversedWordsArentMuchHarderToGuess,
    PredictableSubstitutionsDontHelpVeryMuch,
    UseALongerKeyboardPatternWithMoreTurns,
    AvoidRepeatedWordsAndCharacters,
    AvoidSequences,
    AvoidRecentYears,
    AvoidYearsThatAreAssociatedWithYou,
    AvoidDatesAndYearsThatAreAssociatedWithYou,
});

impl PasswordAdvice {
    /// All that is ever said of a password.
    pub fn all() -> impl Iterator<Item = Self> {
        let own = [Self::TooShort, Self::TooLong, Self::TooEasy];
        let warnings = WARNINGS.iter().copied().map(Self::Warning);
        let suggestions = SUGGESTIONS.iter().copied().map(Self::Suggestion);
        own.into_iter().chain(warnings).chain(suggestions)
    }
}

impl fmt::Display for PasswordAdvice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort => f.write_str("must be at least 8 characters"),
            Self::TooLong => f.write_str("must be at most 256 characters"),
            Self::TooEasy => f.write_str("is too easy to guess."),
            Self::Warning(warning) => warning.fmt(f),
            Self::Suggestion(suggestion) => suggestion.fmt(f),
        }
    }
}

impl From<PasswordAdvice> for crate::ValidationError {
    fn from(advice: PasswordAdvice) -> Self {
        Self(advice.to_string().into())
    }
}
