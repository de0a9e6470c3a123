export { type Baseline, type Baselines, type BaselineRound, baselinesOf } from "./baselines.ts";
export { type BinnedFeatures, binFeatures } from "./bins.ts";
export { type Tree, type TreeNode, type TreeOptions, predictTree, trainTree } from "./tree.ts";
