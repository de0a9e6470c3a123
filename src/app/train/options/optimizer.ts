import { fault } from "../../../base/index.ts";
import type { Recipe } from "../../../models/index.ts";
import { type Optimizer, parseOptimizer } from "../../../nn/index.ts";
import type { TrainRequest } from "../../requests.ts";

/** What of a request decides the optimiser. */
export type OptimizerRequest = Pick<
  TrainRequest,
  "optimizer" | "learningRate" | "weightDecay" | "clipNorm" | "accumulate" | "ema" | "lookahead"
>;

/** Part of a moving average that is kept at each step once it has warmed up, where nobody says it. */
const EMA_MOMENTUM = 0.99;

/** The recipe's optimiser, or another one with its own defaults, with what was asked for. @throws naming what does not fit */
export function chosenOptimizer(request: OptimizerRequest, recipe: Recipe): Optimizer {
  const { optimizer, learningRate } = request;
  const isRecipes = optimizer === undefined || optimizer === recipe.optimizer.type;
  const base = isRecipes ? recipe.optimizer : parseOptimizer("--optimizer", optimizer);
  checkClipping(request, base);
  const changes = { ...changesOf(request), ...(learningRate !== undefined && { learningRate }) };
  return parseOptimizer("--optimizer", { ...withoutRefused(base, request), ...changes });
}

/** @throws beside settings that clip gradients in another way, of which an optimiser has one */
function checkClipping({ clipNorm }: OptimizerRequest, base: Optimizer): void {
  const other = (["clipNorm", "clipValue"] as const).find((name) => base[name] !== undefined);
  if (clipNorm === undefined || clipNorm === false || other === undefined) return;
  throw fault("--clip-norm", {
    expected: `no such option beside an optimizer with ${other}`,
    received: `--clip-norm ${clipNorm} and ${other} ${base[other]}`,
    fix: `leave one of the two out: an optimizer clips gradients in one way`,
    exitCode: 2,
  });
}

/** An optimiser without what a request refuses. */
function withoutRefused(base: Optimizer, { clipNorm, ema, lookahead }: OptimizerRequest): Partial<Optimizer> {
  const refused = new Set([
    ...(clipNorm === false ? ["clipNorm", "globalClipNorm"] : []),
    ...(ema === false ? ["useEma", "emaMomentum", "emaWarmup"] : []),
    ...(lookahead === false ? ["lookahead"] : []),
  ]);
  return Object.fromEntries(Object.entries(base).filter(([key]) => !refused.has(key)));
}

function changesOf({
  weightDecay,
  clipNorm,
  accumulate,
  ema,
  lookahead,
}: OptimizerRequest): Partial<Optimizer> {
  return {
    ...(weightDecay !== undefined && { weightDecay, excludeFromWeightDecay: "biasesAndNorms" }),
    ...(clipNorm !== undefined && clipNorm !== false && { globalClipNorm: clipNorm }),
    ...(accumulate !== undefined && { gradientAccumulationSteps: accumulate }),
    ...(ema !== undefined &&
      ema !== false && {
        useEma: true,
        emaMomentum: ema === true ? EMA_MOMENTUM : ema,
        emaWarmup: true,
      }),
    ...(lookahead && { lookahead: { syncPeriod: 6, slowStepSize: 0.5 } }),
  };
}

/** Options of the command line that choose this optimiser; `true` stands for one without a value. */
export function optimizerFlags(
  optimizer: Optimizer,
  recipe: Recipe,
): Readonly<Record<string, string | number | true>> {
  const request = requestOf(optimizer);
  const { optimizer: name, learningRate: lr, weightDecay, clipNorm, accumulate, ema, lookahead } = request;
  if (JSON.stringify(chosenOptimizer(request, recipe)) !== JSON.stringify(optimizer))
    return { optimizer: JSON.stringify(optimizer) };
  return {
    optimizer: name,
    lr,
    ...(weightDecay !== undefined && { "weight-decay": weightDecay }),
    ...(clipNorm !== undefined && { "clip-norm": clipNorm }),
    ...(accumulate !== undefined && { accumulate }),
    ...(ema !== undefined && { ema }),
    ...(lookahead && { lookahead: true }),
  };
}

/** The request that most likely led to an optimiser. */
function requestOf(optimizer: Optimizer): OptimizerRequest & {
  readonly optimizer: Optimizer["type"];
  readonly learningRate: number;
  readonly ema?: number;
  readonly clipNorm?: number;
} {
  const { type, learningRate, weightDecay, globalClipNorm, gradientAccumulationSteps, lookahead } = optimizer;
  return {
    optimizer: type,
    learningRate,
    ...(optimizer.excludeFromWeightDecay !== undefined && weightDecay !== undefined && { weightDecay }),
    ...(globalClipNorm !== undefined && { clipNorm: globalClipNorm }),
    ...(gradientAccumulationSteps !== undefined && { accumulate: gradientAccumulationSteps }),
    ...(optimizer.useEma && { ema: optimizer.emaMomentum ?? EMA_MOMENTUM }),
    ...(lookahead && { lookahead: true }),
  };
}
