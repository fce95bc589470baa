#!/usr/bin/env bash
# How fast `grade batch` is, and how much memory it takes itself: run.sh [COUNT...], 200 and 2000 unless told. Needs a release build.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
grade=${GRADE:-$root/target/release/grade}
work=$(mktemp -d "${TMPDIR:-/tmp}/grade-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- 200 2000

# Seconds, and the largest resident set of `grade` itself (VmHWM: what it starts has its own).
measure() {
  local what=$1 count=$2 start end peak=0 now pid
  shift 2
  start=$(date +%s.%N)
  "$@" > "$work/log" 2> "$work/err" &
  pid=$!
  while kill -0 "$pid" 2> /dev/null; do
    now=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2> /dev/null || true)
    [ -n "$now" ] && peak=$now
    sleep 0.05
  done
  wait "$pid" || true
  end=$(date +%s.%N)
  awk -v what="$what" -v n="$count" -v s="$start" -v e="$end" -v p="$peak" 'BEGIN {
    t = e - s
    printf "%-28s %6d submissions  %8.1f s  %8.1f a minute  %8.1f a second  %6.1f MiB\n", what, n, t, n / t * 60, n / t, p / 1024
  }'
}

# What submissions are compiled with is there before the clock starts.
"$here/class.sh" "$work/warm" 1
"$grade" batch "$work/warm" --course "$root" --out "$work/warm-out" > /dev/null
for count in "$@"; do
  "$here/class.sh" "$work/class-$count" "$count"
  measure "from nothing" "$count" "$grade" batch "$work/class-$count" --course "$root" --out "$work/out-$count"
  tail -4 "$work/log" | sed -n '2,3p'
  measure "again, nothing has changed" "$count" "$grade" batch "$work/class-$count" --course "$root" --out "$work/out-$count"
  du -sh "$work/out-$count" | cut -f 1
done
