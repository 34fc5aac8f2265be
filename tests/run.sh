#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test: tests/run.sh [--sanitize]
# --sanitize: with the address and undefined behaviour sanitizers, in a build folder of its own; the library's tests in
# double only and without the install test, which add building time but no code that is not run.
set -euo pipefail
cd "$(dirname "$0")/.."

build=build
setup=()
targets=()
tests=()
case "${1:-}" in
  "") ;;
  --sanitize)
    build=build-sanitize
    # Thrust 1.17 dispatches through references that are null, on purpose and unused.
    setup=(-Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1 -Dcpp_args=-fno-sanitize=null)
    targets=(tests/tests-f64 tests/tests-tools tests/tests-hessian tools/bench tools/check tools/hessian tools/train)
    tests=(f64 tools hessian)
    ;;
  *)
    echo "tests/run.sh: unknown argument '$1', expected none or --sanitize" >&2
    exit 2
    ;;
esac

tools/install_packages.sh
[ -f "$build/build.ninja" ] || meson setup "$build" "${setup[@]}"
ninja -C "$build" "${targets[@]}"

status=0
meson test -C "$build" --no-rebuild --print-errorlogs "${tests[@]}" || status=$?
log=$build/meson-logs/testlog.txt
count() { { grep -oE "^\[  $1  \] [0-9]+ test" "$log" || true; } | awk '{sum += $4} END {print sum + 0}'; }
passed=$(count PASSED)
failed=$(count FAILED)
# A test program that died has no count of its own: it is one failure.
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
echo "$passed passed, $failed failed"
[ "$status" -eq 0 ] && [ "$passed" -gt 0 ]
