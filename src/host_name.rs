//! What this machine is called.
#![forbid(unsafe_code)]

/// The name of this machine, as far as it is letters, digits, dots and hyphens.
pub(crate) fn host_name() -> String {
    raw()
        .chars()
        .filter(|&c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
        .collect()
}

#[cfg(unix)]
fn raw() -> String {
    rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned()
}

#[cfg(windows)]
fn raw() -> String {
    let name = std::env::var_os("COMPUTERNAME").unwrap_or_default();
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_machine_has_a_name() {
        assert_ne!(super::host_name(), "");
    }
}
