import { z } from 'zod';
import type { VerifierOutage } from '../../policy/lifecycle-reasons.ts';
import { scheduleOf } from '../../store/events/schedules.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import type { Job } from '../schedule/run.ts';
import { schedule } from '../schedule/schedule.ts';
import { freshUntil } from '../session/pace.ts';

/** How often the verifier notes that it is there. */
const BEAT_MS = 60_000;
/** A gap of more than this is an outage: hosts try again for longer than a restart takes. */
const OUTAGE_MS = 5 * 60_000;

/** The schedule's one subject of kind `heartbeat`. */
export const HEARTBEAT = { kind: 'heartbeat', subject: 'verifier' } as const;

const beat = z.strictObject({
  lastMs: z.int(),
  outage: z.strictObject({ fromMs: z.int(), untilMs: z.int() }).nullable(),
});

type Beat = z.infer<typeof beat>;

/** The last outage of the verifier itself, which may excuse evidence still; null where there was none. */
export async function lastOutage(
  { config }: Pick<Context, 'config'>,
  view: View,
  at: Date,
): Promise<VerifierOutage | null> {
  const row = await view.first(scheduleOf, HEARTBEAT);
  if (row?.state == null) return null;
  // Whoever looks before the first beat after an outage sees the gap all the same.
  const outage = outageAt(beat.parse(JSON.parse(row.state)), at, config);
  return outage === null ? null : { from: new Date(outage.fromMs), until: new Date(outage.untilMs) };
}

/** Notes that the verifier is there, and has it told where it was gone. */
export const heartbeat: Job = async ({ clock, config, store }, { state }) => {
  const at = clock();
  const lastMs = at.getTime();
  const before = state === null ? null : beat.parse(JSON.parse(state));
  const outage = before === null ? null : outageAt(before, at, config);
  const isBack = outage !== null && outage.fromMs !== before?.outage?.fromMs;
  if (isBack) await store.write((tx) => schedule(tx, 'verifier-outage', 'all', at));
  return { due: new Date(lastMs + BEAT_MS), state: JSON.stringify({ lastMs, outage }) };
};

/** After a gap hosts have as long to attest again as one accepted attestation is good for: each gets its turn. */
function outageAt({ lastMs, outage }: Beat, at: Date, config: Context['config']): Beat['outage'] {
  if (at.getTime() - lastMs <= OUTAGE_MS) return outage;
  return { fromMs: lastMs, untilMs: freshUntil(at, config).getTime() };
}
