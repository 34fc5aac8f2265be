#!/usr/bin/env bash
# Reports of made-up results pass tests/report_browser_test.sh, and broken ones do not: reproduce_browser_test.sh
# SYNTHETIC_REPORTS
set -euo pipefail
check=$(dirname "$0")/report_browser_test.sh
command -v chromium >/dev/null || { echo "skipped: chromium is not installed"; exit 77; }
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$1" "$out/reports"

passed=0
failed=0
expect() {  # STATUS REPORT
  local status=0
  "$check" "$2" >"$out/said" 2>&1 || status=$?
  if [ "$status" -eq "$1" ]; then
    passed=$((passed + 1))
  else
    echo "${2#"$out"/}: status $status, expected $1: $(cat "$out/said")" >&2
    failed=$((failed + 1))
  fi
}
for report in "$out"/reports/*/report.html; do expect 0 "$report"; done

break_report() {  # NAME SED_ARGUMENT...
  cp -r "$out/reports/cost" "$out/$1"
  sed -i -E "${@:2}" "$out/$1/report.html"
  ! cmp -s "$out/reports/cost/report.html" "$out/$1/report.html" || { echo "$1: nothing is broken" >&2; exit 1; }
  expect 1 "$out/$1/report.html"
}
break_report no-curves '/<g id="[a-z-]*gnuplot_plot/,/^	<\/g>/d'
break_report empty -z 's|(<svg[^>]*>).*(</svg>)|\1\2\1\2\1\2\1\2|'
break_report no-size '0,/<svg/s//<svg style="display:none"/'
break_report one-missing '0,/<svg/s//<span/'
break_report script '$a <script>undefined_function()</script>'

[ "$passed" -eq 0 ] || echo "[  PASSED  ] $passed tests."
[ "$failed" -eq 0 ] || { echo "[  FAILED  ] $failed tests, reports in a browser"; exit 1; }
