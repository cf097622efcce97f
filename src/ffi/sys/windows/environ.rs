//! The environment. Windows locks it for whoever reads it, so nobody can change it meanwhile.

use std::ffi::OsString;

/// The values of these variables, in this order.
pub(crate) fn values<const N: usize>(names: [&str; N]) -> [Option<OsString>; N] {
    names.map(std::env::var_os)
}
