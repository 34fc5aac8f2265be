#!/usr/bin/env bash
# Opens a report in a headless Chromium: report_browser_test.sh REPORT.html. Passes when each figure beside the report
# is an <svg> in it that has a size and shows something, and when neither scripts nor the browser's console complain.
# Without Chromium the status is 77.
set -euo pipefail
report=$1
command -v chromium >/dev/null || { echo "skipped: chromium is not installed"; exit 77; }
figures=$(find "$(dirname "$report")/figures" -name '*.svg' | wc -l)

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
# The copy says of itself what it shows: a report has no script of its own.
cp "$report" "$out/report.html"
cat >>"$out/report.html" <<'SCRIPT'
<script>
const complaints = [];
window.addEventListener('error', event => complaints.push(event.message));
window.addEventListener('load', () => {
  const shown = box => box.width > 0 && box.height > 0;
  // Of what gnuplot draws, curves are the paths inside the groups that it names.
  const figures = [...document.querySelectorAll('svg')].map(svg => {
    const curves = svg.querySelectorAll('g[id*="gnuplot_plot"] path, g[id*="gnuplot_plot"] polygon, ' +
                                        'g[id*="gnuplot_plot"] use');
    const paths = [...svg.querySelectorAll('path')].filter(path => !path.closest('defs'));
    const words = [...svg.querySelectorAll('text')].map(text => text.textContent.trim());
    const drawn = part => { const box = part.getBoundingClientRect(); return box.width + box.height > 0; };
    return shown(svg.getBoundingClientRect()) && paths.some(drawn) &&
           ([...curves].some(drawn) || words.includes('no data yet'));
  });
  const result = document.createElement('pre');
  result.id = 'browser-check';
  result.textContent = `browser-check: ${figures.length} figures, ${figures.filter(good => !good).length} empty, ` +
                       `${complaints.length} errors ${complaints.join('; ')}`;
  document.body.append(result);
});
</script>
SCRIPT
timeout --kill-after=5 60 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$out/profile" \
  --virtual-time-budget=5000 --enable-logging=stderr --v=0 --dump-dom "file://$out/report.html" \
  >"$out/dom" 2>"$out/log" || { echo "$report: chromium ended with status $?"; tail -n 3 "$out/log"; exit 1; }
found=$(grep -o 'browser-check: [^<]*' "$out/dom" | tail -n 1 || true)
console=$(grep ':CONSOLE' "$out/log" || true)
expected="browser-check: $figures figures, 0 empty, 0 errors "
if [ "$figures" -eq 0 ] || [ "$found" != "$expected" ] || [ -n "$console" ]; then
  echo "$report: found '$found', expected '$expected'; console: '$console'"
  exit 1
fi
echo "$report: $figures figures"
