import { type Plan, type PlanDocument, planProgram, writePlan } from "../../engine/index.ts";
import type { BenchRequest } from "../requests.ts";
import { measuredModelOf } from "./bench.ts";
import type { BenchServices, BenchSubject } from "./types.ts";
import { predictionJob, trainingJob } from "./workload.ts";

/** What the engine makes of a model: as data, and as text for people. */
export interface ModelPlans {
  readonly document: BenchSubject & { readonly training: PlanDocument; readonly inference: PlanDocument };
  readonly text: string;
}

/** Plans a training step and inference of a model for this machine. Nothing runs. */
export async function planModel(request: BenchRequest, services: BenchServices): Promise<ModelPlans> {
  const { chosen, options, about } = await measuredModelOf(request, services);
  const { panel } = await services.prepareProcessor({ exact: request.exact ?? false });
  const { batchSize, inputShape } = options;
  const training = planProgram(trainingJob(chosen.model, options).program, { panel });
  const inferenceJob = predictionJob(chosen.model, { batchSize, ...(inputShape && { inputShape }) });
  const inference = planProgram(inferenceJob.program, { panel });
  const titled = (name: string, plan: Plan): string =>
    `${name}: ${about.model.name}, input ${about.model.size} × ${about.model.size} × 3, batch size ${batchSize}\n\n${String(plan)}`;
  return {
    document: { ...about, training: writePlan(training), inference: writePlan(inference) },
    text: [titled("Training step", training), titled("Inference", inference)].join("\n\n\n"),
  };
}
