# Sourced by the programs beside it: where build output goes, and what has to be installed first.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${SIMPLEMAPI_CACHE:-${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/simplemapi}
mkdir -p "$cache"

# Outside the checkout, so that the next fresh clone finds its dependencies built. Somebody's own
# choice stands.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}
if [ -z "${CARGO_HOME:-}" ] && [ ! -d "${HOME:-/nonexistent}/.cargo" ]; then
    export CARGO_HOME=$cache/cargo
fi
# A bare machine has none, and rustup's own place is not always on the path.
[ ! -d "${HOME:-/nonexistent}/.cargo/bin" ] || PATH=$PATH:$HOME/.cargo/bin

wanted_rust=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$root/Cargo.toml")

say() { printf '%s\n' "$*"; }
stop() { say "$*" >&2; exit 1; }

# Whether version $1 is at least $2.
at_least() { [ "$(printf '%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

has() { case $1 in /*) compgen -G "$1" >/dev/null ;; *) command -v "$1" >/dev/null ;; esac }

rust_version() { rustc --version 2>/dev/null | cut -d ' ' -f 2; }
has_rust() {
    has cargo && has rustc && at_least "$(rust_version)" "$wanted_rust"
}

# The packages of the groups $@ that are missing.
missing_packages() {
    local group package sign _
    while read -r group package sign _; do
        case " $* " in *" $group "*) has "$sign" || say "$package" ;; esac
    done < <(grep -v '^#' "$root/ci/packages")
}

# The packages that make a Rust toolchain on Debian, whose everyday rustc is years older. The
# linters come as the group `lint`.
missing_rust() {
    has_rust || say rustc-web cargo-web
    case " $* " in *" lint "*)
        has cargo-fmt || say rustfmt-web
        has cargo-clippy || say rust-web-clippy ;;
    esac
}

# need GROUP...: installs what the groups of ci/packages, and Rust, still lack.
need() {
    local packages
    packages=$({ missing_packages "$@"; missing_rust "$@"; } | tr '\n' ' ')
    packages=${packages% }
    [ -n "$packages" ] || return 0

    local by_hand="Please install: $packages
(where there is no such package: Rust $wanted_rust or newer from https://rustup.rs)"
    has apt-get || stop "This needs more than is here. $by_hand"
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        has sudo || stop "This needs more than is here, and only root may install it. $by_hand"
        as_root=(sudo)
    fi
    say "Installing what is missing: $packages"
    "${as_root[@]}" "$root/ci/install-packages" "$packages" "$wanted_rust" >"$cache/install.log" 2>&1 ||
        { tail -n 15 "$cache/install.log" >&2; stop "Installing failed (all of it: $cache/install.log). $by_hand"; }
    hash -r
    has_rust || stop "cargo is $(cargo --version 2>&1 | head -n 1), and this needs Rust $wanted_rust. $by_hand"
}

# Takes the build folder for this checkout, until the program that asked ends. Clones share it for
# their dependencies, but each one's own library has the same name there, and cargo would take
# another clone's for its own.
take_build_folder() {
    local taken_by=$CARGO_TARGET_DIR/.checkout
    mkdir -p "$CARGO_TARGET_DIR"
    exec 9>"$CARGO_TARGET_DIR/.one-run-at-a-time"
    if ! flock --nonblock 9; then
        say "Another run uses $CARGO_TARGET_DIR; waiting for it."
        flock 9
    fi
    # What dependencies of long ago left behind goes now and then.
    if [ "$(du -sm "$CARGO_TARGET_DIR" | cut -f 1)" -gt 12000 ]; then
        find "$CARGO_TARGET_DIR" -mindepth 1 -maxdepth 1 ! -name '.one-*' -exec rm -rf {} +
    elif [ "$(cat "$taken_by" 2>/dev/null)" != "$root" ]; then
        cargo clean --quiet --locked -p simplemapi -p simplemapi-cli -p simplemapi-manual \
            -p test-servers -p windows-tests
        # The same for what another compiler built; without its fingerprint it is built anew.
        rm -rf "$CARGO_TARGET_DIR"/windows/{,*/}*/.fingerprint/simplemapi-*
    fi
    say "$root" >"$taken_by"
}
