import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TpmReferenceSet } from '../../src/appraisal/reference/tpm-pcrs.ts';
import { referenceSetDigest } from '../../src/appraisal/reference-set.ts';
import { formatPem } from '../../src/bytes/pem.ts';
import { toBase64Url } from '../../src/bytes/text.ts';
import { nameText } from '../../src/pki/name-text.ts';
import { putInForce } from '../../src/service/trust/change.ts';
import { anchorsFor, effectiveTrust } from '../../src/service/trust/effective.ts';
import { publicationBytes } from '../../src/service/trust/publication.ts';
import { trustInputById } from '../../src/store/registry/trust.ts';
import { issueLeaf, issueRoot } from '../pki/issue.ts';
import { type Answer, startTestVerifier, type TestPrincipal, type TestVerifier } from './verifier.ts';

let verifier: TestVerifier;
let operator: TestPrincipal;
let authority: TestPrincipal;
let second: TestPrincipal;
beforeAll(async () => {
  verifier = await startTestVerifier();
  operator = await verifier.principal('operator', 'cloud');
  authority = await verifier.principal('authority', 'bis');
  second = await verifier.principal('authority', 'bis');
});
afterAll(() => verifier.close());

const setOf = (name: string, version: string, more: Partial<TpmReferenceSet> = {}): TpmReferenceSet => ({
  kind: 'tpm-pcrs',
  name,
  version,
  publisher: 'Cloud',
  bank: 'sha256',
  pcrs: { '0': ['00'.repeat(32)] },
  sealed: false,
  ...more,
});
const post = (by: TestPrincipal, path: string, body: unknown): Promise<Answer> =>
  verifier.call('POST', `/v1/trust-inputs${path}`, { token: by.token, body });
const proposeSet = (by: TestPrincipal, content: TpmReferenceSet, publication?: unknown): Promise<Answer> =>
  post(by, '', { kind: 'reference-set', content, ...(publication === undefined ? {} : { publication }) });
const approve = (by: TestPrincipal, { body }: Answer): Promise<Answer> =>
  post(by, `/${body['id']}/approval`, { digest: body['digest'] });
const trustNow = () => verifier.context.store.read((view) => effectiveTrust(verifier.context, view));

describe('a reference set', () => {
  it('takes effect when another principal approves it, and replaces the version before', async () => {
    const before = await trustNow();
    const first = await proposeSet(operator, setOf('host', '1'));
    expect(first).toMatchObject({ status: 201, body: { state: 'proposed', approvedBy: null } });
    expect((await trustNow()).epoch).toBe(before.epoch);
    expect(await approve(authority, first)).toMatchObject({
      status: 200,
      body: { state: 'effective', approvedBy: authority.id, selfApproved: false },
    });
    const after = await trustNow();
    expect(after.epoch).toBeGreaterThan(before.epoch);
    expect(after.digests).toContain(first.body['digest']);
    expect(after.selfApproved).toBe(false);

    const next = await proposeSet(operator, setOf('host', '2'));
    await approve(authority, next);
    const old = await verifier.call('GET', `/v1/trust-inputs/${first.body['id']}`, { token: operator.token });
    expect(old.body).toMatchObject({ state: 'superseded', content: setOf('host', '1'), certificates: null });
    const { referenceSets } = await trustNow();
    expect(referenceSets.filter(({ set }) => set.name === 'host').map(({ set }) => set.version)).toEqual([
      '2',
    ]);
  });

  it('is not approved by whoever proposed it', async () => {
    const made = await proposeSet(authority, setOf('own', '1'));
    expect(await approve(authority, made)).toMatchObject({
      status: 403,
      body: { code: 'self_approval_refused' },
    });
    expect((await approve(second, made)).status).toBe(200);
  });

  it('of chips is not withdrawn by one person: two approve another version, which may count none', async () => {
    const model = {
      model: 'H100',
      tpp: 15_824,
      format: 'fp8',
      source: 'data sheet',
      peakE12PerSecond: 1_979,
    };
    const table = (version: string, models: readonly object[]) => ({
      kind: 'chip-table',
      content: { name: 'chips', version, ruleVersion: '1', models },
    });
    const made = await post(authority, '', table('1', [model]));
    expect((await approve(second, made)).status).toBe(200);
    const path = `/${made.body['id']}/withdrawal`;
    expect(await post(authority, path, { reason: 'a figure is wrong' })).toMatchObject({
      status: 409,
      body: { code: 'conflict', errors: [{ path: 'content.models' }] },
    });
    expect((await trustNow()).chips.has('H100')).toBe(true);
    const empty = await post(authority, '', table('2', []));
    expect((await approve(second, empty)).status).toBe(200);
    expect((await trustNow()).chips.size).toBe(0);
  });

  it('is approved by digest: of what the approver saw', async () => {
    const made = await proposeSet(operator, setOf('digest', '1'));
    const answer = await post(authority, `/${made.body['id']}/approval`, { digest: '0'.repeat(64) });
    expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  it('is immutable under its version, also after it was refused', async () => {
    const made = await proposeSet(operator, setOf('spent', '1'));
    await post(authority, `/${made.body['id']}/refusal`, { reason: 'wrong registers' });
    expect(await approve(authority, made)).toMatchObject({ status: 409 });
    expect(await proposeSet(operator, setOf('spent', '1'))).toMatchObject({ body: { code: 'conflict' } });
  });

  it('is withdrawn by one principal, unless it declares values bad', async () => {
    const made = await proposeSet(operator, setOf('gone', '1'));
    await approve(authority, made);
    const { epoch } = await trustNow();
    const withdrawal = { reason: 'firmware recalled' };
    expect(await post(operator, `/${made.body['id']}/withdrawal`, withdrawal)).toMatchObject({ status: 403 });
    expect(await post(authority, `/${made.body['id']}/withdrawal`, withdrawal)).toMatchObject({
      body: { state: 'withdrawn', endedReason: 'firmware recalled' },
    });
    expect((await trustNow()).epoch).toBeGreaterThan(epoch);
    const denying = await proposeSet(operator, setOf('denying', '1', { denied: { '0': ['ff'.repeat(32)] } }));
    await approve(authority, denying);
    expect(await post(authority, `/${denying.body['id']}/withdrawal`, withdrawal)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
  });

  it('with values of the wrong length is refused', async () => {
    const bad = setOf('bad', '1', { pcrs: { '0': ['00'] } });
    expect(await proposeSet(operator, bad)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});

describe('a publisher', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const keys = [{ kty: 'OKP', crv: 'Ed25519', x: publicKey.export({ format: 'jwk' }).x }];
  const published = (
    content: TpmReferenceSet,
    issuedAt = '2026-03-01T00:00:00.000Z',
    key = privateKey,
    publisher = 'Vendor',
  ) => {
    const claims = { publisher, issuedAt };
    const signature = toBase64Url(sign(null, publicationBytes(referenceSetDigest(content), claims), key));
    return { ...claims, signature };
  };
  const vendorSet = (name: string, version: string) => setOf(name, version, { publisher: 'Vendor' });
  let publisher: Answer;

  it('is proposed and approved by authorities alone', async () => {
    const body = { kind: 'publisher', content: { name: 'Vendor', version: '1', keys } };
    expect(await post(operator, '', body)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    publisher = await post(authority, '', body);
    expect(await approve(authority, publisher)).toMatchObject({ body: { code: 'self_approval_refused' } });
    expect((await approve(second, publisher)).status).toBe(200);
  });

  it('puts sets in force by its signature, logged', async () => {
    const content = vendorSet('vendor-set', '1');
    const made = await proposeSet(operator, content, published(content));
    expect(made).toMatchObject({
      status: 201,
      body: { state: 'effective', approvedBy: `publisher:${publisher.body['id']}` },
    });
    expect((await trustNow()).digests).toContain(made.body['digest']);
  });

  it.each([
    [
      'another key',
      () => published(vendorSet('f', '1'), undefined, generateKeyPairSync('ed25519').privateKey),
      403,
    ],
    ['another set', () => published(vendorSet('f', '9')), 403],
    [
      'a changed instant',
      () => ({ ...published(vendorSet('f', '1')), issuedAt: '2026-03-02T00:00:00.000Z' }),
      403,
    ],
    ['an instant to come', () => published(vendorSet('f', '1'), '2999-01-01T00:00:00.000Z'), 400],
    ['the name of another publisher', () => ({ ...published(vendorSet('f', '1')), publisher: 'Cloud' }), 400],
  ])('is not believed under %s', async (_, publication, status) => {
    expect((await proposeSet(operator, vendorSet('f', '1'), publication())).status).toBe(status);
  });

  it('that nobody approved is not believed', async () => {
    const content = setOf('g', '1', { publisher: 'Stranger' });
    const publication = { ...published(content), publisher: 'Stranger' };
    expect(await proposeSet(operator, content, publication)).toMatchObject({ status: 403 });
  });

  it('does not replace what people approved', async () => {
    await approve(authority, await proposeSet(operator, setOf('people', '1')));
    const content = vendorSet('people', '2');
    expect(await proposeSet(operator, content, published(content))).toMatchObject({ status: 409 });
  });

  it('does not go back: an older set is refused, also after the newer one was withdrawn', async () => {
    const newer = vendorSet('series', '2');
    const made = await proposeSet(operator, newer, published(newer, '2026-03-02T00:00:00.000Z'));
    const older = vendorSet('series', '1');
    expect(await proposeSet(operator, older, published(older))).toMatchObject({ status: 409 });
    await post(authority, `/${made.body['id']}/withdrawal`, { reason: 'recalled' });
    expect(await proposeSet(operator, older, published(older))).toMatchObject({ status: 409 });
  });

  it('takes what keys of its earlier versions signed too, but for what that declared bad', async () => {
    const maker = generateKeyPairSync('ed25519');
    const bad = { '0': ['ee'.repeat(32)] };
    const approvePublisher = async (version: string, { x }: { x?: unknown }) => {
      const content = { name: 'Maker', version, keys: [{ kty: 'OKP', crv: 'Ed25519', x }] };
      const proposed = await post(authority, '', { kind: 'publisher', content });
      await approve(second, proposed);
      return proposed;
    };
    await approvePublisher('1', maker.publicKey.export({ format: 'jwk' }));
    for (const [name, denied] of [
      ['maker-plain', undefined],
      ['maker-denying', bad],
    ] as const) {
      const content = setOf(name, '1', { publisher: 'Maker', ...(denied && { denied }) });
      const made = await proposeSet(
        operator,
        content,
        published(content, undefined, maker.privateKey, 'Maker'),
      );
      expect(made.status).toBe(201);
    }
    const newer = await approvePublisher('2', { x: keys[0]?.x });
    expect((await post(authority, `/${newer.body['id']}/withdrawal`, { reason: 'key stolen' })).status).toBe(
      200,
    );

    const { referenceSets, inputs } = await trustNow();
    const left = referenceSets.filter(({ set }) => set.publisher === 'Maker').map(({ set }) => set);
    expect(left).toMatchObject([{ name: 'maker-denying', denied: bad, facilities: [] }]);
    const id = inputs.find(({ name }) => name === 'maker-denying')?.id;
    expect((await post(authority, `/${id}/withdrawal`, { reason: 'tidy' })).status).toBe(409);
  });

  it('takes what it signed with it when it is withdrawn, and nothing else', async () => {
    await post(authority, `/${publisher.body['id']}/withdrawal`, { reason: 'key stolen' });
    const names = (await trustNow()).referenceSets.map(({ set }) => set.name);
    expect(names).not.toContain('vendor-set');
    expect(names).toContain('host');
    const content = vendorSet('later', '1');
    expect(await proposeSet(operator, content, published(content))).toMatchObject({ status: 403 });
  });
});

describe('anchors', () => {
  const pem = (der: Uint8Array) => formatPem('CERTIFICATE', der);
  const root = issueRoot();

  it('are in force for their purpose once approved', async () => {
    expect(anchorsFor(await trustNow(), 'tpm-ek')).toEqual([]);
    const content = { name: 'makers', version: '1', purpose: 'tpm-ek', certificates: pem(root.der) };
    expect(await post(operator, '', { kind: 'anchors', content })).toMatchObject({ status: 403 });
    const made = await post(authority, '', { kind: 'anchors', content });
    await approve(second, made);
    const [anchor] = anchorsFor(await trustNow(), 'tpm-ek');
    expect(anchor?.certificate?.sha256).toBe(root.certificate.sha256);
    const shown = await verifier.call('GET', `/v1/trust-inputs/${made.body['id']}`, {
      token: operator.token,
    });
    const { notBefore, notAfter, sha256, subject } = root.certificate;
    expect(shown.body['certificates']).toEqual([
      {
        subject: nameText(subject),
        sha256,
        notBefore: notBefore.toISOString(),
        notAfter: notAfter.toISOString(),
      },
    ]);
  });

  it.each([
    ['an end entity', () => pem(issueLeaf(root).der)],
    ['no certificate', () => 'hello'],
    ['damaged bytes', () => formatPem('CERTIFICATE', root.der.subarray(0, 100))],
  ])('with %s are refused when they are proposed', async (_, certificates) => {
    const content = { name: 'bad', version: '1', purpose: 'tpm-ek', certificates: certificates() };
    expect((await post(authority, '', { kind: 'anchors', content })).status).toBe(400);
  });
});

describe('a unit of work that fails', () => {
  it('leaves no trust behind, neither in the store nor in memory', async () => {
    const { context } = verifier;
    const before = await trustNow();
    const made = await proposeSet(operator, setOf('rolled', '1'));
    await expect(
      context.store.write(async (tx) => {
        const row = await tx.first(trustInputById, { id: String(made.body['id']) });
        if (row === undefined) throw new Error('it was proposed');
        await putInForce(context, tx, row, { approvedBy: 'test', selfApproved: false, tenant: 'test' });
        expect((await effectiveTrust(context, tx)).digests).toContain(made.body['digest']);
        throw new Error('the unit fails');
      }),
    ).rejects.toThrow('the unit fails');
    expect((await trustNow()).digests).toEqual(before.digests);
    await approve(authority, await proposeSet(operator, setOf('instead', '1')));
    const after = await trustNow();
    expect(after.digests).not.toContain(made.body['digest']);
    expect(after.referenceSets.map(({ set }) => set.name)).toContain('instead');
  });
});

describe('the demonstration', () => {
  it('lets one principal do both, and says so', async () => {
    const demo = await startTestVerifier({ selfApproval: true });
    const one = await demo.principal('authority', 'demo');
    const made = await demo.call('POST', '/v1/trust-inputs', {
      token: one.token,
      body: { kind: 'reference-set', content: setOf('demo', '1') },
    });
    const approved = await demo.call('POST', `/v1/trust-inputs/${made.body['id']}/approval`, {
      token: one.token,
      body: { digest: made.body['digest'] },
    });
    expect(approved.body).toMatchObject({ state: 'effective', selfApproved: true });
    const trust = await demo.context.store.read((view) => effectiveTrust(demo.context, view));
    expect(trust.selfApproved).toBe(true);
    await demo.close();
  });
});
