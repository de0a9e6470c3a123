import { describe, expect, test } from "vitest";
import { monitorMeant, monitorNames } from "../../../src/app/index.ts";
import { FoveaError } from "../../../src/base/index.ts";
import { oneOf, positiveNumber, wholeNumber } from "../../../src/cli/commands/parsers.ts";

/** The error of a wrong value: its words and its exit code. */
function refusal(parse: (text: string) => unknown, text: string): FoveaError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof FoveaError) return error;
    throw error;
  }
  throw new Error(`"${text}" was taken`);
}

describe("a whole number", () => {
  const parse = wholeNumber("--n", 2, 10);

  test.each([
    ["2", 2],
    ["10", 10],
    ["007", 7],
  ])("%s", (text, expected) => {
    expect(parse(text)).toBe(expected);
  });

  test.each(["1", "11", "2.5", "-3", "1e1", "", " 4", "four", "99999999999999999999"])(
    "%j is refused with the option and the range, as wrong use",
    (text) => {
      const { message, exitCode } = refusal(parse, text);
      expect(message).toContain("--n");
      expect(message).toContain("from 2 to 10");
      expect(message).toContain(`"${text}"`);
      expect(exitCode).toBe(2);
    },
  );

  test("without an upper bound the range names only the lower one", () => {
    expect(refusal(wholeNumber("--n", 1), "0").message).toContain("1 or more");
  });
});

describe("one of a few names", () => {
  const parse = oneOf("--monitor", ["accuracy", "macroF1"]);

  test("is written in lower case with hyphens", () => {
    expect([parse("accuracy"), parse("macro-f1")]).toEqual(["accuracy", "macroF1"]);
  });

  test.each([
    ["acuracy", /accuracy, macro-f1.*did you mean accuracy/],
    ["macrof1", /did you mean macro-f1/],
    ["speed", /accuracy, macro-f1, received "speed"$/],
  ])("%s is refused with all of them and the nearest", (text, says) => {
    expect(refusal(parse, text)).toMatchObject({ message: expect.stringMatching(says), exitCode: 2 });
  });
});

test("a word of another program leads to ours where it is known", () => {
  const parse = oneOf("--monitor", monitorNames, monitorMeant);
  const meant = (text: string): string => refusal(parse, text).message;
  expect(meant("val_loss")).toMatch(/did you mean loss\?$/);
  expect(meant("val_acc")).toMatch(/did you mean accuracy\?$/);
  expect(meant("val_balanced_accuracy")).toMatch(/did you mean balanced-accuracy\?$/);
  expect(meant("val_speed")).not.toContain("did you mean");
});

describe("a number above 0", () => {
  test.each([
    ["0.001", 0.001],
    ["1e-3", 0.001],
    ["5", 5],
  ])("%s", (text, expected) => {
    expect(positiveNumber("--lr")(text)).toBe(expected);
  });

  test.each(["0", "-1", "", "  ", "abc", "Infinity", "NaN", "0,5"])("%j is refused", (text) => {
    expect(refusal(positiveNumber("--lr"), text).exitCode).toBe(2);
  });

  test("a bound itself is refused", () => {
    expect(positiveNumber("--validation", { below: 1 })("0.999")).toBe(0.999);
    expect(refusal(positiveNumber("--validation", { below: 1 }), "1").message).toContain("below 1");
  });
});

describe("one of a few names", () => {
  const parse = oneOf("--optimizer", ["adam", "sgd"]);

  test("a name is taken as it is", () => {
    expect(parse("sgd")).toBe("sgd");
  });

  test.each(["Adam", "adam ", "", "rmsprop"])("%j is refused with the names there are", (text) => {
    expect(refusal(parse, text).message).toContain("adam, sgd");
  });
});
