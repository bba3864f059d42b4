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
    close: () => store.close(),
  };
}

/** The same of whoever verifies what hosts submit. */
export function tracedBundles(bundles: BundleVerifier, tracer: Tracer): BundleVerifier {
  return {
    ...bundles,
    verify: (input) => tracer.within('evidence.verify', 'internal', () => bundles.verify(input)),
  };
}
