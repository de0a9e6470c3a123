import { bytesText, countText, durationText, parametersText, percentText, plural } from "../../base/index.ts";
import type { EndReason, MonitorName } from "../../train/index.ts";
import { monitorText } from "../training.ts";
import type { SplitBasis } from "../results.ts";
import type { Catalogue, DataOf, StatementOf } from "../types.ts";

/** One line of a page's tables of facts. */
export type Fact =
  | { readonly code: "architecture"; readonly data: { readonly name: string } }
  | {
      readonly code: "parameters";
      readonly data: { readonly total: number; readonly trainable: number; readonly bytes: number };
    }
  | { readonly code: "activations"; readonly data: { readonly bytes: number } }
  | {
      /** A net without convolutions, on the same images. */
      readonly code: "fully-connected";
      readonly data: { readonly hidden: number; readonly parameters: number; readonly bytes: number };
    }
  | {
      readonly code: "training-memory";
      readonly data: { readonly total: number; readonly parameters: number };
    }
  | { readonly code: "image-size"; readonly data: { readonly size: number } }
  | {
      readonly code: "training";
      readonly data: {
        readonly epochs: number;
        readonly planned: number;
        readonly end: EndReason;
        readonly batchSize: number;
      };
    }
  | {
      /** The epoch whose weights are in the model file. */
      readonly code: "saved-epoch";
      readonly data: { readonly epoch: number; readonly monitor: MonitorName };
    }
  | {
      readonly code: "optimizer";
      readonly data: { readonly name: string; readonly learningRate: number };
    }
  | {
      readonly code: "augmentation";
      readonly data: {
        /** Absent for a list of the user's own. */
        readonly name?: string;
        readonly steps: readonly string[];
      };
    }
  | {
      readonly code: "split";
      readonly data: {
        readonly split: SplitBasis;
        /** Requested fraction of the validation set, or the folds in its place. */
        readonly into: { readonly validation: number } | { readonly folds: number };
      };
    }
  | { readonly code: "seed"; readonly data: { readonly seed: number } }
  | {
      readonly code: "images";
      readonly data: { readonly images: number; readonly unreadable: number };
    }
  | {
      readonly code: "groups";
      readonly data: {
        readonly groups: number;
        /** Images of the largest. */
        readonly largest: number;
        /** Images that share a group with another. */
        readonly grouped: number;
      };
    }
  | {
      readonly code: "predefined-split";
      readonly data: { readonly parts: readonly { readonly part: string; readonly images: number }[] };
    }
  | {
      readonly code: "formats" | "colours";
      readonly data: {
        readonly shares: readonly { readonly name: string; readonly images: number }[];
        /** Of these, the shares are taken. */
        readonly readable: number;
      };
    }
  | { readonly code: "time"; readonly data: { readonly seconds: number } }
  | { readonly code: "version"; readonly data: { readonly fovea: string } }
  | { readonly code: "runs-on"; readonly data: { readonly runtime: string; readonly system: string } }
  | { readonly code: "arithmetic"; readonly data: { readonly arithmetic: string } }
  | {
      readonly code: "digest";
      readonly data: { readonly of: "split" | "images"; readonly sha256: string };
    };

const sharesText = ({ shares, readable }: Extract<Fact, { code: "formats" | "colours" }>["data"]): string =>
  shares.map(({ name, images }) => `${name} ${percentText(images / Math.max(readable, 1))}`).join(", ");

/** A fact in words. */
export interface NamedFact {
  readonly name: string;
  readonly value: string;
}

const facts: Catalogue<Fact, NamedFact> = {
  architecture: ({ name }) => ({ name: "Architecture", value: name }),
  parameters: ({ bytes, ...count }) => ({
    name: "Parameters",
    value: `${parametersText(count)}, ${bytesText(bytes)}`,
  }),
  activations: ({ bytes }) => ({ name: "One image", value: `${bytesText(bytes)} of activations` }),
  "fully-connected": ({ hidden, parameters, bytes }) => ({
    name: "For comparison",
    value:
      `a fully connected net with ${plural(hidden, "hidden unit")} on the same images would need ` +
      `${plural(parameters, "parameter")}, ${bytesText(bytes)}`,
  }),
  "training-memory": ({ total, parameters }) => ({
    name: "Training memory",
    value: `${bytesText(total)}, of which ${bytesText(parameters)} for parameters`,
  }),
  "image-size": ({ size }) => ({ name: "Image size", value: `${size} × ${size} pixels` }),
  training: ({ epochs, planned, end, batchSize }) => ({
    name: "Training",
    value:
      `${plural(epochs, "epoch")} of ${countText(planned)}${end === "done" ? "" : `, ${end}`}, ` +
      `batch size ${countText(batchSize)}`,
  }),
  "saved-epoch": ({ epoch, monitor }) => ({
    name: "Saved epoch",
    value: `${countText(epoch)}, best validation ${monitorText[monitor]}`,
  }),
  optimizer: ({ name, learningRate }) => ({
    name: "Optimizer",
    value: `${name}, learning rate ${learningRate}`,
  }),
  augmentation: ({ name = "own list", steps }) => ({
    name: "Augmentation",
    value: steps.length === 0 ? name : `${name} (${steps.join(", ")})`,
  }),
  split: ({ split, into }) => ({
    name: "Split",
    value:
      "folds" in into
        ? `${split}, in ${plural(into.folds, "fold")}`
        : `${split}, ${percentText(into.validation)} validation`,
  }),
  seed: ({ seed }) => ({ name: "Seed", value: String(seed) }),
  images: ({ images, unreadable }) => ({
    name: "Images",
    value:
      unreadable === 0
        ? `${countText(images)}, all readable`
        : `${countText(images)}, of which ${countText(unreadable)} cannot be read`,
  }),
  groups: ({ groups, largest, grouped }) => ({
    name: "Groups",
    value:
      `${countText(groups)}; the largest has ${plural(largest, "image")}; ` +
      `${plural(grouped, "image")} in groups of two or more`,
  }),
  "predefined-split": ({ parts }) => ({
    name: "Predefined split",
    value: parts.map(({ part, images }) => `${part} ${countText(images)}`).join(", "),
  }),
  formats: (data) => ({ name: "Formats", value: sharesText(data) }),
  colours: (data) => ({ name: "Colours", value: sharesText(data) }),
  time: ({ seconds }) => ({ name: "Time", value: durationText(seconds) }),
  version: ({ fovea }) => ({ name: "Fovea", value: fovea }),
  "runs-on": ({ runtime, system }) => ({ name: "Runs on", value: `${runtime}, ${system}` }),
  arithmetic: ({ arithmetic }) => ({ name: "Arithmetic", value: arithmetic }),
  digest: ({ of, sha256 }) => ({
    name: of === "split" ? "split.csv, sha256" : "All images, sha256",
    value: sha256,
  }),
};

/** Name and value of a fact. */
export const namedFact = <Code extends keyof DataOf<Fact>>({
  code,
  data,
}: StatementOf<Fact, Code>): NamedFact => facts[code](data);
