//! The `$default` route: the documented paths that end in a slash; 404 for everything else.

use roster_functions::{api::default_route::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
