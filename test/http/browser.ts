import { randomUUID } from 'node:crypto';
import { makePossession, type Possession, proofOf } from './possession.ts';
import type { Answer, TestVerifier } from './verifier.ts';

type Asking = {
  readonly body?: unknown;
  /** In the proof, besides what is right; undefined takes one away. */
  readonly claims?: { readonly [name: string]: unknown };
  /** Besides what a browser sends; an empty value takes one away. */
  readonly headers?: { readonly [name: string]: string };
  readonly key?: Possession;
};

/** What the page does in a browser: a key of its own, the cookie that it was given, and a proof for every request. */
export class TestBrowser {
  readonly key = makePossession();
  readonly #verifier: Pick<TestVerifier, 'url' | 'call' | 'context'>;
  /** `name=value`, as it is sent. */
  cookie = '';
  sessionHash = '';

  constructor(verifier: Pick<TestVerifier, 'url' | 'call' | 'context'>) {
    this.#verifier = verifier;
  }

  async signIn(token: string, asking: Asking = {}): Promise<Answer> {
    const answer = await this.ask('POST', '/v1/page-sessions', { body: { token }, ...asking });
    const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
    if (answer.status === 201) {
      this.cookie = cookie;
      this.sessionHash = String(answer.body['sessionHash']);
    }
    return answer;
  }

  /** A request of the page, right but for what is said. */
  ask(method: string, path: string, { body, claims, headers, key = this.key }: Asking = {}): Promise<Answer> {
    const { url, context } = this.#verifier;
    const ath = this.sessionHash === '' ? {} : { ath: this.sessionHash };
    const all = {
      dpop: proofOf(key, { method, url: url + path, now: context.clock() }, { ...ath, ...claims }),
      'sec-fetch-site': 'same-origin',
      ...(this.cookie === '' ? {} : { cookie: this.cookie }),
      ...(method === 'GET' ? {} : { origin: url, 'idempotency-key': randomUUID() }),
      ...headers,
    };
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
    return this.#verifier.call(method, path, { headers: sent, ...(body === undefined ? {} : { body }) });
  }
}
