import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import { FoveaError } from "../../../src/base/index.ts";
import {
  type Backend,
  type Program,
  type Session,
  add,
  createGraph,
  input,
  parameter,
  wasmBackendOn,
} from "../../../src/engine/index.ts";
import { FunctionBuilder, assemble, i32 } from "../../../src/simd/index.ts";
import { folder as built } from "../../cli/built.ts";
import { type FailingWorker, failingWorker, insteadOf } from "./failingWorkers.ts";

/** Two programs of the same kind: y = x + w. */
function programs(): Record<"good" | "bad", Program> {
  const made = (): Program => {
    const graph = createGraph();
    return { graph, outputs: { y: add(input(graph, "x", [2]), parameter(graph, "w", [2])) } };
  };
  return { good: made(), bad: made() };
}

const run = async (session: Session, program: "good" | "bad"): Promise<number[]> => [
  ...((await session.run(program, { x: [1, 2] }))["y"] ?? []),
];

/** The message of the error that a promise ends in, within a second or so. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FoveaError);
  return String(error);
}

const backends: Backend[] = [];
afterEach(async () => {
  await Promise.all(backends.splice(0).map((backend) => backend.close()));
});

function backendOn(workers: readonly FailingWorker[], compile = WebAssembly.compile): Backend {
  const backend = wasmBackendOn({ workers: workers.map(({ handle }) => handle), compile });
  backends.push(backend);
  return backend;
}

/** Everything that is asked of a backend is refused at once, for this reason. */
async function expectBroken(backend: Backend, session: Session, reason: RegExp): Promise<void> {
  expect(await refusal(run(session, "good"))).toMatch(reason);
  expect(await refusal(backend.open(programs()))).toMatch(reason);
  session.close();
}

describe("a thread that ends", () => {
  const ends: Record<string, readonly [script: string, reason: RegExp]> = {
    "by its exit": ["process.exit(3);", /the end of thread 1 \(exit code 3\)/],
    "by an error that nobody caught": [
      'port.close(); throw new Error("lost");',
      /the end of thread 1 \(lost\)/,
    ],
    "by a promise that nobody caught": [
      'port.close(); Promise.reject(new Error("late"));',
      /the end of thread 1 \(late\)/,
    ],
    "for lack of memory": [
      "const kept = []; for (;;) kept.push(new Array(100_000).fill(Math.random()));",
      /the end of thread 1 \(.*memory/,
    ],
  };
  test.each(Object.entries(ends))("%s in a run refuses this and all that follows", async (_, end) => {
    const [script, reason] = end;
    const limits = { resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 } };
    const workers = [failingWorker(insteadOf("bad", script), limits), failingWorker()];
    const backend = backendOn(workers);
    const session = await backend.open(programs());
    await session.write("w", [10, 20]);
    expect(await run(session, "good")).toEqual([11, 22]);
    const asked = [run(session, "bad"), run(session, "good"), run(session, "bad")];
    for (const refused of await Promise.all(asked.map(refusal))) expect(refused).toMatch(reason);
    expect([...(await session.read("w"))]).toEqual([10, 20]);
    await expectBroken(backend, session, reason);
    // The sibling, asleep at the barrier, has been ended.
    await vi.waitFor(() => expect(workers[1]?.worker.threadId).toBe(-1));
  });

  test.each(["terminated", "sent what cannot be read"])(
    "%s between two runs refuses the next",
    async (how) => {
      const workers = [failingWorker(), failingWorker()];
      const backend = backendOn(workers);
      const session = await backend.open(programs());
      const { worker } = workers[1]!;
      if (how === "terminated") await worker.terminate();
      // V8 makes such messages of objects that belong to another process only.
      else worker.emit("messageerror", new Error("unreadable"));
      await expectBroken(backend, session, /the end of thread 2 \((exit code 1|unreadable)\)/);
    },
  );

  test("because it cannot read its message refuses the run", async () => {
    const unreadable = insteadOf("bad", 'port.close(); port.emit("messageerror", new Error("unreadable"));');
    const backend = backendOn([failingWorker(unreadable), failingWorker()]);
    const session = await backend.open(programs());
    expect(await refusal(run(session, "bad"))).toMatch(/the end of thread 1 \(unreadable\)/);
    await expectBroken(backend, session, /the end of thread 1 \(unreadable\)/);
  });

  test.each([
    ["that cannot be compiled", "this is no script"],
    ["that throws", 'throw new Error("no start today");'],
    ["that exits", "process.exit(0);"],
  ])("before it has started, by a script %s, refuses to open", async (_, script) => {
    const failing = failingWorker(script);
    // Whether it ends before the backend has it or afterwards.
    const early = backendOn([failing, failingWorker()]);
    expect(await refusal(early.open(programs()))).toMatch(
      /^FoveaError: open session: .* the end of thread 1/,
    );
    expect(await refusal(backendOn([failing]).open(programs()))).toMatch(/the end of thread 1/);
  });
});

/** Compiles modules whose functions trap, once `traps` says so. */
const trapping =
  (traps: () => boolean): typeof WebAssembly.compile =>
  async (bytes: BufferSource) => {
    const real = await WebAssembly.compile(bytes);
    if (!traps()) return real;
    const functions = WebAssembly.Module.exports(real).map(({ name }) => {
      const made = new FunctionBuilder();
      const [task] = made.parameters(2);
      made.store8(0, i32.divU(1, i32.sub(task, task)));
      return [name, made] as const;
    });
    return WebAssembly.compile(assemble(Object.fromEntries(functions), "imported"));
  };

describe("threads that go on", () => {
  test("a kernel that traps rejects its run only; the threads that waited for it run what follows", async () => {
    let compiled = 0;
    // The second program of the first session.
    const compile = trapping(() => ++compiled === 2);
    const backend = backendOn([failingWorker(), failingWorker(), failingWorker()], compile);
    const [session, other] = [await backend.open(programs()), await backend.open(programs())];
    await session.write("w", [10, 20]);
    for (let again = 0; again < 3; again++) {
      const refused = refusal(run(session, "bad"));
      const asked = [run(session, "good"), run(other, "good"), run(other, "bad")];
      expect(await refused).toMatch(/run bad: .*divide by zero/);
      expect(await Promise.all(asked)).toEqual([
        [11, 22],
        [1, 2],
        [1, 2],
      ]);
    }
  });

  test("code that does not fit rejects its opening only", async () => {
    let openings = 0;
    const empty = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    const compile = async (bytes: BufferSource): Promise<WebAssembly.Module> =>
      openings === 1 ? empty : WebAssembly.compile(bytes);
    const backend = backendOn([failingWorker(), failingWorker()], compile);
    openings++;
    expect(await refusal(backend.open(programs()))).toMatch(/^FoveaError: open session: .*a function/);
    openings++;
    expect(await run(await backend.open(programs()), "good")).toEqual([1, 2]);
  });
});

describe("a backend that is closed", () => {
  const never = insteadOf("bad", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);");

  test("during runs refuses them, and all that is asked afterwards", async () => {
    const backend = backendOn([failingWorker(never), failingWorker(never)]);
    const session = await backend.open(programs());
    const asked = [run(session, "bad"), run(session, "good")].map(refusal);
    await backend.close();
    for (const refused of await Promise.all(asked))
      expect(refused).toMatch(/run (bad|good): expected an open backend, received a closed one/);
    await expectBroken(backend, session, /expected an open backend, received a closed one/);
    await backend.close();
  });

  test("while a session is opened refuses the opening", async () => {
    const backend = backendOn([failingWorker()]);
    const opening = refusal(backend.open(programs()));
    await backend.close();
    expect(await opening).toBe("FoveaError: open session: expected an open backend, received a closed one");
  });
});

test("the process ends by itself once a thread has failed in a run and nobody closes anything", async () => {
  const module = (path: string): string => JSON.stringify(pathToFileURL(join(built, path)).href);
  const program = `
    import { Worker } from "node:worker_threads";
    import { add, createGraph, input, wasmBackendOn } from ${module("engine.js")};
    import { engineHandle } from ${module("platform/node/workers/engineHandle.js")};
    import { workerSource } from ${module("platform/node/workers/workerSource.js")};
    const engine = "((require, packagesFrom) => {" + workerSource("engine") + "\\n})(require, '');";
    const exits = 'require("node:worker_threads").parentPort.on("message", ({ type }) => { if (type === "run") process.exit(7); });';
    const workers = [exits, "", ""].map((script) => new Worker(script + engine, { eval: true, execArgv: [] }));
    const graph = createGraph();
    const x = input(graph, "x", [2]);
    const backend = wasmBackendOn({ workers: workers.map(engineHandle) });
    const session = await backend.open({ main: { graph, outputs: { y: add(x, x) } } });
    for (let again = 0; again < 2; again++)
      await session.run("main", { x: [1, 2] }).catch(({ message }) => console.log(message));
  `;
  const args = ["--input-type=module", "-e", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
  const line = /run main: .* the end of thread 1 \(exit code 7\).*\n/;
  expect(stdout).toMatch(new RegExp(`^${line.source}${line.source}$`));
});
