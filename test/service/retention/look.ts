import type { Context } from '../../../src/service/context.ts';
import { deleteByRule } from '../../../src/service/retention/job.ts';

/** Looks as often as the schedule would, until everything was looked through. */
export async function deleteAll(context: Context): Promise<void> {
  let state: string | null = null;
  do {
    const next = await deleteByRule(context, { subject: 'all', state });
    state = next?.state ?? null;
  } while (state !== null);
}
