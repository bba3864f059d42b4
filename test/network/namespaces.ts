import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe } from 'vitest';

/** Runs `ip` with the given words, and what stands in `batch` as its lines. @throws with what `ip` said */
function ip(words: readonly string[], batch?: readonly string[]): void {
  execFileSync('ip', words, {
    input: batch === undefined ? '' : `${batch.join('\n')}\n`,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
}

/** Why no network can be built here; null where one can. */
function obstacle(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'network namespaces take root on Linux';
  const name = `sxt-${process.pid}-try`;
  try {
    ip(['netns', 'add', name]);
    ip(['netns', 'del', name]);
    return null;
  } catch (error) {
    return `ip netns: ${error instanceof Error ? error.message.split('\n').at(-1) : String(error)} (Debian: iproute2)`;
  }
}

/** A suite over a real network: reported as skipped, with its reason, where none can be built. */
export function describeWithNetwork(name: string, suite: () => void): void {
  const why = obstacle();
  if (why === null) {
    describe(name, suite);
    return;
  }
  if (process.env['SEXTANT_REQUIRE_ALL'] === '1') throw new Error(`required here: ${why}`);
  describe.skip(`${name} (skipped: ${why})`, () => {});
}

/** Two ends of a cable to the wire: the node's addresses, and the wire's on the same cable. */
export type Cable = {
  readonly namespace: string;
  readonly v4: { readonly node: string; readonly wire: string };
  readonly v6: { readonly node: string; readonly wire: string };
};

export type Network = {
  /** The namespace in the middle, where every cable ends. It forwards nothing by itself. */
  readonly wire: string;
  readonly cables: ReadonlyMap<string, Cable>;
  readonly remove: () => void;
};

/**
 * A namespace for each node, each joined by a cable of its own to one in the middle, and to nothing else: no route leads out of
 * any of them. Addresses are of 10.77.0.0/16 and fd77::/16.
 */
export function buildNetwork(nodes: readonly string[]): Network {
  removeOrphans();
  const prefix = `sxt-${process.pid}`;
  const wire = `${prefix}-wire`;
  const made: string[] = [];
  const remove = (): void => {
    // Cables end with the namespaces that they are in.
    for (const namespace of made.splice(0)) ip(['netns', 'del', namespace]);
  };
  const add = (namespace: string): void => {
    ip(['netns', 'add', namespace]);
    made.push(namespace);
  };
  try {
    add(wire);
    const cables = new Map<string, Cable>();
    for (const [index, node] of nodes.entries()) {
      const n = index + 1;
      const cable: Cable = {
        namespace: `${prefix}-${node}`,
        v4: { node: `10.77.${n}.2`, wire: `10.77.${n}.1` },
        v6: { node: `fd77:${n}::2`, wire: `fd77:${n}::1` },
      };
      add(cable.namespace);
      ip([
        'link',
        'add',
        `w${n}`,
        'netns',
        wire,
        'type',
        'veth',
        'peer',
        'name',
        'eth0',
        'netns',
        cable.namespace,
      ]);
      configure(wire, `w${n}`, cable.v4.wire, cable.v6.wire);
      configure(cable.namespace, 'eth0', cable.v4.node, cable.v6.node);
      cables.set(node, cable);
    }
    return { wire, cables, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** What a test left behind that was killed: namespaces of ours whose process is gone. */
function removeOrphans(): void {
  const names = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }).split('\n');
  for (const name of names.map((line) => line.split(' ')[0] ?? '')) {
    const pid = /^sxt-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) ip(['netns', 'del', name]);
  }
}

function configure(namespace: string, device: string, v4: string, v6: string): void {
  ip(
    ['-n', namespace, '-batch', '-'],
    [
      'link set lo up',
      `addr add ${v4}/24 dev ${device}`,
      `addr add ${v6}/64 dev ${device} nodad`,
      `link set ${device} up`,
    ],
  );
}
