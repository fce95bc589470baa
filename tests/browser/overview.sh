#!/usr/bin/env bash
# Opens an overview of 2,000 submissions in a real browser (headless Chromium), sorts and filters it, and looks whether the table is
# as it must be. Prints how long each took. Pictures of the page, light, dark and on a phone, go to the folder named as argument.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/grade-browser-XXXXXX")
trap 'rm -rf "$work"' EXIT
browser=${CHROMIUM:-chromium}
(cd "$root" && GRADE_TEST_OVERVIEW="$work/page.html" cargo test --quiet -p grader --lib -- an_overview_of_two_thousand > /dev/null)

# The page lets no other script run than its own, so the one that looks at it needs a copy without that policy.
sed '/http-equiv="Content-Security-Policy"/d; /<\/body>/d; /<\/html>/d' "$work/page.html" > "$work/tried.html"
cat >> "$work/tried.html" << 'HTML'
<pre id="outcome"></pre><script>
"use strict";
const lines = [], body = document.querySelector("#results").tBodies[0];
const timed = (what, act) => {
  const start = performance.now();
  act();
  document.body.getBoundingClientRect();
  lines.push(what + ": " + (performance.now() - start).toFixed(0) + " ms");
};
const must = (what, good) => { if (!good) lines.push("WRONG: " + what); };
const names = () => Array.from(body.rows).filter((row) => !row.hidden).map((row) => row.cells[0].textContent);
const points = () => Array.from(body.rows).map((row) => Number(row.cells[2].dataset.key));
const head = Array.from(document.querySelectorAll("#results thead button"));
const up = (list) => list.every((n, i) => i === 0 || list[i - 1] <= n);
must("every row is there", body.rows.length === 2001);
timed("sort by points", () => head[2].click());
must("points rise", up(points()));
timed("sort by points again", () => head[2].click());
must("points fall", up(points().reverse()));
timed("sort by student", () => head[0].click());
must("numbers in names count as numbers", names()[2] === "student 1" && names()[3] === "student 2");
const find = document.getElementById("find");
timed("filter by name", () => { find.value = "student 1999"; find.dispatchEvent(new Event("input")); });
must("the filter finds", names().length === 1 && names()[0] === "student 1999");
find.value = "";
const verdict = document.getElementById("verdict");
timed("filter by verdict", () => { verdict.value = "missing"; verdict.dispatchEvent(new Event("change")); });
must("one has no submission", names().length === 1 && names()[0] === "nobody");
document.getElementById("outcome").textContent = lines.join("\n") + "\nend of the outcome";
</script></body></html>
HTML
run() { "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" --virtual-time-budget=20000 "$@" 2> "$work/err"; }
run --dump-dom "file://$work/tried.html" > "$work/dom.html"
outcome=$(sed -n '/<pre id="outcome">/,/end of the outcome/p' "$work/dom.html" | sed 's/.*<pre id="outcome">//; /end of the outcome/d')
echo "$outcome"
[ -n "$outcome" ] || { echo "the page's script did not come to its end"; exit 1; }
! grep -q WRONG <<< "$outcome"
if [ -n "${1:-}" ]; then
  mkdir -p "$1"
  run --screenshot="$1/light.png" --window-size=1200,900 "file://$work/page.html"
  run --screenshot="$1/dark.png" --window-size=1200,900 --blink-settings=preferredColorScheme=0 "file://$work/page.html"
  run --screenshot="$1/phone.png" --window-size=500,900 "file://$work/page.html"
  ls "$1"
fi
