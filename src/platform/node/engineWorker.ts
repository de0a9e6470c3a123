import { parentPort } from "node:worker_threads";
import { serveWorker } from "../../engine/index.ts";

const port = parentPort;
if (port) {
  serveWorker({
    post: (message) => port.postMessage(message),
    onMessage: (handler) => void port.on("message", handler),
  });
}
