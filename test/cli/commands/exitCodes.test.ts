import { afterEach, describe, expect, test, vi } from "vitest";
import { filesBelow } from "../../app/fakeServices.ts";
import { quick, useServices } from "../fakeCommandLine.ts";
import { ran } from "../inProcess.ts";

vi.mock("../../../src/cli/services.ts", async () => await import("../fakeCommandLine.ts"));

afterEach(() => void vi.restoreAllMocks());

const train = ["train", "cells", "--out", "new", ...quick];

describe("exit code 0: all is done", () => {
  test.each([
    [train],
    [["labels", "cells", "--out", "new", "--folds", "2", ...quick]],
    [["evaluate", "run", "cells", "--no-detect"]],
    [["predict", "run", "in"]],
    [["explain", "run", "--method", "occlusion", "in", "--out", "new"]],
    [["audit", "cells", "--out", "new"]],
    [["compare", "one", "two"]],
    [["models"]],
  ])("%j", async (args) => {
    const services = useServices();
    const { code, out } = await ran(args);
    expect(code).toBe(0);
    expect(out).not.toBe("");
    expect([...services.open]).toEqual([]);
  });
});

describe("exit code 1: something failed, and one line says what", () => {
  test("a prediction of which one image cannot be read, with the others printed", async () => {
    useServices();
    const { code, out, err } = await ran(["predict", "run", "in/a.png", "gone.png", "--csv"]);
    expect(code).toBe(1);
    expect(out.trimEnd().split("\n")).toHaveLength(3);
    expect(err).toMatch(/^fovea: 1 image [^\n]+\n$/);
  });

  test("an explanation of which one image cannot be read", async () => {
    const services = useServices();
    const args = ["explain", "deep.safetensors", "in/a.png", "gone.png", "--out", "new"];
    expect((await ran(args)).code).toBe(1);
    expect(filesBelow(services, "new").filter((name) => name.endsWith(".png"))).toHaveLength(1);
  });

  test("a training whose loss diverges, with its run kept", async () => {
    const services = useServices();
    const { code, out } = await ran([...train, "--optimizer", "sgd", "--lr", "1e308"]);
    expect(code).toBe(1);
    expect(out).not.toBe("");
    expect(JSON.parse(services.files.text("new/metrics.json"))).toMatchObject({ end: "diverged" });
  });

  test.each([
    ["a model that is not there", ["predict", "gone.safetensors", "in"], /gone\.safetensors/],
    ["runs without images in common", ["compare", "one", "other"], /one, other/],
    ["more memory than there is", ["train", "cells", "--out", "new", "--model", "tiny.json"], /memory/],
  ])("%s", async (_, args, says) => {
    const services = useServices({ memory: { bytes: 1000, of: "of the test" } });
    services.files.held.set("other/config.json", new TextEncoder().encode("{}"));
    services.files.held.set(
      "other/predictions.csv",
      new TextEncoder().encode("path,label,group,part,sha256,predicted\nz.jpg,cat,,validation,z,cat"),
    );
    const { code, out, err } = await ran(args);
    expect([code, out]).toEqual([1, ""]);
    expect(err.trimEnd().split("\n").at(-1)).toMatch(says);
  });

  test("a bug says that it is one", async () => {
    useServices({ openTree: () => Promise.reject(new TypeError("x is undefined")) });
    const { code, err } = await ran(["audit", "cells", "--out", "new"]);
    expect(code).toBe(1);
    expect(err).toMatch(/^fovea: x is undefined \(.*FOVEA_DEBUG.*\)\n$/);
  });
});

describe("exit code 2: wrong use", () => {
  test.each([
    ["a folder that is no run", ["compare", "one", "in"]],
    ["an occupied folder", ["train", "cells", "--out", "one", ...quick]],
    ["a model that nobody knows", ["train", "cells", "--out", "new", "--model", "plain99"]],
    ["a class that nobody knows", ["explain", "run", "in", "--out", "new", "--class", "violet"]],
    ["a folder without a model", ["evaluate", "one", "cells"]],
  ])("%s", async (_, args) => {
    const services = useServices();
    const { code, out } = await ran(args);
    expect([code, out]).toEqual([2, ""]);
    expect(services.files.written).toEqual([]);
  });
});

/** Runs a command and sends the signal each time that standard error matches. */
const interruptedAt = (args: readonly string[], line: RegExp, times = 1): ReturnType<typeof ran> => {
  let sent = 0;
  return ran(args, {
    onError: (text) => {
      if (sent >= times || !line.test(text)) return;
      while (sent < times) {
        sent++;
        process.emit("SIGINT");
      }
    },
  });
};

describe("exit code 130: Ctrl-C", () => {
  const long = [...train.filter((arg) => arg !== "2"), "--epochs", "50"].filter(
    (arg, i, all) => !(arg === "--epochs" && all[i + 1] === "--batch"),
  );

  test("after an epoch keeps the whole run, and prints how to go on", async () => {
    const services = useServices();
    const { code, out, err } = await interruptedAt(long, / 1\/50 /);
    expect(code).toBe(130);
    expect(err).toMatch(/Stopping/);
    expect(out).toMatch(/train cells --out new --resume/);
    expect(filesBelow(services, "new")).toContain("model.safetensors");
    expect([...services.open]).toEqual([]);
  });

  test.each([
    ["a cross-validation", [...long, "--folds", "2"], / 1\/50 /],
    ["a review of labels", ["labels", "cells", "--out", "new", "--folds", "2", ...quick], / 1\/2 /],
    ["an audit", ["audit", "cells", "--out", "new"], /18 images/],
    ["an evaluation", ["evaluate", "run", "cells", "--no-detect"], /18 images/],
  ])("ends %s, and leaves nothing", async (_, args, line) => {
    const services = useServices();
    const { code, out, err } = await interruptedAt(args, line);
    expect([code, out]).toEqual([130, ""]);
    expect(err).toMatch(/fovea: interrupted; nothing was written\n$/);
    expect(filesBelow(services, "new")).toEqual([]);
    expect([...services.open]).toEqual([]);
  });

  test("twice ends the process at once", async () => {
    useServices();
    const exit = vi.spyOn(process, "exit").mockImplementation((() => undefined) as never);
    await interruptedAt(long, / 1\/50 /, 2);
    expect(exit).toHaveBeenCalledExactlyOnceWith(130);
  });

  test("leaves no listener behind", async () => {
    useServices();
    const before = process.listenerCount("SIGINT");
    await interruptedAt(long, / 1\/50 /);
    expect(process.listenerCount("SIGINT")).toBe(before);
  });
});
