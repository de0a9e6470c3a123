import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";

/** What a server does with the next request for a path; the last one of a list stays. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface DataServer {
  readonly url: string;
  /** Ranges that were asked for, "" for whole files, by path. */
  readonly asked: Map<string, string[]>;
  close(): Promise<void>;
}

/** Sends the file, or the part of it that is asked for. */
export const whole =
  (bytes: Uint8Array): Answer =>
  (request, response) => {
    const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
    const start = Number(from ?? 0);
    if (start >= bytes.length) {
      response.writeHead(416).end();
      return;
    }
    const range = from !== undefined && {
      "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}`,
    };
    response.writeHead(range ? 206 : 200, { "content-length": bytes.length - start, ...range });
    response.end(bytes.subarray(start));
  };

/** The same without ranges. */
export const wholeAlways =
  (bytes: Uint8Array): Answer =>
  (_, response) => {
    response.writeHead(200, { "content-length": bytes.length });
    response.end(bytes);
  };

/** Sends so many bytes more than what is asked to be left out, and cuts the connection. */
export const cutAfter =
  (bytes: Uint8Array, count: number): Answer =>
  (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const range = start > 0 && { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(range ? 206 : 200, { "content-length": bytes.length - start, ...range });
    response.write(bytes.subarray(start, start + count), () => setTimeout(() => response.destroy(), 30));
  };

/** Sends so many bytes from the start, whatever range is asked for, and cuts the connection. */
export const cutAlways =
  (bytes: Uint8Array, count: number): Answer =>
  (_, response) => {
    response.writeHead(200, { "content-length": bytes.length });
    response.write(bytes.subarray(0, count), () => setTimeout(() => response.destroy(), 30));
  };

/** Sends so many bytes, and then nothing more. */
export const stallAfter =
  (bytes: Uint8Array, count: number): Answer =>
  (_, response) => {
    response.writeHead(200, { "content-length": bytes.length });
    response.write(bytes.subarray(0, count));
  };

export const status =
  (code: number): Answer =>
  (_, response) => {
    response.writeHead(code).end();
  };

/** A server on this machine that answers each path as it is told. */
export async function serve(answers: Readonly<Record<string, readonly Answer[]>>): Promise<DataServer> {
  const asked = new Map<string, string[]>();
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    const before = asked.get(path) ?? [];
    asked.set(path, [...before, request.headers.range ?? ""]);
    const list = answers[path] ?? [status(404)];
    (list[before.length] ?? list.at(-1))?.(request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, asked, close: () => closed(server) };
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
