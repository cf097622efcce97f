//! Whether the program was started with more rights than its user has.

/// Whether this is a set-user-ID, set-group-ID or capability program: then whoever started it
/// chose the environment, and nothing in it may pick files or programs.
pub(crate) fn elevated() -> bool {
    // SAFETY: getauxval takes any key and only reads what the kernel left at the start.
    unsafe { libc::getauxval(libc::AT_SECURE) != 0 }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_test_run_has_only_its_users_rights() {
        assert!(!super::elevated());
    }
}
