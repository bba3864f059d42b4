import { z } from 'zod';
import { AvailabilityError } from '../../service/errors.ts';
import { ok } from '../reply.ts';
import { type Route, route } from '../route.ts';

/** One thing without which the verifier cannot serve; throws when it is not there. */
export type ReadinessCheck = { readonly name: string; readonly check: () => Promise<void> };

const health = z.strictObject({ status: z.literal('ok') });
const readiness = z.strictObject({
  status: z.enum(['ready', 'not-ready']),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      status: z.enum(['ok', 'failed']),
      /** Of what does not answer, where that is known: never more than problem responses say. */
      code: z.string().optional(),
    }),
  ),
});
type Readiness = z.infer<typeof readiness>;

const STOPPING: Readiness = { status: 'not-ready', checks: [{ name: 'stopping', status: 'failed' }] };

/** Longer, and a balancer's probe would hang instead of moving on. */
const CHECK_TIMEOUT_MS = 2_000;
/** Strangers may ask: asking more often than this costs the store nothing. */
const KEPT_MS = 500;

/**
 * `/healthz` says that the process answers; `/readyz` that it can do its work: every check is made, none is assumed. What
 * failed is named; why is in the log.
 *
 * @param stopping whether the process is to end: said at once, and nothing else is asked then
 */
export function healthRoutes(
  checks: readonly ReadinessCheck[],
  report: (name: string, error: unknown) => void,
  stopping: () => boolean = () => false,
): Route[] {
  let kept: { readonly at: number; readonly answer: Promise<Readiness> } | undefined;
  const ask = (): Promise<Readiness> => {
    const now = performance.now();
    if (kept === undefined || now - kept.at > KEPT_MS) kept = { at: now, answer: judge(checks, report) };
    return kept.answer;
  };
  return [
    route({
      method: 'GET',
      path: '/healthz',
      operationId: 'getHealth',
      summary: 'Whether the process answers',
      tag: 'Operation',
      authorise: { scheme: 'public' },
      responses: { 200: { description: 'It does.', schema: health } },
      handle: async () => ok({ status: 'ok' }),
    }),
    route({
      method: 'GET',
      path: '/readyz',
      operationId: 'getReadiness',
      summary: 'Whether the verifier can do its work now',
      description:
        'Asks the store, the signing keys, the log and the clock; 503 names what failed, or that it is stopping.',
      tag: 'Operation',
      authorise: { scheme: 'public' },
      responses: {
        200: { description: 'Ready.', schema: readiness },
        503: { description: 'Not ready.', schema: readiness },
      },
      handle: async () => {
        const answer = stopping() ? STOPPING : await ask();
        return { status: answer.status === 'ready' ? 200 : 503, body: answer };
      },
    }),
  ];
}

async function judge(
  checks: readonly ReadinessCheck[],
  report: (name: string, error: unknown) => void,
): Promise<Readiness> {
  const results = await Promise.all(
    checks.map(async ({ name, check }) => {
      try {
        await withTimeout(check());
        return { name, status: 'ok' as const };
      } catch (error) {
        report(name, error);
        const code = error instanceof AvailabilityError ? { code: error.code } : {};
        return { name, status: 'failed' as const, ...code };
      }
    }),
  );
  const ready = results.length > 0 && results.every(({ status }) => status === 'ok');
  return { status: ready ? 'ready' : 'not-ready', checks: results };
}

function withTimeout(work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)),
    CHECK_TIMEOUT_MS,
  );
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
