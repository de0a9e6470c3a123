export { type Bundle, onlyNet, readBundle, readNets, writeBundle, writeEnsemble } from "./bundle.ts";
export { asClassifier, classifierIn, isBinary } from "./classifier.ts";
export { type Proof, proofSize, verifyProof } from "./proof.ts";
export { readRecord, writeRecord } from "./record.ts";
export { readSafetensors, writeSafetensors } from "./safetensors.ts";
