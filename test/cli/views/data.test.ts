import { describe, expect, test } from "vitest";
import type { DataEvent, GroupsEvent } from "../../../src/app/index.ts";
import { bar, showData } from "../../../src/cli/views/data.ts";
import { written } from "../../../src/messages/index.ts";
import { marked, recorded } from "./samples.ts";

function shown(event: DataEvent): ReturnType<typeof recorded> {
  const progress = recorded({ paint: marked });
  showData(event, progress);
  return progress;
}

const skipped = (count: number): { path: string; reason: string }[] =>
  Array.from({ length: count }, (_, i) => ({ path: `${i}.txt`, reason: "not an image" }));

describe("what was found", () => {
  test("images and classes are counted", () => {
    const classes = [
      { name: "cat", count: 1200 },
      { name: "dog", count: 34 },
    ];
    expect(shown({ type: "found", classes, skipped: [], notes: [] }).lines).toEqual([
      "<b>1,234 images of 2 classes</b>: cat 1,200, dog 34",
    ]);
  });

  test("one image of one class", () => {
    const classes = [{ name: "cat", count: 1 }];
    expect(shown({ type: "found", classes, skipped: [], notes: [] }).lines).toEqual([
      "<b>1 image of 1 class</b>: cat 1",
    ]);
  });

  test("more than twelve classes are cut", () => {
    const classes = Array.from({ length: 15 }, (_, i) => ({ name: `c${i}`, count: 1 }));
    const [line] = shown({ type: "found", classes, skipped: [], notes: [] }).lines;
    expect(line).toMatch(/c11 1, and 3 more$/);
    expect(line).not.toContain("c12");
  });

  test.each([
    [1, 2, "1 file skipped:"],
    [5, 6, "5 files skipped:"],
    [8, 7, "8 files skipped:"],
  ])("%i skipped files take %i lines", (count, lines, head) => {
    const { lines: all } = shown({ type: "found", classes: [], skipped: skipped(count), notes: [] });
    expect(all.slice(1)).toHaveLength(lines);
    expect(all[1]).toBe(`<w>${head}</w>`);
    expect(all[2]).toBe("  0.txt: not an image");
    if (count > 5) expect(all.at(-1)).toBe("  and 3 more");
  });
});

describe("reading and comparing", () => {
  test("each redraws one line with its count", () => {
    expect(shown({ type: "reading", done: 1000, total: 2000 }).drawn).toEqual([
      `${"█".repeat(12)}${"░".repeat(12)} reading images: 1,000 of 2,000`,
    ]);
    expect(shown({ type: "comparing", done: 1, total: 1 }).drawn).toEqual([
      `${"█".repeat(24)} detecting near-duplicates: 1 of 1`,
    ]);
  });

  test("images that cannot be read stay on the screen; the line of progress goes", () => {
    const progress = shown({ type: "read", count: 9, skipped: skipped(1), spilled: false });
    expect(progress.cleared).toBe(1);
    expect(progress.lines).toEqual(["<w>1 image skipped:</w>", "  0.txt: not an image"]);
  });

  test("a temporary file is said", () => {
    expect(shown({ type: "read", count: 9, skipped: [], spilled: true }).lines.join()).toContain(
      "temporary file",
    );
    expect(shown({ type: "read", count: 9, skipped: [], spilled: false }).lines).toEqual([]);
  });
});

describe("groups", () => {
  const groups: GroupsEvent = { type: "groups", source: "content", groups: 8, images: 10, ungrouped: 0 };

  test("are said in the catalogue's words, and nothing where none are known", () => {
    const data = { source: "content", groups: 8, images: 10, ungrouped: 0, photographs: 9 } as const;
    expect(shown({ ...groups, ...data }).lines).toEqual([written({ code: "groups", data }).text]);
    expect(shown({ ...groups, source: "none" }).lines).toEqual([]);
  });
});

test.each([
  [0, "░░░░"],
  [0.5, "██░░"],
  [1, "████"],
  [-1, "░░░░"],
  [7, "████"],
])("a bar at %d", (done, expected) => {
  expect(bar(done, 4)).toBe(expected);
});
