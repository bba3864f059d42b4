import type { CollateralFollower } from '../../../collateral/vendor.ts';
import type { Store } from '../../../store/port.ts';
import type { BundleVerifier } from '../../workers/bundle-verifier.ts';
import type { Tracer } from './tracer.ts';

/** A store whose units of work and snapshots show in traces: how long each waited and took, and nothing of what is in them. */
export function tracedStore(store: Store, tracer: Tracer): Store {
  return {
    write: (work) => tracer.within('store.write', 'internal', () => store.write(work)),
    read: (work) => tracer.within('store.read', 'internal', () => store.read(work)),
    first: (statement, params) => store.first(statement, params),
    highWater: () => store.highWater(),
    ping: () => store.ping(),
    tend: (now) => store.tend(now),
    processes: () => store.processes(),
    close: () => store.close(),
  };
}

/** The same of whoever verifies what hosts submit; where another thread did, how long it was waited for and how long it took. */
export function tracedBundles(bundles: BundleVerifier, tracer: Tracer): BundleVerifier {
  return {
    ...bundles,
    verify: (input) =>
      tracer.within('evidence.verify', 'internal', () => {
        const askedMs = tracer.nowMs();
        return bundles.verify(input, (times) => {
          tracer.past('evidence.wait', { beganMs: askedMs, endedMs: Math.max(askedMs, times.beganMs) });
          tracer.past('evidence.thread', times);
        });
      }),
  };
}

/** Each document that is asked of a vendor: which vendor, how long with all tries, and the code where it failed; never what was asked for. */
export function collateralFollower(tracer: Tracer): CollateralFollower {
  return (vendor, work) =>
    tracer.within('collateral.fetch', 'client', (span) => {
      span.describe({ attributes: { 'sextant.vendor': vendor } });
      return work();
    });
}
