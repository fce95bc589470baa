#!/usr/bin/env bash
# Makes a class for assignment 1: class.sh DIR COUNT [HOSTILE]. Half of the submissions are like another one; with the variable
# DISTINCT, only so many differ. They are right, wrong and broken, in turn. HOSTILE more try to keep the grader from its work:
# loops, exits, floods of output, deadlocks, memory, broken manifests.
set -euo pipefail

out=$1 count=$2 hostile=${3:-0}
root=$(cd "$(dirname "$0")/../../.." && pwd)
course=$root/assignments/01-bank-race
kinds=("$course"/solutions/*/ "$course"/wrong/*/)
distinct=${DISTINCT:-$(((count + 1) / 2))}
mkdir -p "$out"
for ((n = 0; n < count; n++)); do
  nth=$((n % distinct))
  folder=$out/$(printf 's%05d' "$n")/bank-race
  mkdir -p "$folder/src"
  kind=$((nth % (${#kinds[@]} + 2)))
  printf '[package]\nname = "bank-race"\nversion = "0.1.0"\nedition = "2024"\n' > "$folder/Cargo.toml"
  if [ "$kind" -lt "${#kinds[@]}" ]; then
    cp "${kinds[$kind]}"src/*.rs "$folder/src/"
  elif [ "$kind" = "${#kinds[@]}" ]; then
    echo 'pub struct Account(u64; impl Account {' > "$folder/src/lib.rs"
  else
    echo 'pub struct Konto;' > "$folder/src/lib.rs"
  fi
  echo "// $nth" >> "$folder/src/lib.rs"
done

right=$(cat "$course/solutions/mutex/src/lib.rs")
in_new() { # puts code at the beginning of `new`
  awk -v code="$1" '{ print } /pub fn new\(/ && !done { print code; done = 1 }' <<< "$right"
}
for ((n = 0; n < hostile; n++)); do
  folder=$out/$(printf 'hostile%05d' "$n")/bank-race
  mkdir -p "$folder/src"
  printf '[package]\nname = "bank-race"\nversion = "0.1.0"\nedition = "2024"\n' > "$folder/Cargo.toml"
  case $((n % 8)) in
    0) in_new 'let mut x = 0u64; while std::hint::black_box(x) < u64::MAX { x = std::hint::black_box(x).wrapping_add(2) % 7; }' ;;
    1) in_new 'std::process::exit(0);' ;;
    2) in_new 'loop { println!("{}", "x".repeat(1 << 20)); }' ;;
    3) in_new 'let m = std::sync::Mutex::new(0); let _a = m.lock(); let _b = m.lock();' ;;
    4) in_new 'let mut v: Vec<Vec<u64>> = Vec::new(); loop { v.push(vec![1; 1 << 24]); }' ;;
    5) in_new 'fn deep(n: u64) -> u64 { if n == u64::MAX { 0 } else { std::hint::black_box(deep(n + 1)) + 1 } } deep(0);' ;;
    6) printf '[package\n' > "$folder/Cargo.toml"; echo "$right" ;;
    7) in_new 'loop { std::thread::sleep(std::time::Duration::from_secs(3600)); }' ;;
  esac > "$folder/src/lib.rs"
  echo "// hostile $n" >> "$folder/src/lib.rs"
done
