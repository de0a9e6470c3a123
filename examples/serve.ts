/* A model behind HTTP: opened once, asked for every upload.
   npx tsx examples/serve.ts <run folder or model file> [port]
   curl --data-binary @new.jpg http://127.0.0.1:8080 */
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { openPredictor } from "fovea/predict";

const [source = "runs/demo-1", port = "8080"] = process.argv.slice(2);
const maxBytes = 20_000_000;

const predictor = await openPredictor(source);

/** The bytes of an upload; undefined where it is too large. */
async function bytesOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const parts: Buffer[] = [];
  let total = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    total += part.length;
    if (total > maxBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
}

const server = createServer((request, response) => {
  void (async () => {
    if (request.method !== "POST") return answer(response, 405, { error: "POST an image file" });
    const bytes = await bytesOf(request);
    if (!bytes) return answer(response.setHeader("connection", "close"), 413, { error: "too large" });
    // Calls may overlap: images that wait at the same time share a run of the network.
    const { label, probability, top } = await predictor.predict(bytes, { top: 3 });
    return answer(response, 200, { label, probability, top });
  })().catch((error: unknown) => {
    answer(response, 400, { error: error instanceof Error ? error.message : String(error) });
  });
});

server.listen(Number(port), "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address)
    console.log(`${predictor.classNames.join(", ")} on http://127.0.0.1:${address.port}`);
});

for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, () => {
    server.close(() => void predictor.close());
    server.closeIdleConnections();
  });
