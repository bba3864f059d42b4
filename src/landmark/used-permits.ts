/**
 * The permits that were honoured, until they have ended. In memory: after a start no permit counts that may have been used
 * before it, so what a stopped process forgot cannot be used again.
 */
export class UsedPermits {
  readonly #until = new Map<string, number>();
  readonly #startedAt: number;
  readonly #clockSkewMs: number;

  constructor(startedAt: Date, clockSkewMs: number) {
    this.#startedAt = startedAt.getTime();
    this.#clockSkewMs = clockSkewMs;
  }

  /** Whether a permit was issued so late that an earlier process cannot have honoured it, whichever clock was ahead. */
  isRecent(issuedAt: Date): boolean {
    return issuedAt.getTime() >= this.#startedAt + this.#clockSkewMs;
  }

  has(issuer: string, jti: string): boolean {
    return this.#until.has(keyOf(issuer, jti));
  }

  add(issuer: string, jti: string, expiresAt: Date): void {
    this.#until.set(keyOf(issuer, jti), expiresAt.getTime() + this.#clockSkewMs);
  }

  /** Forgets those that have ended. @param now never earlier than at an earlier call */
  prune(now: Date): void {
    for (const [key, until] of this.#until) {
      if (until < now.getTime()) this.#until.delete(key);
    }
  }
}

/** Neither holds a space. */
function keyOf(issuer: string, jti: string): string {
  return `${issuer} ${jti}`;
}
