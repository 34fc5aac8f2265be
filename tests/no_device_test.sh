#!/usr/bin/env bash
# Programs of the CUDA build where there is no device, as a machine with one looks too when CUDA_VISIBLE_DEVICES names none:
# tools end with one line and status 1, tests are skipped. no_device_test.sh PROGRAM...
set -euo pipefail
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
export CUDA_VISIBLE_DEVICES=

passed=0
failed=0
expect() {  # STATUS FILE PATTERN PROGRAM ARGUMENT...: PATTERN is in FILE of one line
  local status=0
  "${@:4}" >"$out/stdout" 2>"$out/stderr" || status=$?
  if [ "$status" -eq "$1" ] && [ "$(wc -l <"$out/$2")" -eq 1 ] && grep -qE "$3" "$out/$2"; then
    passed=$((passed + 1))
  else
    echo "${*:4}: status $status, $(cat "$out/stdout" "$out/stderr"); expected status $1 and one line '$3'" >&2
    failed=$((failed + 1))
  fi
}
missing='no CUDA device: found .*, expected .*; the host build, meson setup -Ddevice=omp, needs neither'
for program; do
  name=$(basename "$program")
  case $name in
    train) arguments=(--output "$out/run") ;;
    bench | check) arguments=() ;;
    hessian) arguments=(--model "$out/model.safetensors" --output "$out/blocks") ;;
    reproduce) arguments=(cifar10-convex --data "$out/images" --output "$out/reproduction") ;;
    tests-*)
      expect 77 stdout "^all tests skipped: $missing" "$program"
      continue
      ;;
    *) echo "no_device_test.sh: unknown program '$name'" >&2; exit 2 ;;
  esac
  expect 1 stderr "^$name: $missing" "$program" "${arguments[@]}"
done

[ "$passed" -eq 0 ] || echo "[  PASSED  ] $passed tests."
[ "$failed" -eq 0 ] || { echo "[  FAILED  ] $failed tests, without a device"; exit 1; }
