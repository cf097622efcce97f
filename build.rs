//! Link settings of the shared library. Generates no code.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let os = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if os == "linux" {
        // The name programs are linked against, until 1.0 promises an ABI.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libsimplemapi.so.0");
        // Hosts close the library right after sending while their threads still have
        // destructors of ours to run: the code has to stay mapped.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
