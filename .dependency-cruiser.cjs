// Who may import whom. Anything not listed is forbidden; a layer is entered only by its index.ts.
const core = ["nn", "data", "engine", "base"];
const may = {
  base: [],
  simd: ["base"],
  engine: ["simd", "base"],
  data: ["simd", "base"],
  nn: ["engine", "base"],
  models: ["nn", "engine", "base"],
  evaluate: ["models", ...core],
  train: ["evaluate", "models", ...core],
  bundle: ["models", ...core],
  formats: ["base"],
  predict: ["bundle", "models", ...core],
  explain: ["evaluate", "models", ...core],
  audit: ["evaluate", "data", "base"],
  messages: ["audit", "train", "evaluate", "data", "engine", "base"],
  report: ["messages", "audit", "explain", "evaluate", "data", "base"],
  api: ["messages", "explain", "predict", "bundle", "evaluate", "train", "models", ...core],
  app: [
    "formats",
    "messages",
    "report",
    "audit",
    "explain",
    "predict",
    "bundle",
    "evaluate",
    "train",
    "models",
    ...core,
  ],
  platform: ["data", "engine", "base"],
  cli: ["app", "messages", "platform", "base"],
};
module.exports = {
  forbidden: [
    // The engine still has circles of types alone.
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    ...Object.keys(may).map((layer) => ({
      name: `${layer}-imports-only-what-it-may`,
      severity: "error",
      from: { path: `^src/${layer}/` },
      to: { path: `^src/(?!(${[layer, ...may[layer]].join("|")})/)` },
    })),
    {
      name: "enter-a-layer-by-its-index",
      severity: "error",
      from: { path: "^src/([^/]+)/" },
      to: {
        path: "^src/[^/]+/",
        pathNot: ["^src/$1/", "^src/[^/]+/index\\.ts$", "^src/platform/(node|web)/index\\.ts$"],
      },
    },
    {
      name: "entries-enter-layers-by-their-index",
      severity: "error",
      from: { path: "^src/[^/]+\\.ts$" },
      to: { path: "^src/[^/]+/", pathNot: ["^src/[^/]+/index\\.ts$", "^src/platform/node/index\\.ts$"] },
    },
    {
      // For programs that only use a model: what trains and reports stays out of them, types included.
      name: "fovea-predict-reaches-neither-training-nor-reports",
      severity: "error",
      from: { path: "^src/predict\\.ts$" },
      to: { path: "^src/(train|evaluate|explain|audit|report|messages|api|app|cli)/", reachable: true },
    },
    {
      name: "fovea-engine-reaches-only-the-engine-and-its-platform",
      severity: "error",
      from: { path: "^src/engine\\.ts$" },
      to: { path: "^src/(?!(engine|simd|base|data|platform)/)", reachable: true },
    },
    {
      // A benchmark may measure what no layer shows: those files are named here, and no others.
      name: "bench-enters-layers-by-their-index-or-a-named-file",
      severity: "error",
      from: { path: "^bench/" },
      to: {
        path: "^src/",
        pathNot: [
          "^src/[^/]+/index\\.ts$",
          "^src/platform/node/(index|machine|peakBytes)\\.ts$",
          "^src/base/statistics\\.ts$",
          "^src/train/layers/statistics\\.ts$",
          "^src/engine/measure/kernelTimes\\.ts$",
          "^src/nn/(lower|model/(parameters|resolve))\\.ts$",
          "^src/app/bench/workload\\.ts$",
          "^src/cli/services\\.ts$",
        ],
      },
    },
    {
      name: "node-only-in-platform-and-cli",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(platform/node|cli)/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "the-graph-never-names-a-backend",
      severity: "error",
      from: { path: "^src/engine/(graph|ops|plan)/" },
      to: { path: "^src/engine/backends/" },
    },
    {
      name: "platforms-do-not-meet",
      severity: "error",
      from: { path: "^src/platform/(node|web)/" },
      to: { path: "^src/platform/(node|web)/", pathNot: "^src/platform/$1/" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
  },
};
