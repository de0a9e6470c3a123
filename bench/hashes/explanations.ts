import { seeded } from "../../src/base/index.ts";
import { type Raster, syntheticCollection, resize, standardize } from "../../src/data/index.ts";
import type { Backend } from "../../src/engine/index.ts";
import { filterImage, gradCam, occlusion, openActivations, overlay } from "../../src/explain/index.ts";
import { initialize } from "../../src/nn/index.ts";
import { type Hashes, type Part, digest } from "./digest.ts";
import type { Net } from "./nets.ts";

const rasterPart = ({ width, height, data }: Raster): Part => [width, height, data];

/** The ways to look into a net, on drawn images and first weights. */
export async function hashExplanations({ model }: Net, backend: Backend): Promise<Hashes> {
  const [height, width] = model.inputShape!;
  const size = { height: height!, width: width! };
  const drawn = [...syntheticCollection({ photographsPerClass: 1, viewsPerPhotograph: 1, ...size, seed: 4 })];
  const images = drawn.map(({ raster }) => raster.data);
  const subject = {
    model,
    weights: initialize(model, undefined, seeded(4).fork("weights")),
    inputShape: model.inputShape!,
    transforms: [resize(size), standardize({ mean: [130, 120, 140], deviation: [50, 45, 40] })],
  };
  const { heat } = await gradCam(subject, { images, classes: [0, 1, 2, 3] }, { backend });
  const activations = await openActivations(subject, { backend });
  const covered = await occlusion(images[0]!, {
    inputShape: model.inputShape!,
    classify: (batch) => Promise.resolve(Float32Array.from(batch, (bytes) => bytes[1234]! / 255)),
    classIndex: 0,
  });
  const shown = await activations.explain(images[1]!);
  activations.close();
  return {
    "Grad-CAM": digest(heat.map(({ data, against }) => [data, against!])),
    overlay: digest(overlay(drawn[0]!.raster, heat[0]!).data),
    occlusion: digest(covered.drops.data, covered.probability),
    activations: digest(shown.map(({ raster }) => rasterPart(raster))),
    filters: digest(rasterPart(filterImage(subject).raster)),
  };
}
