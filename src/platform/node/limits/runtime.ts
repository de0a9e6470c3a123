import { fault } from "../../../base/index.ts";
import { computesVectors } from "../../../engine/index.ts";
import { takeAddressSpace } from "./addressSpace.ts";
import { nodeArguments } from "./nodeArguments.ts";

/** Below this a small training already reaches the limit, and V8 ends the process without an error that could be caught. */
const MIN_HEAP_MB = 48;

/** What decides whether Fovea can run in a process. */
export interface Runtime {
  readonly computesVectors: boolean;
  /** Node's own arguments, on the command line and in NODE_OPTIONS. */
  readonly nodeArguments: readonly string[];
}

/** Memories of this thread, in which its processor is tried and pixels are summed. */
const memoriesHere = 2;

let checked = false;

/** Refuses a process in which nothing could be computed, or which V8 would end soon. Looks once. @throws naming what is missing */
export function checkRuntime(): void {
  if (checked) return;
  // To see whether vectors are there needs a memory.
  if ("WebAssembly" in globalThis) takeAddressSpace({ threads: 0, memories: memoriesHere });
  refuseRuntime({ computesVectors: computesVectors(), nodeArguments: nodeArguments() });
  checked = true;
}

/** @throws where something is missing */
export function refuseRuntime({ computesVectors, nodeArguments }: Runtime): void {
  if (!computesVectors) {
    throw fault("WebAssembly", {
      expected: "an engine and a processor with WebAssembly and its vectors (SIMD)",
      received: "none",
      fix: "start Node without --jitless and other flags that turn them off; x86 processors need SSE 4.1",
      ofProcess: true,
    });
  }
  const heap = heapLimitOf(nodeArguments);
  if (heap === undefined || heap >= MIN_HEAP_MB) return;
  throw fault("--max-old-space-size", {
    expected: `${MIN_HEAP_MB} MB or more`,
    received: `${heap}`,
    fix: "start Node with a larger one, or without it",
    ofProcess: true,
  });
}

/** Megabytes of the JavaScript heap that Node was told to keep to. */
function heapLimitOf(given: readonly string[]): number | undefined {
  const said = given.flatMap((argument) => /^--max[-_]old[-_]space[-_]size=(\d+)$/.exec(argument)?.[1] ?? []);
  return said.length > 0 ? Number(said.at(-1)) : undefined;
}
