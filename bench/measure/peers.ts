import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { LEARNING_RATE } from "../../src/app/bench/workload.ts";
import type { OnnxOptions } from "../peers/onnxSteps.ts";
import type { TfjsOptions } from "../peers/tfjsSteps.ts";
import type { Entrant } from "./contestant.ts";
import type { Group } from "./goals.ts";
import { runTypeScript } from "./ours.ts";
import type { Python } from "./python.ts";
import type { Work } from "./works.ts";

/** A peer that can do a work. */
export interface Peer extends Entrant {
  readonly group: Group;
}

/** What was found on this machine. */
export interface Found {
  readonly python?: Python;
  readonly threads: number;
}

/** Glibc keeps freed memory for the next step instead of giving it back to the system. */
const KEEP_MEMORY = {
  MALLOC_TRIM_THRESHOLD_: "8589934592",
  MALLOC_TOP_PAD_: "268435456",
  MALLOC_MMAP_THRESHOLD_: "8589934592",
};

const pythonPeer = (
  { path }: Python,
  { script, ...options }: { script: string; work: Work; threads: number; variant: string },
): Pick<Entrant, "command" | "args"> => ({
  command: path,
  args: [
    fileURLToPath(new URL(`../peers/${script}`, import.meta.url)),
    JSON.stringify({ ...options, learningRate: LEARNING_RATE }),
  ],
});

function torchPeers(work: Work, { python, threads }: Found): Peer[] {
  if (!python?.versions["torch"]) return [];
  const peer = (variant: string): Pick<Entrant, "command" | "args"> =>
    pythonPeer(python, { script: "torch_steps.py", work, threads, variant });
  return [
    { name: "PyTorch as installed", group: "other", ...peer("default") },
    { name: "PyTorch tuned", group: "float32", env: KEEP_MEMORY, ...peer("tuned") },
    { name: "PyTorch compiled", group: "float32", env: KEEP_MEMORY, ...peer("compiled") },
    { name: "PyTorch bfloat16", group: "bfloat16", env: KEEP_MEMORY, ...peer("bfloat16") },
  ];
}

function kerasPeers(work: Work, { python, threads }: Found): Peer[] {
  if (!python?.versions["keras"]) return [];
  const peer = (variant: string): Pick<Entrant, "command" | "args"> =>
    pythonPeer(python, { script: "keras_steps.py", work, threads, variant });
  return [
    { name: "Keras", group: "float32", ...peer("float32") },
    { name: "Keras without XLA", group: "float32", ...peer("float32-graph") },
    { name: "Keras bfloat16", group: "bfloat16", ...peer("bfloat16") },
    { name: "Keras bfloat16 without XLA", group: "bfloat16", ...peer("bfloat16-graph") },
  ];
}

const { resolve } = createRequire(import.meta.url);

function isInstalled(name: string): boolean {
  try {
    return resolve(name) !== "";
  } catch {
    return false;
  }
}

/** Those that predict only, in this very Node, and know only the tutorial's net. */
function nodePeers(work: Work, { threads }: Found): Peer[] {
  const script = (name: string): URL => new URL(`../peers/${name}`, import.meta.url);
  const onnx = (runtime: OnnxOptions["runtime"]): Pick<Entrant, "command" | "args"> => ({
    command: process.execPath,
    args: runTypeScript(script("onnxSteps.ts"), { work, threads, runtime } satisfies OnnxOptions),
  });
  const all: readonly (Peer & { readonly needs: string })[] = [
    {
      name: "ONNX Runtime (Node)",
      group: "onnxruntime",
      needs: "onnxruntime-node",
      ...onnx("onnxruntime-node"),
    },
    { name: "ONNX Runtime Web", group: "other", needs: "onnxruntime-web", ...onnx("onnxruntime-web") },
    {
      name: "TensorFlow.js WASM, 1 thread",
      group: "tfjs",
      needs: "@tensorflow/tfjs",
      command: process.execPath,
      args: runTypeScript(script("tfjsSteps.ts"), { work } satisfies TfjsOptions),
    },
  ];
  return work.mode === "predict" && work.net === "tutorial"
    ? all.filter(({ needs }) => isInstalled(needs))
    : [];
}

/** Every peer that was found and can do this work. */
export const peersFor = (work: Work, found: Found): readonly Peer[] => [
  ...torchPeers(work, found),
  ...kerasPeers(work, found),
  ...nodePeers(work, found),
];
