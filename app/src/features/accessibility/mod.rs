//! Reading for everybody: size and contrast of text, and the statement on accessibility.

pub mod html;
pub mod page;
