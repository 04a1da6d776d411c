# SPDX-FileCopyrightText: 2026 local-fortune contributors
# SPDX-License-Identifier: MIT OR Apache-2.0

# Every target first installs the missing packages (tools/setup).

# Not by abspath, which would split a path with a space; for the same reason it is quoted below.
TARGET := $(if $(filter /%,$(firstword $(CARGO_TARGET_DIR))),,$(CURDIR)/)$(or $(CARGO_TARGET_DIR),target)

# This directory has ccache under the names of the compilers. It is in PATH because a changed CXX
# makes cargo rebuild all C++.
export PATH := /usr/lib/ccache:$(PATH)
export CCACHE_BASEDIR ?= $(CURDIR)
export CCACHE_NOHASHDIR ?= 1
# The output directory of the QML module and the C++ headers; .cargo/config.toml sets the same for
# plain cargo.
export CXX_QT_EXPORT_DIR := $(TARGET)/cxxqt
# The optional features of the benchmarks.
BENCH := local-fortune-bench/report,local-fortune-bench/wire
# The C++ sources. Without any, clang-format would read its standard input.
CPP_SOURCES = $(or $(shell find benches crates examples plugin src tests -name '*.h' -o -name '*.cpp'),none)
# Cargo schedules its own jobs and cannot use make's jobserver.
unexport MAKEFLAGS MFLAGS

.PHONY: build run test peers pictures interop bench bench-binding bench-publish
.PHONY: test-qt5 test-debian13 memcheck
.PHONY: soak fuzz sanitize lint format

build:
	@tools/setup run
	cargo build --workspace --exclude local-fortune-static --locked

# Without a display, only the command-line programs.
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

# Tests every server with every client, as a table. PySide6 with the newest Qt is only on PyPI; if
# the installation fails, the table reports it.
interop: export LOCAL_FORTUNE_PEERS := $(TARGET)/cmake/tests/peers
interop: export LOCAL_FORTUNE_PYSIDE6 := $(TARGET)/pyside6
interop: peers
	-timeout 120 /usr/bin/python3 -m venv "$(TARGET)/pyside6"
	-timeout 300 "$(TARGET)/pyside6/bin/python" -m pip install --quiet --retries 1 --upgrade PySide6-Essentials
	timeout 600 cargo test --workspace --locked --test interop-table

# The screenshot of the windows, from the test that runs both pairs.
pictures: export LOCAL_FORTUNE_PEERS := $(TARGET)/cmake/tests/peers
pictures: peers
	cargo test --locked --test main -- windows::pairs_side_by_side
	convert "$(TARGET)/tmp/pictures/side-by-side.png" -trim +repage \
	    -bordercolor white -border 12 -strip docs/windows.png

# Compares our programs with the C++ example, as release builds; see docs/benchmarks.md. ROUNDS=3
# makes it shorter; ARGS are further options of the program `bench`.
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

# Writes the last report of `make bench` into docs/benchmarks.md.
bench-publish:
	"$(TARGET)/release/bench" --target "$(TARGET)" --publish

# Compares the binding with plain C++ Qt; see docs/benchmarks-binding.md, into which ARGS=--publish
# writes the table.
bench-binding: ROUNDS ?= 9
bench-binding:
	@tools/setup bench
	cmake --log-level=NOTICE -S tests/peers -B "$(TARGET)/bench/peers" -DCMAKE_BUILD_TYPE=Release
	env -u MAKELEVEL cmake --build "$(TARGET)/bench/peers" --parallel $$(nproc) \
	    --target plain-bench-qt6
	cargo build --profile binding --locked --package local-fortune-bench \
	    --features local-fortune-bench/binding --bin bench-binding
	timeout 1800 "$(TARGET)/binding/bench-binding" --target "$(TARGET)" --rounds $(ROUNDS) $(ARGS)

# Tests the binding with Qt 5, and that it links neither Gui nor QML.
test-qt5: export QMAKE := /usr/lib/qt5/bin/qmake
test-qt5: export CARGO_PROFILE_DEV_DEBUG := 0
test-qt5:
	@tools/setup test
	cargo test --package cxx-qt-network --locked --target-dir "$(TARGET)/qt5" $(ARGS)
	@test=$$(ls -t "$(TARGET)"/qt5/debug/deps/main-* | grep -v '\.d$$' | head -n 1); \
	ldd "$$test" | grep -q 'libQt5Network' || { echo "$$test is not on Qt 5"; exit 1; }; \
	! ldd "$$test" | grep -E 'libQt5(Gui|Qml|Quick|Widgets)'

# All tests with Qt 6.8, on Debian 13 in a chroot; needs root, and takes long the first time.
test-debian13:
	tools/in-debian trixie make test interop test-qt5

memcheck:
	@tools/setup test
	@tools/memcheck

# Runs the server at half load with all kinds of clients for MINUTES.
soak: MINUTES := 60
soak: export LOCAL_FORTUNE_PEERS := $(TARGET)/cmake/tests/peers
soak: peers
	cargo test --locked --test soak -- --minutes $(MINUTES)

# Fuzzes each target for SECONDS, starting from fuzz/corpus. New inputs stay in $(TARGET).
fuzz: SECONDS := 60
fuzz: TARGETS := decode stream
fuzz:
	@tools/setup fuzz
	@tools/fuzz "$(TARGET)/fuzz" $(SECONDS) $(TARGETS)

# The tests of the pair and MINUTES of the soak test under AddressSanitizer.
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
