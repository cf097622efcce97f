//! Whether somebody with fewer rights may have chosen the environment.

/// Never: no program of one user's runs with the environment of another's.
pub(crate) fn elevated() -> bool {
    false
}
