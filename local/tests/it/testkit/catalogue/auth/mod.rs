//! `/auth`

mod people;
mod tokens;

use super::Operation;

pub const OPERATIONS: &[&[Operation]] = &[tokens::OPERATIONS, people::OPERATIONS];
