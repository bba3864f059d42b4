import type { Logger } from 'pino';
import { type Family, single } from '../../http/metrics/families.ts';
import type { Store } from '../../store/port.ts';

/** How long a verifier that came or went is not counted. */
const LOOK_MS = 5_000;

type Shares = {
  readonly families: () => readonly Family[];
  /** Asks now, and again and again. Answers what ends it. */
  readonly keep: (share: (parts: number) => void) => Promise<() => void>;
};

/** Divides the rates of requests among the verifiers on a database, as it counts them. While it does not answer, what was known last counts. */
export function rateShares(store: Pick<Store, 'processes'>, log: Logger, everyMs = LOOK_MS): Shares {
  let parts = 1;
  return {
    families: () => [
      single(
        'gauge',
        'sextant_verifiers',
        'Verifiers on this database as it counts them; each admits as large a part of the rates of requests.',
        parts,
      ),
    ],
    keep: async (share) => {
      const look = async (): Promise<void> => {
        try {
          const found = await store.processes();
          if (found === parts) return;
          parts = found;
          share(parts);
          log.info({ verifiers: parts }, 'rates.shared');
        } catch (error) {
          log.debug({ err: error }, 'rates.not-shared anew');
        }
      };
      await look();
      const timer = setInterval(() => void look(), everyMs);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}
