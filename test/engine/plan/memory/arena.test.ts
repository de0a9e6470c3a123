import { array, assert, property, record, integer } from "fast-check";
import { expect, test } from "vitest";
import { aligned, placeLifetimes } from "../../../../src/engine/plan/memory/arena.ts";
import { planProgram } from "../../../../src/engine/plan/index.ts";
import { trainingStep } from "../programs.ts";

interface Room {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly last: number;
}

const meet = (a: Room, b: Room): boolean => a.first <= b.last && b.first <= a.last;
const overlap = (a: Room, b: Room): boolean => a.from < b.to && b.from < a.to;

/** Two rooms that overlap in time and in memory, if there are any. */
const clash = (rooms: readonly Room[]): readonly Room[] =>
  rooms.filter((a, i) => rooms.slice(i + 1).some((b) => meet(a, b) && overlap(a, b)));

const lifetimes = array(
  record({
    bytes: integer({ min: 1, max: 5000 }),
    first: integer({ min: -1, max: 20 }),
    length: integer({ min: 0, max: 8 }),
  }),
  { maxLength: 40 },
);

test("buffers that live at the same time never overlap, and all end within the arena on cache lines", () => {
  assert(
    property(lifetimes, (drawn) => {
      const buffers = drawn.map(({ bytes, first, length }, key) => ({
        key,
        bytes,
        first,
        last: first + length,
      }));
      const { offsets, bytes } = placeLifetimes(buffers);
      const rooms = buffers.map(({ key, first, last, ...one }): Room => {
        const from = offsets.get(key)!;
        return { from, to: from + one.bytes, first, last };
      });
      expect(clash(rooms)).toEqual([]);
      for (const { from, to } of rooms) {
        expect(from % 64).toBe(0);
        expect(to).toBeLessThanOrEqual(bytes);
      }
    }),
    { numRuns: 200, seed: 1 },
  );
});

test("a gap between two neighbours is used where it is large enough", () => {
  const buffer = (key: string, bytes: number, first: number, last: number) => ({ key, bytes, first, last });
  const { offsets, bytes } = placeLifetimes([
    buffer("whole run", 4096, 0, 9),
    buffer("early", 2048, 0, 4),
    buffer("late", 1024, 5, 9),
    buffer("later", 1024, 5, 9),
  ]);
  expect(offsets.get("early")).toBe(4096);
  expect([offsets.get("late"), offsets.get("later")]).toEqual([4096, 5120]);
  expect(bytes).toBe(4096 + 2048);
});

test("the buffers of a training step never overlap while both are needed, and fit in its arena", () => {
  const { buffers, arenaBytes } = planProgram(trainingStep());
  // Aliases share the room of their storage.
  const rooms = new Map<string, Room>();
  for (const { bytes, placement } of buffers) {
    if (placement.kind !== "arena") continue;
    const [first, last] = placement.lifetime;
    const room = { from: placement.offset, to: placement.offset + aligned(bytes), first, last };
    rooms.set(JSON.stringify([room.from, first, last]), room);
  }
  expect(rooms.size).toBeGreaterThan(5);
  expect(clash([...rooms.values()])).toEqual([]);
  for (const { to } of rooms.values()) expect(to).toBeLessThanOrEqual(arenaBytes);
});

type Row = readonly [bytes: number, first: number, last: number];

/** Places lifetimes. */
function placedAs(rows: readonly Row[]) {
  const { offsets, bytes } = placeLifetimes(
    rows.map(([size, first, last], key) => ({ key, bytes: size, first, last })),
  );
  return { offsets: rows.map((_, key) => offsets.get(key)), bytes };
}

test.each<[string, readonly Row[], readonly number[], number]>([
  ["nothing takes no room", [], [], 0],
  [
    "lives that do not meet share a place",
    [
      [64, 0, 1],
      [64, 2, 3],
    ],
    [0, 0],
    64,
  ],
  [
    "lives that meet in one kernel do not",
    [
      [64, 0, 1],
      [64, 1, 2],
    ],
    [0, 64],
    128,
  ],
  [
    "a byte takes a whole line",
    [
      [1, 0, 0],
      [1, 0, 0],
    ],
    [0, 64],
    128,
  ],
  [
    "the larger stands first",
    [
      [64, 0, 1],
      [256, 0, 1],
    ],
    [256, 0],
    320,
  ],
  [
    "of equals the earlier stands first",
    [
      [64, 1, 2],
      [64, 0, 1],
    ],
    [64, 0],
    128,
  ],
  [
    "a gap that is too small is left",
    [
      [256, 0, 9],
      [192, 0, 2],
      [128, 3, 9],
      [128, 3, 9],
    ],
    [0, 256, 256, 384],
    512,
  ],
])("%s", (_, rows, offsets, bytes) => {
  expect(placedAs(rows)).toEqual({ offsets, bytes });
});

/** Bytes that are alive at once at most: no arena can be smaller. */
const atOnce = (rows: readonly { bytes: number; first: number; last: number }[]): number =>
  Math.max(
    0,
    ...rows.map(({ first: time }) =>
      rows.reduce(
        (sum, { bytes, first, last }) => sum + (first <= time && time <= last ? aligned(bytes) : 0),
        0,
      ),
    ),
  );

test("buffers of one size take no more room than are alive at once", () => {
  assert(
    property(lifetimes, (drawn) => {
      const rows = drawn.map(({ first, length }, key) => ({ key, bytes: 100, first, last: first + length }));
      expect(placeLifetimes(rows).bytes).toBe(atOnce(rows));
    }),
    { numRuns: 100, seed: 7 },
  );
});

test("buffers of any size take at least what is alive at once, and at most all of it side by side", () => {
  assert(
    property(lifetimes, (drawn) => {
      const rows = drawn.map(({ bytes, first, length }, key) => ({
        key,
        bytes,
        first,
        last: first + length,
      }));
      const { bytes } = placeLifetimes(rows);
      expect(bytes).toBeGreaterThanOrEqual(atOnce(rows));
      expect(bytes).toBeLessThanOrEqual(rows.reduce((sum, row) => sum + aligned(row.bytes), 0));
    }),
    { numRuns: 100, seed: 8 },
  );
});
