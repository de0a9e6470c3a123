import { describe, expect, test } from "vitest";
import { type FromWorker, type ToWorker, Control } from "../../../src/engine/backends/wasm/protocol.ts";
import {
  fusesMultiplyAdd,
  linkKernels,
  serveWorker,
  tileProbe,
} from "../../../src/engine/backends/wasm/index.ts";
import { load, nest, plus, whole } from "../../../src/engine/kernels/index.ts";
import { prepareProcessor } from "../../../src/platform/node/index.ts";
import { FunctionBuilder, assemble, elementAt, i32 } from "../../../src/simd/index.ts";
import { bufferHere } from "./runHere.ts";
import { bitsOf, roundedSum } from "./sums.ts";

/** Kernels for a worker: one notes each task by a byte at 1000 + task, one its scratch at 2000, one divides by zero. */
function kernels(): Record<"note" | "scratch" | "trap", FunctionBuilder> {
  const made = { note: new FunctionBuilder(), scratch: new FunctionBuilder(), trap: new FunctionBuilder() };
  const [task] = made.note.parameters(2);
  const counted = i32.add(i32.load8U(elementAt(1000, task, 1)), 1);
  made.note.store8(elementAt(1000, task, 1), counted);
  const [, scratch] = made.scratch.parameters(2);
  made.scratch.store8(2000, scratch);
  const [zero] = made.trap.parameters(2);
  made.trap.store8(0, i32.divU(1, i32.sub(zero, zero)));
  return made;
}

const module = new WebAssembly.Module(assemble(kernels(), "imported"));

/** A worker served in this thread, and a session of programs that it has opened. */
function opened(programs: Record<string, readonly (readonly [name: string, tasks: number])[]>, threads = 1) {
  const answers: FromWorker[] = [];
  let send: (message: ToWorker) => void = () => undefined;
  let collections = 0;
  serveWorker(
    {
      post: (message) => void answers.push(message as FromWorker),
      onMessage: (handler) => void (send = handler),
    },
    { collect: () => void collections++ },
  );
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const control = new SharedArrayBuffer(4 * (Control.tasks + 4));
  const loaded = Object.fromEntries(
    Object.entries(programs).map(([name, list]) => [
      name,
      { module, kernels: list.map(([kernel, tasks]) => ({ name: kernel, label: kernel, tasks })) },
    ]),
  );
  send({ type: "open", request: 1, session: 4, memory, control, programs: loaded, threads, scratch: 77 });
  const run = (program: string, from = 0): FromWorker | undefined => {
    new Int32Array(control).fill(0, Control.tasks);
    send({ type: "run", request: 2, session: 4, program, from });
    return answers.at(-1);
  };
  return {
    answers,
    send,
    run,
    collections: () => collections,
    control: new Int32Array(control),
    memory: new Uint8Array(memory.buffer),
  };
}

describe("a worker", () => {
  test("runs every task once, in the order of the kernels, with its own scratch", () => {
    const { answers, run, memory } = opened({
      main: [
        ["note", 5],
        ["scratch", 1],
      ],
    });
    expect(run("main")).toEqual({ type: "done", request: 2 });
    expect(answers[0]).toEqual({ type: "done", request: 1 });
    expect(Array.from(memory.slice(1000, 1006))).toEqual([1, 1, 1, 1, 1, 0]);
    expect(memory[2000]).toBe(77);
  });

  test("leaves out kernels before the first wanted one", () => {
    const { run, memory } = opened({
      main: [
        ["note", 3],
        ["scratch", 1],
      ],
    });
    run("main", 1);
    expect(Array.from(memory.slice(1000, 1003))).toEqual([0, 0, 0]);
    expect(memory[2000]).toBe(77);
  });

  test("takes only the tasks that no other thread has taken", () => {
    const { send, control, memory } = opened({ main: [["note", 5]] });
    Atomics.store(control, Control.tasks, 3);
    send({ type: "run", request: 2, session: 4, program: "main", from: 0 });
    expect(Array.from(memory.slice(1000, 1005))).toEqual([0, 0, 0, 1, 1]);
  });

  test("answers a trap and an unknown program by their message, and lets the other threads know", () => {
    const { run, control } = opened({ main: [["trap", 1]] });
    const failed = run("main");
    expect(failed).toMatchObject({ type: "failed", request: 2 });
    expect(failed?.type === "failed" && failed.message).toMatch(/divide by zero/);
    expect(control[Control.aborted]).toBe(1);
    expect(run("other")).toMatchObject({ type: "failed" });
  });

  test("does not wait for a thread that failed", () => {
    const { run, control } = opened({ main: [["note", 1]] }, 2);
    Atomics.store(control, Control.aborted, 1);
    expect(run("main")).toEqual({ type: "stopped", request: 2 });
  });

  test("goes on when the last thread arrives, and the barrier is as it was", () => {
    const { run, control } = opened(
      {
        main: [
          ["note", 1],
          ["note", 1],
        ],
      },
      2,
    );
    // The other thread stands at the barrier already; it does not come a second time.
    Atomics.store(control, Control.arrived, 1);
    Atomics.store(control, Control.aborted, 1);
    run("main");
    expect([control[Control.generation], control[Control.arrived]]).toEqual([1, 1]);
  });

  test("forgets a session that is closed, and frees its memory when it is told to", () => {
    const { send, run, collections } = opened({ main: [["note", 1]] });
    send({ type: "close", session: 4, collect: false });
    expect(run("main")).toMatchObject({ type: "failed", request: 2 });
    expect(collections()).toBe(0);
    send({ type: "close", session: 4, collect: true });
    expect(collections()).toBe(1);
  });
});

test("kernels that are linked here run all their tasks, over memory that the caller fills", () => {
  const [x, z] = [bufferHere([70_000]), bufferHere([70_000])];
  const double = nest({
    label: "double",
    axes: [70_000],
    writes: [{ access: whole(z), value: plus(load(whole(x)), load(whole(x))) }],
  });
  const { heap, kernels: linked } = linkKernels([double], {
    addressOf: ({ id }) => (id === x.id ? 0 : 280_000),
    arithmetic: "exact",
    end: 560_000,
  });
  new Float32Array(heap, 0, 70_000).forEach((_, i, all) => void (all[i] = i));
  expect(linked.map(({ tasks }) => tasks)).toEqual([2]);
  for (const { run } of linked) run();
  expect(new Float32Array(heap, 280_000, 70_000).every((value, i) => value === 2 * i)).toBe(true);
});

describe("what is tried before code is emitted", () => {
  test.each([8, 16] as const)(
    "the probe is a product by panels of %i, its bits those of JavaScript",
    (panel) => {
      const element = (i: number): number => Math.fround(((i * 7919) % 1009) / 1009 - 0.5);
      const steps = Array.from({ length: 200 }, (_, step) => step);
      const expected = Float32Array.from({ length: 4 * panel }, (_, i) =>
        roundedSum(0, steps, (step) => [
          element(Math.floor(i / panel) * 200 + step),
          element(4096 + step * panel + (i % panel)),
        ]),
      );
      const probe = tileProbe("exact", panel);
      expect(probe()).toBe(bitsOf(expected).join());
      expect(probe()).toBe(bitsOf(expected).join());
    },
  );

  test("fused arithmetic is chosen only where a multiply-add rounds once", async () => {
    const { arithmetic } = await prepareProcessor({ exact: false });
    expect(arithmetic).toBe(fusesMultiplyAdd() ? "fused" : "exact");
    expect((await prepareProcessor({ exact: true })).arithmetic).toBe("exact");
  });
});
