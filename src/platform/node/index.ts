export { type SharpCodecOptions, encodeJpeg, encodePng, sharpCodec } from "./codec/codec.ts";
export { ensureWritable, readFile, writeAtomic } from "./files/files.ts";
export { fileStore } from "./files/store.ts";
export { spillFile } from "./files/spill.ts";
export { openTree } from "./files/open.ts";
export { type NodeBackendOptions, engineWorkers, wasmBackend } from "./engineThreads.ts";
export { type Machine, thisMachine } from "./machine.ts";
export { peakBytes } from "./peakBytes.ts";
export { type Processor, prepareProcessor } from "./processor.ts";
