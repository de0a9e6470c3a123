import { setTimeout } from "node:timers/promises";
import { type DownloadServices, type Services, datasets } from "../app/index.ts";
import {
  cachePlace,
  decoderVersions,
  encodeJpeg,
  encodePng,
  fileCache,
  fileStore,
  largeFiles,
  memoryHere,
  openTree,
  sharpCodec,
  spillFile,
  thisMachine,
  wasmBackend,
} from "../platform/node/index.ts";
import { invocation } from "./commands/invocation.ts";
import { version } from "./version.ts";

/** What is kept from run to run, where the environment says; nothing where it says "off". */
function cacheHere(): Services["cache"] {
  const place = cachePlace(process.env);
  return (
    place && fileCache({ ...place, version: `${version()}, ${decoderVersions()}`, now: () => Date.now() })
  );
}

interface ServicesOptions {
  /** Whether images are taken from what earlier runs kept, and kept for later ones. @default false */
  readonly cache?: boolean;
}

/** What the verbs need, from this machine. */
export const nodeServices = ({ cache = false }: ServicesOptions = {}): Services => ({
  versions: versionsHere(),
  invocation: invocation(),
  openTree,
  codec: sharpCodec(),
  ...(cache && { cache: cacheHere() }),
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

/** What downloading needs, from this machine. */
export const downloadServices = (): DownloadServices => ({
  files: fileStore,
  largeFiles,
  fetch: (url, init) => fetch(url, init),
  sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
  now: () => Date.now(),
  datasets: datasets(),
});

function versionsHere(): Services["versions"] {
  const { runtime, system } = thisMachine();
  return { fovea: version(), runtime, system };
}
