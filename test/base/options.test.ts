import { describe, expect, test } from "vitest";
import { checkOptions, showValue } from "../../src/base/index.ts";

const known = { batchSize: true, learningRate: true, epochs: true } as const;
const check = (options: unknown, hints = {}): void =>
  checkOptions("model.fit", options as Record<keyof typeof known, unknown>, known, hints);

describe("options", () => {
  test("of all known names pass, also where there are none", () => {
    check({ batchSize: 1, epochs: 2 });
    check({});
    check({ epochs: undefined });
  });

  test.each([
    [
      "batch_size",
      /^model\.fit: batch_size: expected one of batchSize, learningRate, epochs, received "batch_size"; use batchSize$/,
    ],
    ["BATCHSIZE", /use batchSize$/],
    ["epoch", /use epochs$/],
    ["lr", /use learningRate$/],
    ["callbacks", /received "callbacks"$/],
  ])("an unknown one, %s, is an error with the nearest known name", (key, message) => {
    expect(() => check({ [key]: 1 })).toThrow(message);
  });

  test("a word of another library is answered with what to do, however it is spelled", () => {
    for (const key of ["validationSplit", "validation_split"])
      expect(() => check({ [key]: 0.2 }, { validationSplit: "give validationData" })).toThrow(
        /; give validationData$/,
      );
  });

  test.each([
    [10, /^model\.fit: expected an object of options, such as \{ batchSize: 10 \}, received 10$/],
    ["adam", /such as \{ batchSize: "adam" \}/],
    [null, /such as \{ batchSize: … \}, received null/],
    [[1], /received \[1\]/],
    [new Float32Array(3), /received a value of type Float32Array/],
    [() => 1, /received a function/],
  ])("that are no object are an error with an example: %s", (given, message) => {
    expect(() => check(given)).toThrow(message);
  });
});

test("a value is shown whole where it is short, else by its kind", () => {
  expect([undefined, NaN, "a", { a: 1 }, [1, [2]], true].map(showValue)).toEqual([
    "nothing",
    "NaN",
    '"a"',
    '{"a":1}',
    "[1,[2]]",
    "true",
  ]);
  expect(showValue(Array.from({ length: 99 }, () => 7))).toBe("a list of 99");
  expect(showValue(new Map())).toBe("a value of type Map");
  expect(showValue(Object.create(null))).toBe("{}");
});
