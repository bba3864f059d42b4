import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** It doubles until then, and a busy process may double once or twice more between two looks. */
const ENOUGH_MB = 16;
const LOOK_MS = 200;

/**
 * Keeps what is new of this process's heap small. By itself V8 lets it grow to 128 MB of garbage under load, and takes a ceiling only
 * at the start of a process; that it grows no further can be said at any time. Answers what ends the watching.
 */
export function boundYoungGeneration(): () => void {
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    if (young === undefined || young.space_size < ENOUGH_MB * 2 ** 20) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
