import { UsageError, unreached } from '../failure.ts';
import type { Files } from './files.ts';
import { RecordBatches } from './record-batches.ts';

/** Who asks, in the headers of one GET. */
export type Speak = (url: URL) => Promise<Record<string, string>>;

const DEADLINE_MS = 60_000;
/** 256 acts of the largest decisions. */
const MAX_BYTES = 256 * 1024 * 1024;
const ATTEMPTS = 4;

/**
 * A verifier's log over HTTP, and with a token the acts and what they speak of. What is busy is asked again; whatever else is
 * not an answer ends the audit, which goes on from there the next time.
 *
 * @param prefix `https://verifier.example`, or the log's own prefix of a mirror that serves it statically
 * @param speak makes the headers of one request; null where nobody named a token
 * @throws UsageError `not_a_verifier`
 */
export function httpFiles(prefix: URL, speak: Speak | null): Files {
  const base = prefix.href.replace(/\/+$/, '');
  const log = base.endsWith('/v1/log') ? base : `${base}/v1/log`;
  const records = `${log.slice(0, -'/log'.length)}/audit`;
  const urlOf = (path: string): string => {
    if (path.startsWith('records/')) return `${records}/${path.slice('records/'.length)}`;
    const acts = /^acts\/([x0-9/]+)(?:\.p\/\d+)?$/.exec(path)?.[1];
    return acts === undefined ? `${log}/${path}` : `${log}/acts/${Number(acts.replaceAll(/[x/]/g, ''))}`;
  };
  const batches = new RecordBatches(async (bundle, after) => {
    const response = await ask(`${log}/records/${bundle}${after === null ? '' : `?after=${after}`}`, speak);
    return response?.body == null ? null : linesOf(response.body);
  });
  return {
    name: base,
    hasActs: speak !== null,
    get: async (path) => {
      // What is public is asked for by nobody: the token goes no further than it must.
      if (!/^(?:acts|records)\//.test(path)) return get(urlOf(path), null);
      if (path.startsWith('records/')) return (await batches.take(path)) ?? get(urlOf(path), speak);
      if (speak !== null) batches.expect(Number(urlOf(path).slice(`${log}/acts/`.length)));
      return get(urlOf(path), speak);
    },
  };
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') throw new UsageError('not_a_verifier', 'a batch of records ends within a line');
}

async function get(url: string, speak: Speak | null): Promise<Uint8Array | undefined> {
  const response = await ask(url, speak);
  return response === undefined ? undefined : bodyOf(response, url);
}

/** Undefined where there is no such thing. */
async function ask(url: string, speak: Speak | null): Promise<Response | undefined> {
  for (let attempt = 1; ; attempt++) {
    const response = await reach(url, speak === null ? {} : await speak(new URL(url)));
    if (response.ok) return response;
    await response.body?.cancel();
    if (response.status === 404) return undefined;
    const isBusy = response.status === 429 || response.status === 503;
    if (!isBusy || attempt === ATTEMPTS) {
      const mend =
        response.status === 401 || response.status === 403 ? 'Give an auditor’s token.' : undefined;
      throw new UsageError('not_a_verifier', `${url} answered ${response.status}`, mend);
    }
    const seconds = Math.min(30, Number(response.headers.get('retry-after')) || attempt);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

async function reach(url: string, headers: Record<string, string>): Promise<Response> {
  try {
    return await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(DEADLINE_MS) });
  } catch (cause) {
    throw unreached(url, cause, 'What was mirrored stays: run it again.');
  }
}

async function bodyOf(response: Response, url: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length <= MAX_BYTES) return bytes;
  throw new UsageError('not_a_verifier', `${url} answered ${bytes.length} bytes`);
}
