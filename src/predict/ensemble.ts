import type { Bundle } from "../bundle/index.ts";
import { meanProbabilities } from "../nn/index.ts";
import { type Network, type NetworkOptions, openNetwork } from "./network.ts";

/**
 * Opens the nets of a model file, a session each, as one network whose probabilities are the mean of theirs, each calibrated by its own
 * temperature. @throws when the proof images of one do not come out as stored
 */
export async function openNetworks(nets: readonly Bundle[], options: NetworkOptions): Promise<Network> {
  const { who = "model" } = options;
  const opened: Network[] = [];
  const close = (): void => {
    for (const network of opened) network.close();
  };
  try {
    for (const [i, net] of nets.entries()) {
      const name = nets.length === 1 ? who : `${who}: net ${i + 1}`;
      opened.push(await openNetwork(net, { ...options, who: name }));
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    probabilities: async (images) =>
      meanProbabilities(await Promise.all(opened.map((network) => network.probabilities(images)))),
    close,
  };
}
