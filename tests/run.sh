#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test: tests/run.sh [--sanitize]
# --sanitize: with the address and undefined behaviour sanitizers, in a build folder of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

build=build
setup=()
case "${1:-}" in
  "") ;;
  --sanitize)
    build=build-sanitize
    setup=(-Db_sanitize=address,undefined -Db_lundef=false --buildtype=debugoptimized)
    ;;
  *)
    echo "tests/run.sh: unknown argument '$1', expected none or --sanitize" >&2
    exit 2
    ;;
esac

tools/install_packages.sh
[ -f "$build/build.ninja" ] || meson setup "$build" "${setup[@]}"
ninja -C "$build"

status=0
meson test -C "$build" --no-rebuild --print-errorlogs || status=$?
# A test program that died has no count of its own: it shows in the status, and as one failure.
log=$build/meson-logs/testlog.txt
count() { { grep -oE "^\[  $1  \] [0-9]+ test" "$log" || true; } | awk '{sum += $4} END {print sum + 0}'; }
passed=$(count PASSED)
failed=$(count FAILED)
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
echo "$passed passed, $failed failed"
[ "$status" -eq 0 ] && [ "$passed" -gt 0 ]
