import type { Context } from '../../service/context.ts';
import { JOBS, scheduleAtStart } from '../../service/schedule/jobs.ts';
import { MOST_AT_ONCE, runDue } from '../../service/schedule/run.ts';

/** How often it is looked whether anything is due: one indexed read. */
const EVERY_MS = 1_000;

/** Does what is due, as long as the verifier runs. Answers what ends it, once what is under way is done. */
export function keepSchedules(context: Context): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  let underWay = Promise.resolve();
  const look = async (): Promise<void> => {
    const looked = await runDue(context, JOBS).catch((error: unknown) => {
      context.log.error({ err: error }, 'what is due could not be looked at');
      return 0;
    });
    // Where there is more, requests get their turn in between.
    if (!ended) timer = setTimeout(begin, looked === MOST_AT_ONCE ? 0 : EVERY_MS);
    timer?.unref();
  };
  const begin = (): void => {
    underWay = look();
  };
  underWay = scheduleAtStart(context)
    .catch((error: unknown) => context.log.error({ err: error }, 'what is due at the start was not noted'))
    .then(look);
  return async () => {
    ended = true;
    clearTimeout(timer);
    await underWay;
  };
}
