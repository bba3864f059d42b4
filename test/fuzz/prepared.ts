import { alteredTargets } from './altered/index.ts';
import { keptInputs, samplePool, samplesOf } from './samples.ts';
import { parserTargets, type Target } from './targets.ts';

export type Prepared = {
  readonly target: Target;
  readonly samples: readonly [Uint8Array, ...Uint8Array[]];
};

/** Every target by its name, with its samples once it is asked for: looking for them takes longer than making the targets. */
export async function prepareTargets(): Promise<ReadonlyMap<string, () => Prepared>> {
  const pool = await samplePool();
  const parsers = (await parserTargets()).map((target) => ({
    target,
    // What no sample of ours is read by is shown all of them, changed.
    samplesFor: () => [...samplesOf(target, pool), ...keptInputs(target.name)],
    instead: pool,
  }));
  const altered = (await alteredTargets()).map((target) => ({
    target,
    samplesFor: () => [target.genuine],
    instead: [],
  }));
  return new Map(
    [...parsers, ...altered].map(({ target, samplesFor, instead }) => [
      target.name,
      once(() => {
        const own = samplesFor();
        const [first = new Uint8Array(), ...others] = own.length > 0 ? own : instead;
        return { target, samples: [first, ...others] };
      }),
    ]),
  );
}

function once<T extends object>(make: () => T): () => T {
  let made: T | null = null;
  return () => {
    made ??= make();
    return made;
  };
}
