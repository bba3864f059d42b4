import type { ServerResponse } from 'node:http';
import type { Call } from '../route.ts';

/** What a handler is given. The signal is made only when a handler asks for it: few do, and it costs. */
export class RequestCall implements Call<unknown, unknown, unknown, unknown> {
  readonly requestId: string;
  readonly #response: ServerResponse;
  #abort: AbortController | null = null;
  #expired = false;
  caller: unknown = null;
  params: unknown;
  query: unknown;
  body: unknown;
  mediaType = '';
  lastEventId: string | undefined;
  cookies: string | undefined;
  authoriseAgain: () => Promise<void> = async () => {};

  constructor(requestId: string, response: ServerResponse) {
    this.requestId = requestId;
    this.#response = response;
  }

  get signal(): AbortSignal {
    if (this.#abort === null) {
      const abort = new AbortController();
      if (this.#expired) abort.abort();
      else this.#response.once('close', () => abort.abort());
      this.#abort = abort;
    }
    return this.#abort.signal;
  }

  /** The deadline passed. */
  expire(): void {
    this.#expired = true;
    this.#abort?.abort();
  }
}
