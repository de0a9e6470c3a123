import { describe, expect, test, vi } from "vitest";
import { demo, demoPlan } from "../../src/app/index.ts";
import { type FakeServices, fakeServices, filesBelow, never, recorded } from "./fakeServices.ts";

// Drawing takes seconds; here each image is one pixel.
vi.mock("../../src/data/index.ts", async (original) => ({
  ...(await original<object>()),
  syntheticCollection: function* ({ photographsPerClass = 0, viewsPerPhotograph = 0 }) {
    for (const label of ["EOSINOPHIL", "LYMPHOCYTE", "MONOCYTE", "NEUTROPHIL"])
      for (let photo = 1; photo <= photographsPerClass; photo++)
        for (let view = 1; view <= viewsPerPhotograph; view++) {
          const path = `${label}/photo-${String(photo).padStart(3, "0")}-view-${view}.png`;
          yield { path, label, raster: { width: 1, height: 1, data: new Uint8Array(3) } };
        }
  },
}));

/** Services whose data is what the demo drew: each image is written as its name, and no more than that. */
function demoServices(encodePng: FakeServices["encodePng"] = async () => new Uint8Array(1)): FakeServices {
  const services = fakeServices();
  return {
    ...services,
    encodePng,
    openTree: async (path) => {
      services.open.add("tree");
      return {
        name: path,
        list: async () => filesBelow(services, path),
        read: async (name) => services.files.read(`${path}/${name}`),
        close: async () => void services.open.delete("tree"),
      };
    },
  };
}

describe("the demo", () => {
  test("draws its plan's images into the run, each class the same number, before it trains on them", async () => {
    const services = demoServices();
    const { classes, photographsPerClass, viewsPerPhotograph } = demoPlan;
    let drawn: readonly string[] = [];
    for await (const event of demo({ out: "run" }, services, never)) {
      if (event.type !== "found") continue;
      expect(event.classes).toHaveLength(classes);
      for (const { count } of event.classes) expect(count).toBe(photographsPerClass * viewsPerPhotograph);
      expect(event.skipped).toEqual([]);
      drawn = filesBelow(services, "run");
      break;
    }
    expect(drawn).toHaveLength(classes * photographsPerClass * viewsPerPhotograph);
    // The command line names this one as an image to try.
    expect(drawn).toContain("images/EOSINOPHIL/photo-001-view-1.png");
    // Whoever breaks off leaves nothing behind.
    expect(filesBelow(services, "run")).toEqual([]);
    expect([...services.open]).toEqual([]);
  });

  test("takes back its images where one cannot be written, once all writing has ended", async () => {
    let [begun, ended] = [0, 0];
    const services = demoServices(async () => {
      if (++begun === 5) throw new Error("disk full");
      await new Promise((resolve) => setImmediate(resolve));
      ended++;
      return new Uint8Array(1);
    });
    await expect(recorded(demo({ out: "run" }, services, never))).rejects.toThrow("disk full");
    expect(ended).toBe(begun - 1);
    expect(filesBelow(services, "run")).toEqual([]);
  });

  test("stops drawing soon after it is aborted, and leaves nothing", async () => {
    const controller = new AbortController();
    let drawn = 0;
    const services = demoServices(async () => {
      if (++drawn === 3) controller.abort();
      return new Uint8Array(1);
    });
    const running = recorded(demo({ out: "run" }, services, controller.signal));
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    expect(drawn).toBeLessThanOrEqual(16);
    expect(filesBelow(services, "run")).toEqual([]);
  });

  test("never touches a folder that holds files", async () => {
    const services = demoServices();
    await services.files.write("run/mine.txt", "mine");
    await expect(recorded(demo({ out: "run" }, services, never))).rejects.toMatchObject({ exitCode: 2 });
    expect(filesBelow(services, "run")).toEqual(["mine.txt"]);
  });
});
