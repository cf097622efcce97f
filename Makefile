# Thin names: what each does stands in ci/ or in cargo. `make` alone says what there is.

PREFIX     ?= /usr/local
libdir     ?= $(PREFIX)/lib
includedir ?= $(PREFIX)/include
bindir     ?= $(PREFIX)/bin
datadir    ?= $(PREFIX)/share
# The library looks for its own programs in `libexec` of the folders above the one that it is in.
libexecdir ?= $(PREFIX)/libexec

.DEFAULT_GOAL := help
.PHONY: help demo test check fmt clippy header c-test bench soak install deb windows dll windows-zip conformance clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

demo: ## a C program sends a message, another lists it; nothing leaves the machine
	@ci/demo

test: ## everything that has to pass, from nothing, with real mail servers
	@ci/test

check: ## the quick half of the tests: format, lints, unit tests
	@ci/test format clippy unit

fmt: ## format the sources
	@ci/with-tools build,lint cargo fmt --all

clippy: ## the lints alone
	@ci/test clippy

header: ## write include/mapi.h anew from the sources
	@ci/with-tools build env SIMPLEMAPI_WRITE_HEADER=1 cargo test --quiet --test header drift

c-test: ## the conformance suite alone, under AddressSanitizer and valgrind
	@ci/with-tools build,test cargo test --test conformance -- --nocapture

bench: ## how fast it is, and beside what
	@ci/with-tools build,test,bench cargo bench

screenshots: ## draw the windows for the manual, in docs/screenshots
	@ci/with-tools build,ui,test,pictures env SIMPLEMAPI_WRITE_SCREENSHOTS=1 \
		cargo test -p simplemapi-ui --test desktop -- --ignored pictures

soak: ## the long versions of the tests: more threads, more bodies, more time
	@ci/with-tools build,ui,test,debian,soak,wine32 ci/soak

install: ## the library, headers, manual and command, under PREFIX, for pkg-config and CMake
	@ci/with-tools build ci/install "$(DESTDIR)" "$(PREFIX)" "$(libdir)" "$(includedir)" "$(bindir)" \
		"$(datadir)" "$(libexecdir)"

deb: ## the same as Debian packages, in target/debian
	@ci/with-tools build,ui,debian ci/deb target/debian

windows: ## build the library for Windows, and test it under Wine
	@ci/test windows

dll: ## the library and the command for Windows, with 64 and 32 bits, in target/windows
	@ci/with-tools build,windows ci/dll target/windows

windows-zip: ## the same as an archive to unpack on Windows, target/simplemapi-windows.zip
	@ci/with-tools build,windows ci/windows-zip target/simplemapi-windows.zip

conformance: ## run the conformance suite on all that can be had, and write docs/conformance.md anew
	@ci/with-tools build,test,windows,wine32 ci/conformance

clean: ## remove what the build left behind
	@ci/with-tools build cargo clean
