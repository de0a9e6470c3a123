import { describe, expect, test } from "vitest";
import { FunctionBuilder, by, i32, i32x4 } from "../../src/simd/index.ts";
import { memoryAfter } from "./run.ts";

/** The bytes that a function writes one after the other, each as it is told to note one. */
function noted(
  build: (f: FunctionBuilder, note: (value: Parameters<typeof i32.add>[0]) => void) => void,
): number[] {
  const end = memoryAfter((f) => {
    const address = f.keep(0);
    build(f, (value) => {
      f.store8(address, value);
      f.advance(address, 1);
    });
    f.store8(63, address);
  });
  return Array.from(end.slice(0, end[63]));
}

describe("control flow", () => {
  test("repeat runs as often as it is told, not at all for 0", () => {
    for (const times of [0, 1, 2, 5])
      expect(noted((f, note) => f.repeat(times, () => note(9)))).toEqual(
        Array.from({ length: times }, () => 9),
      );
  });

  test("a loop counts from its start to its end by its step, and nothing where the range is empty", () => {
    expect(noted((f, note) => f.loop({ to: 3 }, note))).toEqual([0, 1, 2]);
    expect(noted((f, note) => f.loop({ from: 2, to: 9, step: 3 }, note))).toEqual([2, 5, 8]);
    expect(noted((f, note) => f.loop({ from: 3, to: 3 }, note))).toEqual([]);
    expect(noted((f, note) => f.loop({ from: -2, to: 1 }, (i) => note(i32.add(i, 5))))).toEqual([3, 4, 5]);
  });

  test("a loop over a given local goes on where the one before ended", () => {
    const found = noted((f, note) => {
      const index = f.local("i32");
      f.loop({ index, to: 7, step: 4 }, () => note(4));
      f.loop({ index, from: index, to: 10 }, () => note(1));
    });
    expect(found).toEqual([4, 4, 1, 1]);
  });

  test("doWhile runs once though its condition never holds, and again while it does", () => {
    expect(noted((f, note) => f.doWhile(0, () => note(1)))).toEqual([1]);
    const counted = noted((f, note) => {
      const i = f.keep(0);
      f.doWhile(i32.ltS(i, 3), () => {
        note(i);
        f.advance(i, 1);
      });
    });
    expect(counted).toEqual([0, 1, 2]);
  });

  test("a loop asks for its end before every pass, so that it may move", () => {
    const found = noted((f, note) => {
      const end = f.keep(6);
      f.loop({ to: end }, (i) => {
        note(i);
        f.advance(end, -1);
      });
    });
    expect(found).toEqual([0, 1, 2]);
  });

  test("what moves along a loop does so after every pass, and not when there is none", () => {
    const found = noted((f, note) => {
      const [up, down] = [f.keep(10), f.keep(20)];
      f.loop({ to: 2, moves: [by(up, 3), by(down, -1)] }, () => [up, down].forEach(note));
      f.loop({ from: 5, to: 2, moves: [by(up, 100)] }, note);
      f.walk(0, [by(up, 100)], () => note(0));
      for (const local of [up, down]) note(local);
    });
    expect(found).toEqual([10, 20, 13, 19, 16, 18]);
  });

  test("a walk moves after every pass, the last one too", () => {
    for (const times of [1, 4]) {
      const found = noted((f, note) => {
        const local = f.keep(1);
        f.walk(times, [by(local, 2), by(local, 0)], () => note(local));
        note(local);
      });
      expect(found).toEqual(Array.from({ length: times + 1 }, (_, i) => 1 + 2 * i));
    }
  });

  test("an extent is cut into whole parts and what is left, each emitted once", () => {
    const cut = (extent: number, part: number): { emitted: number[]; run: number[] } => {
      const emitted: number[] = [];
      const run = noted((f, note) =>
        f.cut(extent, part, (size) => {
          emitted.push(size);
          note(size);
        }),
      );
      return { emitted, run };
    };
    expect(cut(11, 4)).toEqual({ emitted: [4, 3], run: [4, 4, 3] });
    expect(cut(9, 4)).toEqual({ emitted: [4, 1], run: [4, 4, 1] });
    expect(cut(8, 4)).toEqual({ emitted: [4], run: [4, 4] });
    expect(cut(3, 4)).toEqual({ emitted: [3], run: [3] });
    expect(cut(0, 4)).toEqual({ emitted: [], run: [] });
  });

  test("loops, branches and blocks nest: each one leaves its own", () => {
    const found = noted((f, note) => {
      f.loop({ to: 3 }, (i) =>
        f.block((skipIf) => {
          f.loop({ to: 3 }, (j) =>
            f.when(i32.ltS(j, i), () => f.repeat(2, () => note(i32.add(i32.mul(i, 10), j)))),
          );
          skipIf(i32.ltS(i, 2));
          f.block((leaveIf) => {
            note(90);
            leaveIf(1);
            note(91);
          });
          note(92);
        }),
      );
    });
    expect(found).toEqual([10, 10, 20, 20, 21, 21, 90, 92]);
  });

  test("nothing after a skip runs, what stood before stays done", () => {
    const found = noted((f, note) => {
      const kept = f.keep(1);
      f.block((skipIf) => {
        f.set(kept, 2);
        skipIf(i32.eqz(0));
        f.set(kept, 3);
      });
      note(kept);
    });
    expect(found).toEqual([2]);
  });

  test("when takes one branch", () => {
    const found = noted((f, note) => {
      for (const condition of [0, 1])
        f.when(
          condition,
          () => note(1),
          () => note(2),
        );
      f.when(0, () => note(3));
    });
    expect(found).toEqual([2, 1]);
  });

  test("a block is left where its condition holds", () => {
    const found = noted((f, note) => {
      for (const condition of [0, 1])
        f.block((skipIf) => {
          note(1);
          skipIf(condition);
          note(2);
        });
    });
    expect(found).toEqual([1, 2, 1]);
  });
});

describe("locals", () => {
  test("hold what was last set, whatever their type and order", () => {
    const memory = memoryAfter((f) => {
      const [a, b] = f.locals("i32", 2);
      const vector = f.keep(i32x4.const(0x04030201));
      f.set(a, 5);
      f.set(b, i32.add(a, 1));
      f.set(a, b);
      f.store8(20, a);
      f.store(0, vector);
    });
    expect([...memory.slice(0, 4), memory[20]]).toEqual([1, 2, 3, 4, 6]);
  });

  test("keepMin and setMin take the smaller, signed", () => {
    const found = noted((f, note) => {
      const kept = f.keepMin(7, 5);
      note(kept);
      f.setMin(kept, -1, 3);
      note(i32.add(kept, 10));
    });
    expect(found).toEqual([5, 9]);
  });

  test("by name are new ones, in the order of their names", () => {
    const f = new FunctionBuilder();
    f.parameters(3);
    const { first, second } = f.named("first", "second");
    const third = f.local("v128");
    expect([first, second, third].map(({ type, index }) => [type, index])).toEqual([
      ["i32", 3],
      ["i32", 4],
      ["v128", 5],
    ]);
  });

  test("start at zero, and keep their value from one use to the next", () => {
    const found = noted((f, note) => {
      const [fresh, vector] = [f.local("i32"), f.local("v128")];
      note(fresh);
      note(i32x4.extractLane(vector, 3));
      f.advance(fresh, 5);
      f.advance(fresh, 0);
      f.move([by(fresh, -2), by(fresh, 4)]);
      note(fresh);
      note(fresh);
    });
    expect(found).toEqual([0, 0, 7, 7]);
  });

  test("a value used twice is computed twice, a kept one once", () => {
    const found = noted((f, note) => {
      const local = f.keep(1);
      const value = i32.add(local, 1);
      const kept = f.keep(value);
      f.set(local, 10);
      note(value);
      note(kept);
    });
    expect(found).toEqual([11, 2]);
  });

  test("setMin and keepMin read what they compare before they write", () => {
    const found = noted((f, note) => {
      const local = f.keep(4);
      f.setMin(local, i32.add(local, local), 100);
      note(local);
      note(f.keepMin(local, i32.add(local, -1)));
    });
    expect(found).toEqual([8, 7]);
  });

  test("beyond the 128th are reached too", () => {
    const found = noted((f, note) => {
      const locals = f.locals("i32", 200);
      for (const [i, local] of locals.entries()) f.set(local, i);
      for (const local of locals.slice(126, 130)) note(local);
    });
    expect(found).toEqual([126, 127, 128, 129]);
  });

  test("come after the parameters, which cannot be declared later", () => {
    const f = new FunctionBuilder();
    f.local("i32");
    expect(() => f.parameters(1)).toThrow("parameters: expected a function without locals");
    const declared = new FunctionBuilder();
    declared.parameters(2);
    expect(() => declared.parameters(2)).toThrow("parameters: expected a function without locals");
  });
});

test("memory is written by lane, by byte and in runs", () => {
  const memory = memoryAfter((f) => {
    f.storeLane32(0, i32x4.constLanes(1, 2, 3, 4), { lane: 2, offset: 4 });
    f.store8(0, 0x1ff, 1);
    f.fillMemory(8, 7, 3);
    f.copyMemory(12, 7, 3);
  });
  expect(Array.from(memory.slice(0, 16))).toEqual([0, 255, 0, 0, 3, 0, 0, 0, 7, 7, 7, 0, 0, 7, 7, 0]);
});
