import { at } from "../../base/index.ts";
import { type Job, tuningCasesOf, timeAlgorithms } from "../../engine/index.ts";
import { openJob, measuredModelOf } from "./bench.ts";
import type { BenchEvent, BenchServices, TuneResult, TunedWork } from "./types.ts";
import { trainingJob } from "./workload.ts";
import { type Events, type Steps, eventsOf } from "../protocol.ts";
import type { BenchRequest } from "../requests.ts";

/** Times every correct algorithm of each convolution and product of a training step, on this thread: the cost model against the clock. */
export const tune = (
  request: BenchRequest,
  services: BenchServices,
  signal: AbortSignal,
): Events<BenchEvent, TuneResult> => eventsOf(tuneSteps(request, services, signal));

async function* tuneSteps(
  request: BenchRequest,
  services: BenchServices,
  signal: AbortSignal,
): Steps<BenchEvent, TuneResult> {
  const { exact = false, seconds = 0.4 } = request;
  const { chosen, options, about } = await measuredModelOf({ ...request, threads: 1 }, services);
  const processor = await services.prepareProcessor({ exact });
  const measuring = { ...processor, clock: services.clock, milliseconds: 1000 * seconds };
  const job = trainingJob(chosen.model, options);
  await checkMemory(job, services);
  const choices = tuningCasesOf(job.program, processor);
  const works: TunedWork[] = [];
  for (const choice of choices) {
    yield { type: "measuring", what: "algorithms", done: works.length / choices.length };
    signal.throwIfAborted();
    const candidates = timeAlgorithms(choice, measuring);
    const fastest = candidates.reduce((best, one) => (one.median < best.median ? one : best));
    const taken = at(
      candidates.filter(({ algorithm }) => algorithm === choice.chosen),
      0,
    );
    const ratio = fastest.median > 0 ? taken.median / fastest.median : 1;
    works.push({ ...choice, fastest: fastest.algorithm, ratio, candidates });
  }
  return { ...about, works };
}

/** @throws when a step would take more memory than there is: the algorithms of one work take less */
async function checkMemory(job: Job, { openBackend, memory }: BenchServices): Promise<void> {
  const backend = await openBackend({ threads: 1 });
  try {
    const session = await openJob(job, { backend, memory });
    session.close();
  } finally {
    await backend.close();
  }
}
