//! The environment that programs run on the side get.
#![forbid(unsafe_code)]

use std::ffi::CString;
use std::fs::File;
use std::io::Read;

use crate::ffi::sys::privilege;

/// No system starts a program with more than this.
const MAX_BYTES: u64 = 8 << 20;

/// The variables this process was started with, each as `NAME=value`.
///
/// They are the kernel's copy: the host may be changing its `environ` in another thread at this
/// very moment, and whoever walks it then crashes. Without such a copy, and in a program with more
/// rights than its user, there is only a plain `PATH`.
pub(super) fn initial() -> Vec<CString> {
    let mut block = Vec::new();
    if !privilege::elevated() {
        // A copy that cannot be read is none.
        let _ = File::open("/proc/self/environ")
            .and_then(|file| file.take(MAX_BYTES).read_to_end(&mut block));
    }
    let variables = parse(&block);
    if variables.is_empty() {
        return vec![c"PATH=/usr/local/bin:/usr/bin:/bin".to_owned()];
    }
    variables
}

/// The variables in a block, without what is none: servers write their status over the block.
fn parse(block: &[u8]) -> Vec<CString> {
    block
        .split(|&byte| byte == 0)
        .filter(|entry| is_variable(entry))
        .filter_map(|entry| CString::new(entry).ok())
        .collect()
}

fn is_variable(entry: &[u8]) -> bool {
    let name = entry.split(|&byte| byte == b'=').next().unwrap_or_default();
    name.len() < entry.len()
        && name.first().is_some_and(|byte| !byte.is_ascii_digit())
        && name
            .iter()
            .all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_variables_are_passed_on() {
        let block = b"PATH=/bin\0EMPTY=\0nginx: worker process\0\0=x\0\x31A=b\0A=b=c\0";
        assert_eq!(
            parse(block),
            [
                c"PATH=/bin".to_owned(),
                c"EMPTY=".to_owned(),
                c"A=b=c".to_owned()
            ]
        );
    }

    #[test]
    fn the_initial_environment_has_a_search_path() {
        assert!(
            initial()
                .iter()
                .any(|variable| variable.to_bytes().starts_with(b"PATH="))
        );
    }
}
