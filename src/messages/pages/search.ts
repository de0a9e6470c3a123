import { durationText, lossText, percentText, plural, rangeText, significantText } from "../../base/index.ts";
import type { Catalogue } from "../types.ts";

/** Why a trial of a search has no further metrics. */
export type TrialFailure =
  | { readonly code: "trial-diverged"; readonly data: { readonly epoch: number } }
  | {
      /** It could not be trained at all. */
      readonly code: "trial-refused";
      readonly data: { readonly reason: string };
    }
  | {
      /** The time was over. */
      readonly code: "trial-stopped";
      readonly data: { readonly epochs: number };
    };

interface Accuracy {
  readonly accuracy: number;
  readonly interval: readonly [number, number];
  readonly images: number;
}

/** What a search for settings says. */
export type SearchStatement =
  | {
      /** How the images are divided. */
      readonly code: "search-images";
      readonly data: {
        readonly images: number;
        readonly folds: number;
        readonly holdout: number;
        readonly isTestPart: boolean;
      };
    }
  | {
      readonly code: "search-plan";
      readonly data: {
        readonly minutes: number;
        readonly rungs: readonly number[];
        readonly reduction: number;
        readonly secondsPerEpoch: number;
      };
    }
  | {
      readonly code: "search-best";
      readonly data: Accuracy & {
        readonly trial: number;
        readonly trials: number;
        readonly loss: number;
        readonly folds: number;
      };
    }
  | {
      /** The images that no selection saw. */
      readonly code: "search-holdout";
      readonly data: Accuracy & { readonly groups: number; readonly trained: number };
    }
  | {
      /** The default settings are among the best. */
      readonly code: "search-default-best";
      readonly data: { readonly trials: number };
    }
  | { readonly code: "search-interrupted"; readonly data: { readonly command: string } }
  | { readonly code: "search-curves"; readonly data: object }
  | { readonly code: "search-rates"; readonly data: object }
  | { readonly code: "search-table"; readonly data: { readonly reduction: number } };

const accuracyText = ({ accuracy, interval, images }: Accuracy, more = ""): string =>
  `${percentText(accuracy)} (95% CI ${rangeText(interval, accuracy)}; ${plural(images, "image")}${more})`;

export const searchMessages: Catalogue<SearchStatement | TrialFailure> = {
  "trial-diverged": ({ epoch }) => ({ text: `Training diverged in epoch ${epoch}.` }),
  "trial-refused": ({ reason }) => ({ text: reason }),
  "trial-stopped": ({ epochs }) => ({
    text:
      epochs === 0
        ? "Stopped in its first epoch: out of time."
        : `Stopped after ${plural(epochs, "epoch")}: out of time.`,
  }),
  "search-images": ({ images, folds, holdout, isTestPart }) => ({
    text:
      `${plural(images, "image")} in ${folds} folds to compare the trials. ` +
      `${plural(holdout, "image")} held out${isTestPart ? " (the data's own test part)" : ""}: no trial is trained on them or chosen by them.`,
  }),
  "search-plan": ({ minutes, rungs, reduction, secondsPerEpoch }) => ({
    text:
      `Search for ${Number(significantText(minutes, 3))} ${minutes === 1 ? "minute" : "minutes"}; an epoch of the defaults takes about ${durationText(secondsPerEpoch)}. ` +
      (rungs.length === 1
        ? `Every trial trains for ${plural(rungs[0] ?? 1, "epoch")}.`
        : `Trials train for ${rungs[0]} of ${plural(rungs.at(-1) ?? 1, "epoch")} first; one in ${reduction} goes on to ${rungs.slice(1).join(", then ")}.`),
  }),
  "search-best": ({ trial, trials, loss, folds, ...accuracy }) => ({
    text:
      `Best of ${plural(trials, "trial")}: trial ${trial}, validation accuracy ${accuracyText(accuracy, folds > 1 ? `, ${folds} folds` : "")}, ` +
      `log loss ${lossText(loss)}.${trials > 1 ? ` It was chosen by this accuracy among ${trials}, so the figure is optimistic.` : ""}`,
  }),
  "search-holdout": ({ groups, trained, ...accuracy }) => ({
    text:
      `On the held-out images its accuracy is ${accuracyText(accuracy, `, ${plural(groups, "group")}`)}: ` +
      `no trial was chosen by them. The model was trained on ${plural(trained, "image")}; one trained on all is usually a little better.`,
  }),
  "search-default-best": ({ trials }) => ({
    text:
      trials === 2
        ? "The other trial did no better than the default settings."
        : `None of the other ${trials - 1} trials did better than the default settings.`,
  }),
  "search-interrupted": ({ command }) => ({
    text: "The search was interrupted; what is finished is kept.",
    suggestion: `Resume it with ${command}.`,
  }),
  "search-curves": () => ({
    text: "Validation accuracy of each trial after each epoch, on the first fold. Lines end where a trial was not promoted.",
  }),
  "search-rates": () => ({
    text: "Each dot is a trial: its accuracy at the last rung that it completed. Dots of later rungs are larger.",
  }),
  "search-table": ({ reduction }) => ({
    text:
      `Trials of later rungs stand first, then the higher accuracy, of equal ones the lower log loss. ` +
      `Successive halving promotes one trial in ${reduction}; intervals are 95%.`,
  }),
};
