import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/http/metrics/metrics.ts';
import type { Route } from '../../src/http/route.ts';
import { verifierRoutes } from '../../src/http/routes.ts';
import { ROLE_SCOPES } from '../../src/service/access/scopes.ts';
import { openIncident } from '../../src/service/incident/open.ts';
import { latch } from '../../src/service/latch/latch.ts';
import type { Role } from '../../src/service/principal.ts';
import { purgeKeptActs } from '../../src/store/once/kept-acts.ts';
import type { Store, View } from '../../src/store/port.ts';
import { touchToken } from '../../src/store/registry/access.ts';
import { type Answer, ask } from '../service/attestation/agent.ts';
import { hireStranger, type Person } from '../service/attestation/world.ts';
import { type Licensed, makeLicensed } from '../service/events/licensed.ts';

/** Whose rows are their own tenant's alone; the authority and its auditors see all. */
const OF_A_TENANT = ['exporter', 'operator'] as const satisfies readonly Role[];

/** Parameters that name no tenant's row, or a row that tests of its own show to nobody else. */
const NOT_HERE: { readonly [name: string]: string } = {
  accessId: 'test/http/parties.test.ts',
  manifestId: 'test/service/attestation/serial-links.test.ts',
  grantId: 'test/service/grant/issue.test.ts',
  webhookId: 'test/service/events/webhooks.test.ts',
  recordId: 'by kind: below',
  bundle: 'leaves by their place in the log, whose length is public: below',
  trustInputId:
    'test/service/trust/facility-audits.test.ts; the others are everybody’s who may read trust inputs',
  landmarkId: 'landmarks are of no tenant: everybody’s who may read trust inputs',
};

/** Where an operation takes more than a reason. */
const BODIES: { readonly [operation: string]: object } = {
  offerTransfer: { toTenant: 'elsewhere', reason: 'not mine' },
  maintainDevice: { until: '2026-03-02T00:00:00Z', reason: 'not mine' },
  changeParty: { legalName: 'Mine', reason: 'by now' },
  recordKnowYourCustomer: { reference: 'K-1', dated: '2026-01-01', reviewer: 'Somebody' },
  noteIncident: { note: 'not mine' },
  reportUsageOfHost: {
    licenceId: `lic_${'0'.repeat(26)}`,
    from: '2026-03-01T00:00:00Z',
    until: '2026-03-01T00:10:00Z',
    unit: 'chip-seconds',
    amount: 0,
    source: 'dcgm',
    purpose: 'mine',
  },
  reportIncident: { reference: 'not mine' },
  discloseHost: {},
};

let all: Licensed;
let routes: readonly Route[];
/** An identifier of a row of another tenant, and one that names nothing, by parameter. */
let rows: { readonly [name: string]: readonly [foreign: string, absent: string] };
const strangers = new Map<Role, Person>();
/** The statements that a request runs, each by its number. */
let statements: number[] = [];

const namesOf = ({ path }: Route): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
/** Routes about a row that a tenant's role may ask for. */
const about = (role: Role): Route[] =>
  routes.filter(
    (route) =>
      route.authorise.scheme === 'bearer' &&
      ROLE_SCOPES[role].includes(route.authorise.scope) &&
      namesOf(route).length > 0 &&
      !namesOf(route).some((name) => name in NOT_HERE),
  );

async function begin(): Promise<void> {
  all = await makeLicensed();
  const { world, host, deviceId, partyId, licenceId, get } = all;
  const { context } = world;
  const about = { tenant: 'acme', at: context.clock() };
  const incidentId = await context.store.write((tx) =>
    openIncident(context, tx, {
      ...about,
      kind: 'tampering',
      subjects: [`host:${host.hostId}`],
      evidence: [],
    }),
  );
  const hold = { ...about, code: 'x', sentence: 'held', sessionId: null };
  await context.store.write((tx) =>
    latch(context, tx, { ...hold, subject: { kind: 'host', id: host.hostId } }),
  );
  const latches = await get('/v1/latches');
  const record = await get(`/v1/hosts/${host.hostId}/status`);
  const tokens = await ask(world, '/v1/enrolment-tokens', {
    method: 'GET',
    bearer: world.people.operator.token,
  });
  const device = await get(`/v1/devices/${deviceId}`);
  const { exporter } = world.people;
  const spare = await ask(world, '/v1/devices', {
    bearer: exporter.token,
    json: { kind: 'gpu', model: 'H100', serial: 'S-1' },
  });
  const offer = await ask(world, `/v1/devices/${spare.body.id}/transfers`, {
    bearer: exporter.token,
    json: { toTenant: 'elsewhere', reason: 'sold' },
  });
  const none = '0'.repeat(26);
  rows = {
    partyId: [partyId, `pty_${none}`],
    facilityId: [world.facilityId, `fac_${none}`],
    deviceId: [deviceId, `dev_${none}`],
    licenceId: [licenceId, `lic_${none}`],
    hostId: [host.hostId, `hst_${none}`],
    sessionId: [record.body.lastSession.id, `ses_${'0'.repeat(22)}`],
    enrolmentTokenId: [tokens.body.items[0].id, `ent_${none}`],
    latchId: [latches.body.items[0].id, `lat_${none}`],
    incidentId: [incidentId, `inc_${none}`],
    leafIndex: [String(device.body.leafIndex), '999999'],
    transferId: [offer.body.id, `trf_${none}`],
  };
  const metrics = createMetrics();
  ({ routes } = verifierRoutes(context, { metrics, metricsAccess: 'public', version: 'test' }));
  for (const role of OF_A_TENANT) strangers.set(role, await hireStranger(context, role));
  count(context.store);
}

/** Done now and then, whatever a request is about. */
const HOUSEKEEPING: ReadonlySet<object> = new Set([touchToken, purgeKeptActs]);

/** From now on the store notes what is run in it. */
function count(store: Store): void {
  const numbers = new WeakMap<object, number>();
  let next = 0;
  const note = (statement: object, into: number[]): void => {
    if (HOUSEKEEPING.has(statement)) return;
    if (!numbers.has(statement)) numbers.set(statement, next++);
    into.push(numbers.get(statement) ?? 0);
  };
  const noted = <V extends View | Store>(target: V, into = () => statements): V =>
    new Proxy(target, {
      get: (_, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (statement: object, ...rest: unknown[]): unknown => {
          note(statement, into());
          return member.call(target, statement, ...rest);
        };
      },
    });
  const { first } = noted(store);
  const [read, write] = [store.read.bind(store), store.write.bind(store)];
  store.first = first;
  store.read = (work) => read((view) => work(noted(view)));
  store.write = async (work) => {
    // A group that held a refused unit runs again, for reasons of its own: what counts is what a unit runs once, wherever others' units stand.
    let own: number[] = [];
    try {
      return await write((tx) => {
        own = [];
        return work(noted(tx, () => own));
      });
    } finally {
      statements.push(...own);
    }
  };
}

type Seen = { readonly answer: Answer; readonly statements: readonly number[]; readonly told: string };

/** One request about a row, what it ran in the store, and what it was told but for what differs each time. */
async function look(route: Route, which: 0 | 1, bearer: string | undefined): Promise<Seen> {
  const ids = namesOf(route).map((name) => rows[name]?.[which] ?? name);
  const path = namesOf(route).reduce(
    (text, name, at) => text.replace(`{${name}}`, ids[at] ?? ''),
    route.path as string,
  );
  const wish = {
    method: route.method,
    ...(bearer === undefined ? {} : { bearer }),
    ...(route.body === undefined ? {} : { json: BODIES[route.operationId] ?? { reason: 'not mine' } }),
  };
  statements = [];
  const answer = await ask(all.world, path, wish);
  const { requestId: _, ...told } = answer.body;
  return {
    answer,
    statements,
    told: ids.reduce((text, id) => text.replaceAll(id, 'ID'), JSON.stringify(told)),
  };
}

/** Rows of kinds that are neither made here nor named in NOT_HERE. */
function untried(): string[] {
  const names = OF_A_TENANT.flatMap((role) => about(role).flatMap(namesOf));
  return [...new Set(names)].filter((name) => !(name in rows));
}

/** Where a stranger is told of a row, or could tell it from one that is not there. */
async function toldTo(role: Role): Promise<string[]> {
  const wrong: string[] = [];
  const bearer = strangers.get(role)?.token;
  for (const route of about(role)) {
    const [foreign, absent] = [await look(route, 0, bearer), await look(route, 1, bearer)];
    const { status, body } = foreign.answer;
    if (status !== 404 || body.code !== 'not_found')
      wrong.push(`${route.operationId}: ${status} ${foreign.told}`);
    wrong.push(...differences(route, foreign, absent));
  }
  return wrong;
}

/** Where somebody who may not ask at all could tell a row from one that is not there. */
async function toldToTheRefused(): Promise<string[]> {
  const wrong: string[] = [];
  for (const route of routes) {
    const { authorise } = route;
    const names = namesOf(route);
    if (authorise.scheme !== 'bearer' || names.length === 0 || !names.every((name) => name in rows)) continue;
    const others = OF_A_TENANT.filter((role) => !ROLE_SCOPES[role].includes(authorise.scope));
    for (const bearer of [undefined, ...others.map((role) => strangers.get(role)?.token)]) {
      const [foreign, absent] = [await look(route, 0, bearer), await look(route, 1, bearer)];
      const { status } = foreign.answer;
      if (status !== (bearer === undefined ? 401 : 403)) wrong.push(`${route.operationId}: ${status}`);
      wrong.push(...differences(route, foreign, absent));
    }
  }
  return wrong;
}

function differences(route: Route, foreign: Seen, absent: Seen): string[] {
  const { operationId } = route;
  const wrong: string[] = [];
  if (foreign.answer.status !== absent.answer.status || foreign.told !== absent.told)
    wrong.push(`${operationId} tells ${foreign.told}, of none ${absent.told}`);
  // The same work takes the same time. How many leaves the log has is public: its checkpoint says so.
  if (!namesOf(route).includes('leafIndex') && String(foreign.statements) !== String(absent.statements))
    wrong.push(`${operationId} runs ${foreign.statements}, for none ${absent.statements}`);
  return wrong;
}

/** What no tenant finds although the authority does: the rows above are somebody's. */
async function unread(): Promise<string[]> {
  const { people } = all.world;
  const missing: string[] = [];
  for (const route of new Set(OF_A_TENANT.flatMap(about))) {
    if (route.method !== 'GET' || route.responses[200]?.mediaType !== undefined) continue;
    // What has not come to be yet, such as a place, is not found by the authority either.
    const { status } = (await look(route, 0, people.authority.token)).answer;
    const owners = OF_A_TENANT.filter((role) => about(role).includes(route));
    const seen = await Promise.all(owners.map((role) => look(route, 0, people[role].token)));
    if (!seen.some(({ answer }) => answer.status === status)) missing.push(route.operationId);
  }
  return missing;
}

/** Records of the audit that are there, by kind. */
async function recordsThere(): Promise<readonly (readonly [kind: string, id: string])[]> {
  const { body } = await all.get('/v1/log/acts/0');
  const found = (type: string, member: string): string => {
    const act = body.acts.find((each: { readonly type: string }) => each.type === type);
    return String(JSON.parse(act.body)[member]);
  };
  return [
    ['appraisals', rows['sessionId']?.[0] ?? ''],
    ['evidence', found('appraisal', 'evidenceSha256')],
    ['trust-inputs', found('trust-input.effective', 'digest')],
  ];
}

/** What the authority reads of the audit, and a tenant could tell from what is not there. */
async function toldOfRecords(): Promise<string[]> {
  const wrong: string[] = [];
  const { people } = all.world;
  const see = async (path: string, bearer: string | undefined) => {
    statements = [];
    const { status, body } = await ask(all.world, path, {
      method: 'GET',
      ...(bearer === undefined ? {} : { bearer }),
    });
    const { requestId: _, ...told } = body ?? {};
    return { status, ran: String(statements), told: JSON.stringify(told) };
  };
  for (const [kind, id] of await recordsThere()) {
    if ((await see(`/v1/audit/${kind}/${id}`, people.authority.token)).status !== 200)
      wrong.push(`no ${kind}`);
    for (const bearer of [strangers.get('operator')?.token, people.operator.token]) {
      const [there, absent] = [
        await see(`/v1/audit/${kind}/${id}`, bearer),
        await see(`/v1/audit/${kind}/${'0'.repeat(id.length)}`, bearer),
      ];
      if (there.status !== 404 || JSON.stringify(there) !== JSON.stringify(absent))
        wrong.push(`${kind}: ${JSON.stringify(there)}, of none ${JSON.stringify(absent)}`);
    }
  }
  return wrong;
}

/** Acts of other tenants that a stranger is shown. */
async function toldOfActs(): Promise<string[]> {
  const shown = await Promise.all(
    OF_A_TENANT.map((role) => all.get('/v1/log/acts/0', strangers.get(role)?.token)),
  );
  return shown.flatMap(({ status, body }) =>
    status === 200 ? body.acts.map(({ type }: { readonly type: string }) => type) : [String(status)],
  );
}

describe('a row of another tenant', () => {
  it('is not found, just like one that is not there', async () => {
    await begin();
    // A new parameter: make a row of it in `begin`, or say in NOT_HERE where strangers are shown nothing of one.
    expect(untried()).toEqual([]);
    for (const role of OF_A_TENANT) expect.soft(await toldTo(role), role).toEqual([]);
    expect.soft(await toldToTheRefused()).toEqual([]);
    expect.soft(await toldOfRecords()).toEqual([]);
    // The strangers themselves have done nothing yet.
    expect.soft(await toldOfActs()).toEqual([]);
    expect(await unread()).toEqual([]);
  });
});
