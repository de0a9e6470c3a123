import { totalmem } from "node:os";
import type { Services } from "../app/index.ts";
import {
  encodeJpeg,
  encodePng,
  fileStore,
  openTree,
  sharpCodec,
  spillFile,
  thisMachine,
  wasmBackend,
} from "../platform/node/index.ts";
import { invocation } from "./commands/invocation.ts";
import { version } from "./version.ts";

/** What the verbs need, from this machine. */
export const nodeServices = (): Services => ({
  versions: versionsHere(),
  invocation: invocation(),
  openTree,
  codec: sharpCodec(),
  encodePng,
  encodeJpeg,
  openSpill: spillFile,
  openBackend: wasmBackend,
  files: fileStore,
  clock: () => performance.now(),
  // Leaves room for the system, the decoded images and the reader's browser; a container's limit counts.
  memoryBytes: Math.min(totalmem(), process.constrainedMemory() || totalmem()) * 0.6,
});

function versionsHere(): Services["versions"] {
  const { runtime, system } = thisMachine();
  return { fovea: version(), runtime, system };
}
