//! The page that a mail's link opens.

pub mod page;
