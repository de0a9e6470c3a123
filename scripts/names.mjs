// One name means one thing: fails where two files of src export different things of one name, or where one is exported again
// under another name. The entries (src/*.ts) do not count: they bind what they export to this machine.
import { readFileSync, readdirSync } from "node:fs";
import ts from "typescript";

// A layer and the op that it becomes, or Keras's initializer and the array: both are public, both by the field's own name.
const publicTwice = new Set([
  "add",
  "constant",
  "conv2d",
  "conv2dTranspose",
  "dropout",
  "elu",
  "flatten",
  "input",
  "leakyRelu",
  "multiply",
  "relu",
  "reshape",
]);

/** Names that a statement exports and defines itself. */
function exportedBy(statement) {
  if (!statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
  const declared = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [statement];
  return declared.flatMap(({ name }) => (name && ts.isIdentifier(name) ? [name.text] : []));
}

/** Names that a statement passes on under another one. */
const renamedBy = (statement) =>
  ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)
    ? statement.exportClause.elements.filter(({ propertyName }) => propertyName)
    : [];

const files = new Map();
let renamed = 0;
for (const path of readdirSync("src", { recursive: true }).filter((name) => /\/.*\.ts$/.test(name))) {
  const source = ts.createSourceFile(path, readFileSync(`src/${path}`, "utf8"), ts.ScriptTarget.Latest);
  for (const { propertyName, name } of source.statements.flatMap(renamedBy)) {
    renamed++;
    console.log(`${propertyName.text} is exported as ${name.text}: ${path}`);
  }
  for (const name of source.statements.flatMap(exportedBy))
    files.set(name, (files.get(name) ?? new Set()).add(path));
}

const shared = [...files].filter(([name, paths]) => paths.size > (publicTwice.has(name) ? 2 : 1));
for (const [name, paths] of shared) console.log(`${name}: ${[...paths].join(", ")}`);
console.log(
  `${files.size} exported names, ${shared.length} with two meanings, ${renamed} renamed (at most 0)`,
);
if (shared.length + renamed > 0) process.exitCode = 1;
