# SPDX-FileCopyrightText: 2026 local-fortune contributors
# SPDX-License-Identifier: MIT OR Apache-2.0

# Every target installs what it lacks first (tools/setup) and needs no other preparation.

# Not by abspath, which would split a path with a space; for the same reason it is quoted below.
TARGET := $(if $(filter /%,$(firstword $(CARGO_TARGET_DIR))),,$(CURDIR)/)$(or $(CARGO_TARGET_DIR),target)

# The compilers' names in this folder, where it exists, are ccache. Found by PATH rather than by
# CXX, because cargo would build all C++ again when CXX differs from the last time.
export PATH := /usr/lib/ccache:$(PATH)
export CCACHE_BASEDIR ?= $(CURDIR)
export CCACHE_NOHASHDIR ?= 1
# Where the QML module and the headers for C++ go; .cargo/config.toml says the same for plain cargo.
export CXX_QT_EXPORT_DIR := $(TARGET)/cxxqt
# What of the benchmarks is left out unless asked for.
BENCH := local-fortune-bench/report,local-fortune-bench/wire
# Ours in C++. Without any, clang-format would read its standard input.
CPP_SOURCES = $(or $(shell find benches crates examples plugin src tests -name '*.h' -o -name '*.cpp'),none)
# Cargo shares out the processors itself and cannot reach make's jobserver.
unexport MAKEFLAGS MFLAGS

.PHONY: build run test peers pictures interop bench bench-binding bench-publish
.PHONY: test-qt5 test-debian13 memcheck
.PHONY: soak fuzz sanitize lint format

build:
	@tools/setup run
	cargo build --workspace --exclude local-fortune-static --locked

# Without a display, only the programs that need none.
run: PACKAGE := $(if $(DISPLAY)$(WAYLAND_DISPLAY),local-fortune,local-fortune-cli)
run:
	@tools/setup run
	cargo build --package $(PACKAGE) --bins --locked
	@tools/run "$(TARGET)/debug"

test: export LOCAL_FORTUNE_PEERS := $(TARGET)/cmake/tests/peers
test: export CXX_QT_NETWORK_GOLDEN := $(TARGET)/cmake/crates/cxx-qt-network/tests/golden
test: lint peers
	cargo test --workspace --locked
	ctest --test-dir "$(TARGET)/cmake" --no-tests=error --output-on-failure --exclude-regex '^rust'

peers:
	@tools/setup test
	cmake --log-level=NOTICE -S . -B "$(TARGET)/cmake" "-DLOCAL_FORTUNE_TARGET_DIR=$(TARGET)"
	env -u MAKELEVEL cmake --build "$(TARGET)/cmake" --parallel $$(nproc)

# Every server with every client, as a table. No package has PySide6 with the newest Qt, so it is
# from PyPI; where that fails, the table says so.
interop: export LOCAL_FORTUNE_PEERS := $(TARGET)/cmake/tests/peers
interop: export LOCAL_FORTUNE_PYSIDE6 := $(TARGET)/pyside6
interop: peers
	-timeout 120 /usr/bin/python3 -m venv "$(TARGET)/pyside6"
	-timeout 300 "$(TARGET)/pyside6/bin/python" -m pip install --quiet --retries 1 --upgrade PySide6-Essentials
	timeout 600 cargo test --workspace --locked --test interop-table

# The picture of the windows, from the test that lets both pairs meet.
pictures: export LOCAL_FORTUNE_PEERS := $(TARGET)/cmake/tests/peers
pictures: peers
	cargo test --locked --test main -- windows::pairs_side_by_side
	convert "$(TARGET)/tmp/pictures/side-by-side.png" -trim +repage \
	    -bordercolor white -border 12 -strip docs/windows.png

# Ours beside the C++ example, built for release all of them; docs/benchmarks.md says what it shows. Shorter or
# longer with ROUNDS=3, say, or other words for the program in ARGS (benches, --help).
bench: ROUNDS ?= 9
bench: PACKAGES := --package local-fortune-cli --package local-fortune-bench --features $(BENCH)
bench:
	@tools/setup bench
	cmake --log-level=NOTICE -S tests/peers -B "$(TARGET)/bench/peers" -DCMAKE_BUILD_TYPE=Release
	env -u MAKELEVEL cmake --build "$(TARGET)/bench/peers" --parallel $$(nproc) \
	    --target localfortuneserver-qt6 --target plain-client-qt6
	cargo build --release --locked $(PACKAGES) --bins
	timeout 900 cargo bench --locked $(PACKAGES) --bench wire -- --quick --quiet
	timeout 3000 "$(TARGET)/release/bench" --target "$(TARGET)" --rounds $(ROUNDS) $(ARGS)

# Puts what `make bench` found last into docs/benchmarks.md.
bench-publish:
	"$(TARGET)/release/bench" --target "$(TARGET)" --publish

# The binding beside plain C++ Qt; docs/benchmarks-binding.md says what it shows, and
# ARGS=--publish puts the table there.
bench-binding: ROUNDS ?= 9
bench-binding:
	@tools/setup bench
	cmake --log-level=NOTICE -S tests/peers -B "$(TARGET)/bench/peers" -DCMAKE_BUILD_TYPE=Release
	env -u MAKELEVEL cmake --build "$(TARGET)/bench/peers" --parallel $$(nproc) \
	    --target plain-bench-qt6
	cargo build --profile binding --locked --package local-fortune-bench \
	    --features local-fortune-bench/binding --bin bench-binding
	timeout 1800 "$(TARGET)/binding/bench-binding" --target "$(TARGET)" --rounds $(ROUNDS) $(ARGS)

# The binding alone with Qt 5, which shows too that it links neither Gui nor QML.
test-qt5: export QMAKE := /usr/lib/qt5/bin/qmake
test-qt5: export CARGO_PROFILE_DEV_DEBUG := 0
test-qt5:
	@tools/setup test
	cargo test --package cxx-qt-network --locked --target-dir "$(TARGET)/qt5" $(ARGS)
	@test=$$(ls -t "$(TARGET)"/qt5/debug/deps/main-* | grep -v '\.d$$' | head -n 1); \
	ldd "$$test" | grep -q 'libQt5Network' || { echo "$$test is not on Qt 5"; exit 1; }; \
	! ldd "$$test" | grep -E 'libQt5(Gui|Qml|Quick|Widgets)'

# All of it with Qt 6.8, on Debian 13 in a folder; needs root, and a long while the first time.
test-debian13:
	tools/in-debian trixie make test interop test-qt5

memcheck:
	@tools/setup test
	@tools/memcheck

# Our server at half load for so many minutes, with clients of all kinds.
soak: MINUTES := 60
soak: export LOCAL_FORTUNE_PEERS := $(TARGET)/cmake/tests/peers
soak: peers
	cargo test --locked --test soak -- --minutes $(MINUTES)

# Hostile bytes for so many seconds a target, from fuzz/corpus on. What is new stays in $(TARGET).
fuzz: SECONDS := 60
fuzz: TARGETS := decode stream
fuzz:
	@tools/setup fuzz
	@tools/fuzz "$(TARGET)/fuzz" $(SECONDS) $(TARGETS)

# The pair's own tests and some minutes of the soak under AddressSanitizer.
sanitize: MINUTES := 10
sanitize: export LOCAL_FORTUNE_PEERS := $(TARGET)/cmake/tests/peers
sanitize: peers
	@tools/setup fuzz
	@tools/sanitize "$(TARGET)/sanitize" $(MINUTES)

lint:
	@tools/setup test
	cargo fmt --all --check
	clang-format --dry-run -Werror $(CPP_SOURCES)
	cargo clippy --workspace --all-targets --features $(BENCH),local-fortune-bench/binding --locked -- -D warnings
	cargo clippy --workspace --test interop-table --locked -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --no-deps --workspace --locked
	@tools/qmllint "$(TARGET)/cxxqt/qml_modules"

format:
	@tools/setup test
	cargo fmt --all
	clang-format -i $(CPP_SOURCES)
