import { describe, expect, test } from "vitest";
import { FoveaError, fault, faultOfThread, shortageFault } from "../../../src/base/index.ts";
import { addressSpace, checkAddressSpace } from "../../../src/platform/node/limits/addressSpace.ts";
import { flagsMayBeSet } from "../../../src/platform/node/limits/engineFlags.ts";
import { memoryHere } from "../../../src/platform/node/limits/memoryHere.ts";
import { refuseRuntime } from "../../../src/platform/node/limits/runtime.ts";

describe("address space", () => {
  // Layouts: Linux, fs/proc/base.c (proc_pid_limits) and fs/proc/task_mmu.c.
  const files = (limit: string): Readonly<Record<string, string>> => ({
    "/proc/self/limits": [
      "Limit                     Soft Limit           Hard Limit           Units     ",
      "Max stack size            8388608              unlimited            bytes     ",
      `Max address space         ${limit.padEnd(20)} unlimited            bytes     `,
    ].join("\n"),
    "/proc/self/status": "Name:\tnode\nVmPeak:\t  999999 kB\nVmSize:\t  750000 kB\nVmRSS:\t   50000 kB\n",
  });
  const read =
    (texts: Readonly<Record<string, string>>) =>
    (path: string): string | undefined =>
      texts[path];

  test("is known where something limits it", () => {
    expect(addressSpace(read(files("4096000000")))).toEqual({ limit: 4_096_000_000, used: 768_000_000 });
    expect(addressSpace(read(files("unlimited")))).toBeUndefined();
    expect(addressSpace(read({}))).toBeUndefined();
  });

  const space = { limit: 40e9, used: 1e9 };
  const needs = { threads: 4, memories: 3, memoryBytes: 10e9 };

  test("takes threads and memories that fit, and refuses one more of either", () => {
    expect(() => checkAddressSpace(space, needs)).not.toThrow();
    expect(() => checkAddressSpace(space, { ...needs, memories: 4 })).toThrow(/40\.0 GB/);
    expect(() => checkAddressSpace(space, { ...needs, threads: 20 })).toThrow(/20 threads/);
  });

  test("refuses everything where there is no room for a single memory", () => {
    const tight = { threads: 0, memories: 1, memoryBytes: undefined };
    expect(() => checkAddressSpace({ limit: 100e9, used: 1e9 }, tight)).toThrow(FoveaError);
  });
});

describe("memory", () => {
  const share = (total: number, constrained: number) => memoryHere(0.5, { total, constrained });

  test("is the machine's, or its container's where that has less", () => {
    expect(share(8e9, 0)).toEqual({ bytes: 4e9, of: "50% of this machine's memory" });
    expect(share(8e9, 2e9)).toEqual({ bytes: 1e9, of: "50% of the container's limit" });
    // No limit, as libuv gives it for control groups.
    expect(share(8e9, 2 ** 64)).toEqual({ bytes: 4e9, of: "50% of this machine's memory" });
  });
});

const systemError = (code: string, message: string): Error => Object.assign(new Error(message), { code });

describe("shortages", () => {
  // Messages as they came from Node 20.20, 24.22 and 26.12, sharp 0.34 and emscripten.
  test.each<[who: string, cause: Error]>([
    ["memory", new RangeError("WebAssembly.Memory(): could not allocate memory")],
    [
      "memory",
      new RangeError("WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance"),
    ],
    ["memory", new RangeError("Array buffer allocation failed")],
    ["memory", new Error("vips_image_write_to_memory: out of memory -- size == 231MB")],
    ["memory", new Error("Input buffer has corrupt header: vips_tracked: out of memory -- size == 308MB")],
    ["memory", new Error("Aborted(OOM)")],
    ["memory", systemError("ENOMEM", "ENOMEM: not enough memory, read")],
    ["memory", systemError("ERR_WORKER_OUT_OF_MEMORY", "Worker terminated due to reaching memory limit")],
    ["threads", systemError("ERR_WORKER_INIT_FAILED", "EAGAIN")],
    ["threads", new Error("glib: Error creating thread: Resource temporarily unavailable")],
    ["files", systemError("EMFILE", "EMFILE: too many open files, open 'a.png'")],
  ])("a shortage of %s: %o", (who, cause) => {
    const found = shortageFault(cause);
    expect(found).toMatchObject({ exitCode: 1, ofProcess: true, cause });
    expect(found?.message.startsWith(`${who}: `)).toBe(true);
  });

  test("a permission that Node was not given is named by its option", () => {
    const cause = Object.assign(systemError("ERR_ACCESS_DENIED", "restricted"), {
      permission: "WorkerThreads",
    });
    expect(shortageFault(cause)?.message).toContain("--allow-worker");
  });

  test.each<[string, unknown]>([
    [
      "a file whose name speaks of memory",
      systemError("ENOENT", "ENOENT: no such file, open 'out of memory/OOM.png'"),
    ],
    ["damaged data", new Error("Input buffer contains unsupported image format")],
    ["a mistake in a program", new RangeError("Invalid typed array length: -1")],
    ["an error that is understood already", fault("x", { received: "out of memory" })],
    ["a text", "out of memory"],
  ])("%s is none", (_, cause) => expect(shortageFault(cause)).toBeUndefined());

  test("an error of another thread is again what it was there", () => {
    const { message, exitCode, ofProcess } = fault("memory", { expected: "more", ofProcess: true });
    const arrived = Object.assign(new Error(message), { name: "FoveaError", exitCode, ofProcess });
    expect(faultOfThread(arrived)).toBeInstanceOf(FoveaError);
    expect(faultOfThread(arrived)).toMatchObject({ message, exitCode: 1, ofProcess: true });
    const mistake = new TypeError("x is not a function");
    expect(faultOfThread(mistake)).toBe(mistake);
  });
});

describe("what Node was started with", () => {
  const sound = { computesVectors: true, nodeArguments: [] };

  test("a heap in which a training has no room is refused; of two limits the last decides", () => {
    const given =
      (...nodeArguments: string[]) =>
      () =>
        refuseRuntime({ ...sound, nodeArguments });
    expect(given("--max-old-space-size=47")).toThrow("--max-old-space-size");
    expect(given("--max_old_space_size=30")).toThrow("received 30");
    expect(given("--max-old-space-size=30", "--max-old-space-size=512")).not.toThrow();
    expect(given("--max-old-space-size=48")).not.toThrow();
    expect(given()).not.toThrow();
  });

  test("an engine without WebAssembly or its vectors is refused", () => {
    expect(() => refuseRuntime({ ...sound, computesVectors: false })).toThrow("WebAssembly");
  });

  test("flags are left alone where V8 has frozen them or may not know them", () => {
    expect(flagsMayBeSet(11, ["--import", "tsx"])).toBe(true);
    expect(flagsMayBeSet(14, [])).toBe(true);
    expect(flagsMayBeSet(15, [])).toBe(false);
    expect(flagsMayBeSet(13, ["--freeze-flags-after-init"])).toBe(false);
    expect(flagsMayBeSet(13, ["--freeze_flags_after_init"])).toBe(false);
  });
});
