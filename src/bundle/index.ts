export { type TensorFile, readSafetensors, writeSafetensors } from "./safetensors.ts";
