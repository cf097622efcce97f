//! The model as RFC 5322 bytes, and back.

mod compose;
mod composed;
mod headers;
mod html;
mod lines;
mod local_lines;
mod media_types;
mod message_class;
mod mixed;
mod nested;
mod parse;
mod report;
mod source;
mod stored;
mod text;
mod token;

pub use compose::compose;
pub use composed::{Composed, CopyError, Sink};
pub(crate) use local_lines::LocalLines;
pub use message_class::{FIELD as CLASS_FIELD, ORDINARY_CLASS, message_class};
pub use parse::{
    Outline, OutlineBuilder, PartOutline, header_tells_files, parse, parse_header, parse_outline,
    parse_remote, write_content,
};
pub(crate) use report::{FailedRecipient, Report, delivery_report};
pub(crate) use stored::Stored;
