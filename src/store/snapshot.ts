import type { View } from './port.ts';

/** One state of a database, for as long as it is open. */
export type DatabaseSnapshot = {
  readonly read: <T>(work: (view: View) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
};
