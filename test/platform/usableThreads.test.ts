import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { usableThreads } from "../../src/platform/node/usableThreads.ts";

type Files = Readonly<Record<string, string>>;
const on = (processors: number, files: Files = {}): number =>
  usableThreads({ processors, readText: (path) => files[path] });

const v2 = (group: string, limits: Files): Files => ({
  "/proc/self/cgroup": `0::${group}\n`,
  ...Object.fromEntries(
    Object.entries(limits).map(([at, limit]) => [`/sys/fs/cgroup${at}/cpu.max`, `${limit}\n`]),
  ),
});

test("without a limit there is a thread for each processor, from 1 to 64", () => {
  expect([1, 2, 64, 65, 192].map((processors) => on(processors))).toEqual([1, 2, 64, 64, 64]);
});

// Formats: Linux, Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/cpu.
test.each<readonly [what: string, files: Files, threads: number]>([
  ["its share", v2("/", { "": "200000 100000" }), 2],
  ["its share, rounded", v2("/", { "": "150000 100000" }), 2],
  ["one at least", v2("/", { "": "20000 100000" }), 1],
  ["all where there is no limit", v2("/", { "": "max 100000" }), 16],
  ["all where the share is larger", v2("/", { "": "6400000 100000" }), 16],
  ["its own group's share", v2("/docker/b1", { "/docker": "max 100000", "/docker/b1": "300000 100000" }), 3],
  ["the smallest share around it", v2("/a/b/c", { "/a": "400000 100000", "/a/b/c": "800000 100000" }), 4],
  [
    "its share in the first version",
    {
      "/proc/self/cgroup": "5:memory:/pod\n3:cpu,cpuacct:/pod\n0::/\n",
      "/sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_quota_us": "250000\n",
      "/sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_period_us": "50000\n",
    },
    5,
  ],
  [
    "all without a limit in the first version",
    {
      "/proc/self/cgroup": "1:cpu:/\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    },
    16,
  ],
  ["all where nothing can be read", { "/proc/self/cgroup": "not what it was\n0::/gone" }, 16],
])("a container gets %s", (_, files, threads) => {
  expect(on(16, files)).toBe(threads);
});

test("here it is a number of threads that this process can have", () => {
  expect(usableThreads()).toBeGreaterThanOrEqual(1);
  expect(usableThreads()).toBeLessThanOrEqual(Math.min(64, availableParallelism()));
});
