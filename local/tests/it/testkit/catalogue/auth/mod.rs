//! `/auth`

mod leaving;
mod passwords;
mod tokens;

use super::Operation;

pub const OPERATIONS: &[&[Operation]] = &[
    leaving::OPERATIONS,
    passwords::OPERATIONS,
    tokens::OPERATIONS,
];
