import { fault, isObject } from "../../base/index.ts";

/** Merges within merges: far more than any net has, and few enough for the stack of every runtime. */
const maxDepth = 256;

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** The branches of a layer, which may come from a file or be a function with fields. */
function branchesOf(layer: unknown): readonly unknown[] {
  const branches: unknown =
    isObject(layer) || typeof layer === "function" ? Reflect.get(layer, "branches") : [];
  return isList(branches) ? branches : [];
}

/** @throws where merges stand in merges deeper than can be read */
export function checkNesting(who: string, layers: unknown): void {
  let level: readonly unknown[] = isList(layers) ? layers : [];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) {
      throw fault(who, {
        expected: `at most ${maxDepth} merges within one another`,
        received: "more",
        fix: "name the layers' inputs, which needs no nesting",
        exitCode: 2,
      });
    }
    level = level.flatMap(branchesOf).flatMap((branch) => (isList(branch) ? branch : []));
  }
}
