import { describe, expect, test } from "vitest";
import { refuseLargeBatch, refuseTooMuch } from "../../../src/app/data/memory.ts";

describe("memory", () => {
  const use = (total: number): Parameters<typeof refuseTooMuch>[0] => ({
    parameters: 0,
    working: total,
    code: 0,
    total,
  });

  test("is refused from the first byte too many on", () => {
    expect(() => refuseTooMuch(use(1000), 1000)).not.toThrow();
    expect(() => refuseTooMuch(use(1001), 1000)).toThrow(/^memory: /);
  });

  test("of a batch is its float32 RGB pixels", () => {
    expect(() => refuseLargeBatch({ count: 2, size: 10 }, 2400)).not.toThrow();
    expect(() => refuseLargeBatch({ count: 2, size: 10 }, 2399)).toThrow(/^memory: /);
  });
});
