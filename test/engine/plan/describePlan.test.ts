import { describe, expect, test } from "vitest";
import {
  type Program,
  add,
  conv2d,
  createGraph,
  flatten,
  input,
  matmul,
  maxPool2d,
  parameter,
  relu,
  planProgram,
} from "../../../src/engine/index.ts";
import { trainingStep } from "./programs.ts";

/** y = pool(relu(x ∘ w + b)) · dense: one 3x3 convolution, one product. */
function smallNet(): Program {
  const graph = createGraph();
  const x = input(graph, "x", [2, 4, 4, 3]);
  const [w, b] = [parameter(graph, "w", [3, 3, 3, 8]), parameter(graph, "b", [8])];
  const map = maxPool2d(relu(add(conv2d(x, w, { padding: "same" }), b)));
  return { graph, outputs: { y: matmul(flatten(map), parameter(graph, "dense", [32, 3])) } };
}

const linesOf = (program: Program): readonly string[] => String(planProgram(program)).split("\n");

/** The lines from the one that starts with `title` to the next empty one, without it. */
function sectionOf(lines: readonly string[], title: string): readonly string[] {
  const start = lines.findIndex((line) => line.startsWith(title));
  const length = [...lines, ""].slice(start).indexOf("");
  return lines.slice(start + 1, start + length);
}

/** The cells of a row: what two spaces or more part. */
const cells = (line: string): readonly string[] => line.trim().split(/ {2,}/);

describe("a plan as a string", () => {
  const lines = linesOf(smallNet());

  test("says first how much work it is", () => {
    // 2 images of 4 x 4 pixels, 9 taps, 3 channels, 8 filters; 2 rows of 32 numbers times 3 columns; two operations a product.
    const flop = 2 * (2 * 16 * 9 * 3 * 8 + 2 * 32 * 3);
    // Four bytes for each of 9 · 3 · 8 weights, 8 biases and 32 · 3 weights.
    const bytes = 4 * (216 + 8 + 96);
    expect([flop, bytes]).toEqual([14_208, 1280]);
    expect(lines[0]).toBe("6 nodes of the graph as 4 kernels: 14,208 FLOP, 1,280 bytes of parameters");
  });

  test("has a row for every pass, with what it changed and what it left", () => {
    expect(sectionOf(lines, "Passes").map(cells)).toEqual([
      ["size", "stores", "operations", "in place", "hoisted"],
      ["constant folding", "6 nodes", "7", "0", "0", "0"],
      // The pooling's positions are a store of their own, and flattening none.
      ["lowering", "6 nodes → 6 ops", "7 → 6", "0 → 10", "0", "0"],
      ["epilogue fusion", "6 ops → 3 ops", "6 → 3", "10 → 0", "0", "0"],
      ["algorithm selection", "3 ops → 4 kernels", "3 → 5", "0 → 3", "0", "0"],
      ["loop fusion", "4 kernels", "5", "3", "0", "0"],
      ["dead-store elimination", "4 kernels", "5", "3", "0", "0"],
      ["rematerialisation", "4 kernels", "5", "3", "0", "0"],
      ["common subexpression elimination", "4 kernels", "5", "3", "0", "0"],
      ["dead-store elimination", "4 kernels", "5", "3", "0", "0"],
      ["in-place updates", "4 kernels", "5", "3", "0", "0"],
      ["hoisting", "4 kernels", "5", "3", "0", "0 → 2"],
    ]);
  });

  test("names the algorithm of each convolution and product, and the cost of the others where there are some", () => {
    expect(sectionOf(lines, "Algorithms").map(cells)).toEqual([
      ["work", "chosen", "cost of the others"],
      ["conv2d+bias+pool+relu 3x3 2x4x4x3 -> 8", "direct"],
      ["product 2x32 · 32x3", "packed product"],
    ]);
    const [, first] = sectionOf(linesOf(trainingStep()), "Algorithms").map(cells);
    expect(first?.slice(0, 2)).toEqual(["conv2d 3x3 4x8x8x4 -> 8", expect.any(String)]);
    expect(first?.[2]).toMatch(/^(direct|Winograd F\(\dx\d\)) \d+\.\d\d, /);
  });

  test("lists the kernels in their order with work, bytes and buffers", () => {
    expect(lines.find((line) => line.startsWith("Kernels"))).toContain(
      "; the first 2 run again only after a parameter has changed that the program does not update",
    );
    expect(sectionOf(lines, "Kernels").map(cells)).toEqual([
      ["kernel", "FLOP", "bytes", "reads", "writes"],
      // 27 rows of 8 filters, read and written; 32 rows of 3 columns, written as 8.
      ["0", "pack filters 1x27x8", "1,728", "#1", "#12"],
      ["1", "pack matrix 1x32x8x1", "1,408", "#10", "#13"],
      ["2", "direct: conv2d+bias+pool+relu 2x4x4x3 -> 8", "13,824", "1,600", "#0 #12 #2", "#8 #7"],
      ["3", "product: matmul 2x32x3", "384", "1,304", "#9 #13", "#11"],
    ]);
  });

  test("lists the buffers with their sizes, places and the kernels that need them", () => {
    const rows = sectionOf(lines, "Buffers").map(cells);
    expect(rows[0]).toEqual(["buffer", "shape", "type", "bytes", "location", "needed"]);
    const row = (id: string) => rows.find(([first]) => first === id);
    expect(row("#0")).toEqual([
      "#0",
      "input x",
      "[2, 4, 4, 3]",
      "f32",
      "384",
      expect.stringMatching(/^arena \+ [\d,]+$/),
      "start - 2",
    ]);
    expect([row("#12")?.[1], row("#13")?.[1]]).toEqual(["packed filters", "packed matrix"]);
    expect(row("#1")).toEqual(["#1", "parameter w", "[3, 3, 3, 8]", "f32", "864", "its own", "always"]);
    // What the prologue packs outlasts the run; the pooling's positions are a byte each.
    expect(row("#12")?.at(-1)).toBe("start - end");
    expect(row("#7")?.slice(2, 5)).toEqual(["[2, 2, 2, 8]", "u8", "64"]);
    expect(row("#9")?.slice(-2)).toEqual(["view of #8", "2 - 3"]);
    expect(row("#11")?.at(-1)).toBe("3 - end");
  });

  test("says how much of the arena is needed at once", () => {
    // Packed filters 864 (896 in whole cache lines) and matrix 1,024 always; during kernel 2 also x 384, the map 256 and its positions 64.
    expect(lines.find((line) => line.startsWith("Buffers"))).toContain(
      "arena: 2,624 bytes, of which 2,624 are needed at once at most",
    );
  });

  test("explains every column of numbers", () => {
    const explained = new Set(sectionOf(lines, "Legend").map((line) => cells(line)[0]));
    const heads = ["Passes", "Kernels", "Buffers"].flatMap((title) =>
      cells(sectionOf(lines, title)[0] ?? ""),
    );
    const plain = new Set(["kernel", "reads", "writes", "buffer", "shape", "type", "location"]);
    expect(heads.filter((head) => !plain.has(head) && !explained.has(head))).toEqual([]);
  });

  test("has its columns under one another and no spaces at the ends of lines", () => {
    const starts = (title: string, cell: RegExp): ReadonlySet<number> =>
      new Set(
        sectionOf(lines, title)
          .slice(1)
          .map((line) => line.search(cell)),
      );
    expect(starts("Buffers", /\b(f32|u8)\b/).size).toBe(1);
    expect(starts("Algorithms", /direct|packed product/).size).toBe(1);
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  });
});

describe("a plan as a string", () => {
  test("of a training step shows which results stand in parameters, and what it computes once: the loss's own gradient", () => {
    const lines = linesOf(trainingStep());
    const buffers = sectionOf(lines, "Buffers").map(cells);
    expect(buffers.filter((row) => row.includes("in parameter w"))).toHaveLength(1);
    const standing = buffers.filter((row) => row.some((cell) => cell.startsWith("in parameter ")));
    const inPlace = sectionOf(lines, "Passes").find((line) => line.includes("in-place updates"));
    expect(cells(inPlace ?? "").slice(-2)).toEqual([`0 → ${standing.length}`, "0"]);
    expect(lines.find((line) => line.startsWith("Kernels"))).toContain("the first 1 run again only");
  });

  test("shortens the names of many ops in one kernel", () => {
    const graph = createGraph();
    let y = input(graph, "x", [4]);
    for (let i = 0; i < 5; i++) y = relu(add(y, input(graph, `x${i}`, [4])));
    const [, row] = sectionOf(linesOf({ graph, outputs: { y } }), "Kernels").map(cells);
    expect(row?.[1]).toBe("add, relu, add, ... (10 ops) 4");
  });

  test("of a program without convolutions and products leaves their table out", () => {
    const graph = createGraph();
    const lines = linesOf({ graph, outputs: { y: relu(input(graph, "x", [4])) } });
    expect(lines[0]).toBe("1 node of the graph as 1 kernel: 0 FLOP, 0 bytes of parameters");
    expect(lines.some((line) => line.startsWith("Algorithms"))).toBe(false);
  });
});
