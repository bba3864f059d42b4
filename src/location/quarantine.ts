/** Two control groups of which at least one lies or stands elsewhere; one twice where it contradicts itself. */
export type Quarrel = readonly [group: string, group: string];

/**
 * How many groups may be looked at, once for each set that is tried, before everybody involved is set aside: hundreds of times
 * what a real mesh needs, and a fraction of a second.
 */
const MAX_LOOKS = 500_000;

/**
 * The control groups that are set aside: the smallest set that explains every contradiction. A liar that contradicts many
 * honest groups is that set by itself, and gets none of them quarantined.
 *
 * Where several sets are equally small nothing tells which is true, and all that stand in any of them are set aside: a pair
 * that contradicts each other and nobody else goes both. What is too tangled to be searched is set aside whole. Setting aside
 * costs proofs and never makes one.
 */
export function quarantine(quarrels: readonly Quarrel[]): ReadonlySet<string> {
  const guilty = new Set(quarrels.filter(([a, b]) => a === b).map(([a]) => a));
  const open: Graph = new Map();
  for (const [a, b] of quarrels) {
    if (guilty.has(a) || guilty.has(b)) continue;
    link(open, a, b);
    link(open, b, a);
  }
  const search = new CoverSearch();
  for (const component of components(open)) {
    const least = search.size(component);
    for (const group of component.keys()) {
      const among = least === null ? null : search.size(without(component, group), least - 1);
      if (least === null || search.exhausted || among === least - 1) guilty.add(group);
    }
  }
  return guilty;
}

type Graph = Map<string, Set<string>>;

function link(graph: Graph, a: string, b: string): void {
  const neighbours = graph.get(a) ?? new Set();
  neighbours.add(b);
  graph.set(a, neighbours);
}

/** The graph that remains when one group is explained; groups without contradictions are not in it. */
function without(graph: Graph, gone: string): Graph {
  const rest: Graph = new Map();
  for (const [group, neighbours] of graph) {
    if (group === gone) continue;
    const kept = new Set(neighbours);
    kept.delete(gone);
    if (kept.size > 0) rest.set(group, kept);
  }
  return rest;
}

function components(graph: Graph): Graph[] {
  const seen = new Set<string>();
  const found: Graph[] = [];
  for (const start of graph.keys()) {
    if (seen.has(start)) continue;
    const component: Graph = new Map();
    const queue = [start];
    seen.add(start);
    for (let group = queue.pop(); group !== undefined; group = queue.pop()) {
      const neighbours = graph.get(group) ?? new Set<string>();
      component.set(group, neighbours);
      for (const next of neighbours) {
        if (seen.has(next)) continue;
        seen.add(next);
        queue.push(next);
      }
    }
    found.push(component);
  }
  return found;
}

/** Least vertex covers by branching: a group is in the cover, or all of its neighbours are. */
class CoverSearch {
  #looks = 0;

  get exhausted(): boolean {
    return this.#looks >= MAX_LOOKS;
  }

  /** The size of a least cover, looking for none larger than `most`; null where there is none, or the budget is spent. */
  size(graph: Graph, most = graph.size): number | null {
    for (let budget = 0; budget <= most; budget++) {
      if (this.#covers(graph, budget)) return budget;
      if (this.exhausted) return null;
    }
    return null;
  }

  #covers(graph: Graph, budget: number): boolean {
    this.#looks += 1 + graph.size;
    const widest = [...graph].reduce<readonly [string, Set<string>] | null>(
      (best, entry) => (best === null || entry[1].size > best[1].size ? entry : best),
      null,
    );
    if (widest === null) return true;
    const [group, neighbours] = widest;
    // No group explains more than its own contradictions.
    const quarrels = [...graph.values()].reduce((sum, { size }) => sum + size, 0) / 2;
    if (this.exhausted || budget * neighbours.size < quarrels) return false;
    if (this.#covers(without(graph, group), budget - 1)) return true;
    const rest = [...neighbours].reduce(without, graph);
    return neighbours.size <= budget && this.#covers(rest, budget - neighbours.size);
  }
}
