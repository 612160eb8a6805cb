//! `/auth`

mod leaving;
mod passwords;
mod people;
mod tokens;

use super::Operation;

pub const OPERATIONS: &[&[Operation]] = &[
    leaving::OPERATIONS,
    passwords::OPERATIONS,
    tokens::OPERATIONS,
    people::OPERATIONS,
];
