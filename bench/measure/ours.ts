import { fileURLToPath } from "node:url";
import type { Entrant } from "./contestant.ts";
import type { Work } from "./works.ts";

/** What a child of ours is told. */
export interface OursOptions {
  readonly work: Work;
  readonly threads: number;
  /** Round each product and sum by itself. */
  readonly exact: boolean;
  /** Folder of compiled layers. @default the source */
  readonly built?: string;
}

/** Arguments that let Node run a TypeScript file of the bench. */
export const runTypeScript = (file: URL, options: unknown): readonly string[] => [
  "--import",
  import.meta.resolve("tsx"),
  fileURLToPath(file),
  JSON.stringify(options),
];

/** Fovea in a process of its own, on the Node binary `node`. */
export const ours = (node: string, options: OursOptions): Entrant => ({
  name: "Fovea",
  command: node,
  args: runTypeScript(new URL("./oursSteps.ts", import.meta.url), options),
});
