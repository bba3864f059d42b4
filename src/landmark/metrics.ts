import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { LandmarkEvents } from './events.ts';
import type { MeshReceipt } from './mesh.ts';

/** What a landmark is asked about itself when its metrics are read. */
export type LandmarkState = { readonly underWay: () => number; readonly permitKeys: () => number };

export type LandmarkMetrics = LandmarkEvents & {
  readonly contentType: string;
  readonly text: () => Promise<string>;
  readonly meshMeasured: (receipt: MeshReceipt) => void;
  readonly meshFailed: (peer: string) => void;
};

/** Prometheus metrics. Labels come from closed sets and from the configured peers, never from a datagram. */
export function createLandmarkMetrics(state: LandmarkState): LandmarkMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name: `sextant_landmark_${name}`, help, labelNames, registers });
  const measurements = counter('measurements_total', 'Measurements that ended, by how.', ['outcome']);
  const refusals = counter('refusals_total', 'Hellos that were refused, by why.', ['reason']);
  const dropped = counter('dropped_total', 'Datagrams that got no answer, by why.', ['reason']);
  const rounds = counter('rounds_total', 'Timed rounds, by what became of them.', ['result']);
  const mesh = counter('mesh_failures_total', 'Peers that did not measure this landmark when asked.', [
    'peer',
  ]);
  const meshRtt = new Gauge({
    name: 'sextant_landmark_mesh_rtt_seconds',
    help: 'Least round trip that a peer last measured of this landmark.',
    labelNames: ['peer'],
    registers,
  });
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name: `sextant_landmark_${name}`,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  gauge('measurements_under_way', 'Measurements under way.', state.underWay);
  gauge('permit_keys', 'Permit keys that count now.', state.permitKeys);
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    began: () => {},
    ended: ({ outcome, result }) => {
      measurements.inc({ outcome });
      rounds.inc({ result: 'valid' }, result?.valid.length ?? 0);
      rounds.inc({ result: 'void' }, (result?.sent ?? 0) - (result?.valid.length ?? 0));
    },
    refused: (reason) => refusals.inc({ reason }),
    dropped: (reason) => dropped.inc({ reason }),
    meshMeasured: ({ peer, rttNs }) => {
      if (rttNs !== null) meshRtt.set({ peer }, rttNs / 1e9);
    },
    meshFailed: (peer) => mesh.inc({ peer }),
  };
}
