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
