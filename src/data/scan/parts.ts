import type { Part } from "../types.ts";

const usualNames: Readonly<Record<string, Part>> = {
  train: "train",
  training: "train",
  val: "validation",
  valid: "validation",
  validation: "validation",
  test: "test",
  testing: "test",
};

/** The part that a folder or a cell names, in any case; nothing for other names. */
export function partNamed(name: string): Part | undefined {
  const small = name.toLowerCase();
  return Object.hasOwn(usualNames, small) ? usualNames[small] : undefined;
}
