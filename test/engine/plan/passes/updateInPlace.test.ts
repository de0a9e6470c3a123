import { describe, expect, test } from "vitest";
import {
  type Program,
  type Value,
  add,
  affine,
  createGraph,
  input,
  matmul,
  parameter,
  reduceSum,
  reshape,
  transpose,
  update,
} from "../../../../src/engine/index.ts";
import { labelsOf } from "../hand.ts";
import { around } from "../programs.ts";

interface Values {
  readonly w: Value;
  readonly x: Value;
}

/** A program over the parameter w and the input x, both [4, 4], that updates what `make` says. */
function updating(make: (values: Values) => Program["outputs"]): Program {
  const graph = createGraph();
  return { graph, outputs: make({ w: parameter(graph, "w", [4, 4]), x: input(graph, "x", [4, 4]) }) };
}

/** Which parameters take their new values in place, and the labels of all kernels after the pass. */
function updated(program: Program): { inPlace: string[]; kernels: readonly string[] } {
  const [, { inPlace, kernels }] = around(program, "in-place updates");
  return { inPlace: [...inPlace.values()].map(({ name }) => name), kernels: labelsOf(kernels) };
}

describe("in-place updates write over a parameter", () => {
  test("where the new value reads the old one element by element", () => {
    const program = updating(({ w, x }) => {
      update(w, add(w, x));
      return {};
    });
    expect(updated(program)).toEqual({ inPlace: ["w"], kernels: ["add"] });
  });

  test("where nobody reads the old value at all", () => {
    const program = updating(({ w, x }) => {
      update(w, matmul(x, x));
      return {};
    });
    expect(updated(program).inPlace).toEqual(["w"]);
  });

  test("where earlier kernels read the old value in any order", () => {
    const program = updating(({ w, x }) => {
      const product = matmul(x, w);
      update(w, add(w, reshape(reduceSum(product, { axes: [0] }), [1, 4])));
      return {};
    });
    expect(updated(program).inPlace).toEqual(["w"]);
  });

  test("where the new value is known under another shape", () => {
    const program = updating(({ w, x }) => {
      update(w, reshape(affine(reshape(x, [16]), 2), [4, 4]));
      return {};
    });
    expect(updated(program)).toMatchObject({ inPlace: ["w"] });
  });
});

describe("in-place updates copy at the end", () => {
  test.each<[string, Program, readonly string[]]>([
    [
      "where the new value takes the old one's elements in another order",
      updating(({ w }) => {
        update(w, affine(transpose(w), 2));
        return {};
      }),
      ["copy"],
    ],
    [
      "where a product reads the old value while it writes the new one",
      updating(({ w, x }) => {
        update(w, matmul(x, w));
        return {};
      }),
      ["copy"],
    ],
    [
      "where a later kernel reads the old value",
      updating(({ w, x }) => {
        update(w, matmul(x, x));
        return { y: matmul(w, w) };
      }),
      ["copy"],
    ],
    [
      "where a later kernel reads the old value behind a new one made element by element",
      updating(({ w, x }) => {
        update(w, add(w, x));
        return { y: matmul(w, w) };
      }),
      ["copy"],
    ],
    [
      "where the new value is an input",
      updating(({ w, x }) => {
        update(w, x);
        return {};
      }),
      ["copy"],
    ],
    [
      "after keeping the old value where it is returned",
      updating(({ w, x }) => {
        update(w, add(w, x));
        return { w };
      }),
      ["snapshot", "copy"],
    ],
    [
      "after keeping each view of the old value that is returned",
      updating(({ w, x }) => {
        update(w, add(w, x));
        return { w, flat: reshape(w, [16]), same: w };
      }),
      ["snapshot", "snapshot", "copy"],
    ],
  ])("%s", (_, program, end) => {
    const { inPlace, kernels } = updated(program);
    expect(inPlace).toEqual([]);
    expect(kernels.slice(-end.length)).toEqual(end);
    expect(kernels.filter((label) => label === "copy" || label === "snapshot")).toEqual(end);
  });
});

test("a new value that is returned too stands in the parameter", () => {
  const program = updating(({ w, x }) => {
    const next = add(w, x);
    update(w, next);
    return { next };
  });
  expect(updated(program)).toEqual({ inPlace: ["w"], kernels: ["add"] });
});

test("a program without updates stays as it is", () => {
  const [before, after] = around(
    updating(({ w, x }) => ({ y: add(w, x) })),
    "in-place updates",
  );
  expect([after.kernels, after.inPlace.size]).toEqual([before.kernels, 0]);
});
