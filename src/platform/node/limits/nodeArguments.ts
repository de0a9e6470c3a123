/** What Node itself was started with; what decides stands last. */
export const nodeArguments = (): readonly string[] => [
  ...(process.env["NODE_OPTIONS"] ?? "").split(/\s+/).filter((argument) => argument !== ""),
  ...process.execArgv,
];
