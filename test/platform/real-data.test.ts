import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { prepareImages, resize, scan } from "../../src/data/index.ts";
import { openTree, sharpCodec } from "../../src/platform/node/index.ts";

const archive = fileURLToPath(new URL("../../../shared/data/blood-cells-train.tar", import.meta.url));
const there = existsSync(archive);

describe.skipIf(!there)(
  `blood cells${there ? "" : " (SKIPPED: ../shared/data/blood-cells-train.tar is absent)"}`,
  () => {
    test("the archive opens and scans to 9,957 images of 4 classes, which decode", async () => {
      const tree = await openTree(archive);
      try {
        const { images, classNames, skipped } = await scan(tree);
        expect(images).toHaveLength(9957);
        expect(classNames).toEqual(["EOSINOPHIL", "LYMPHOCYTE", "MONOCYTE", "NEUTROPHIL"]);
        expect(skipped).toEqual([]);
        const some = images.filter((_, i) => i % 500 === 0);
        const options = { codec: sharpCodec(), transforms: [resize({ height: 60, width: 80 })], classNames };
        const prepared = await prepareImages(tree, some, options);
        expect([prepared.count, prepared.skipped.length]).toEqual([20, 0]);
      } finally {
        await tree.close();
      }
    });
  },
);
