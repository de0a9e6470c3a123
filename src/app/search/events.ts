import type { SearchStatement, Written } from "../../messages/index.ts";
import type { TrainEvent } from "../events.ts";
import type { Trial, TrialSettings } from "./types.ts";

/** How the search will go, once the first trial's speed is known. */
export interface SearchPlanEvent {
  readonly type: "search-plan";
  readonly statements: readonly Written<SearchStatement>[];
}

/** A trial begins, or goes on to another rung or fold. */
export interface TrialEvent {
  readonly type: "trial";
  readonly number: number;
  readonly settings: TrialSettings;
  /** From 1. */
  readonly rung: number;
  readonly rungs: number;
  /** Epochs in all at the rung's end. */
  readonly epochs: number;
  /** From 1. */
  readonly fold: number;
}

/** A trial has completed a rung or a fold, or failed. */
export interface TrialEndEvent {
  readonly type: "trial-end";
  readonly trial: Trial;
}

export type SearchEvent = TrainEvent | SearchPlanEvent | TrialEvent | TrialEndEvent;
