// Keeps folders and files small enough to be read as a whole: npm run rooms.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

const maxFiles = 20;
const maxLines = 400;

/** Files that hold data: they count in their folder, and may have any number of lines. */
const isData = /\.(csv|json|png)$/;

// Untracked files count too, so that the check says before a commit what it would say after it.
const files = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "src", "test", "bench", "scripts"],
  { encoding: "utf8" },
)
  .split("\n")
  .filter((file) => file !== "" && existsSync(file));

const perFolder = new Map();
for (const file of files) perFolder.set(dirname(file), (perFolder.get(dirname(file)) ?? 0) + 1);

const tooMany = [...perFolder]
  .filter(([, count]) => count > maxFiles)
  .map(
    ([folder, count]) =>
      `${folder}: expected at most ${maxFiles} files, received ${count}; divide it by what changes together`,
  );

const tooLong = files
  .filter((file) => !isData.test(file))
  .map((file) => [file, readFileSync(file, "utf8").replace(/\n$/, "").split("\n").length])
  .filter(([, lines]) => lines > maxLines)
  .map(
    ([file, lines]) =>
      `${file}: expected at most ${maxLines} lines, received ${lines}; move a part of it to a file of its own`,
  );

for (const problem of [...tooMany, ...tooLong]) process.stdout.write(`${problem}\n`);
if (tooMany.length + tooLong.length > 0) process.exitCode = 1;
