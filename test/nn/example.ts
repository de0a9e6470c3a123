import { expect } from "vitest";
import { at } from "../../src/base/index.ts";
import { type Layer, sequential } from "../../src/nn/index.ts";
import { infer } from "./run.ts";

/** One layer with its numbers, an image, and what must come out. */
export interface Example {
  readonly layer: Layer;
  readonly parameters?: Readonly<Record<string, readonly number[]>>;
  readonly inputShape: readonly number[];
  readonly x: readonly number[];
  readonly gives: readonly number[];
}

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Fails where a layer in use gives other numbers. */
export async function expectExample({ layer, gives, ...given }: Example): Promise<void> {
  const found = await infer(sequential([layer]), given);
  expect(found).toHaveLength(gives.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(at(gives, i), 5);
}
