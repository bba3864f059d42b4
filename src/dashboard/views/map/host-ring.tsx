import { arc } from 'd3-shape';
import { HOST_STATES, type HostState } from '../hosts/host-state.tsx';
import type { HostCount } from './places.ts';

const THICK_PX = 5;

/** Drawn by tone, the good beginning at the top; the numbers stand in the list. */
const TONES: { readonly [S in HostState]: 'good' | 'warn' | 'bad' | 'idle' } = {
  proven: 'good',
  'earlier-trust': 'good',
  stale: 'warn',
  never: 'idle',
  refused: 'bad',
  suspended: 'bad',
};

/** Grows with the number of hosts, slowly. */
export function ringRadius(total: number): number {
  return 11 + Math.min(16, 1.6 * Math.log2(1 + total));
}

/** How the hosts of a place stand, as parts of a ring. */
export function HostRing({ hosts }: { readonly hosts: HostCount }) {
  const outer = ringRadius(hosts.total);
  const ring = arc().cornerRadius(1);
  let from = 0;
  return (
    <>
      <circle className="places__disk" r={outer} />
      {HOST_STATES.map((state) => {
        const count = hosts.states[state] ?? 0;
        if (count === 0) return null;
        const to = from + (2 * Math.PI * count) / hosts.total;
        const d = ring({ innerRadius: outer - THICK_PX, outerRadius: outer, startAngle: from, endAngle: to });
        from = to;
        return <path key={state} className={`places__share places__share--${TONES[state]}`} d={d ?? ''} />;
      })}
    </>
  );
}
