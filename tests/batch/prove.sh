#!/usr/bin/env bash
# A class with hostile submissions in it, graded undisturbed and killed again and again: prove.sh [COUNT [HOSTILE [KILLS]]],
# 200, 20 and 20 unless told. Needs a release build. Takes some ten minutes; `GRADE` names another program.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
grade=${GRADE:-$root/target/release/grade}
count=${1:-200} hostile=${2:-20} kills=${3:-20}
work=$(mktemp -d "${TMPDIR:-/tmp}/grade-prove-XXXXXX")
trap 'rm -rf "$work"' EXIT

batch() { # CLASS OUT
  "$grade" batch "$work/$1" --course "$root" --out "$work/$2"
}
# All that a batch leaves but the journal; a page's last line says how long grading took.
files() {
  (cd "$work/$1" && find . -type f ! -name 'journal.redb*' | sort | while read -r file; do
    echo "== $file"
    sed '/<footer/d' "$file"
  done)
}
fail() {
  echo "$1"
  exit 1
}

"$root/tests/bench/batch/class.sh" "$work/good" "$count"
"$root/tests/bench/batch/class.sh" "$work/class" "$count" "$hostile"
batch good good-out > "$work/log"
start=$(date +%s)
batch class calm > "$work/log"
seconds=$(($(date +%s) - start))
echo "$count submissions and $hostile hostile ones: $seconds s"

# Every other verdict is what it is without the hostile ones, and none of these has full marks.
grep -v '^hostile' "$work/calm/gradebook.csv" | diff - "$work/good-out/gradebook.csv" || fail "a hostile submission changed another one's marks"
[ "$(grep -c '^hostile' "$work/calm/gradebook.csv")" = "$hostile" ] || fail "hostile submissions are missing"
awk -F, '/^hostile/ { print "  " $1, $3 "/" $4, $5 }' "$work/calm/gradebook.csv"
if awk -F, '/^hostile/ && $3 == $4 { found = 1 } END { exit !found }' "$work/calm/gradebook.csv"; then
  fail "a hostile submission has full marks"
fi

# Killed at moments spread over the time that the whole needs, each time after at least a second.
RANDOM=1
most=$((seconds * 1000 * 2 / (kills + 1)))
done=0
for ((n = 1; n <= kills; n++)); do
  # Not by the function: the number would be that of a shell, and `grade` would live on.
  "$grade" batch "$work/class" --course "$root" --out "$work/out" > "$work/log.$n" 2> "$work/err.$n" &
  pid=$!
  sleep "$(awk -v ms="$((1000 + (RANDOM * 32768 + RANDOM) % most))" 'BEGIN { print ms / 1000 }')"
  if kill -9 "$pid" 2> "$work/err"; then done=$((done + 1)); fi
  wait "$pid" || true
done
batch class out > "$work/log.last"
echo "killed $done times, then ended"
again=$(cat "$work"/log.[0-9]* "$work/log.last" | grep -v '  known$' | grep '  01-bank-race  ' | awk '{ print $1 }' | sort | uniq -d)
[ -z "$again" ] || fail "announced twice as newly graded: $again"
diff <(files calm) <(files out) > "$work/difference" || { head -20 "$work/difference"; fail "the gradebooks differ"; }
echo "the same files as undisturbed, byte for byte"
