import { resolve } from "node:path";
import { expect, test } from "vitest";
import { cachePlace } from "../../../src/platform/node/index.ts";

const home = "/home/ada";

test.each([
  ["linux", {}, "/home/ada/.cache/fovea"],
  ["linux", { XDG_CACHE_HOME: "/var/ada" }, "/var/ada/fovea"],
  ["linux", { XDG_CACHE_HOME: "not/absolute" }, "/home/ada/.cache/fovea"],
  ["darwin", { XDG_CACHE_HOME: "/var/ada" }, "/home/ada/Library/Caches/fovea"],
  ["win32", { LOCALAPPDATA: "/local" }, "/local/fovea"],
  ["win32", {}, "/home/ada/AppData/Local/fovea"],
  ["linux", { FOVEA_CACHE: "/big/disk", XDG_CACHE_HOME: "/var/ada" }, "/big/disk"],
  ["linux", { FOVEA_CACHE: "" }, "/home/ada/.cache/fovea"],
])("on %s with %o the cache lies in %s", (platform, environment, folder) => {
  expect(cachePlace(environment, { platform, home })?.folder).toBe(folder);
});

test("a folder is taken from the one the program runs in", () => {
  expect(cachePlace({ FOVEA_CACHE: "here" })?.folder).toBe(resolve("here"));
});

test("off means no cache", () => {
  expect(cachePlace({ FOVEA_CACHE: "off" })).toBeUndefined();
});

test.each([
  [undefined, 5e9],
  ["20GB", 20e9],
  ["1.5 gb", 1.5e9],
  ["500mb", 500e6],
  ["1000", 1000],
  ["64B", 64],
  ["0", 0],
])("with the size %s it holds %d bytes", (size, bytes) => {
  expect(cachePlace({ FOVEA_CACHE_SIZE: size })?.maxBytes).toBe(bytes);
});

test.each(["much", "-1GB", "5 PB", "GB"])("the size %s is refused", (size) => {
  expect(() => cachePlace({ FOVEA_CACHE_SIZE: size })).toThrow(/^FOVEA_CACHE_SIZE: expected .*500MB/);
});
