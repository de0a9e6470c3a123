/** Values of a model by parameter name. */
export type Weights = Readonly<Record<string, Float32Array>>;
