import { afterAll, describe, expect, test, vi } from "vitest";
import { seeded, sizeOf } from "../../../src/base/index.ts";
import {
  type Program,
  type Session,
  add,
  affine,
  conv2d,
  createGraph,
  flatten,
  input,
  matmul,
  maxPool2d,
  maxPool2dWithPositions,
  multiply,
  parameter,
  reduceSum,
  relu,
  softmax,
  update,
  wasmBackendOn,
} from "../../../src/engine/index.ts";
import { engineWorkers } from "../../../src/platform/node/index.ts";
import { workerHere } from "./workerHere.ts";

/** use: x · Σ w², of which the sum follows from the weight alone. train: w ← w + x. */
function programs(): Record<"use" | "train", Program> {
  const use = createGraph();
  const w = parameter(use, "w", [3]);
  const y = multiply(input(use, "x", [3]), reduceSum(multiply(w, w)));
  const train = createGraph();
  const trained = parameter(train, "w", [3]);
  update(trained, add(trained, input(train, "x", [3])));
  return {
    use: { graph: use, outputs: { y } },
    train: { graph: train, outputs: { sum: reduceSum(trained) } },
  };
}

async function opened(): Promise<{ worker: ReturnType<typeof workerHere>; session: Session }> {
  const worker = workerHere();
  const session = await wasmBackendOn({ workers: [worker] }).open(programs());
  return { worker, session };
}

const y = async (session: Session, x: readonly number[]): Promise<number[]> => [
  ...((await session.run("use", { x }))["y"] ?? []),
];

/** The kernel that each run began with. */
const begins = ({ received }: ReturnType<typeof workerHere>): number[] =>
  received.flatMap((message) => (message.type === "run" ? [message.from] : []));

describe("what follows from weights alone", () => {
  test("is computed by the first run, and again where a weight was written", async () => {
    const { worker, session } = await opened();
    await session.write("w", [1, 2, 3]);
    expect(await y(session, [1, 1, 1])).toEqual([14, 14, 14]);
    expect(await y(session, [2, 1, 0])).toEqual([28, 14, 0]);
    await session.write("w", [0, 1, -1]);
    expect(await y(session, [1, 1, 1])).toEqual([2, 2, 2]);
    const [first, second, third] = begins(worker);
    expect([first, third]).toEqual([0, 0]);
    expect(second).toBeGreaterThan(0);
  });

  test("is computed again after another program ran, which may have trained the weights", async () => {
    const { worker, session } = await opened();
    await session.write("w", [1, 1, 1]);
    expect(await y(session, [1, 1, 1])).toEqual([3, 3, 3]);
    await session.run("train", { x: [1, 2, 3] });
    expect(await y(session, [1, 1, 1])).toEqual([29, 29, 29]);
    expect(begins(worker)).toEqual([0, 0, 0]);
  });

  test("is computed again where a weight is written while a run is under way", async () => {
    const { session } = await opened();
    await session.write("w", [1, 1, 1]);
    const running = y(session, [1, 1, 1]);
    await session.write("w", [2, 2, 2]);
    await running;
    expect(await y(session, [1, 1, 1])).toEqual([12, 12, 12]);
  });

  test("is computed again after a run that failed", async () => {
    const { worker, session } = await opened();
    await session.write("w", [1, 1, 1]);
    await y(session, [1, 1, 1]);
    worker.failNext("answer");
    await expect(y(session, [1, 1, 1])).rejects.toThrow("out of order");
    expect(await y(session, [1, 1, 1])).toEqual([3, 3, 3]);
    const ran = begins(worker);
    expect(ran[1]).toBeGreaterThan(0);
    expect(ran[2]).toBe(0);
  });
});

describe("a worker that fails", () => {
  test("by its answer rejects the run, and the queue goes on", async () => {
    const { worker, session } = await opened();
    await session.write("w", [1, 1, 1]);
    worker.failNext("answer");
    const [failed, next] = [y(session, [1, 1, 1]), y(session, [3, 3, 3])];
    await expect(failed).rejects.toThrow(/^run use: .* received out of order/);
    expect(await next).toEqual([9, 9, 9]);
    // The process may end whenever nothing is under way, after a failure too.
    expect(worker.idle).toEqual([false, true, false, true, false, true]);
  });

  test("by its end rejects the run and all that is asked afterwards, and the others end too", async () => {
    const [worker, other] = [workerHere(), workerHere()];
    const backend = wasmBackendOn({ workers: [worker, other] });
    const session = await backend.open(programs());
    await session.write("w", [1, 2, 3]);
    worker.failNext("crash");
    const [failed, queued] = [y(session, [1, 1, 1]), y(session, [3, 3, 3])];
    await expect(failed).rejects.toThrow(/^run use: .* received the end of thread 1 \(it crashed\)/);
    await expect(queued).rejects.toThrow(/^run use: .* the end of thread 1/);
    await expect(backend.open(programs())).rejects.toThrow(/^open session: .* the end of thread 1/);
    expect([worker.ended(), other.ended()]).toEqual([true, true]);
    expect([worker.idle.at(-1), other.idle.at(-1)]).toEqual([true, true]);
    // What it learned can still be saved.
    expect([...(await session.read("w"))]).toEqual([1, 2, 3]);
    session.close();
    await backend.close();
  });

  test("while a session is opened rejects the opening, and those that have opened it let it go", async () => {
    const [worker, other] = [workerHere(), workerHere()];
    worker.failNext("answer");
    const backend = wasmBackendOn({ workers: [worker, other] });
    await expect(backend.open(programs())).rejects.toThrow("out of order");
    expect(other.received.map(({ type }) => type)).toEqual(["open", "close"]);
    await expect(backend.open(programs())).resolves.toBeDefined();
  });
});

test("code that does not compile rejects the opening, and no worker is asked", async () => {
  const worker = workerHere();
  const compile = (): Promise<WebAssembly.Module> => Promise.reject(new Error("no code today"));
  await expect(wasmBackendOn({ workers: [worker], compile }).open(programs())).rejects.toThrow(
    "no code today",
  );
  expect(worker.received).toEqual([]);
});

describe("closing", () => {
  test("tells every worker, and what was still queued is refused", async () => {
    const workers = [workerHere()];
    const session = await wasmBackendOn({ workers }).open(programs());
    const [running, queued] = [y(session, [1, 1, 1]), y(session, [1, 1, 1])];
    session.close();
    expect(await running).toEqual([0, 0, 0]);
    await expect(queued).rejects.toThrow("closed");
    expect(workers[0]?.received.map(({ type }) => type)).toEqual(["open", "run", "close"]);
    await expect(session.read("w")).rejects.toThrow("closed");
    await expect(session.write("w", [1, 2, 3])).rejects.toThrow("closed");
  });

  test("one session leaves the others open, each with weights of its own", async () => {
    const backend = wasmBackendOn({ workers: [workerHere()] });
    const [first, second] = [await backend.open(programs()), await backend.open(programs())];
    await first.write("w", [1, 1, 1]);
    await second.write("w", [2, 2, 2]);
    first.close();
    expect(await y(second, [1, 1, 1])).toEqual([12, 12, 12]);
  });

  test("has all threads free memory once closed sessions have left 64 MiB of it", async () => {
    const worker = workerHere();
    let here = 0;
    const backend = wasmBackendOn({ workers: [worker], collect: () => void here++ });
    const graph = createGraph();
    const large = { main: { graph, outputs: { y: affine(input(graph, "x", [3 * 2 ** 20]), 2) } } };
    const sessions = [await backend.open(large), await backend.open(large), await backend.open(large)];
    const collected: number[] = [];
    for (const session of sessions) {
      session.close();
      session.close();
      collected.push(here);
    }
    expect(collected).toEqual([0, 0, 1]);
    await vi.waitFor(() =>
      expect(
        worker.received.flatMap((message) => (message.type === "close" ? [message.collect] : [])),
      ).toEqual([false, false, true]),
    );
  });

  test("the backend ends its workers", async () => {
    const workers = [workerHere(), workerHere()];
    await wasmBackendOn({ workers }).close();
    expect(workers.map(({ ended }) => ended())).toEqual([true, true]);
  });
});

describe("memory", () => {
  test("beyond the limit is refused before anything is compiled or sent", async () => {
    const worker = workerHere();
    const backend = wasmBackendOn({
      workers: [worker],
      memoryLimit: 70_000,
      memoryLimitOf: "90% of this machine's memory",
    });
    expect(() => backend.measure(programs())).toThrow(
      "memory: expected at most 70 kB, 90% of this machine's memory, received a model and batch that need ",
    );
    await expect(backend.open(programs())).rejects.toThrow("use a smaller batch or smaller images");
    expect(worker.received).toEqual([]);
  });

  test("beyond what 32-bit addresses reach is refused whatever the limit is", () => {
    const graph = createGraph();
    const x = input(graph, "x", [40_000, 40_000]);
    const large = { main: { graph, outputs: { y: affine(x, 2) } } };
    const backend = wasmBackendOn({ workers: [workerHere()], memoryLimit: Infinity });
    expect(() => backend.measure(large)).toThrow(
      "memory: expected at most 4.3 GB, which is what WebAssembly can address",
    );
  });

  test("lends every thread room of its own behind all arrays", async () => {
    const workers = [workerHere(), workerHere(), workerHere()];
    const { memory } = await wasmBackendOn({ workers })
      .open(programs())
      .catch(() => ({ memory: undefined }));
    const opens = workers.flatMap(({ received }) => received.filter((message) => message.type === "open"));
    const rooms = opens.map(({ scratch }) => scratch);
    const [first = 0, second = 0, third = 0] = rooms;
    expect(third - second).toBe(second - first);
    expect(second - first).toBeGreaterThanOrEqual(4096);
    expect(new Set(opens.map((message) => message.memory)).size).toBe(1);
    expect(opens.map(({ threads }) => threads)).toEqual([3, 3, 3]);
    expect(memory?.working).toBeGreaterThanOrEqual(3 * (second - first));
  });
});

test("bytes come out as numbers", async () => {
  const graph = createGraph();
  const [most, positions] = maxPool2dWithPositions(input(graph, "x", [1, 2, 4, 1]));
  const session = await wasmBackendOn({ workers: [workerHere()] }).open({
    main: { graph, outputs: { most, positions } },
  });
  const found = await session.run("main", { x: [1, 2, 5, 4, 3, 0, 6, 7] });
  expect(found).toEqual({ most: Float32Array.of(3, 7), positions: Float32Array.of(2, 3) });
});

/** A small network: convolution, pooling, a dense layer and softmax. */
function network(): Program {
  const graph = createGraph();
  const x = input(graph, "x", [5, 13, 11, 3]);
  const y1 = maxPool2d(relu(conv2d(x, parameter(graph, "w1", [3, 3, 3, 9]), { padding: "same" })));
  const y2 = relu(conv2d(y1, parameter(graph, "w2", [3, 3, 9, 20]), { padding: "same" }));
  const features = flatten(y2);
  const weights = parameter(graph, "w3", [features.shape.at(-1) ?? 0, 7]);
  return { graph, outputs: { probabilities: softmax(matmul(features, weights)) } };
}

describe("real threads", () => {
  const backends = [1, 2, 3].map((threads) => wasmBackendOn({ workers: engineWorkers(threads) }));
  afterAll(() => Promise.all(backends.map((backend) => backend.close())));

  test("of any number give the same bits, run after run", async () => {
    const x = Float32Array.from({ length: 5 * 13 * 11 * 3 }, (_, i) => Math.sin(i));
    const found = await Promise.all(
      backends.map(async (backend) => {
        const session = await backend.open({ main: network() });
        const random = seeded(3);
        for (const name of session.parameterNames.toSorted())
          await session.write(
            name,
            (await session.read(name)).map(() => random.normal() / 20),
          );
        const runs = [];
        for (let i = 0; i < 4; i++) runs.push((await session.run("main", { x }))["probabilities"]);
        session.close();
        return runs;
      }),
    );
    const [first] = found.flat();
    expect(first).toHaveLength(sizeOf([5, 7]));
    expect(new Set(first).size).toBeGreaterThan(30);
    for (const one of found.flat()) expect(one).toEqual(first);
  });
});
