import {
  type Audit,
  type AuditInput,
  type Finding,
  type FindingCode,
  auditCollection,
} from "../../src/audit/index.ts";
import type { MatchedPair, InspectedImage, Inspection, Image } from "../../src/data/index.ts";

/** What a test says of one image; the rest is as usual. */
export interface Spec extends Partial<Omit<Image, "path">> {
  readonly path: string;
  readonly facts?: Partial<Inspection>;
  /** Of the file. @default the path */
  readonly sha256?: string;
  /** Number of its source image. @default one of its own */
  readonly sourceImage?: number;
  /** Name of the scene. @default its source image's */
  readonly scene?: string;
  /** Why it cannot be read. */
  readonly reason?: string;
  readonly recoverable?: number;
}

const usual: Omit<Inspection, "pixelDigest"> = {
  format: "jpeg",
  space: "rgb",
  depth: 8,
  width: 320,
  height: 240,
  bytes: 20_000,
  jpegQuality: 90,
  meanColour: [120, 110, 100],
  brightness: { mean: 112, deviation: 50, range: [10, 240] },
  sharpness: 0.5,
  colourfulness: 30,
  colourShare: 0.6,
  fingerprint: {
    width: 1,
    height: 1,
    scale: 1,
    hash: new Uint32Array(2),
    positions: new Float32Array(),
    descriptors: new Uint32Array(),
    thumbnail: new Uint8Array(1),
    thumbnailWidth: 1,
    thumbnailHeight: 1,
  },
};

const outcomeOf = ({ path, facts, sha256 = path, reason, recoverable }: Spec): InspectedImage =>
  reason === undefined
    ? { sha256, inspection: { ...usual, pixelDigest: path, ...facts } }
    : { reason, ...(recoverable !== undefined && { recoverable }) };

const labelOf = (path: string): string => path.slice(0, path.indexOf("/"));

const imageOf = ({ path, label = labelOf(path), group, part }: Spec): Image => ({
  path,
  label,
  ...(group !== undefined && { group }),
  ...(part && { part }),
});

/** Numbers from 0 by first member, as findNearDuplicates gives them. */
function numbered(specs: readonly Spec[], nameOf: (spec: Spec) => string | number | undefined): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(specs, (spec) => {
    const name = nameOf(spec);
    const key = name === undefined ? spec.path : `named ${name}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

/** Two images of one source image, the second as the first is but for what is said. */
export const pair = (a: number, b: number, change: Partial<MatchedPair> = {}): MatchedPair => ({
  a,
  b,
  mirrored: false,
  rotation: 0,
  scale: 1,
  overlap: 1,
  inliers: 40,
  agreement: 0.99,
  ...change,
});

/** What an audit says of such images. */
export function auditOf(
  specs: readonly Spec[],
  {
    pairs = [],
    groupSource = "content",
  }: { readonly pairs?: readonly MatchedPair[] } & Partial<Pick<AuditInput, "groupSource">> = {},
): Audit {
  const images = specs.map(imageOf);
  const classNames = [...new Set(images.map(({ label }) => label))].sort();
  return auditCollection({
    collection: { images, classNames, skipped: [], notes: [] },
    groupSource,
    outcomes: specs.map(outcomeOf),
    copies: {
      groups: numbered(specs, ({ sourceImage }) => sourceImage),
      scenes: numbered(specs, ({ scene, sourceImage }) => scene ?? sourceImage),
      pairs,
    },
  });
}

/** So many images of a class, by their place. */
export const many = (
  label: string,
  count: number,
  specOf: (i: number) => Partial<Spec> = () => ({}),
): Spec[] => Array.from({ length: count }, (_, i) => ({ path: `${label}/${i}.jpg`, ...specOf(i) }));

export const findingOf = <Code extends FindingCode>(
  { findings }: Audit,
  code: Code,
): Extract<Finding, { readonly code: Code }> | undefined =>
  findings.find((finding): finding is Extract<Finding, { readonly code: Code }> => finding.code === code);

export const codesOf = ({ findings }: Audit): readonly FindingCode[] => findings.map(({ code }) => code);
