export { type Bundle, readBundle, writeBundle } from "./bundle.ts";
export { type Proof, proofSize, verifyProof } from "./proof.ts";
export { type TensorRecord, readRecord, writeRecord } from "./record.ts";
export { type TensorFile, readSafetensors, writeSafetensors } from "./safetensors.ts";
