import { beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/http/metrics/metrics.ts';
import { processFamilies } from '../../src/http/metrics/process.ts';
import { createLandmarkMetrics } from '../../src/landmark/metrics.ts';
import { nothingNoted, Tally } from '../../src/service/telemetry/tally.ts';
import { ownThread } from '../../src/service/workers/bundle-verifier.ts';
import { deployed, documents, type Loose } from './read.ts';

/** What verifier and landmark tell, each kind of thing once: as test/service/telemetry has it from a real one. */
async function everythingTold(): Promise<string> {
  const tally = new Tally();
  const acts = ['session.issued', 'session.expired', 'grant.issued'].map((type) => ({ type, body: {} }));
  tally.add({ ...nothingNoted(), acts });
  const metrics = createMetrics(tally);
  const route = metrics.forRoute({ method: 'GET', route: '/' });
  route.begin();
  route.end(200, 0.1);
  const vendor = { state: 'unasked', requests: 0, failures: 0, lastFailure: null, queued: 0 } as const;
  metrics.watchCollateral(() => ({
    vendors: { intel: vendor, amd: vendor, nvidia: vendor },
    documents: { current: 0, due: 0, expired: 0 },
    nextExpiry: null,
  }));
  metrics.watchState(async () => ({
    atMs: 0,
    log: { leaves: 1, lastLeafMs: 0 },
    cosigned: new Map([['w', 1]]),
    grants: { unexpired: 0, endingSoon: 0, suspended: 0 },
    webhooks: { active: 0, failing: 0, disabled: 0, waitingSinceMs: null },
    schedule: { overdue: 0, oldestDueMs: null },
    incidents: { unreported: 0, overdue: 0 },
    holds: 0,
    landmarks: { counts: 0, quarantined: 0, 'audit-lapsed': 0, 'place-unproven': 0 },
  }));
  metrics.watch(() => processFamilies('0', ownThread));
  const landmark = createLandmarkMetrics({ underWay: () => 0, permitKeys: () => 1 });
  landmark.refused('busy', null);
  landmark.ended({ outcome: 'measured', permit: undefined as never, result: null, tookMs: 1 });
  landmark.meshFailed('w');
  return `${await metrics.text()}\n${await landmark.text()}`;
}

type Query = { readonly where: string; readonly expr: string };

const dashboard: Loose = JSON.parse(deployed('monitoring/grafana-sextant.json'));
const [rules] = documents('monitoring/sextant-alerts.yaml');
const panels: readonly Loose[] = dashboard.panels.filter((panel: Loose) => panel.type !== 'row');
const alerts: readonly Loose[] = rules.groups.flatMap((group: Loose) => group.rules);
const queries: readonly Query[] = [
  ...panels.flatMap((panel) =>
    panel.targets.map(({ expr }: Loose) => ({ where: `panel ${panel.title}`, expr })),
  ),
  ...alerts.map(({ alert, expr }) => ({ where: `alert ${alert}`, expr })),
];

/** Metrics that a query names, each with what it asks of its labels. */
function namedIn(expr: string): { readonly name: string; readonly matchers: readonly string[] }[] {
  const found = expr.matchAll(/\b((?:sextant|process|nodejs)_[a-z0-9_]+)(?:\{([^}]*)\})?/g);
  return [...found].map(([, name = '', labels = '']) => ({
    name,
    matchers: labels.split(',').filter(Boolean),
  }));
}

describe('dashboard and alerts', () => {
  const names = new Set<string>();
  let told = '';
  beforeAll(async () => {
    told = await everythingTold();
    for (const [, name = ''] of told.matchAll(/^([a-z0-9_]+)[ {]/gm)) names.add(name);
    for (const [, name = ''] of told.matchAll(/^# TYPE ([a-z0-9_]+) /gm)) names.add(name);
  });

  it.each(queries)('$where asks for what is told', ({ expr }) => {
    const named = namedIn(expr);
    if (!/\bup\{/.test(expr)) expect(named.length).toBeGreaterThan(0);
    for (const { name, matchers } of named) {
      expect(names, name).toContain(name);
      for (const matcher of matchers) {
        const [, label = '', operator = '', value = ''] = /^(\w+)(=|=~|!=)"([^"]*)"$/.exec(matcher) ?? [];
        if (label === 'job') continue;
        const values = [...told.matchAll(new RegExp(`^${name}\\{.*?\\b${label}="([^"]*)"`, 'gm'))].map(
          ([, one = '']) => one,
        );
        const isTold =
          operator === '=~'
            ? values.some((one) => new RegExp(`^(?:${value})$`).test(one))
            : values.includes(value);
        expect(isTold, `${name}{${matcher}}`).toBe(true);
      }
    }
  });

  it.each(queries)('$where groups by labels that are told', ({ expr }) => {
    const labels = [...expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, list = '']) =>
      list.split(', '),
    );
    for (const label of labels.filter((one) => one !== '' && one !== 'instance'))
      expect(told, label).toMatch(new RegExp(`[{,]${label}="`));
  });

  it('show every metric of the verifier somewhere, but what only helps to read another', () => {
    const own = [...told.matchAll(/^# TYPE (sextant_[a-z0-9_]+) /gm)].map(([, name = '']) => name);
    const asked = new Set(
      queries.flatMap(({ expr }) => namedIn(expr)).map(({ name }) => name.replace(/_bucket$/, '')),
    );
    const unseen = own.filter((name) => !asked.has(name) && !name.startsWith('sextant_landmark_'));
    expect(unseen).toEqual(['sextant_collateral_queued']);
  });

  it('have each panel a place of its own, an unit and a word of what it shows', () => {
    const places = panels.map(({ gridPos }) => `${gridPos.x},${gridPos.y}`);
    expect(new Set(places).size).toBe(panels.length);
    expect(new Set(dashboard.panels.map((panel: Loose) => panel.id)).size).toBe(dashboard.panels.length);
    for (const panel of panels) {
      expect(panel.description, panel.title).toMatch(/\.$/);
      expect(panel.fieldConfig.defaults.unit, panel.title).toBeTruthy();
    }
  });

  it('wake somebody, or tell somebody, each with a sentence', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const { alert, labels, annotations } of alerts) {
      expect(['page', 'ticket'], alert).toContain(labels.severity);
      expect(annotations.summary, alert).toMatch(/\.$|list\.$/);
    }
  });
});
