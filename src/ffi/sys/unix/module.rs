//! The file that this code is in: `libsimplemapi.so.0`, or a program that the library is part of.

use std::env;
use std::ffi::{CStr, OsStr, c_void};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// Where it was loaded from, as an absolute path; none where that was told by a relative one, which
/// means something else by now.
pub(crate) fn file() -> Option<PathBuf> {
    let here = loaded(file as fn() -> Option<PathBuf> as *const c_void)?;
    // SAFETY: getauxval takes any key and only reads what the kernel left at the start.
    let program = unsafe { libc::getauxval(libc::AT_PHDR) };
    let program = loaded(program as *const c_void);
    if program.is_some_and(|program| program.dli_fbase == here.dli_fbase) {
        // Of the program the C library knows what it was called, and whoever started it chose that.
        return env::current_exe().ok();
    }
    if here.dli_fname.is_null() {
        return None;
    }
    // SAFETY: the name is the dynamic linker's own, and stays as long as this very code is loaded.
    let name = unsafe { CStr::from_ptr(here.dli_fname) };
    let path = PathBuf::from(OsStr::from_bytes(name.to_bytes()));
    path.is_absolute().then_some(path)
}

/// What is known of the module that an address is in.
fn loaded(address: *const c_void) -> Option<libc::Dl_info> {
    let mut found = MaybeUninit::<libc::Dl_info>::zeroed();
    // SAFETY: dladdr takes any address, and the place for its answer is ours.
    let known = unsafe { libc::dladdr(address, found.as_mut_ptr()) };
    // SAFETY: it was zeroed, and its fields are pointers, which may be null.
    (known != 0).then(|| unsafe { found.assume_init() })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_program_that_has_the_library_in_it_is_found_whatever_it_is_called() {
        const INNER: &str = "SIMPLEMAPI_TEST_CALLED_OTHERWISE";
        let program = std::env::current_exe().unwrap();
        if std::env::var_os(INNER).is_some() {
            assert_eq!(std::env::args().next().as_deref(), Some("/no/such/program"));
            assert_eq!(super::file().unwrap(), program);
            return;
        }
        assert_eq!(super::file().unwrap(), program);
        let script = format!("exec -a /no/such/program \"$0\" {INNER}");
        let output = std::process::Command::new("/bin/bash")
            .args(["-c", &script.replace(INNER, "module::tests")])
            .arg(program)
            .env(INNER, "1")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(told.contains("test result: ok. 1"), "{told}");
    }
}
