export { type SharpCodecOptions, encodeJpeg, encodePng, sharpCodec } from "./codec.ts";
export { ensureWritable, readFile, writeAtomic } from "./files.ts";
export { spillFile } from "./spill.ts";
export { openTree } from "./tree.ts";
export { type NodeBackendOptions, engineWorkers, wasmBackend } from "./engineThreads.ts";
export { type Machine, thisMachine } from "./machine.ts";
export { peakBytes } from "./peakBytes.ts";
export { type Processor, prepareProcessor } from "./processor.ts";
