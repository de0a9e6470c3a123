import { describe, expect, test } from "vitest";
import { FoveaError, fault, reasonOf } from "../../src/base/index.ts";

describe("fault", () => {
  test("joins who, expected, received and fix in that order", () => {
    const error = fault("conv2d: x", {
      expected: "4 axes [N, H, W, C]",
      received: "shape [32, 32, 3]",
      fix: "add a batch axis",
    });
    expect(error.message).toBe(
      "conv2d: x: expected 4 axes [N, H, W, C], received shape [32, 32, 3]; add a batch axis",
    );
  });

  test.each([
    [{}, "who: "],
    [{ expected: "a" }, "who: expected a"],
    [{ received: "b" }, "who: received b"],
    [{ fix: "c" }, "who: c"],
    [{ expected: "a", fix: "c" }, "who: expected a; c"],
    [{ received: "b", fix: "c" }, "who: received b; c"],
    [{ expected: "", received: "b" }, "who: received b"],
  ])("writes only the parts of %j", (parts, message) => {
    expect(fault("who", parts).message).toBe(message);
  });

  test("fails with exit code 1 unless told that the call was wrong", () => {
    expect(fault("who", {}).exitCode).toBe(1);
    expect(fault("who", { exitCode: 2 }).exitCode).toBe(2);
  });

  test("keeps the cause, and has none where none is given", () => {
    const cause = new TypeError("deep");
    expect(fault("who", { cause }).cause).toBe(cause);
    expect("cause" in fault("who", {})).toBe(false);
  });

  test("makes an Error that can be told from a bug by its class and name", () => {
    const error: unknown = fault("who", {});
    expect(error).toBeInstanceOf(FoveaError);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).name).toBe("FoveaError");
    expect(String(error)).toBe("FoveaError: who: ");
  });
});

describe("reasonOf", () => {
  test("drops the path that the message begins with, and only that", () => {
    const error = fault("a/b.png", { expected: "an image", received: "a/b.png: text" });
    expect(reasonOf(error, "a/b.png")).toBe("expected an image, received a/b.png: text");
  });

  test("keeps a message about something else", () => {
    const error = fault("a/b.png", { expected: "an image" });
    expect(reasonOf(error, "a/b")).toBe("a/b.png: expected an image");
    expect(reasonOf(error, "b.png")).toBe("a/b.png: expected an image");
  });

  test("throws what is not a FoveaError, since that is a bug", () => {
    const bug = new RangeError("index 7");
    expect(() => reasonOf(bug, "a")).toThrow(bug);
    expect(() => reasonOf("text", "a")).toThrow("text");
  });
});
