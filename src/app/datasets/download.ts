import { FoveaError, bytesText, durationText, fault } from "../../base/index.ts";
import type { Steps } from "../protocol.ts";
import type { DatasetFile } from "./catalogue.ts";
import type { DownloadServices, DownloadingEvent, TroubleEvent } from "./types.ts";

/** Silence of a server after which a request is given up. In milliseconds; chosen. */
const longestSilence = 30_000;
/** Tries of one address in a row that bring nothing, and tries of it in all. Chosen. */
const maxEmptyTries = 3;
const maxTries = 100;
/** First wait between two tries, doubled each time. In milliseconds. */
const firstWait = 1000;
/** Bytes that are written together. */
const chunkBytes = 2 ** 20;

export interface DownloadContext {
  readonly services: DownloadServices;
  readonly signal: AbortSignal;
}

/** Where a file goes. */
export interface DownloadTarget {
  readonly file: DatasetFile;
  /** Its final name; until it is whole and checked, it has .part behind it. */
  readonly path: string;
}

type Download<T> = Steps<DownloadingEvent | TroubleEvent, T>;

/** One try of an address: all is here, or why not. */
type Outcome =
  | { readonly type: "whole" }
  | { readonly type: "again"; readonly reason: string; readonly progress: boolean }
  | { readonly type: "never"; readonly reason: string };

const partialPath = (path: string): string => `${path}.part`;

/**
 * Downloads a file from the first of its addresses that has it: goes on where an earlier try broke off, and checks it before it gets its
 * name. The address that it came from. @throws FoveaError naming what each address gave
 */
export async function* downloadFile(target: DownloadTarget, context: DownloadContext): Download<string> {
  const { file, path } = target;
  const { largeFiles } = context.services;
  const failures: string[] = [];
  for (const url of file.urls) {
    const reason = yield* fromAddress(url, target, context);
    if (reason === undefined) {
      await largeFiles.rename(partialPath(path), path);
      return url;
    }
    yield { type: "trouble", url, reason };
    failures.push(`${reason} from ${url}`);
  }
  throw fault(file.name, {
    expected: "a file that can be downloaded",
    received: failures.join(", "),
    fix: "try again later: it goes on where it broke off; or download it by hand",
  });
}

/** Why there is no whole file with the right checksum; nothing where there is. */
async function* fromAddress(
  url: string,
  target: DownloadTarget,
  context: DownloadContext,
): Download<string | undefined> {
  const { services, signal } = context;
  let empty = 0;
  let reason = "nothing";
  for (let tries = 0; tries < maxTries && empty < maxEmptyTries; tries++) {
    if (empty > 0) await services.sleep(firstWait * 2 ** (empty - 1), signal);
    const resumed = (await services.largeFiles.size(partialPath(target.path))) ?? 0;
    const outcome = yield* tryOnce(url, { ...target, resumed }, context);
    if (outcome.type === "never") return outcome.reason;
    if (outcome.type === "whole") {
      const wrong = await wrongBytes(target, services);
      if (wrong === undefined) return undefined;
      await services.files.remove(partialPath(target.path));
      // What was there from another time or address may be to blame.
      if (resumed === 0) return wrong;
      reason = wrong;
      empty++;
    } else {
      reason = outcome.reason;
      empty = outcome.progress ? 0 : empty + 1;
    }
    if (empty < maxEmptyTries) yield { type: "trouble", url, reason };
  }
  return reason;
}

/** What is wrong with the bytes that came; nothing where they are right, or nothing is known. */
async function wrongBytes(
  { file: { digest, bytes }, path }: DownloadTarget,
  { largeFiles }: DownloadServices,
): Promise<string | undefined> {
  const size = (await largeFiles.size(partialPath(path))) ?? 0;
  if (bytes !== undefined && size !== bytes) return `other bytes: ${size} of them, not ${bytes}`;
  if (!digest) return size === 0 ? "an empty file" : undefined;
  const received = await largeFiles.digest(partialPath(path), digest.algorithm);
  return received === digest.value
    ? undefined
    : `other bytes: ${digest.algorithm} ${received}, not ${digest.value}`;
}

interface Resumed extends DownloadTarget {
  /** Bytes that are there. */
  readonly resumed: number;
}

async function* tryOnce(
  url: string,
  { file, path, resumed }: Resumed,
  { services, signal }: DownloadContext,
): Download<Outcome> {
  // Without a checksum, parts of two versions of a file could not be told from one.
  const from = file.digest ? resumed : 0;
  const request = new AbortController();
  const within = watch(services, AbortSignal.any([signal, request.signal]));
  let received = from;
  try {
    const headers = { "accept-encoding": "identity", ...(from > 0 && { range: `bytes=${from}-` }) };
    const init = { headers, signal: AbortSignal.any([signal, request.signal]) };
    const response = await within(services.fetch(url, init));
    const refusal = refusalOf(response, from);
    // The range may begin behind the end: what is there is whole, or no part of this file.
    if (response.status === 416) return { type: "whole" };
    if (refusal) return refusal;
    if (response.status !== 206) {
      await services.files.remove(partialPath(path));
      received = 0;
    }
    const start = received;
    const total = totalOf(response, start) ?? file.bytes;
    const progress = (): DownloadingEvent => ({
      type: "downloading",
      file: file.name,
      received,
      ...(total !== undefined && { total }),
    });
    yield progress();
    for await (const chunk of chunksOf(response, within)) {
      await services.files.append(partialPath(path), chunk);
      received += chunk.length;
      yield progress();
    }
    if (total === undefined || received >= total) return { type: "whole" };
    return { type: "again", reason: brokeOff(received, total), progress: received > resumed };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof FoveaError) throw error;
    return { type: "again", reason: reasonOfFetch(error), progress: received > resumed };
  } finally {
    request.abort();
  }
}

const brokeOff = (received: number, total: number): string =>
  `a connection that broke off after ${bytesText(received)} of ${bytesText(total)}`;

/** What a server's answer says against it; nothing where its body is the file. */
function refusalOf({ status, statusText, headers }: Response, from: number): Outcome | undefined {
  const reason = `${status} ${statusText}`.trim();
  if (status === 206 && !headers.get("content-range")?.startsWith(`bytes ${from}-`))
    return { type: "never", reason: "another range than was asked for" };
  if (status === 200 || status === 206) return undefined;
  const mayPass = status >= 500 || status === 408 || status === 429;
  return mayPass ? { type: "again", reason, progress: false } : { type: "never", reason };
}

function totalOf({ headers }: Response, start: number): number | undefined {
  const length = headers.get("content-length");
  return length === null ? undefined : start + Number(length);
}

const notFound = "no server of that name is found: is there a network?";
const brokenOff = "a connection that broke off";

/** What the codes of the system and of fetch say; other messages stay as they are. */
const meanings: Readonly<Record<string, string>> = {
  ENOTFOUND: notFound,
  EAI_AGAIN: notFound,
  ENETUNREACH: "no way to the server: is there a network?",
  ECONNREFUSED: "a server that refuses connections",
  ECONNRESET: brokenOff,
  UND_ERR_SOCKET: brokenOff,
  ETIMEDOUT: "a server that does not answer",
  UND_ERR_CONNECT_TIMEOUT: "a server that does not answer",
};

/** Fetch says what went wrong in its error's cause. */
function reasonOfFetch(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return ("code" in cause ? meanings[String(cause.code)] : undefined) ?? cause.message;
}

type Within = <T>(work: Promise<T>) => Promise<T>;

/** Waits for something, but not longer than a server may be silent. */
const watch =
  ({ sleep }: DownloadServices, signal: AbortSignal): Within =>
  async (work) => {
    const timer = new AbortController();
    const silence = sleep(longestSilence, AbortSignal.any([signal, timer.signal])).then(() => {
      throw new Error(`no answer for ${durationText(longestSilence / 1000)}`);
    });
    silence.catch(() => undefined);
    work.catch(() => undefined);
    try {
      return await Promise.race([work, silence]);
    } finally {
      timer.abort();
    }
  };

/** The body in larger pieces; what came before an error is handed over as well. */
async function* chunksOf({ body }: Response, within: Within): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  const take = (): Uint8Array => {
    const chunk = new Uint8Array(bytes);
    let at = 0;
    for (const one of waiting) {
      chunk.set(one, at);
      at += one.length;
    }
    [waiting, bytes] = [[], 0];
    return chunk;
  };
  let failure: { readonly error: unknown } | undefined;
  while (reader && !failure) {
    const read = await within(reader.read()).catch((error: unknown) => {
      failure = { error };
      return { done: true, value: undefined } as const;
    });
    if (read.done) break;
    waiting.push(read.value);
    bytes += read.value.length;
    if (bytes >= chunkBytes) yield take();
  }
  if (bytes > 0) yield take();
  if (failure) throw failure.error;
}
