import { PassThrough } from "node:stream";
import { afterEach, describe, expect, test, vi } from "vitest";
import { progressOn } from "../../../src/cli/terminal/progress.ts";
import { paintFor } from "../../../src/cli/terminal/style.ts";

afterEach(() => void vi.unstubAllEnvs());

/** A stream as the terminal, or a file, that keeps what is written. */
function stream({ isTTY, columns }: { readonly isTTY: boolean; readonly columns?: number }): {
  readonly out: NodeJS.WriteStream;
  readonly written: () => string;
} {
  const through = new PassThrough();
  const chunks: string[] = [];
  through.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  const out = Object.assign(through, { isTTY, columns, rows: 24 }) as unknown as NodeJS.WriteStream;
  return { out, written: () => chunks.join("") };
}

describe("where the output is no terminal", () => {
  test("lines are written as they are, rewritten ones are not", () => {
    const { out, written } = stream({ isTTY: false });
    const progress = progressOn(out);
    progress.line("one");
    progress.redraw("50%");
    progress.clear();
    progress.line();
    expect(written()).toBe("one\n\n");
    expect(progress.live).toBe(false);
  });

  test("its width counts as 80 columns", () => {
    expect(progressOn(stream({ isTTY: false }).out).width).toBe(80);
  });
});

describe("on a terminal", () => {
  test("a redrawn line is replaced, and a line that stays comes before it", () => {
    vi.stubEnv("TERM", "xterm");
    const { out, written } = stream({ isTTY: true, columns: 40 });
    const progress = progressOn(out);
    progress.redraw("10%");
    progress.redraw("20%");
    progress.line("stays");
    progress.clear();
    expect(progress.width).toBe(40);
    const text = written();
    expect(text.indexOf("10%")).toBeLessThan(text.indexOf("20%"));
    expect(text).toContain("\u001B[");
    expect(text).toContain("stays\n");
  });

  test("a dumb terminal gets plain lines", () => {
    vi.stubEnv("TERM", "dumb");
    const { out, written } = stream({ isTTY: true });
    const progress = progressOn(out);
    progress.redraw("10%");
    expect(progress.live).toBe(false);
    expect(written()).toBe("");
  });
});

describe("colours", () => {
  test.each([
    [{ isTTY: true, NO_COLOR: "", TERM: "xterm" }, true],
    [{ isTTY: false, NO_COLOR: "", TERM: "xterm" }, false],
    [{ isTTY: true, NO_COLOR: "1", TERM: "xterm" }, false],
    [{ isTTY: true, NO_COLOR: "", TERM: "dumb" }, false],
  ])("%j: %j", ({ isTTY, NO_COLOR, TERM }, coloured) => {
    vi.stubEnv("NO_COLOR", NO_COLOR);
    vi.stubEnv("FORCE_COLOR", "1");
    vi.stubEnv("TERM", TERM);
    const paint = paintFor(stream({ isTTY }).out);
    for (const kind of ["bold", "dim", "good", "warn"] as const) {
      expect(paint[kind]("x") === "x").toBe(!coloured);
    }
  });
});
