#!/usr/bin/env bash
# The README's programs build against what `meson install` installs, found by pkg-config or CMake alone, and do what it
# says. install_test.sh SOURCE BUILD
set -euo pipefail
source=$1
build=$2

root=$(mktemp -d)
passed=0
finish() {
  rm -rf "$root"
  [ "$passed" -eq 0 ] || echo "[  PASSED  ] $passed tests."
  [ "$passed" -eq 6 ] || echo "[  FAILED  ] $((6 - passed)) tests, of the installed library"
}
trap finish EXIT

DESTDIR=$root meson install -C "$build" --no-rebuild --quiet
PKG_CONFIG_PATH=$(dirname "$(find "$root" -name curvegraph.pc)")
LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH")
export PKG_CONFIG_PATH LD_LIBRARY_PATH

compile() {  # NAME PACKAGE, under the warnings that the library itself is built with
  local flags
  read -ra flags <<<"$(pkg-config --cflags --libs "$2")"
  "${CXX:-c++}" -O1 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror "$source/tests/examples/$1.cpp" \
    -o "$root/$1" "${flags[@]}"
}
run() {  # NAME EXPECTED_LINE
  (cd "$root" && "./$1") | tee "$root/$1.out"
  grep -qE "$2" "$root/$1.out" || { echo "$1: expected a line '$2'" >&2; return 1; }
  passed=$((passed + 1))
}
# The installed headers compile: none includes one that is not installed.
include=$(dirname "$(dirname "$(find "$root" -path '*/curvegraph/curvegraph.h')")")
read -ra flags <<<"$(pkg-config --cflags curvegraph)"
(cd "$include" && find curvegraph -name '*.h' -not -path '*/cuda/*' | sort) | sed 's/.*/#include <&>/' >"$root/all.cpp"
[ "$(wc -l <"$root/all.cpp")" -gt 20 ]
"${CXX:-c++}" -fsyntax-only "$root/all.cpp" "${flags[@]}"
passed=$((passed + 1))

compile xor curvegraph
run xor '^loss 0\.0'
compile softsign curvegraph
compile softsign curvegraph-f64
run softsign '^residual +[0-9.]+e-'
compile regression curvegraph
run regression '^rmse [0-9.]+ of'
compile precision curvegraph-f64
run precision '^rmse [0-9.]+e-(0[7-9]|1)'

# Nothing but the folder of its package tells CMake where the library is.
library=$LD_LIBRARY_PATH
unset PKG_CONFIG_PATH LD_LIBRARY_PATH
cmake -S "$source/tests/examples" -B "$root/cmake" -Dcurvegraph_DIR="$library/cmake/curvegraph" >"$root/cmake.log" ||
  { cat "$root/cmake.log"; exit 1; }
cmake --build "$root/cmake" >>"$root/cmake.log" || { cat "$root/cmake.log"; exit 1; }
run cmake/regression '^rmse [0-9.]+ of'
