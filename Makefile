# libtgcall. `make demo` shows a call, `make test` proves it all; the rest is below.

PREFIX  ?= /usr/local
PROFILE ?= release
# SIGNALLING_ONLY=1 leaves out sound and conferences: keys, states and signaling for a host with an engine of its own.
BUILD   := build/$(PROFILE)$(if $(SIGNALLING_ONLY),-signalling)
# What scripts/need.sh took from a wheel is found here.
export PATH := $(CURDIR)/.tools/bin:$(PATH)

.PHONY: build install dist test-dist demo demo-languages demo-clients clients test test-swift test-platforms interop lint header bench bench-bindings fuzz soak sanitize notices clean

build: ## the C libraries, in build/
	scripts/need.sh cc cmake
	scripts/build.sh $(BUILD) --profile $(PROFILE) $(if $(SIGNALLING_ONLY),--signalling-only)

install: build ## library, header, pkg-config and CMake files: make install PREFIX=/usr DESTDIR=…
	scripts/install.sh $(BUILD) $(PREFIX)

dist: ## archives and wheels to give away, in target/dist: for this machine, and Linux with glibc 2.28 or newer
	scripts/need.sh cc cmake python3
	scripts/dist.sh

test-dist: dist ## installs each of them into an empty place and runs its example
	scripts/need.sh cc cmake pkg-config python3
	scripts/test-dist.sh

demo: ## two programs in C call each other through a simulated Telegram
	scripts/need.sh cc cmake pkg-config
	scripts/demo.sh

demo-languages: ## the same call between C++, Kotlin, Python and Swift, as far as they are here
	scripts/need.sh cc cmake pkg-config
	scripts/demo-languages.sh

demo-clients: ## a call with sound between unchanged Telegram libraries, Telethon and kurigram, through a simulated Telegram
	scripts/need.sh python3
	scripts/clients.sh --demo

clients: ## all that calls between client libraries must stand (half an hour); PLAY="cut gaps": some of it; CALLS=5: fewer in a row
	scripts/need.sh python3
	scripts/clients.sh $(addprefix --play ,$(PLAY)) $(addprefix --calls ,$(CALLS))

test: ## everything that must hold
	scripts/test.sh

test-swift: ## builds and tests bindings/swift; where there is no Swift, in a root of Debian's with one (2.5 GB, made once)
	scripts/test-swift.sh

interop: ## ntgcalls: pictures in each of its versions, by every way, and group calls of several; gotd in a group call: longer than make test has time for
	scripts/need.sh cc python3
	scripts/need.sh --optional ffmpeg turnserver
	cargo test --locked --all-features --test interop_ntgcalls_video -- --ignored --nocapture pictures_in_every
	cargo test --locked --all-features --test interop_ntgcalls_groups -- --ignored --nocapture --test-threads 1
	cargo test --locked --all-features --test interop_ntgcalls_conference -- --ignored --nocapture --test-threads 1
	cargo test --locked --all-features --test interop_gotd_groups -- --ignored --nocapture

test-platforms: ## other processors and systems, by emulators, for half an hour and more; PLATFORM="aarch64 windows": some of them; UNIT=1: unit tests too
	scripts/test-platforms.sh $(PLATFORM)

lint: ## formatting, clippy and docs, warnings denied
	cargo fmt --check
	@# cargo fmt does not find the modules that a macro of lib.rs declares.
	find src tests build.rs -name '*.rs' ! -path '*/generated/*' ! -path tests/tl/convert.rs | xargs rustfmt --check --edition 2024
	cargo clippy --locked --all-features --all-targets -- -D warnings
	cargo clippy --locked -- -D warnings
	cargo clippy --locked --no-default-features -- -D warnings
	for features in media conference media,opus,runtime; do \
		cargo clippy --locked --no-default-features --features $$features -- -D warnings || exit 1; done
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --all-features

header: ## include/tgcall.h and every other generated file
	TGCALL_BLESS=1 cargo test --locked --all-features --test fresh

bench: ## against OpenSSL, grammers, str0m and ntgcalls, both sides in one run; PART="steady loss": some of it; BASE=<commit>: against an older commit of our own
	scripts/need.sh cc cmake
	BASE=$(BASE) bench/run.sh $(PART)

bench-bindings: ## what C++, Kotlin and Python cost over C, with the targets; PART=python: some of it
	scripts/need.sh cc c++ cmake python3
	scripts/bench-bindings.sh $(PART)

fuzz: ## a minute for each fuzz target: make fuzz SECONDS=600
	scripts/fuzz.sh $(or $(SECONDS),60)

soak: ## thousands of seeded random scripts and calls: make soak SECONDS=600 plays what it can of them
	scripts/soak.sh $(SECONDS)

sanitize: ## ASan, UBSan and ThreadSanitizer over the C programs, valgrind over unit tests; PART=threads: some of it; PART=miri: Miri
	scripts/sanitize.sh $(PART)

clean:
	cargo clean
	rm -rf build
