import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../src/http/route.ts';
import { EMPTY_RANGE, rootOf } from '../../src/record/merkle.ts';
import { ROLE_SCOPES, SCOPES } from '../../src/service/access/scopes.ts';
import { ROLES, type Role } from '../../src/service/principal.ts';
import { openList } from '../../src/store/grants/statuses.ts';
import { insertCosignature } from '../../src/store/log/cosignatures.ts';
import { shown } from './possession.ts';
import { startTestVerifier, type TestVerifier } from './verifier.ts';

const EMPTY = { size: 0, root: rootOf(EMPTY_RANGE) };

/**
 * Who may call what, written down a second time and on purpose: a scope given to a role by mistake, or a route that asks
 * for the wrong one, shows here. A route that is missing fails the test, so that none is added unseen.
 */
const ALLOWED: {
  readonly [operation: string]:
    | readonly Role[]
    | 'public'
    | 'binder'
    | 'host'
    | 'enrolment'
    | 'key'
    | 'browser'
    | 'page';
} = {
  createPrincipal: ['administrator'],
  listPrincipals: ['administrator', 'auditor'],
  declarePrincipalParty: ['administrator'],
  disablePrincipal: ['administrator'],
  mintToken: ['administrator'],
  bindToken: 'binder',
  getSignInMethods: 'public',
  signInWithToken: 'browser',
  beginSignIn: 'browser',
  finishSignIn: 'public',
  getPageSession: 'page',
  signOut: 'page',
  listTokens: ['administrator', 'auditor'],
  revokeToken: ['administrator'],
  registerParty: ['exporter', 'authority'],
  listParties: ['exporter', 'authority', 'auditor'],
  getParty: ['exporter', 'authority', 'auditor'],
  screenParty: ['authority'],
  importParties: ['exporter', 'authority'],
  changeParty: ['exporter', 'authority'],
  listPartyVersions: ['exporter', 'authority', 'auditor'],
  listScreenings: ['exporter', 'authority', 'auditor'],
  importScreenings: ['authority'],
  declareScreeningList: ['authority'],
  listScreeningLists: ['exporter', 'authority', 'auditor'],
  recordKnowYourCustomer: ['exporter', 'authority'],
  listKnowYourCustomer: ['exporter', 'authority', 'auditor'],
  startAccess: ['operator'],
  endAccess: ['operator'],
  listAccesses: ['operator', 'authority', 'auditor'],
  proposeFacility: ['exporter'],
  listFacilities: ['exporter', 'operator', 'authority', 'auditor'],
  getFacility: ['exporter', 'operator', 'authority', 'auditor'],
  authoriseFacility: ['authority'],
  refuseFacility: ['authority'],
  listFacilityAuthorisations: ['exporter', 'operator', 'authority', 'auditor'],
  withdrawFacility: ['authority'],
  registerDevice: ['exporter'],
  importDevices: ['exporter'],
  listDevices: ['exporter', 'authority', 'auditor'],
  getDevice: ['exporter', 'authority', 'auditor'],
  listDeviceLicences: ['exporter', 'authority', 'auditor'],
  listDeviceIncidents: ['exporter', 'operator', 'authority', 'auditor'],
  listDeviceHosts: ['exporter', 'operator', 'authority', 'auditor'],
  shipDevice: ['exporter'],
  returnDevice: ['exporter', 'authority'],
  maintainDevice: ['operator'],
  resumeDevice: ['operator'],
  retireDevice: ['exporter', 'authority'],
  offerTransfer: ['exporter'],
  listTransfers: ['exporter', 'authority', 'auditor'],
  acceptTransfer: ['exporter'],
  refuseTransfer: ['exporter'],
  withdrawTransfer: ['exporter'],
  getPartyDeliveries: ['exporter', 'authority', 'auditor'],
  getLicenceDeliveries: ['exporter', 'authority', 'auditor'],
  importManifest: ['exporter', 'authority'],
  importPlatformCertificate: ['exporter', 'authority'],
  listManifests: ['exporter', 'authority', 'auditor'],
  getManifest: ['exporter', 'authority', 'auditor'],
  getManifestContent: ['exporter', 'authority', 'auditor'],
  planRetention: ['authority', 'auditor', 'administrator'],
  listDeletions: ['authority', 'auditor', 'administrator'],
  listLegalHolds: ['authority', 'auditor', 'administrator'],
  placeLegalHold: ['authority', 'auditor'],
  liftLegalHold: ['authority', 'auditor'],
  proposeTrustInput: ['operator', 'authority'],
  previewTrustChange: ['operator', 'authority', 'auditor'],
  listTrustInputs: ['operator', 'authority', 'auditor'],
  getTrustInput: ['operator', 'authority', 'auditor'],
  approveTrustInput: ['authority'],
  refuseTrustInput: ['authority'],
  withdrawTrustInput: ['authority'],
  mintEnrolmentToken: ['operator'],
  listEnrolmentTokens: ['operator', 'auditor'],
  revokeEnrolmentToken: ['operator'],
  listEnrolments: ['operator', 'auditor'],
  beginEnrolment: 'enrolment',
  proveGuest: 'key',
  activateEnrolment: 'key',
  issueSession: 'host',
  submitEvidence: 'host',
  getSession: ['operator', 'authority', 'auditor'],
  getSubmission: ['operator', 'authority', 'auditor'],
  getResult: ['operator', 'authority', 'auditor'],
  getOwnHost: 'host',
  listHosts: ['operator', 'authority', 'auditor'],
  getHost: ['operator', 'authority', 'auditor'],
  listHostGrants: ['operator', 'authority', 'auditor'],
  listHostAppraisals: ['operator', 'authority', 'auditor'],
  suspendHost: ['authority'],
  reinstateHost: ['authority'],
  listLatches: ['operator', 'authority', 'auditor'],
  getLatch: ['operator', 'authority', 'auditor'],
  clearLatch: ['authority'],
  clearLatches: ['authority'],
  grantLicence: ['authority'],
  listLicences: ['exporter', 'authority', 'auditor'],
  getLicence: ['exporter', 'authority', 'auditor'],
  ruleOnLicence: ['authority'],
  decide: ['authority'],
  listDecisions: ['authority', 'auditor'],
  getDecision: ['authority', 'auditor'],
  listAccounts: ['exporter', 'authority', 'auditor'],
  listEntries: ['exporter', 'authority', 'auditor'],
  adjustAccount: ['authority'],
  listAllocations: ['exporter', 'authority', 'auditor'],
  ruleOnAllocation: ['authority'],
  reportUsage: 'host',
  reportUsageOfHost: ['operator'],
  listUsageReports: ['exporter', 'authority', 'auditor'],
  renewGrant: 'host',
  listGrants: ['exporter', 'operator', 'authority', 'auditor'],
  getGrant: ['exporter', 'operator', 'authority', 'auditor'],
  revokeGrant: ['authority'],
  getStatusList: 'public',
  getPastStatusList: ['authority', 'auditor'],
  getGrantKeys: 'public',
  getStatusListKeys: 'public',
  getReportKeys: 'public',
  getDisclosureKeys: 'public',
  judgeNras: ['operator', 'authority', 'auditor'],
  discloseHost: ['operator'],
  orderChallenges: ['auditor'],
  drawChallenges: ['auditor'],
  listChallenges: ['authority', 'auditor'],
  getChallenge: ['authority', 'auditor'],
  getDrawProof: ['authority', 'auditor'],
  getHostChallenge: 'host',
  getLicenceReport: ['exporter', 'authority', 'auditor'],
  getHostStatus: ['exporter', 'operator', 'authority', 'auditor'],
  getDeviceStatus: ['exporter', 'operator', 'authority', 'auditor'],
  getOverview: ['exporter', 'operator', 'authority', 'auditor'],
  listFacilityPlaces: ['exporter', 'operator', 'authority', 'auditor'],
  countHostsByFacility: ['operator', 'authority', 'auditor'],
  getLicenceStatus: ['exporter', 'operator', 'authority', 'auditor'],
  listEvents: ['exporter', 'operator', 'authority', 'auditor', 'administrator'],
  streamEvents: ['exporter', 'operator', 'authority', 'auditor', 'administrator'],
  addWebhook: ['exporter', 'operator', 'authority'],
  listWebhooks: ['exporter', 'operator', 'authority', 'auditor'],
  removeWebhook: ['exporter', 'operator', 'authority'],
  rotateWebhookSecret: ['exporter', 'operator', 'authority'],
  replayEvents: ['exporter', 'operator', 'authority'],
  testWebhook: ['exporter', 'operator', 'authority'],
  listIncidents: ['exporter', 'operator', 'authority', 'auditor'],
  getIncident: ['exporter', 'operator', 'authority', 'auditor'],
  noteIncident: ['exporter', 'operator', 'authority'],
  reportIncident: ['exporter', 'operator', 'authority'],
  closeIncident: ['authority'],
  getCheckpoint: 'public',
  getCosignedCheckpoint: 'public',
  getTile: 'public',
  getConsistency: 'public',
  getLogKey: 'public',
  getOrigins: 'public',
  getActs: ['exporter', 'operator', 'authority', 'auditor', 'administrator'],
  getRecords: ['operator', 'authority', 'auditor'],
  getAuditRecord: ['operator', 'authority', 'auditor'],
  getReceipt: ['exporter', 'operator', 'authority', 'auditor', 'administrator'],
  getHealth: 'public',
  getReadiness: 'public',
  getMetrics: ['administrator'],
  listSigningKeys: ['auditor', 'administrator'],
  rotateSigningKeys: ['administrator'],
  fileFacilityAudit: ['auditor'],
  listFacilityAudits: ['operator', 'authority', 'auditor'],
  listLandmarks: ['operator', 'authority', 'auditor'],
  listLandmarkMeasurements: ['operator', 'authority', 'auditor'],
  issueMeshPermits: 'key',
  submitMesh: 'key',
  issueProbePermits: 'host',
  submitLocation: 'host',
  getHostLocation: ['operator', 'authority', 'auditor'],
  getHostLocationPicture: ['operator', 'authority', 'auditor'],
  getJwks: 'public',
  getPermitKeys: 'public',
  getOpenApi: 'public',
};

let verifier: TestVerifier;
/** For each role a token that is bound to a key, and a plain one. */
const principals = new Map<Role, { readonly bound: string; readonly plain: string }>();
beforeAll(async () => {
  verifier = await startTestVerifier();
  // Some answers are of what is not there from the beginning.
  const { store, config } = verifier.context;
  const seen = { origin: config.logOrigin, witness: 'w', at_ms: 0, line: '' };
  await store.write((tx) => tx.run(insertCosignature, { ...seen, ...EMPTY }));
  for (const role of ROLES) {
    const { id, token: bound } = await verifier.principal(role, `${role}-tenant`);
    const body = { principalId: id, label: 'plain' };
    const minted = await verifier.call('POST', '/v1/tokens', { token: verifier.adminToken, body });
    principals.set(role, { bound, plain: String(minted.body['token']) });
  }
  await store.write((tx) => tx.run(openList, { number: 1, opened_at_ms: 0 }));
});
afterAll(() => verifier.close());

/** A path whose parameters name nothing: what a caller may not do is refused before anything is looked up. */
function pathOf({ path }: Pick<Route, 'path'>): string {
  return path
    .replace('{leafIndex}', '0')
    .replace('{list}', '1')
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => NOTHING[name] ?? name);
}
const none = '0'.repeat(26);
const NOTHING: { readonly [name: string]: string } = {
  principalId: `prn_${none}`,
  tokenId: `tok_${none}`,
  partyId: `pty_${none}`,
  facilityId: `fac_${none}`,
  deviceId: `dev_${none}`,
  trustInputId: `tri_${none}`,
  enrolmentTokenId: `ent_${none}`,
  enrolmentId: `enr_${none}`,
  hostId: `hst_${none}`,
  latchId: `lat_${none}`,
  licenceId: `lic_${none}`,
  incidentId: `inc_${none}`,
  webhookId: `whk_${none}`,
  decisionId: `dec_${none}`,
  allocationId: `alc_${none}`,
  purpose: 'ear',
  tile: '0/000.p/1',
  oldSize: '0',
  manifestId: `mft_${none}`,
  sessionId: `ses_${'0'.repeat(22)}`,
};

/** How somebody may come, a token being their role's with all its scopes. */
const PRESENTED = [
  'no token',
  'a plain bearer token',
  'a bound token without a proof',
  'a bound token with a proof',
] as const;
type Presented = (typeof PRESENTED)[number];

function present({ method, path }: Route, role: Role, presented: Presented): Record<string, string> {
  const tokens = principals.get(role);
  const once = { 'idempotency-key': randomUUID() };
  const url = `${verifier.url}${pathOf({ path })}`;
  switch (presented) {
    case 'no token':
      return once;
    case 'a plain bearer token':
      return { ...once, authorization: `Bearer ${tokens?.plain}` };
    case 'a bound token without a proof':
      return { ...once, authorization: `Bearer ${tokens?.bound}` };
    case 'a bound token with a proof':
      return { ...once, ...shown(tokens?.bound ?? '', { method, url, now: verifier.context.clock() }) };
  }
}

/** `in`: past authorisation, to a 404, a missing body or an answer; else the code of the refusal. */
function verdictOn({ operationId, authorise }: Route, role: Role, presented: Presented): string {
  const allowed = ALLOWED[operationId];
  const proven = presented === 'a bound token with a proof';
  switch (authorise.scheme) {
    case 'public':
      return 'in';
    case 'bearer':
      if (presented === 'no token') return 'unauthenticated';
      if (presented === 'a bound token without a proof') return 'proof_required';
      if (!proven && authorise.effect === 'changes') return 'proof_required';
      return Array.isArray(allowed) && allowed.includes(role) ? 'in' : 'forbidden';
    case 'binder':
      if (presented === 'no token') return 'unauthenticated';
      return proven ? 'in' : 'dpop_invalid';
    // No scheme falls back to another: a token is nothing here, though its key is some key.
    case 'host':
      return proven ? 'unauthenticated' : 'dpop_invalid';
    case 'key':
    case 'browser':
      return proven ? 'in' : 'dpop_invalid';
    // Tokens are nothing here: test/http/page-sessions.test.ts comes with cookies.
    case 'page':
      return 'unauthenticated';
    case 'enrolment':
      return proven || presented === 'no token' ? 'enrolment_token_invalid' : 'dpop_invalid';
  }
}

describe('every route', () => {
  it('is in the table, under the scheme that it declares', () => {
    const declared = verifier.routes.map(({ operationId, authorise }) => [operationId, authorise.scheme]);
    const expected = Object.entries(ALLOWED).map(([name, who]) => [
      name,
      Array.isArray(who) ? 'bearer' : who,
    ]);
    expect(declared.sort()).toEqual(expected.sort());
  });

  it.each(PRESENTED)('lets in just the roles of the table with %s', async (presented) => {
    const wrong: string[] = [];
    for (const route of verifier.routes) {
      for (const role of presented === 'no token' ? ['authority' as const] : ROLES) {
        const expected = verdictOn(route, role, presented);
        const answer = await verifier.call(route.method, pathOf(route), {
          headers: present(route, role, presented),
        });
        const { status, body } = answer;
        const verdict = status === 401 || status === 403 ? body['code'] : status < 500 ? 'in' : status;
        if (verdict !== expected) wrong.push(`${route.operationId} as ${role}: ${verdict}, not ${expected}`);
        if (status === 401 && answer.headers.get('www-authenticate') === null)
          wrong.push(`${route.operationId} names no scheme`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('says that it changes something unless it only reads, as its method already tells', () => {
    const wrong = verifier.routes.flatMap(({ operationId, method, authorise }) => {
      if (authorise.scheme !== 'bearer' || method === 'POST') return [];
      return (method === 'GET') === (authorise.effect === 'reads') ? [] : [operationId];
    });
    expect(wrong).toEqual([]);
    const readingPosts = verifier.routes.flatMap(({ operationId, method, authorise }) =>
      method === 'POST' && authorise.scheme === 'bearer' && authorise.effect === 'reads' ? [operationId] : [],
    );
    // Each of these answers a question that does not fit into a query, and keeps nothing of it.
    expect(readingPosts).toEqual(['previewTrustChange', 'judgeNras']);
  });

  it('refuses a token that lacks just its scope', async () => {
    const wrong: string[] = [];
    for (const route of verifier.routes) {
      if (route.authorise.scheme !== 'bearer') continue;
      const { scope } = route.authorise;
      const role = ROLES.find((candidate) => ROLE_SCOPES[candidate].includes(scope));
      if (role === undefined) {
        wrong.push(`${scope} is held by nobody`);
        continue;
      }
      const others = ROLE_SCOPES[role].filter((candidate) => candidate !== scope);
      const { token } = await verifier.principal(role, 'partial', others);
      const answer = await verifier.call(route.method, pathOf(route), { token });
      if (answer.status !== 403 || answer.body['code'] !== 'forbidden') wrong.push(route.operationId);
    }
    expect(wrong).toEqual([]);
  });

  it('shows a principal of another tenant nothing of what one tenant made', async () => {
    const { token } = await verifier.principal('exporter', 'mine');
    const stranger = await verifier.principal('exporter', 'theirs');
    const post = (path: string, body: unknown) => verifier.call('POST', path, { token, body });
    const party = await post('/v1/parties', { legalName: 'Mine', country: 'DE' });
    const area = { type: 'Point', coordinates: [8, 50], radiusMeters: 100 };
    const facility = await post('/v1/facilities', { name: 'Mine', country: 'DE', operatorTenant: 'x', area });
    const device = await post('/v1/devices', { kind: 'gpu', serial: 'MINE-1' });
    const own: { readonly [name: string]: unknown } = {
      partyId: party.body['id'],
      facilityId: facility.body['id'],
      deviceId: device.body['id'],
      leafIndex: device.body['leafIndex'],
    };
    const bodies: { readonly [operation: string]: unknown } = {
      offerTransfer: { toTenant: 'theirs', reason: 'not mine at all' },
      recordKnowYourCustomer: { reference: 'K-1', dated: '2026-01-01', reviewer: 'Somebody' },
    };
    const wrong: string[] = [];
    for (const route of verifier.routes) {
      const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
      if (names.length === 0 || !names.every((name) => name in own)) continue;
      if (!(ALLOWED[route.operationId] ?? []).includes('exporter' as never)) continue;
      const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(own[name]));
      const body = bodies[route.operationId] ?? { reason: 'not mine at all' };
      const options = route.body === undefined ? {} : { body };
      const answer = await verifier.call(route.method, path, { token: stranger.token, ...options });
      if (answer.status !== 404) wrong.push(`${route.operationId}: ${answer.status}`);
    }
    for (const { method, path, authorise } of verifier.routes) {
      if (method !== 'GET' || path.includes('{') || authorise.scheme !== 'bearer') continue;
      const { body } = await verifier.call('GET', path, { token: stranger.token });
      if (/MINE-1|Mine/.test(JSON.stringify(body))) wrong.push(`${path} shows it`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('scopes', () => {
  it('are each held by some role, and by none that could forge with them', () => {
    for (const scope of SCOPES) expect(ROLES.some((role) => ROLE_SCOPES[role].includes(scope))).toBe(true);
    const powers = ROLE_SCOPES.administrator.filter((scope) =>
      /^(?:trust|latches|evidence|facilities|licences)/.test(scope),
    );
    expect(powers).toEqual([]);
    const writes = ROLE_SCOPES.auditor.filter((scope) => !scope.endsWith(':read'));
    // What it files counts once another has approved it, or takes trust away; what it holds is only kept; a challenge asks hosts for
    // what they show anyway.
    expect(writes.toSorted()).toEqual(['challenges:order', 'facilities:audit', 'retention:hold']);
  });
});
