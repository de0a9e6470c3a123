import type { Program } from "../backend.ts";
import type { Kernel, LoweredOp, Nest } from "../kernels/index.ts";
import { neededNodes } from "../program.ts";
import { cheapest } from "./algorithms/candidates.ts";
import { printable } from "./describePlan.ts";
import { buffersOf } from "./kernelBuffers.ts";
import { placeBuffers } from "./memory/placeBuffers.ts";
import { commonSubexpressionElimination } from "./passes/commonSubexpressions.ts";
import { deadStoreElimination } from "./passes/eliminateDeadStores.ts";
import { constantFolding } from "./passes/foldConstants.ts";
import { epilogueFusion } from "./passes/fuseEpilogues.ts";
import { loopFusion, operationsOf } from "./passes/fuseLoops.ts";
import { hoisting } from "./passes/hoist.ts";
import { lowering } from "./passes/lower.ts";
import { type Pass, type PlanState, initialState } from "./passes/pass.ts";
import { rematerialization } from "./passes/rematerialize.ts";
import { algorithmSelection } from "./passes/selectAlgorithms.ts";
import { inPlaceUpdates } from "./passes/updateInPlace.ts";
import type { PassRecord, Plan, PlanOptions, WorkSize } from "./types.ts";

/** What becomes of a graph, in order. */
export const passes: readonly Pass[] = [
  constantFolding,
  lowering,
  epilogueFusion,
  algorithmSelection,
  loopFusion,
  deadStoreElimination,
  rematerialization,
  commonSubexpressionElimination,
  deadStoreElimination,
  inPlaceUpdates,
  hoisting,
];

/** Plans a program: runs the {@link passes} over it and places every buffer by its lifetime. */
export function planProgram(program: Program, { panel = 8, choose = cheapest }: PlanOptions = {}): Plan {
  const records: PassRecord[] = [];
  let state = initialState(program, { panel, choose });
  for (const { name, run } of passes) {
    const before = sizeOfWork(state);
    state = run(state);
    records.push({ name, before, after: sizeOfWork(state) });
  }
  return finished(state, records);
}

function finished(state: PlanState, records: readonly PassRecord[]): Plan {
  const { buffers, kernels = [], prologueLength, algorithms, oldValues } = state;
  const { graph } = state.program;
  const inputs = graph.values.filter(({ role }) => role === "input").map(buffers.of);
  const outputs = Object.entries(state.program.outputs).map(([name, value]) => {
    const buffer = buffers.of(value);
    return [name, oldValues.get(buffer) ?? buffer] as const;
  });
  const ends = { inputs, outputs: outputs.map(([, buffer]) => buffer) };
  const placed = placeBuffers(kernels, state, ends);
  const names = new Set(
    placed.buffers.flatMap(({ placement }) => (placement.kind === "parameter" ? [placement.name] : [])),
  );
  const parameters = graph.values.filter(({ role, name }) => role === "parameter" && names.has(name));
  return printable({
    kernels,
    prologueLength,
    ...placed,
    inputs,
    outputs: Object.fromEntries(outputs),
    parameters: parameters.map(buffers.of),
    algorithms,
    passes: records,
  });
}

function sizeOfWork(state: PlanState): WorkSize {
  return { ...countsOf(state), inPlace: state.inPlace.size, hoisted: state.prologueLength };
}

function countsOf({ program, lowered, kernels }: PlanState): Omit<WorkSize, "inPlace" | "hoisted"> {
  if (kernels) {
    const stores = kernels.reduce((sum, kernel) => sum + buffersOf(kernel).writes.length, 0);
    return { unit: "kernels", count: kernels.length, stores, operations: operationsIn(kernels) };
  }
  if (lowered) {
    const ops = lowered.flatMap((node) => node.ops);
    const stores = ops.reduce((sum, op) => sum + storesOf(op), 0);
    return { unit: "ops", count: ops.length, stores, operations: operationsIn(ops) };
  }
  const nodes = neededNodes(program);
  const stores = nodes.reduce((sum, { outputs }) => sum + outputs.length, 0);
  return { unit: "nodes", count: nodes.length, stores, operations: 0 };
}

function storesOf(op: LoweredOp): number {
  if (op.kind === "nest") return op.writes.length;
  if (op.kind === "alias") return 0;
  return "pool" in op.epilogue && op.epilogue.pool ? 2 : 1;
}

const operationsIn = (work: readonly (Kernel | LoweredOp)[]): number =>
  work.filter((one): one is Nest => one.kind === "nest").reduce((sum, nest) => sum + operationsOf(nest), 0);
