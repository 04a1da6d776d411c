# SPDX-FileCopyrightText: 2026 local-fortune contributors
# SPDX-License-Identifier: MIT OR Apache-2.0

# Every target installs what it lacks first (tools/setup) and needs no other preparation.

TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))

# The compilers' names in this folder, where it exists, are ccache. Found by PATH rather than by
# CXX, because cargo would build all C++ again when CXX differs from the last time.
export PATH := /usr/lib/ccache:$(PATH)
export CCACHE_BASEDIR ?= $(CURDIR)
export CCACHE_NOHASHDIR ?= 1
# Cargo shares out the processors itself and cannot reach make's jobserver.
unexport MAKEFLAGS MFLAGS

.PHONY: build run test lint format

build:
	@tools/setup run
	cargo build --workspace --locked

run: build
	@tools/run $(TARGET)/debug

test: lint
	cmake --log-level=NOTICE -S . -B $(TARGET)/cmake -DCARGO_TARGET_DIR=$(TARGET)
	env -u MAKELEVEL cmake --build $(TARGET)/cmake --parallel $$(nproc)
	LOCAL_FORTUNE_PEERS=$(TARGET)/cmake/tests/peers cargo test --workspace --locked
	ctest --test-dir $(TARGET)/cmake --output-on-failure --exclude-regex '^rust$$'

lint:
	@tools/setup test
	cargo fmt --all --check
	find crates src tests -name '*.h' -o -name '*.cpp' | xargs clang-format --dry-run -Werror
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --no-deps --workspace --locked
	@tools/qmllint $(TARGET)/cxxqt/qml_modules

format:
	@tools/setup test
	cargo fmt --all
	find crates src tests -name '*.h' -o -name '*.cpp' | xargs clang-format -i
