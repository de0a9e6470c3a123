import { describe, expect, test } from "vitest";
import { type Fingerprint, fingerprintOf, syntheticCollection } from "../../../src/data/index.ts";
import { fitAffine } from "../../../src/data/nearDuplicates/affine.ts";
import { agreementOf } from "../../../src/data/nearDuplicates/agreement.ts";
import { compareFingerprints } from "../../../src/data/nearDuplicates/confirm.ts";
import { matchCorners } from "../../../src/data/nearDuplicates/match.ts";
import { type Change, noiseTexture, warped } from "./warped.ts";

// The limits of src/data/nearDuplicates stand between these figures. Over 182 pairs of unlike textures and 2,160 of unlike synthetic images
// (both orientations) 10 corners at most followed one map and the agreement reached 0.40; over 55 changed textures and 48 pairs of views
// of one photograph it was 29 or more and 0.92 or more. The sets here are smaller, for the sake of time.

const textures = [1, 2, 3, 4, 5].map((seed) => noiseTexture(seed));
const textureFingerprints = textures.map(fingerprintOf);
const views = [...syntheticCollection({ photographsPerClass: 2, viewsPerPhotograph: 2 })].map(
  ({ group, raster }) => ({ group, fingerprint: fingerprintOf(raster) }),
);

interface Evidence {
  readonly inliers: number;
  readonly agreement: number;
}

function evidenceOf(a: Fingerprint, b: Fingerprint, mirrored: boolean): Evidence {
  const fit = fitAffine(matchCorners(a, b, mirrored), mirrored);
  if (!fit) return { inliers: 0, agreement: 0 };
  return { inliers: fit.inliers.length, agreement: agreementOf(a, b, fit.affine).share };
}

/** Evidence in the better orientation. */
const bestOf = (a: Fingerprint, b: Fingerprint): Evidence => {
  const [plain, mirrored] = [evidenceOf(a, b, false), evidenceOf(a, b, true)];
  return plain.inliers >= mirrored.inliers ? plain : mirrored;
};

const pairsOf = <T>(items: readonly T[]): readonly (readonly [T, T])[] =>
  items.flatMap((a, i) => items.slice(i + 1).map((b) => [a, b] as const));

const changes: Readonly<Record<string, Change>> = {
  "turned by 17 degrees": { degrees: 17 },
  "turned by 90 degrees": { degrees: 90 },
  mirrored: { mirrored: true },
  "mirrored and turned by 40 degrees": { mirrored: true, degrees: 40 },
  "cropped to 60% of the side": { zoom: 1 / 0.6 },
  "half the size": { scale: 0.5 },
  sheared: { shear: 0.25 },
  shifted: { shiftX: 60, shiftY: -35 },
  brightened: { gain: 1.25, offset: 20 },
};

describe("unlike images", () => {
  const textureEvidence = pairsOf(textureFingerprints).map(([a, b]) => bestOf(a, b));
  const viewEvidence = pairsOf(views)
    .filter(([a, b]) => a.group !== b.group)
    .map(([a, b]) => bestOf(a.fingerprint, b.fingerprint));

  test("share 10 corners at most and agree by less than half", () => {
    for (const { inliers, agreement } of [...textureEvidence, ...viewEvidence]) {
      expect(inliers).toBeLessThanOrEqual(10);
      expect(agreement).toBeLessThan(0.5);
    }
  });

  test("are given up before their pixels count, in all pairs but a few", () => {
    const compared = pairsOf(views).filter(
      ([a, b]) =>
        a.group !== b.group && compareFingerprints(a.fingerprint, b.fingerprint, false) !== undefined,
    );
    expect(compared.length).toBeLessThanOrEqual(1);
  });
});

describe("near-duplicates", () => {
  test.each(Object.entries(changes))("%s share 20 corners or more and agree by 0.9 or more", (_, change) => {
    const [texture, fingerprint] = [textures[0]!, textureFingerprints[0]!];
    const { inliers, agreement } = evidenceOf(
      fingerprint,
      fingerprintOf(warped(texture, change)),
      change.mirrored ?? false,
    );
    expect(inliers).toBeGreaterThanOrEqual(20);
    expect(agreement).toBeGreaterThanOrEqual(0.9);
  });

  test("views of one photograph do too", () => {
    const same = pairsOf(views).filter(([a, b]) => a.group === b.group);
    expect(same).toHaveLength(8);
    for (const [a, b] of same) {
      const { inliers, agreement } = bestOf(a.fingerprint, b.fingerprint);
      expect(inliers).toBeGreaterThanOrEqual(20);
      expect(agreement).toBeGreaterThanOrEqual(0.9);
    }
  });
});

describe("a comparison", () => {
  const texture = textures[1]!;
  const fingerprint = textureFingerprints[1]!;

  test("the other way round gives the inverse transformation and the same evidence", () => {
    const changed = fingerprintOf(warped(texture, { degrees: 30, zoom: 1.25 }));
    const forth = compareFingerprints(fingerprint, changed, false)!;
    const back = compareFingerprints(changed, fingerprint, false)!;
    expect(Math.abs(forth.rotation + back.rotation)).toBeLessThanOrEqual(1);
    expect(forth.scale * back.scale).toBeCloseTo(1, 1);
    expect(Math.abs(forth.agreement - back.agreement)).toBeLessThan(0.05);
  });

  test("of an enlarged detail says how much of each image the other shows", () => {
    // A zoom by two leaves the middle quarter of the area.
    const detail = fingerprintOf(warped(texture, { zoom: 2 }));
    const found = compareFingerprints(fingerprint, detail, false)!;
    expect(found.overlap).toBeCloseTo(0.25, 1);
    expect(found.scale).toBeCloseTo(2, 1);
    expect(compareFingerprints(detail, fingerprint, false)!.overlap).toBeGreaterThan(0.9);
  });

  test("tells a mirror image from a turned one", () => {
    const mirrored = fingerprintOf(warped(texture, { mirrored: true }));
    expect(compareFingerprints(fingerprint, mirrored, true)).toMatchObject({ mirrored: true, rotation: 0 });
    expect(compareFingerprints(fingerprint, mirrored, false)).toBeUndefined();
  });
});
