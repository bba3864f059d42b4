import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from '../http/verifier.ts';

/** One GET, and what it was told; status 0 where no answer came. */
export async function look(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(15_000) });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Answer['body'],
    };
  } catch {
    return { status: 0, headers: new Headers(), body: {} };
  }
}

const PATIENCE_MS = 100_000;
const PAUSE_MS = 50;

/** Asks until an answer is what is waited for. @throws Error with the last answer where none came in time */
export async function until(ask: () => Promise<Answer>, holds: (answer: Answer) => boolean): Promise<Answer> {
  const from = performance.now();
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (performance.now() - from > PATIENCE_MS)
      throw new Error(`still ${answer.status} ${JSON.stringify(answer.body)}`);
    await delay(PAUSE_MS);
  }
}

/** The readiness check of a name, as /readyz tells it. */
export function checkOf({ body }: Answer, name: string): unknown {
  const checks = (body['checks'] ?? []) as readonly { readonly name: string; readonly status: string }[];
  return checks.find((check) => check.name === name)?.status;
}
