export { FunctionBuilder, type Range } from "./function.ts";
export { elementAt, f32x4, i16x8, i32, i32x4, i8x16, v128 } from "./instructions.ts";
export { type Functions, type Instance, assemble, instantiate } from "./module.ts";
export type { I32, I32Local, Local, Tuple, V128, V128Local, Value, ValueType } from "./values.ts";
