# Sourced after tools.sh by what builds for Windows: where its Rust and its build output are.
# shellcheck shell=bash
#
# rustup is not to be had everywhere, and Debian has no standard library for Windows. So that one is
# built from its source, by the compiler of the very same version: Debian's `rustc-web`, unpacked into
# the cache and installed nowhere. The target without Windows 10's own random numbers is the one that
# Debian's Wine can load; what is built for it runs on every Windows from 7 on.

# What is built belongs to the build folder, of which one run at a time has the use.
windows=$cache/windows
windows_target_dir=$CARGO_TARGET_DIR/windows
wine32=$cache/wine32
windows_target() { echo "$1-win7-windows-gnu"; }

# The version of package $1 that apt would install; nothing where it knows of none.
candidate() { apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: *//p'; }

# unpack_windows_rust: Debian's newest Rust in $windows/rust, unless it is there. Fails where the
# packages cannot be had.
unpack_windows_rust() {
    local version new=$windows/rust.new
    if [ -e "$windows/rust/version" ]; then
        # Another one would have everything built anew; it is good as long as it is new enough.
        at_least "$(cat "$windows/rust/version")" "$wanted_rust" && return
    fi
    version=$(candidate rustc-web)
    # A machine on which nothing had to be installed may know of no packages.
    if [ -z "$version" ] && [ "$(id -u)" = 0 ]; then
        apt-get update --quiet && version=$(candidate rustc-web)
    fi
    at_least "${version:-0}" "$wanted_rust" || { say "Debian's rustc-web is ${version:-missing}"; return 1; }
    local std llvm
    std=$(apt-cache depends "libstd-rust-web-dev=$version" | sed -n 's/^ *Depends: \(libstd-rust-web-[0-9.]*\)$/\1/p' | head -n 1)
    llvm=$(apt-cache depends "$std=$version" | sed -n 's/^ *Depends: \(libllvm[0-9]*\)$/\1/p' | head -n 1)
    rm -rf "$new"
    mkdir -p "$new/packages" || return 1
    (cd "$new/packages" && apt-get download --quiet "rustc-web=$version" "rust-web-src=$version" \
        "libstd-rust-web-dev=$version" "$std=$version" "$llvm") || return 1
    local package
    for package in "$new"/packages/*.deb; do
        case $package in
            # Of the source only the library, and the link by which cargo finds it.
            */rust-web-src_*)
                dpkg-deb --fsys-tarfile "$package" | tar -x -C "$new" --wildcards \
                    './usr/src/*/library' './usr/lib/rustlib/src*' || return 1 ;;
            *) dpkg-deb -x "$package" "$new" || return 1 ;;
        esac
    done
    rm -rf "$new/packages"
    say "${version%%+*}" >"$new/version"
    rm -rf "$windows/rust"
    mv "$new" "$windows/rust"
}

# windows_cargo ARCHITECTURE ARGUMENT...: cargo for that target. Nobody is shown a backtrace of ours, so
# std goes without the crates for it.
windows_cargo() {
    local architecture=$1 target variable rust=$windows/rust/usr
    shift
    target=$(windows_target "$architecture")
    variable=CARGO_TARGET_$(tr 'a-z-' 'A-Z_' <<<"$target")_LINKER
    printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' \
        "$(echo "$rust"/lib/*-linux-gnu)" "$rust/bin/rustc" >"$windows/rustc"
    chmod +x "$windows/rustc"
    if [ "$architecture" = i686 ]; then
        prepare_i686 "$(sysroot)/lib/rustlib/$target/lib"
    fi
    env "$variable=$architecture-w64-mingw32-gcc" RUSTC="$windows/rustc" RUSTC_BOOTSTRAP=1 \
        CARGO_TARGET_DIR="$windows_target_dir" \
        cargo "$@" --target "$target" -Z build-std=std,panic_unwind -Z build-std-features=panic-unwind
}

sysroot() { "$windows/rustc" --print sysroot; }

# The two objects that begin and end a module with 32 bits, which tell the unwinder where its tables are.
prepare_i686() {
    local object source
    source=$(sysroot)/lib/rustlib/src/rust/library/rtstartup
    mkdir -p "$1"
    for object in rsbegin rsend; do
        [ -e "$1/$object.o" ] || RUSTC_BOOTSTRAP=1 "$windows/rustc" --target i686-pc-windows-gnu \
            --emit=obj -O -o "$1/$object.o" "$source/$object.rs"
    done
}

# wine_with_32_bits: a Debian with 32 bits and Wine in $wine32, as Debian has no way to install that Wine
# beside the other but to mix architectures. Fails, and says why, where it cannot be made.
wine_with_32_bits() {
    local mirror codename log=$wine32.log
    [ ! -e "$wine32/usr/lib/wine/wine" ] || return 0
    [ "$(id -u)" = 0 ] || { say "no Wine with 32 bits: only root can make it"; return 1; }
    has debootstrap || { say "no Wine with 32 bits: debootstrap is not installed"; return 1; }
    # What apt here takes its packages from, by a name that it knows.
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    mirror=$(apt-get indextargets --format '$(REPO_URI)' "Created-By: Packages" "Codename: $codename" \
        "Component: main" | head -n 1)
    rm -rf "$wine32" "$wine32.new"
    debootstrap --arch=i386 --variant=minbase --include=wine,wine32 "$codename" "$wine32.new" \
        ${mirror:+"$mirror"} >"$log" 2>&1 ||
        { say "no Wine with 32 bits: $(tail -n 1 "$log")"; return 1; }
    mv "$wine32.new" "$wine32"
}
