import type { ConvGeometry, Kernel } from "../kernels/index.ts";
import type { Workload } from "./types.ts";

const sizesOf = (g: ConvGeometry): string => `${g.n}x${g.height}x${g.width}x${g.channels} -> ${g.filters}`;

/** The sizes of a convolution, whatever its algorithm. */
const geometryOf = (kernel: Kernel): ConvGeometry | undefined =>
  "geometry" in kernel ? kernel.geometry : undefined;

/** What a kernel does and on what: "direct: conv2d+relu 16x100x100x32 -> 32". */
export function describeKernel(kernel: Kernel): string {
  const g = geometryOf(kernel);
  const algorithm = kernel.kind === "nest" ? "" : `${kernel.kind}: `;
  if (g) return `${algorithm}${kernel.label} ${sizesOf(g)}`;
  if (kernel.kind === "product") return `${algorithm}${kernel.label} ${kernel.m}x${kernel.k}x${kernel.n}`;
  if (kernel.kind === "nest") return `${kernel.label} ${[...kernel.axes, ...kernel.reduce].join("x")}`;
  return `${algorithm}${kernel.label}`;
}

const convolutionGflop = (g: ConvGeometry): number =>
  (2 * g.n * g.outHeight * g.outWidth * g.filters * g.filterHeight * g.filterWidth * g.channels) / 1e9;

const depthwiseGflop = (g: ConvGeometry): number => convolutionGflop({ ...g, filters: 1 });

/** Work of a kernel by the plain algorithm, 10^9 floating-point operations; 0 for what is bound by memory. */
export function gflopOfKernel(kernel: Kernel): number {
  if (kernel.kind === "product") return (2 * kernel.m * kernel.n * kernel.k) / 1e9;
  const g = geometryOf(kernel);
  if (!g) return 0;
  return kernel.kind === "depthwiseRows" || kernel.kind === "depthwiseSums"
    ? depthwiseGflop(g)
    : convolutionGflop(g);
}

/** What is to be done and on what, before an algorithm is chosen; two works of one description take the same time. */
export function describeWorkload(work: Workload): string {
  if (work.kind === "matrix") {
    const [a, b] = [work.transposeA ? "ᵀ" : "", work.transposeB ? "ᵀ" : ""];
    return `${labelOf("product", work.epilogue)} ${work.m}x${work.k}${a} · ${work.k}x${work.n}${b}`;
  }
  const { geometry: g, direction } = work;
  const name = { forward: "", inputGradient: " input gradient", filterGradient: " filter gradient" }[
    direction
  ];
  const steps = g.strides.every((s) => s === 1) ? "" : ` / ${g.strides.join("x")}`;
  const pooled = "unpool" in work && work.unpool ? " of a pooling" : "";
  const what = labelOf(work.kind === "depthwise" ? "depthwise conv2d" : "conv2d", work.epilogue);
  return `${what} ${g.filterHeight}x${g.filterWidth}${steps}${name}${pooled} ${sizesOf(g)}`;
}

/** A work with what is done on its way out: "conv2d+bias+relu". */
export function labelOf(name: string, epilogue: Workload["epilogue"]): string {
  const pool = "pool" in epilogue && epilogue.pool;
  const relu = "relu" in epilogue && epilogue.relu;
  const clip = "min" in epilogue || "max" in epilogue;
  return [name, epilogue.bias && "bias", pool && "pool", relu && "relu", clip && "clip"]
    .filter((part) => typeof part === "string")
    .join("+");
}

/** Work by the plain algorithm, 10^9 floating-point operations. */
export function gflopOfWorkload(work: Workload): number {
  if (work.kind === "matrix") return (2 * work.m * work.n * work.k) / 1e9;
  return work.kind === "depthwise" ? depthwiseGflop(work.geometry) : convolutionGflop(work.geometry);
}
