import { describe, expect, it } from 'vitest';
import { forgeNvidiaPki } from '../../src/forge/nvidia/pki.ts';
import { HOPPER_DRIVER_RIM, issued } from '../evidence/nvidia/forged.ts';
import { newKey } from '../pki/issue.ts';
import { issueOcsp, issueResponder, refuseOcsp } from '../pki/ocsp-issue.ts';
import { rimAnswer } from './nvidia-server.ts';
import { AT, chain, codesOf, manifest, PATH, RIMS, type Said, world } from './nvidia-world.ts';
import type { Answer } from './vendor-server.ts';

const VERSION = '580.159.03';
const MANIFEST = RIMS.get(HOPPER_DRIVER_RIM) ?? new Uint8Array();
const RIM_NEED = { rimIds: [HOPPER_DRIVER_RIM], paths: [] };
const [, chip, ica, identity, root] = chain;
const stranger = forgeNvidiaPki('stranger');
/** The chip alone, so that one request is one question. */
const CHIP = { ...PATH, chain: PATH.chain.slice(1) };
const OCSP_NEED = { rimIds: [], paths: [CHIP] };
const later = (ms: number): Date => new Date(AT.getTime() + ms);

describe('a manifest', () => {
  const answer = (change: Record<string, unknown>, xml = MANIFEST): Answer => ({
    body: rimAnswer(HOPPER_DRIVER_RIM, xml, change),
  });
  const flipped = MANIFEST.slice();
  flipped[MANIFEST.indexOf(0x31)] = 0x32;
  it.each<readonly [string, string, Answer]>([
    ['of another id', 'collateral_malformed', answer({ id: 'NV_GPU_DRIVER_GH100_580.2' })],
    ['of no id', 'collateral_malformed', answer({ id: undefined })],
    ['with another digest', 'collateral_malformed', answer({ sha256: '00'.repeat(32) })],
    ['with no digest', 'collateral_malformed', answer({ sha256: undefined })],
    ['that is no text', 'collateral_malformed', answer({ rim: 7 })],
    ['that is not base64', 'collateral_malformed', answer({ rim: '<xml/>' })],
    ['that is no XML', 'collateral_malformed', answer({}, Buffer.from('manifest'))],
    [
      'in an answer cut short',
      'collateral_malformed',
      { body: rimAnswer(HOPPER_DRIVER_RIM, MANIFEST).slice(0, -5) },
    ],
    [
      'in an answer with a member twice',
      'collateral_malformed',
      { body: `{"id":"x","id":"${HOPPER_DRIVER_RIM}"}` },
    ],
    ['in HTML', 'collateral_malformed', { body: '<html>' }],
    ['of another version', 'collateral_malformed', answer({}, manifest('580.2'))],
    ['that was edited', 'collateral_unverified', answer({}, flipped)],
    ['of a stranger', 'collateral_unverified', answer({}, manifest(VERSION, stranger))],
  ])('%s is refused as %s and not kept', async (_, code, scripted) => {
    const { server, start, cache } = await world();
    server.next(scripted);
    expect(codesOf((await start().nvidia(RIM_NEED)).absent)).toEqual({ [HOPPER_DRIVER_RIM]: code });
    expect(await cache.list('nvidia-rim')).toEqual([]);
  });

  it('whose signer has expired is refused as what it is, whatever the service says', async () => {
    const expired = forgeNvidiaPki('expired', { rimSigner: { notAfter: later(-1000) } });
    const { server, start } = await world({ others: [expired] });
    server.next(answer({}, manifest(VERSION, expired)));
    expect(codesOf((await start().nvidia(RIM_NEED)).absent)).toEqual({
      [HOPPER_DRIVER_RIM]: 'collateral_not_current',
    });
  });

  it.each([
    'NV_GPU_DRIVER_GH100_../../x',
    'NV_GPU_DRIVER_GH100_1/2',
    'NV_GPU_DRIVER_GH100_1?x=1',
    'NV_GPU_DRIVER_GH100_550..1',
    `NV_GPU_DRIVER_GH100_${'1'.repeat(200)}`,
    'GH100',
    '',
  ])('is never asked for by %s', async (rimId) => {
    const { server, start } = await world();
    const { absent } = await start().nvidia({ rimIds: [rimId], paths: [] });
    expect(absent.map(({ error }) => error.code)).toEqual(['collateral_bad_need']);
    expect(server.requests).toEqual([]);
  });
});

describe('an OCSP response', () => {
  const delegate = (parent = ica, options = {}) =>
    issueResponder(parent, { key: newKey('p384'), ...options });
  const nonce = new Uint8Array(32).fill(1);
  it.each<readonly [string, string, Said]>([
    ['with another nonce', 'collateral_unverified', { options: { nonce } }],
    ['of another certificate', 'collateral_malformed', { single: { subject: ica } }],
    [
      'of another issuer',
      'collateral_malformed',
      { single: { issuer: issued(stranger.provisioner('hopper')) } },
    ],
    ['by a name of its own', 'collateral_unverified', { options: { named: issued(stranger.deviceRoot) } }],
    ['without its responder', 'collateral_unverified', { options: { certificates: [] } }],
    ['of tomorrow', 'collateral_not_current', { single: { thisUpdate: later(3_600_000) } }],
    ['of yesterday', 'collateral_not_current', { single: { nextUpdate: later(-1000) } }],
    ['that never grows old', 'collateral_malformed', { single: { nextUpdate: null } }],
    ['signed with SHA-1', 'collateral_unverified', { options: { algorithm: 'ecdsa-sha1' } }],
  ])('%s is refused as %s and not kept', async (_, code, said) => {
    const { start, cache, saying } = await world();
    saying((subject) => (subject === chip ? said : {}));
    expect(codesOf((await start().nvidia(OCSP_NEED)).absent)).toEqual({ 'chain[1]': code });
    expect(await cache.list('nvidia-ocsp')).toHaveLength(2);
  });

  it('is taken a few minutes ahead of our clock, and no more', async () => {
    const { start, saying } = await world();
    saying((subject) => (subject === chip ? { single: { thisUpdate: later(299_000) } } : {}));
    expect((await start().nvidia(OCSP_NEED)).absent).toEqual([]);
  });

  it.each<readonly [string, string, Uint8Array | string]>([
    ['garbage', 'collateral_malformed', '<html>'],
    ['nothing', 'collateral_malformed', ''],
    ['malformedRequest', 'collateral_refused', refuseOcsp(1)],
    ['sigRequired', 'collateral_refused', refuseOcsp(5)],
    ['internalError', 'collateral_unavailable', refuseOcsp(2)],
    ['tryLater', 'collateral_unavailable', refuseOcsp(3)],
    ['unauthorized', 'collateral_not_found', refuseOcsp(6)],
    ['an answer without a nonce', 'collateral_unverified', replayed()],
  ])('that is %s is %s', async (_, code, body) => {
    const { server, start } = await world();
    const path = { chain: CHIP.chain.slice(2), anchor: CHIP.anchor };
    server.next({ body });
    const { absent, ocsp } = await start().nvidia({ rimIds: [], paths: [path] });
    expect(codesOf(absent)).toEqual({ 'chain[3]': code });
    expect(ocsp).toEqual([]);
  });

  function replayed(): Uint8Array {
    const by = delegate(root);
    const single = { subject: identity, issuer: root, thisUpdate: AT, nextUpdate: later(86_400_000) };
    return issueOcsp(by, [single], { certificates: [by], algorithm: 'ecdsa-sha384', producedAt: AT });
  }

  it('that was given to somebody before is no answer to us', async () => {
    const { server, start, pass } = await world();
    const path = { chain: CHIP.chain.slice(2), anchor: CHIP.anchor };
    await start().nvidia({ rimIds: [], paths: [path] });
    pass(25);
    server.next({ body: server.given[0] ?? '' });
    const { absent } = await start().nvidia({ rimIds: [], paths: [path] });
    expect(codesOf(absent)).toEqual({ 'chain[3]': 'collateral_unverified' });
  });
});

describe('NVIDIA’s services', () => {
  it('are waited for as long as they ask', async () => {
    const { server, start, timing } = await world();
    server.next({ status: 429, headers: { 'retry-after': '7' } });
    expect((await start().nvidia(RIM_NEED)).rims.size).toBe(1);
    expect(timing.slept).toContain(7000);
  });

  it.each(['breaks off', 'hangs up'] as const)('are asked again where one %s', async (how) => {
    const { server, start } = await world();
    server.next(how);
    expect((await start().nvidia(RIM_NEED)).rims.size).toBe(1);
    expect(server.requests.filter((path) => path !== '/')).toHaveLength(2);
  });

  it('are given up at the deadline, which is one for a manifest and its signer', async () => {
    const { server, start, timing } = await world();
    server.always('dawdles');
    const asked = start().nvidia({ ...RIM_NEED, ...OCSP_NEED, rimIds: RIM_NEED.rimIds }, { timeoutMs: 1234 });
    await server.arrival();
    timing.expire(1234);
    const codes = Object.values(codesOf((await asked).absent));
    expect(codes).toEqual(Array.from({ length: 4 }, () => 'collateral_timeout'));
  });

  it('are not read without end', async () => {
    const { server, start } = await world();
    server.always('floods');
    const { absent } = await start().nvidia({ ...RIM_NEED, paths: [CHIP] });
    expect(new Set(Object.values(codesOf(absent)))).toEqual(new Set(['collateral_too_large']));
  });

  it.each([302, 307])('lead a question nowhere else: %i', async (status) => {
    const { server, start } = await world();
    server.always({ status, headers: { location: '/elsewhere' } });
    const { absent } = await start().nvidia(OCSP_NEED);
    expect(new Set(Object.values(codesOf(absent)))).toEqual(new Set(['collateral_refused']));
    expect(server.requests).not.toContain('/elsewhere');
  });
});

describe('a cache that somebody wrote to', () => {
  it('makes no manifest and no status of NVIDIA’s', async () => {
    const { start, cache, server } = await world();
    await start().nvidia({ ...RIM_NEED, paths: [CHIP] });
    const strange = manifest(VERSION, stranger);
    for (const { key } of await cache.list()) {
      const document = await cache.get(key);
      if (document === null) continue;
      const body =
        key.kind === 'nvidia-rim' ? strange : document.body.map((byte, at) => (at === 300 ? byte ^ 1 : byte));
      await cache.put({ ...document, body, nextUpdate: new Date('2100-01-01T00:00:00Z') });
    }
    const before = server.requests.length;
    const { rims, ocsp } = await start().nvidia({ ...RIM_NEED, paths: [CHIP] });
    expect(rims.get(HOPPER_DRIVER_RIM)).toEqual(MANIFEST);
    expect(ocsp).toHaveLength(6);
    expect(server.requests.length - before).toBe(7);
  });

  it('does not give one certificate’s status to another', async () => {
    const { start, cache, server } = await world();
    await start().nvidia(OCSP_NEED);
    const [mine, theirs] = [chip, ica].map(({ certificate }) => ({
      kind: 'nvidia-ocsp' as const,
      name: certificate.sha256,
    }));
    const document = theirs && (await cache.get(theirs));
    if (!document || mine === undefined) throw new TypeError('both were kept');
    await cache.put({ ...document, key: mine });
    const before = server.requests.length;
    expect((await start().nvidia(OCSP_NEED)).ocsp).toHaveLength(3);
    expect(server.requests.length - before).toBe(1);
  });
});
