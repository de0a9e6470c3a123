import { vi } from "vitest";
import { runProgram } from "../../src/cli/program.ts";
import type { Outcome } from "./built.ts";
import { inFolder } from "./support.ts";

export interface Terminal {
  /** @default not a terminal */
  readonly columns?: number;
  /** Called for what is written to standard error, as it is written. */
  readonly onError?: (text: string) => void;
}

/** Runs one command line in this process, with what it prints; both streams are a terminal of `columns` where given. */
export async function ran(args: readonly string[], { columns, onError }: Terminal = {}): Promise<Outcome> {
  const printed = { out: "", err: "" };
  const write =
    (stream: keyof typeof printed) =>
    (text: string | Uint8Array): boolean => {
      const written = typeof text === "string" ? text : new TextDecoder().decode(text);
      printed[stream] += written;
      if (stream === "err") onError?.(written);
      return true;
    };
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation(write("out")),
    vi.spyOn(process.stderr, "write").mockImplementation(write("err")),
  ];
  const restored = [process.stdout, process.stderr].flatMap((stream) => [
    withProperty(stream, "isTTY", columns !== undefined),
    withProperty(stream, "columns", columns),
  ]);
  try {
    const code = await runProgram(args);
    return { code, ...printed };
  } finally {
    for (const restore of restored) restore();
    for (const spy of spies) spy.mockRestore();
  }
}

/** Runs one command line in this process on the files of `folder`, as `fovea` of ./built.ts does in one of its own. */
export async function ranIn(folder: string, args: readonly string[]): Promise<Outcome> {
  vi.stubEnv("FOVEA_DEBUG", "");
  return inFolder(folder, () => ran(args)).finally(() => vi.unstubAllEnvs());
}

/** Sets a property for a while; the answer puts back what was there. */
function withProperty(stream: NodeJS.WriteStream, name: "isTTY" | "columns", value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(stream, name);
  Object.defineProperty(stream, name, { value, configurable: true, writable: true });
  return () => {
    if (before) Object.defineProperty(stream, name, before);
    else Reflect.deleteProperty(stream, name);
  };
}

export const commands = [
  "demo",
  "audit",
  "train",
  "augment",
  "evaluate",
  "predict",
  "explain",
  "labels",
  "find-lr",
  "search",
  "compare",
  "datasets",
  "models",
  "summary",
  "bench",
  "cache",
] as const;
export type CommandName = (typeof commands)[number];

/** The arguments that a command cannot do without. */
export const needed: Readonly<Record<CommandName, readonly string[]>> = {
  demo: [],
  audit: ["cells"],
  train: ["cells"],
  augment: ["cells"],
  evaluate: ["run", "cells"],
  predict: ["run", "in"],
  explain: ["run"],
  labels: ["cells"],
  "find-lr": ["cells"],
  search: ["cells"],
  compare: ["one", "two"],
  datasets: [],
  models: [],
  summary: ["plain4"],
  bench: [],
  cache: ["ls"],
};
