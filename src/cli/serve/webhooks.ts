import type { Context } from '../../service/context.ts';
import { deliverDue } from '../../service/webhook/deliver.ts';

/** How often it is looked whether anything is to be delivered. */
const EVERY_MS = 1_000;

/** Delivers events to webhooks, as long as the verifier runs. Answers what ends it, once what is under way is noted. */
export function keepWebhooks(context: Context, everyMs: number = EVERY_MS): () => Promise<void> {
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let underWay = Promise.resolve();
  const deliver = async (): Promise<void> => {
    const more = await deliverDue(context, { signal: ending.signal }).catch((error: unknown) => {
      context.log.error({ err: error }, 'webhooks could not be served');
      return false;
    });
    if (ending.signal.aborted) return;
    timer = setTimeout(begin, more ? 0 : everyMs);
    timer.unref();
  };
  const begin = (): void => {
    underWay = deliver();
  };
  begin();
  return async () => {
    ending.abort();
    clearTimeout(timer);
    await underWay;
  };
}
