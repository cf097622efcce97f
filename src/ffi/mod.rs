//! The C boundary, in both directions: the caller above, the C library below. The only unsafe code.
//!
//! Rules of this folder:
//! * Every export is plain and short: guard, read, call, write. Nothing else stands in `entry`.
//! * Pointers become owned values at once, in `read`; what goes back is written last, in `write`,
//!   and cleared on failure.
//! * NULL is checked wherever the reference does not forbid it to occur, which is everywhere.
//! * Each unsafe block says who guarantees what. "The caller guarantees" always means the contract
//!   in the header: a pointer is NULL or points to what its type says, for as long as the call runs.
#![allow(
    unsafe_code,
    reason = "the one place where C memory and the C library are touched"
)]

pub mod abi;
mod code;
pub mod entry;
mod guard;
mod last_error;
mod lend;
mod process;
mod read;
pub(crate) mod sys;
mod text;
mod tree;
mod write;
