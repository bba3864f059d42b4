import { parseTreeSize } from '../../record/add-checkpoint.ts';

/** What a witness answers to add-checkpoint (https://c2sp.org/tlog-witness), nothing of it verified. */
export type WitnessAnswer =
  /** 200: signature lines. */
  | { readonly kind: 'signed'; readonly lines: string }
  /** 409 with a size: what it cosigned last. */
  | { readonly kind: 'conflict'; readonly size: number }
  /** 409 without one, or 422: it has other leaves than the log. */
  | { readonly kind: 'contradicted'; readonly status: number }
  /** Anything else: 404 for a log that it does not know, 403 for a key, 400, 429, 5xx, a redirect. */
  | { readonly kind: 'refused'; readonly status: number };

/** Sends a request body to a witness. Rejects where no whole answer comes in time. */
export type AddCheckpoint = (url: URL, body: string) => Promise<WitnessAnswer>;

/** A witness signs one line, or one for each of its keys. */
const MAX_ANSWER_BYTES = 16 * 1024;

/** {@link AddCheckpoint} over HTTP. @param ending aborts what is under way */
export function addCheckpointOverHttp(timeoutMs: number, ending: AbortSignal): AddCheckpoint {
  return async (url, body) => {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'user-agent': 'sextant' },
      redirect: 'manual',
      signal: AbortSignal.any([ending, AbortSignal.timeout(timeoutMs)]),
    });
    const answer = await readText(response);
    const { status } = response;
    if (status === 200) return { kind: 'signed', lines: answer };
    if (status === 422) return { kind: 'contradicted', status };
    if (status !== 409) return { kind: 'refused', status };
    const isSize = response.headers.get('content-type')?.split(';')[0]?.trim() === 'text/x.tlog.size';
    const size = isSize ? parseTreeSize(answer) : undefined;
    return size === undefined ? { kind: 'contradicted', status } : { kind: 'conflict', size };
  };
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    // Leaving the loop cancels the body.
    if (length > MAX_ANSWER_BYTES) throw new RangeError(`an answer of more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
}
