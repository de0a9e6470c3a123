import type { Services } from "../app/index.ts";
import {
  encodeJpeg,
  encodePng,
  fileStore,
  memoryHere,
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
  now: () => Date.now(),
  // Leaves room for the system and the reader's browser.
  memory: memoryHere(0.8),
});

function versionsHere(): Services["versions"] {
  const { runtime, system } = thisMachine();
  return { fovea: version(), runtime, system };
}
