#!/usr/bin/env bash
# Grades a class on a Slurm cluster:
#
#   CLASS=/home/me/class COURSE=/home/me/course OUT=/scratch/me/grades PARTS=16 ./submit.sh
#
# All folders must be seen by all nodes, `grade` must be on the path, and so must a Rust toolchain. What submissions are
# compiled with is built once into GRADE_CACHE (about a minute); the other parts wait for it. More options for `grade batch`:
# GRADE_ARGS="--assignment 1 --budget thorough". If a part fails, submit again: only what is missing is graded.
set -euo pipefail

: "${CLASS:?the folder of the class, or its list}" "${COURSE:?the folder that holds assignments}" "${OUT:?where to}"
export CLASS COURSE OUT PARTS=${PARTS:-8} GRADE_ARGS=${GRADE_ARGS:-}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$OUT"
array=$(sbatch --parsable --export=ALL --array="1-$PARTS" --chdir="$OUT" "$here/batch.sbatch")
merge=$(sbatch --parsable --export=ALL --dependency="afterok:${array%%;*}" --chdir="$OUT" "$here/merge.sbatch")
echo "parts: job $array, merge: job $merge; the gradebook will be $OUT/grades/gradebook.csv"
