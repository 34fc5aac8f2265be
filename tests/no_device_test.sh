#!/usr/bin/env bash
# Programs of the CUDA build where there is no device, as a machine with one looks too when CUDA_VISIBLE_DEVICES names none:
# tools, those that are built, end with one line and status 1; tests, where their folder is given, are skipped.
# no_device_test.sh TOOLS [TESTS]
set -euo pipefail
tools=$1
tests=${2:-}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
export CUDA_VISIBLE_DEVICES=

passed=0
failed=0
expect() {  # STATUS FILE PATTERN PROGRAM ARGUMENT...: PATTERN is in FILE of one line
  local status=0
  [ -x "$4" ] || { echo "not built: $4"; return 0; }
  "${@:4}" >"$out/stdout" 2>"$out/stderr" || status=$?
  if [ "$status" -eq "$1" ] && [ "$(wc -l <"$out/$2")" -eq 1 ] && grep -qE "$3" "$out/$2"; then
    passed=$((passed + 1))
  else
    echo "${*:4}: status $status, $(cat "$out/stdout" "$out/stderr"); expected status $1 and one line '$3'" >&2
    failed=$((failed + 1))
  fi
}
missing='no CUDA device: found .*, expected .*; the host build, meson setup -Ddevice=omp, needs neither'
expect 1 stderr "^train: $missing" "$tools/train" --output "$out/run"
expect 1 stderr "^check: $missing" "$tools/check"
expect 1 stderr "^bench: $missing" "$tools/bench"
expect 1 stderr "^hessian: $missing" "$tools/hessian" --model "$out/model.safetensors" --output "$out/blocks"
expect 1 stderr "^reproduce: $missing" "$tools/reproduce" cifar10-convex --data "$out/images" --output "$out/reproduction"
[ -z "$tests" ] || expect 77 stdout "^all tests skipped: $missing" "$tests/tests-f32"

[ "$passed" -eq 0 ] || echo "[  PASSED  ] $passed tests."
[ "$failed" -eq 0 ] || { echo "[  FAILED  ] $failed tests, without a device"; exit 1; }
