import { describe, expect, it } from 'vitest';
import {
  deviceTree,
  encodeStatusList,
  type GrantJudgement,
  type GrantPolicy,
  type ShownGrant,
  verifyGrant,
} from '../../../src/record/grant/index.ts';
import {
  AT,
  CLAIMS,
  DEVICES,
  grantOf,
  keys,
  LIST,
  listOf,
  makeKey,
  NOW,
  POLICY,
  proofOf,
  REQUEST,
  receiptOf,
  shown,
  witness,
} from './shown.ts';

const failed = ({ checks }: GrantJudgement): string[] =>
  checks.flatMap(({ id, status }) => (status === 'fail' ? [id] : []));

/** A grant whose receipt is of itself, so that nothing but what was changed is wrong. */
const changed = async (claims: object, header: object = {}, key = keys.grant): Promise<ShownGrant> =>
  shown(grantOf(claims, header, key));
const withList = async (statusList: string | null): Promise<ShownGrant> => ({
  ...(await shown()),
  statusList,
});
const lst = (size: number): object => ({ status_list: { bits: 2, lst: encodeStatusList(size, []) } });

describe('a license server in production', () => {
  it('accepts a grant with a fresh list, the host’s key and a cosigned receipt, and says what it is of', async () => {
    const judgement = verifyGrant(await shown(), POLICY);
    expect(failed(judgement)).toEqual([]);
    expect(judgement).toMatchObject({
      accepted: true,
      profile: 'production',
      notPerformed: [],
      claims: CLAIMS,
    });
  });

  it.each<readonly [string, () => Promise<ShownGrant>, Partial<GrantPolicy>]>([
    ['grant.well-formed', async () => ({ ...(await shown()), grant: 'not.a.grant' }), {}],
    ['grant.well-formed', () => changed({ mayAlso: 'train' }), {}],
    ['grant.well-formed', () => changed({ aud: [] }), {}],
    ['grant.type', () => changed({}, { typ: 'eat+jwt' }), {}],
    ['grant.key', () => changed({}, {}, keys.status), {}],
    ['grant.signature', () => changed({}, { kid: keys.grant.kid }, keys.other), {}],
    ['grant.signature', () => changed({}, { alg: 'EdDSA' }), {}],
    ['grant.issuer', shown, { issuer: 'https://elsewhere.example' }],
    ['grant.audience', shown, { audience: 'tag:sextant,2026:tenant/strangers' }],
    ['grant.licence', shown, { licence: `lic_${'1'.repeat(26)}` }],
    ['grant.issued', () => changed({ iat: NOW + 61 }), {}],
    ['grant.issued', () => changed({ nbf: NOW + 61 }), {}],
    ['grant.expired', () => changed({ exp: NOW }), {}],
    ['grant.devices', () => changed({ devices: { ...deviceTree(DEVICES), list: DEVICES.slice(1) } }), {}],
    ['grant.host-key', async () => ({ ...(await shown()), possession: { jkt: keys.other.kid } }), {}],
    ['status-list.present', () => withList(null), {}],
    ['status-list.well-formed', () => withList('x.y.z'), {}],
    ['status-list.type', () => withList(listOf('valid', { header: { typ: 'JWT' } })), {}],
    ['status-list.key', () => withList(listOf('valid', { key: keys.grant })), {}],
    [
      'status-list.signature',
      () => withList(listOf('valid', { header: { kid: keys.status.kid }, key: keys.other })),
      {},
    ],
    [
      'status-list.issuer',
      () => withList(listOf('valid', { claims: { iss: 'https://elsewhere.example' } })),
      {},
    ],
    ['status-list.subject', () => withList(listOf('valid', { claims: { sub: `${LIST}1` } })), {}],
    [
      'status-list.issued',
      () => withList(listOf('valid', { claims: { iat: NOW + 61, exp: NOW + 361 } })),
      {},
    ],
    [
      'status-list.fresh',
      () => withList(listOf('valid', { claims: { iat: NOW - 300, exp: NOW + 999 } })),
      {},
    ],
    ['status-list.fresh', () => withList(listOf('valid', { claims: { exp: NOW } })), {}],
    ['grant.status', () => withList(listOf('suspended')), {}],
    ['grant.status', () => withList(listOf('invalid')), {}],
    ['grant.status', () => withList(listOf('valid', { claims: lst(4708) })), {}],
    ['grant.receipt', async () => ({ ...(await shown()), receipt: {} }), {}],
    [
      'grant.receipt',
      shown,
      { log: { ...POLICY.log, log: { ...POLICY.log.log, name: 'other.example/log' } } },
    ],
    ['grant.receipt.act', async () => ({ ...(await shown()), receipt: await receiptOf(grantOf()) }), {}],
    ['grant.receipt.act', async () => withReceipt({ grantId: `grt_${'1'.repeat(26)}` }), {}],
    ['grant.receipt.act', async () => withReceipt({}, 'decision'), {}],
    [
      'grant.checkpoint.cosigned',
      shown,
      {
        log: {
          ...POLICY.log,
          witnesses: { threshold: 1, witnesses: [witness], notBefore: new Date(NOW * 1000 + 1) },
        },
      },
    ],
  ])('refuses for %s alone', async (id, make, policy) => {
    const judgement = verifyGrant(await make(), { ...POLICY, ...policy });
    expect(failed(judgement)).toEqual([id]);
    expect(judgement.accepted).toBe(false);
  });

  const withReceipt = async (body: object, type?: string): Promise<ShownGrant> => {
    const grant = grantOf();
    return { ...(await shown(grant)), receipt: await receiptOf(grant, body, type) };
  };

  it.each<readonly [string, Partial<ShownGrant>, Partial<GrantPolicy>]>([
    ['grant.host-key', { possession: null }, {}],
    ['grant.receipt', { receipt: undefined }, {}],
    ['grant.checkpoint.cosigned', {}, { log: { log: POLICY.log.log } }],
  ])('refuses where %s was not asked, and says so; profile basic goes on', async (id, less, policy) => {
    const given = { ...(await shown()), ...less };
    const judgement = verifyGrant(given, { ...POLICY, ...policy });
    expect(failed(judgement)).toEqual([]);
    expect(judgement.notPerformed.map((one) => one.id)).toContain(id);
    expect(judgement.accepted).toBe(false);
    expect(verifyGrant(given, { ...POLICY, ...policy, profile: 'basic' }).accepted).toBe(true);
  });

  it('asks under profile basic for a status list all the same', async () => {
    const judgement = verifyGrant(await withList(null), { ...POLICY, profile: 'basic' });
    expect([failed(judgement), judgement.accepted]).toEqual([['status-list.present'], false]);
  });

  it('lets nothing last longer for clocks that differ', async () => {
    const late = { ...POLICY, at: new Date(CLAIMS.exp * 1000), skewMs: 3_600_000 };
    const list = listOf('valid', { claims: { iat: CLAIMS.exp - 1, exp: CLAIMS.exp + 299 } });
    expect(failed(verifyGrant(await withList(list), late))).toEqual(['grant.expired']);
    const stale = { ...POLICY, at: new Date(AT.getTime() + 270_000), skewMs: 3_600_000 };
    expect(failed(verifyGrant(await shown(), stale))).toEqual(['status-list.fresh']);
  });

  it('refuses at an instant that is none', async () => {
    const judgement = verifyGrant(await shown(), { ...POLICY, at: new Date(Number.NaN) });
    expect(failed(judgement)).toEqual([
      'grant.issued',
      'grant.expired',
      'status-list.issued',
      'status-list.fresh',
    ]);
  });

  it('takes no policy of witnesses that none could meet', async () => {
    const witnesses = { threshold: 2, witnesses: [witness] };
    const given = await shown();
    expect(() => verifyGrant(given, { ...POLICY, log: { ...POLICY.log, witnesses } })).toThrow(
      expect.objectContaining({ code: 'policy_malformed' }),
    );
  });
});

describe('a proof of possession', () => {
  const judge = async (proof: string, grant = grantOf()): Promise<GrantJudgement> =>
    verifyGrant({ ...(await shown(grant)), possession: { proof, ...REQUEST } }, POLICY);

  it('by the host’s key, for this request and this grant, is accepted, and told apart by its id', async () => {
    const grant = grantOf();
    expect(await judge(proofOf(grant), grant)).toMatchObject({ accepted: true, proofId: 'proof-1' });
    const ed = makeKey('Ed25519');
    const bound = grantOf({ cnf: { jkt: ed.kid } });
    expect(await judge(proofOf(bound, {}, {}, ed), bound)).toMatchObject({ accepted: true });
  });

  it.each<readonly [string, (grant: string) => string]>([
    ['grant.proof.well-formed', () => 'x.y.z'],
    ['grant.proof.well-formed', (grant) => proofOf(grant, { ath: undefined })],
    ['grant.proof.type', (grant) => proofOf(grant, {}, { typ: 'JWT' })],
    ['grant.proof.signature', (grant) => proofOf(grant, {}, { jwk: keys.host.jwk }, keys.other)],
    ['grant.proof.request', (grant) => proofOf(grant, { htm: 'GET' })],
    ['grant.proof.request', (grant) => proofOf(grant, { htu: 'https://license.example/stop' })],
    ['grant.proof.issued', (grant) => proofOf(grant, { iat: NOW - 61 })],
    ['grant.proof.issued', (grant) => proofOf(grant, { iat: NOW + 61 })],
    ['grant.proof.grant', () => proofOf(grantOf({ tpp: 1 }))],
    ['grant.host-key', (grant) => proofOf(grant, {}, {}, keys.other)],
  ])('refuses for %s alone', async (id, make) => {
    const grant = grantOf();
    expect(failed(await judge(make(grant), grant))).toEqual([id]);
  });
});
