#!/usr/bin/env bash
# The README's programs build against what `meson install` installs, found by pkg-config alone, and do what it says.
# install_test.sh SOURCE BUILD
set -euo pipefail
source=$1
build=$2

root=$(mktemp -d)
passed=0
finish() {
  rm -rf "$root"
  [ "$passed" -eq 0 ] || echo "[  PASSED  ] $passed tests."
  [ "$passed" -eq 3 ] || echo "[  FAILED  ] $((3 - passed)) tests, of the installed library"
}
trap finish EXIT

DESTDIR=$root meson install -C "$build" --no-rebuild --quiet
PKG_CONFIG_PATH=$(dirname "$(find "$root" -name curvegraph.pc)")
LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH")
export PKG_CONFIG_PATH LD_LIBRARY_PATH

compile() {  # NAME PACKAGE, under the warnings that the library itself is built with
  local prefix flags
  prefix=$root$(pkg-config --variable=prefix "$2")
  read -ra flags <<<"$(pkg-config --define-variable=prefix="$prefix" --cflags --libs "$2")"
  "${CXX:-c++}" -O1 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror "$source/tests/examples/$1.cpp" \
    -o "$root/$1" "${flags[@]}"
}
run() {  # NAME PACKAGE EXPECTED_LINE
  compile "$1" "$2"
  (cd "$root" && "./$1") | tee "$root/$1.out"
  grep -qE "$3" "$root/$1.out" || { echo "$1: expected a line '$3'" >&2; return 1; }
  passed=$((passed + 1))
}
run xor curvegraph '^loss 0\.0'
compile softsign curvegraph
run softsign curvegraph-f64 '^residual +[0-9.]+e-'
run regression curvegraph '^rmse [0-9.]+ of'
