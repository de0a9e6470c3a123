import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import type { Command } from "commander";
import { cliReference } from "../../scripts/docs/cliReference.ts";
import { entries } from "../../src/cli/entries.ts";
import { programOf } from "../../src/cli/program.ts";

test("docs/cli.md is what the commands say of themselves", async () => {
  expect(await readFile("docs/cli.md", "utf8"), "npm run docs writes it anew").toBe(await cliReference());
});

describe.each(entries)("the examples of $name", ({ name, examples }) => {
  let command: Command | undefined;
  beforeAll(async () => {
    const program = await programOf(
      (wanted) => wanted === name,
      () => undefined,
    );
    command = program.commands.find((one) => one.name() === name);
  });

  test("can be typed as they stand", () => {
    expect(examples).not.toEqual([]);
    for (const { line } of examples) {
      const [program, verb, ...words] = line.replace(/ > .*/, "").split(" ");
      expect([program, verb]).toEqual(["fovea", name]);
      // Throws where a value is out of range.
      const { operands = [], unknown } = command?.parseOptions(words) ?? {};
      expect(unknown, line).toEqual([]);
      const takes = command?.registeredArguments ?? [];
      expect(operands.length, line).toBeGreaterThanOrEqual(takes.filter(({ required }) => required).length);
      if (!takes.some(({ variadic }) => variadic))
        expect(operands.length, line).toBeLessThanOrEqual(takes.length);
    }
  });
});
