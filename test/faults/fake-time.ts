import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LIBRARIES = '/usr/lib';
const library = findLibrary();

/** Why no clock can be stepped here; null where one can. */
export const fakeTimeAbsent: string | null =
  library === null ? 'libfaketime not installed (Debian: faketime)' : null;

/** The date of a program that runs, in the test's hand; what it measures time by is left alone. */
export type SteppedClock = {
  /** What the program is to be started with. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on its date is off by as many seconds. */
  readonly step: (seconds: number) => void;
};

/** @param file where the library reads by how much the date is off, each time that it is asked for */
export function steppedClock(file: string): SteppedClock {
  const step = (seconds: number): void => writeFileSync(file, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  step(0);
  return {
    step,
    env: {
      LD_PRELOAD: library ?? '',
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  };
}

/** Debian has it in a folder of the machine's architecture. */
function findLibrary(): string | null {
  if (!existsSync(LIBRARIES)) return null;
  const candidates = readdirSync(LIBRARIES)
    .filter((name) => name.includes('-linux-'))
    .map((name) => join(LIBRARIES, name, 'faketime/libfaketimeMT.so.1'));
  return candidates.find((path) => existsSync(path)) ?? null;
}
