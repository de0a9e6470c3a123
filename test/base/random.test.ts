import { describe, expect, test } from "vitest";
import { portableLog, seeded } from "../../src/base/index.ts";

describe("many uniform numbers at once", () => {
  test("are the very numbers that single draws give, from any state", () => {
    for (const seed of [0, 1, 0xffff_ffff]) {
      const [many, single] = [seeded(seed), seeded(seed)];
      for (const count of [1, 1_000, 0, 7]) {
        const drawn = new Float32Array(count);
        many.fillUniform(drawn, 0.3);
        expect(drawn).toEqual(Float32Array.from({ length: count }, () => 0.3 * (2 * single.next() - 1)));
      }
      expect(many.next()).toBe(single.next());
    }
  });
});

test("a normal number is what the ratio method gives when the logarithm decides every draw", () => {
  const [random, uniform] = [seeded(3), seeded(3)];
  const byLogarithm = (): number => {
    for (;;) {
      const u = 1 - uniform.next();
      const x = (1.7156 * (uniform.next() - 0.5)) / u;
      if (x * x <= -4 * portableLog(u)) return x;
    }
  };
  for (let i = 0; i < 100_000; i++) if (random.normal() !== byLogarithm()) expect.fail(`draw ${i}`);
});
