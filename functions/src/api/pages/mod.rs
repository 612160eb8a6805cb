//! Pages for people, which the OpenAPI document leaves out.

pub mod join;
mod page;
pub mod reset;

use crate::{Api, http::ErrorBody};

/// The pages.
pub static API: Api = Api {
    name: "Pages",
    is_documented: false,
    error_body: |error| ErrorBody {
        content_type: "text/plain; charset=utf-8",
        text: error.detail.to_string(),
    },
};
