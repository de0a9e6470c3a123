export { FunctionBuilder, type LoopRange, by } from "./function.ts";
export { elementAt, f32x4, f64x2, flatIndex, i16x8, i32, i32x4, i8x16, v128 } from "./instructions.ts";
export {
  type Callable,
  type Instance,
  MAX_PAGES,
  PAGE,
  assemble,
  instantiate,
  link,
  upTo16,
} from "./module.ts";
export type { I32, I32Local, I32Locals, V128, V128Local } from "./values.ts";
