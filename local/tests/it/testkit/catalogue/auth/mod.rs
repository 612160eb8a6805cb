//! `/auth`

mod leaving;
mod tokens;

use super::Operation;

pub const OPERATIONS: &[&[Operation]] = &[leaving::OPERATIONS, tokens::OPERATIONS];
