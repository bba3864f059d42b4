/** What the text of a token comes to: its row, and its hash. */
type SeenToken = { readonly id: string; readonly secretHash: string };

/** As many callers at once; about 300 bytes each. */
const MAX_TOKENS = 1_000;

/** So long after the first of them all are forgotten: a token that nobody presents any more does not stay in memory. */
const FORGOTTEN_AFTER_MS = 60_000;

/**
 * Tokens that were presented and matched lately, so that their text is not hashed again with each request. It says which hash a text has and nothing
 * else: whether there is such a token, and whether it counts, is asked of the store each time. Strangers never enter.
 */
export class SeenTokens {
  readonly #tokens = new Map<string, SeenToken>();
  #forgetting: NodeJS.Timeout | undefined;

  get(token: string): SeenToken | undefined {
    return this.#tokens.get(token);
  }

  keep(token: string, seen: SeenToken): void {
    if (this.#tokens.size >= MAX_TOKENS) this.#tokens.clear();
    this.#tokens.set(token, seen);
    this.#forgetting ??= setTimeout(() => {
      this.#forgetting = undefined;
      this.#tokens.clear();
    }, FORGOTTEN_AFTER_MS).unref();
  }
}
