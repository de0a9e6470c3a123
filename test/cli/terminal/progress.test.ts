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
  test("lines are written as they are, and quick work not at all", () => {
    const { out, written } = stream({ isTTY: false });
    const progress = progressOn(out);
    progress.line("one");
    progress.redraw("50%");
    progress.clear();
    progress.line();
    expect(written()).toBe("one\n\n");
    expect(progress.live).toBe(false);
  });

  test("its width counts as 100 columns, and lines are broken to it", () => {
    const { out, written } = stream({ isTTY: false });
    const progress = progressOn(out);
    expect(progress.width).toBe(100);
    progress.line("word ".repeat(50).trim());
    expect(
      written()
        .split("\n")
        .map(({ length }) => length),
    ).toEqual([99, 99, 49, 0]);
  });

  test("it is silent for at most 3 seconds, and writes a line every 2 seconds at most", () => {
    vi.useFakeTimers();
    const { out } = stream({ isTTY: false });
    const lines: { readonly at: number; readonly text: string }[] = [];
    vi.spyOn(out, "write").mockImplementation((text: string | Uint8Array) => {
      lines.push({ at: performance.now(), text: String(text) });
      return true;
    });
    const began = performance.now();
    const progress = progressOn(out);
    progress.redraw("reading");
    vi.advanceTimersByTime(5_000);
    for (let i = 0; i < 500; i++) {
      progress.redraw(`${i} of 500`);
      vi.advanceTimersByTime(20);
    }
    progress.clear();
    vi.advanceTimersByTime(10_000);
    const gaps = lines.map(({ at: time }, i) => time - (lines[i - 1]?.at ?? began));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(3_000);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2_000);
    expect(lines.at(-1)?.at).toBeGreaterThan(began + 12_000);
    expect(lines.slice(0, 2).map(({ text }) => text)).toEqual([
      "reading (for 2.0 s)\n",
      "reading (for 4.0 s)\n",
    ]);
    expect(lines[2]?.text).toMatch(/^\d+ of 500\n$/);
    vi.useRealTimers();
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
    progress.clear();
  });

  test("what takes long says for how long", () => {
    vi.stubEnv("TERM", "xterm");
    vi.useFakeTimers();
    const { out, written } = stream({ isTTY: true, columns: 40 });
    const progress = progressOn(out);
    progress.redraw("reading");
    vi.advanceTimersByTime(1_500);
    expect(written()).not.toContain("for");
    vi.advanceTimersByTime(2_000);
    expect(written()).toContain("reading (for 3.0 s)");
    progress.clear();
    vi.useRealTimers();
  });

  test("a long line is broken between words, to the terminal's width", () => {
    const { out, written } = stream({ isTTY: true, columns: 20 });
    progressOn(out).line("  three words and some more");
    expect(written().split("\n").slice(0, 2)).toEqual(["  three words and", "  some more"]);
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
