export { type NdArray, type Numbers, ndarray } from "./array.ts";
export { type Fault, FoveaError, fault } from "./errors.ts";
export { type Random, hashText, mixBits, portableLog, seeded } from "./random.ts";
export { type Shape, sameShape, showShape, sizeOf, stridesOf } from "./shape.ts";
