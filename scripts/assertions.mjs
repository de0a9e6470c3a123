// Counts what tells the compiler "trust me" in src: `x!` and `x as T` (but not `as const`). Fails above the ceilings, which
// are the numbers reached so far: lower them whenever the counts fall. `--list` says where they stand.
import { readFileSync, readdirSync } from "node:fs";
import ts from "typescript";

const ceilings = { nonNull: 40, as: 8 };

const counts = new Map();
const found = [];
const total = { nonNull: 0, as: 0 };

function kindOf(node) {
  if (ts.isNonNullExpression(node)) return "nonNull";
  if (ts.isAsExpression(node) && !ts.isConstTypeReference(node.type)) return "as";
  return undefined;
}

for (const path of readdirSync("src", { recursive: true })
  .filter((name) => name.endsWith(".ts"))
  .sort()) {
  const file = ts.createSourceFile(path, readFileSync(`src/${path}`, "utf8"), ts.ScriptTarget.Latest);
  const layer = path.split("/").slice(0, -1).slice(0, 2).join("/") || path;
  const visit = (node) => {
    const kind = kindOf(node);
    if (kind) {
      const count = counts.get(layer) ?? { nonNull: 0, as: 0 };
      count[kind]++;
      total[kind]++;
      counts.set(layer, count);
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
      found.push(`src/${path}:${line + 1}: ${node.getText(file).replace(/\s+/g, " ").slice(0, 100)}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
}

if (process.argv.includes("--list")) {
  console.log(found.join("\n"));
  console.table(Object.fromEntries(counts));
}
console.log(
  `${total.nonNull} non-null assertions (at most ${ceilings.nonNull}), ${total.as} as (at most ${ceilings.as})`,
);
if (total.nonNull > ceilings.nonNull || total.as > ceilings.as) process.exitCode = 1;
