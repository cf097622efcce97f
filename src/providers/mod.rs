//! The world outside, one small trait a kind of service: transports, stores, address books.

pub mod address_book;
pub mod store;
pub mod transport;
