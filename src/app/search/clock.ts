import type { Services } from "../context.ts";

/** The time of a search, over all its resumptions. */
export interface SearchClock {
  /** Seconds since the search began. */
  readonly spent: () => number;
  /** Seconds until trainings have to end. */
  readonly left: () => number;
  /** Milliseconds of the services' clock at which trainings end. */
  readonly deadline: () => number;
  /** Time that the last evaluation and the page will take; what was measured first was too little or too much. */
  readonly reserve: (seconds: number) => void;
}

/** Of the time given, the end needs no more. */
const maxReserve = 0.2;

/** A clock that has so many seconds in all, some of which were spent before. */
export function searchClock(
  { clock }: Services,
  { total, before }: { readonly total: number; readonly before: number },
): SearchClock {
  const started = clock();
  let reserved = 0;
  const deadline = (): number => started + (total - before - reserved) * 1000;
  return {
    spent: () => before + (clock() - started) / 1000,
    left: () => (deadline() - clock()) / 1000,
    deadline,
    reserve: (seconds) => {
      reserved = Math.min(seconds, maxReserve * total);
    },
  };
}

/**
 * Seconds for the last evaluation, the baselines and the page, from what a trial takes beside its epochs: that is measured, so a slow or
 * busy machine has more. Two cores of 2024 took about so long for 10,000 images.
 */
export const timeToFinish = ({
  images,
  overhead,
}: {
  readonly images: number;
  readonly overhead: number;
}): number => 2 + 4 * overhead + 1e-3 * images;
