//! `/auth`

mod passwords;
mod tokens;

use super::Operation;

pub const OPERATIONS: &[&[Operation]] = &[passwords::OPERATIONS, tokens::OPERATIONS];
