import { describe, expect, test } from "vitest";
import type { Nest } from "../../../../src/engine/kernels/index.ts";
import { pack, packFlipped } from "../../../../src/engine/plan/algorithms/pack.ts";
import { runNest, separateMemory } from "../../interpret/nest.ts";
import { buffer, contextOf, geometry } from "../hand.ts";

/** What a packing nest makes of the numbers 1, 2, 3, ... */
function packed(nest: Nest, count: number): readonly number[] {
  const memory = separateMemory();
  const [read] = [buffer(0, [count])];
  memory.set(
    read,
    Float64Array.from({ length: count }, (_, i) => i + 1),
  );
  runNest(nest, (one) => (one.id === 0 ? memory(read) : memory(one)));
  const [write] = nest.writes;
  return write ? [...memory(write.access.buffer)] : [];
}

describe("packing", () => {
  test("puts the columns of a matrix side by side in panels, with zeros beyond the last", () => {
    // B [2, 3]: 1 2 3 / 4 5 6. One panel of eight columns.
    const nest = pack(contextOf(), {
      label: "pack",
      from: buffer(0, [2, 3]),
      to: buffer(1, [16]),
      outputs: 3,
      stride: 1,
      rows: [[2, 3]],
    });
    expect(packed(nest, 6)).toEqual([1, 2, 3, 0, 0, 0, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0]);
  });

  test("takes the rows of a matrix that stands turned", () => {
    // B stored [3, 2]: columns of the product are 1 2, 3 4, 5 6.
    const nest = pack(contextOf(), {
      label: "pack",
      from: buffer(0, [3, 2]),
      to: buffer(1, [16]),
      outputs: 3,
      stride: 2,
      rows: [[2, 1]],
    });
    expect(packed(nest, 6)).toEqual([1, 3, 5, 0, 0, 0, 0, 0, 2, 4, 6, 0, 0, 0, 0, 0]);
  });

  test("fills whole panels one after the other, without asking where the last column is", () => {
    // B [2, 16]: rows 1..16 and 17..32; the first panel holds columns 1 to 8 of both rows.
    const nest = pack(contextOf(), {
      label: "pack",
      from: buffer(0, [2, 16]),
      to: buffer(1, [32]),
      outputs: 16,
      stride: 1,
      rows: [[2, 16]],
    });
    expect(nest.guards).toEqual([]);
    const run = (from: number): number[] => Array.from({ length: 8 }, (_, i) => from + i);
    expect(packed(nest, 32)).toEqual([...run(1), ...run(17), ...run(9), ...run(25)]);
  });

  test("turns filters round and swaps channels with filters for the input gradient", () => {
    // Filters [1, 2, 2, 3]: taps 0 and 1, channels 0 and 1, filters 0 to 2: the number is 1 + 6 tap + 3 channel + filter.
    const g = geometry({ filterHeight: 1, filterWidth: 2, channels: 2, filters: 3 });
    const nest = packFlipped(contextOf(), { from: buffer(0, [1, 2, 2, 3]), to: buffer(1, [48]) }, g);
    // Last tap first; within it filter after filter the two channels, then six zeros.
    const rows = [
      [7, 10],
      [8, 11],
      [9, 12],
      [1, 4],
      [2, 5],
      [3, 6],
    ];
    expect(packed(nest, 12)).toEqual(rows.flatMap((row) => [...row, 0, 0, 0, 0, 0, 0]));
  });
});
