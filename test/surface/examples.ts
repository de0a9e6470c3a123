import { runInThisContext } from "node:vm";
import ts from "typescript";
import type { Entry } from "./hover.ts";

// The examples of the doc comments: each stands in a function of its own below what the entry's first lines promise.

/** What the examples of an entry are given, as its module comment says. */
const given: Readonly<Record<Entry, string>> = {
  "index.ts": `
    const x = ndarray(Float32Array.from({ length: 6 * 8 * 8 * 3 }, (_, i) => (i % 7) / 7), [6, 8, 8, 3]);
    const y = ndarray(Int32Array.of(0, 1, 0, 1, 0, 1), [6]);
    const model = sequential([input({ shape: [8, 8, 3] }), flatten(), dense({ units: 2, activation: "softmax" })]);`,
  "predict.ts": "",
  "engine.ts": `
    const graph = createGraph();
    const x = input(graph, "x", [2, 3]);
    const images = input(graph, "images", [1, 8, 8, 3]);`,
};

/** That of one example: where it calls `model`, the function is meant and not the network of that name. */
const givenFor = ({ entry, code }: Pick<EntryExample, "entry" | "code">): string =>
  code.includes("= model(") ? given[entry].replace(/^ *const model = .*$/m, "") : given[entry];

export interface EntryExample {
  readonly entry: Entry;
  /** "conv2d" */
  readonly name: string;
  readonly code: string;
}

/** A module with every example of an entry in a function, `example0` and so on, for the type checker. */
export const moduleOf = (entry: Entry, names: readonly string[], examples: readonly EntryExample[]): string =>
  [
    `import { ${names.join(", ")} } from "./${entry}";`,
    "declare const console: { log(...values: unknown[]): void };",
    ...examples.map(
      ({ code }, i) => `async function example${i}() {${givenFor({ entry, code })}\n{\n${code}\n}}`,
    ),
  ].join("\n");

/** A value that a comment of an example promises, and the one that is there. */
export interface Promised {
  readonly line: string;
  readonly wanted: unknown;
  readonly found: unknown;
}

/** Whether running an example would read or write files. */
export const usesFiles = ({ code }: EntryExample): boolean => /runs\/|"pets"|\.jpg"|\.save\(/.test(code);

/** Runs an example on the entry's exports. A comment "[2, 3]" behind a `const` is its shape, and "→" comes before a value. */
export async function promisesOf(
  { entry, code }: EntryExample,
  exports: Readonly<Record<string, unknown>>,
): Promise<readonly Promised[]> {
  const checked = code
    .split("\n")
    .map((line) => {
      const shape = /^const (\w+)(?:: \w+)? = .*; \/\/ (\[[\d, ]*\])$/.exec(line);
      if (shape) return `${line}\n__check(${JSON.stringify(line)}, ${shape[1]}.shape, ${shape[2]});`;
      const value = /^(.*); \/\/ → (.*)$/.exec(line);
      return value ? `__check(${JSON.stringify(line)}, ${value[1]}, ${value[2]});` : line;
    })
    .join("\n");
  const names = Object.keys(exports);
  const source = `(async ({ ${names.join(", ")} }, __check, console) => {{${givenFor({ entry, code })}\n{\n${checked}\n}}})`;
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
  });
  const promised: Promised[] = [];
  const check = (line: string, found: unknown, wanted: unknown): void =>
    void promised.push({ line, wanted, found: plain(found) });
  const run: unknown = runInThisContext(outputText);
  if (typeof run !== "function") throw new Error("no function");
  await run(exports, check, { log: () => undefined });
  return promised;
}

/** Typed arrays as lists, without a zero's sign. */
const plain = (value: unknown): unknown =>
  ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? Array.from(value as Float32Array, (x) => x + 0)
    : value;
