#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test: tests/run.sh [--sanitize | --device cuda]
# --sanitize: with the address and undefined behaviour sanitizers, in a build folder of its own; for time the library's tests
# in double only, and not those of tools/reproduce, which runs programs and formats what they write.
# --device cuda: on an NVIDIA GPU, in a build folder of its own; without one all but a few are skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

build=build
setup=()
targets=()
tests=()
case "$*" in
  "") ;;
  "--device cuda")
    build=build-cuda
    setup=(-Ddevice=cuda)
    ;;
  --sanitize)
    build=build-sanitize
    # Thrust 1.17 dispatches through references that are null, on purpose and unused. Under sanitizers g++ 12 warns of
    # what its own <regex> leaves uninitialised.
    setup=(-Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1
      "-Dcpp_args=-fno-sanitize=null -Wno-maybe-uninitialized")
    targets=(tests/tests-{f64,tools,hessian} tools/{bench,check,hessian,train})
    tests=(f64 tools hessian)
    ;;
  *)
    echo "tests/run.sh: unknown arguments '$*', expected none, --sanitize or --device cuda" >&2
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
grep -hE '^(all tests )?skipped: ' "$log" | sort | uniq -c | sed 's/^ *\([0-9]*\)/\1 test programs,/' || true
echo "$passed passed, $failed failed"
[ "$status" -eq 0 ] && [ "$passed" -gt 0 ]
