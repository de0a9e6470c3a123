import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { eventRecord, fileHeader, sessionStart } from "../../src/formats/index.ts";
import { fovea } from "../cli/built.ts";
import { images, temporaryFolder } from "../cli/support.ts";

/** A Python with TensorBoard: PYTHON says where, else the one that is found. */
const python = process.env["PYTHON"] ?? "python3";
const run = promisify(execFile);
const isThere = await run(python, ["-c", "import tensorboard"]).then(
  () => true,
  () => false,
);

const program = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
def read(part):
    log = EventAccumulator(sys.argv[1] + "/" + part, size_guidance={"images": 0, "histograms": 0, "scalars": 0})
    log.Reload()
    return log
train, validation = read("train"), read("validation")
histogram = train.Histograms("conv2d/kernel")[-1].histogram_value
tags = validation.Tags()["images"]
print(json.dumps({
    "scalars": {tag: [[e.step, e.value] for e in train.Scalars(tag)] for tag in train.Tags()["scalars"]},
    "validation": [e.value for e in validation.Scalars("epoch_accuracy")],
    "histograms": len(train.Tags()["histograms"]),
    "histogram": [histogram.num, sum(histogram.bucket)],
    "images": [[tag, validation.Images(tag)[0].width, validation.Images(tag)[0].encoded_image_string[:4].hex()] for tag in tags],
}))
`;

const steps = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
log = EventAccumulator(sys.argv[1])
log.Reload()
print(json.dumps([[e.step, e.value] for e in log.Scalars("loss")]))
`;

test.skipIf(!isThere)(
  "TensorBoard drops what a broken-off session has from where the next one starts",
  async () => {
    const folder = await temporaryFolder();
    const time = 1_700_000_000_000;
    const epochs = (steps: readonly number[], value: number): readonly Uint8Array[] =>
      steps.map((step) =>
        eventRecord({ time, step }, [{ type: "scalar", tag: "loss", value: value + step }]),
      );
    const first = [fileHeader(time), ...epochs([1, 2, 3], 0)];
    const second = [fileHeader(time + 1), sessionStart({ time, step: 3 }), ...epochs([3, 4], 10)];
    for (const [i, records] of [first, second].entries())
      await writeFile(join(folder, `events.out.tfevents.${time + i}.fovea`), Buffer.concat(records));
    await writeFile(join(folder, "read.py"), steps);
    const { stdout } = await run(python, [join(folder, "read.py"), folder]);
    expect(JSON.parse(stdout.trim().split(/\r?\n/).at(-1) ?? "")).toEqual([
      [1, 1],
      [2, 2],
      [3, 13],
      [4, 14],
    ]);
  },
);

test.skipIf(!isThere)("TensorBoard's own reader finds scalars, histograms and images", async () => {
  const folder = await temporaryFolder();
  await images(folder);
  const args = ["train", "data", "--model", "plain3", "--size", "32", "--epochs", "2", "--lr", "0.000001"];
  const out = ["--out", join(folder, "run"), "--tensorboard", join(folder, "logs")];
  expect(await fovea([...args, ...out], folder)).toMatchObject({ code: 0 });
  await writeFile(join(folder, "read.py"), program);
  const { stdout } = await run(python, [join(folder, "read.py"), join(folder, "logs", "run")]);
  const found = JSON.parse(stdout.trim().split(/\r?\n/).at(-1) ?? "");
  expect(Object.keys(found.scalars)).toEqual(["epoch_loss", "epoch_accuracy", "epoch_learning_rate"]);
  expect(found.scalars.epoch_loss.map(([step]: readonly number[]) => step)).toEqual([1, 2]);
  expect(found.validation).toHaveLength(2);
  expect(found.histograms).toBeGreaterThan(20);
  expect(found.histogram).toEqual([864, 864]);
  expect(found.images.length).toBeGreaterThan(0);
  for (const [tag, width, magic] of found.images) {
    expect(tag).toMatch(/^errors\/.+, predicted .+%\)$/);
    expect([width, magic]).toEqual([32, "89504e47"]);
  }
});
