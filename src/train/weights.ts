/**
 * Values of a model by parameter name.
 * @example
 * const kernel = (weights: Weights): Float32Array | undefined => weights["dense/kernel"];
 */
export type Weights = Readonly<Record<string, Float32Array>>;
