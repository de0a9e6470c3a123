import { parentPort } from "node:worker_threads";
import { serveWorker } from "../../engine/index.ts";
import { collectGarbage } from "./workers/garbage.ts";

const port = parentPort;
if (port) {
  // It will never be answered: that ends this worker, and the other end is told.
  port.on("messageerror", (error) => {
    throw error;
  });
  serveWorker(
    {
      post: (message) => port.postMessage(message),
      onMessage: (handler) => void port.on("message", handler),
    },
    { collect: collectGarbage },
  );
}
