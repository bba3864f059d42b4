import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TpmReferenceSet } from '../../../src/appraisal/reference/tpm-pcrs.ts';
import { formatPem } from '../../../src/bytes/pem.ts';
import type { HashName } from '../../../src/evidence/tpm/algorithms.ts';
import type { Principal, Role } from '../../../src/service/principal.ts';
import {
  type MeasuredHost,
  previewTrustChange,
  type TrustChange,
} from '../../../src/service/trust/preview.ts';
import { proposeTrustInput } from '../../../src/service/trust/propose.ts';
import { approveTrustInput } from '../../../src/service/trust/rule.ts';
import { withdrawTrustInput } from '../../../src/service/trust/withdraw.ts';
import { startTestVerifier, type TestVerifier } from '../../http/verifier.ts';
import { issueRoot } from '../../pki/issue.ts';

const principal = (id: string, role: Role, tenant: string): Principal => ({
  id,
  name: id,
  role,
  tenant,
  scopes: new Set(['trust:propose', 'trust:propose-reference-set', 'trust:approve']),
});
const proposer = principal('one', 'authority', 'bis');
const approver = principal('two', 'authority', 'bis');
const root = issueRoot();

const value = (byte: string) => byte.repeat(32);
const hostWith = (hostId: string, byte: string, more: Partial<MeasuredHost> = {}): MeasuredHost => ({
  hostId,
  tenant: 'cloud',
  facilityId: 'hall',
  anchors: [`tpm-ek:${root.certificate.sha256}`],
  measured: {
    tpm: {
      pcrs: new Map([
        ['sha256' satisfies HashName, new Map([[0, new Uint8Array(Buffer.from(value(byte), 'hex'))]])],
      ]),
      firmwareVersion: 1n,
    },
    tee: null,
    vtpm: null,
  },
  ...more,
});
const setOf = (
  version: string,
  values: readonly string[],
  more: Partial<TpmReferenceSet> = {},
): TpmReferenceSet => ({
  kind: 'tpm-pcrs',
  name: 'host',
  version,
  publisher: 'Cloud',
  bank: 'sha256',
  pcrs: { '0': values.map(value) },
  sealed: false,
  ...more,
});

let verifier: TestVerifier;
let setId: string;
let anchorsId: string;
beforeAll(async () => {
  verifier = await startTestVerifier();
  const { context } = verifier;
  const certificates = formatPem('CERTIFICATE', root.der);
  const anchors = await proposeTrustInput(
    context,
    proposer,
    { kind: 'anchors', content: { name: 'makers', version: '1', purpose: 'tpm-ek', certificates } },
    null,
  );
  const set = await proposeTrustInput(
    context,
    proposer,
    { kind: 'reference-set', content: setOf('1', ['aa']) },
    null,
  );
  await approveTrustInput(context, approver, anchors.id, anchors.digest);
  await approveTrustInput(context, approver, set.id, set.digest);
  [setId, anchorsId] = [set.id, anchors.id];
});
afterAll(() => verifier.close());

const hosts = [hostWith('a', 'aa'), hostWith('b', 'bb'), hostWith('c', 'cc', { tenant: 'other' })];
const preview = (change: TrustChange, by = proposer) =>
  previewTrustChange(verifier.context, by, change, async () => hosts);
const idsOf = (list: readonly { readonly hostId: string }[]) => list.map(({ hostId }) => hostId);

describe('a preview', () => {
  it('names the hosts that a new version gains and loses, and what they differ in', async () => {
    const content = setOf('2', ['bb']);
    const answer = await preview({ change: 'content', proposal: { kind: 'reference-set', content } });
    expect(answer.hosts).toBe(3);
    expect(idsOf(answer.gained)).toEqual(['b']);
    expect(idsOf(answer.lost)).toEqual(['a']);
    expect(answer.lost[0]?.differences).toEqual([
      { field: 'pcr.sha256.0', expected: [value('bb')], actual: value('aa') },
    ]);
  });

  it('names the hosts that would show a value declared bad', async () => {
    const content = setOf('2', ['aa'], { denied: { '0': [value('cc')] } });
    const answer = await preview({ change: 'content', proposal: { kind: 'reference-set', content } });
    expect(idsOf(answer.newlyDenied)).toEqual(['c']);
    expect([...answer.gained, ...answer.lost]).toEqual([]);
  });

  it('of a withdrawal names those that would match nothing', async () => {
    expect(idsOf((await preview({ change: 'withdraw', trustInputId: setId })).lost)).toEqual(['a']);
    expect(idsOf((await preview({ change: 'withdraw', trustInputId: anchorsId })).lost)).toEqual(['a']);
  });

  it('of anchors names the hosts whose makers they no longer hold', async () => {
    const certificates = formatPem('CERTIFICATE', issueRoot().der);
    const content = { name: 'makers', version: '2', purpose: 'tpm-ek', certificates } as const;
    const replaced = await preview({ change: 'content', proposal: { kind: 'anchors', content } });
    expect(idsOf(replaced.lost)).toEqual(['a']);
    const beside = { ...content, name: 'more-makers' };
    const added = await preview({ change: 'content', proposal: { kind: 'anchors', content: beside } });
    expect(added.lost).toEqual([]);
  });

  it('tells an operator of its own hosts alone', async () => {
    const content = setOf('2', ['cc']);
    const change = { change: 'content', proposal: { kind: 'reference-set', content } } as const;
    expect(idsOf((await preview(change)).gained)).toEqual(['c']);
    const operator = await preview(change, principal('op', 'operator', 'cloud'));
    expect(operator.hosts).toBe(2);
    expect(operator.gained).toEqual([]);
    expect(idsOf(operator.lost)).toEqual(['a']);
  });

  it('changes nothing, and foretells what the change then does', async () => {
    const { context } = verifier;
    const content = setOf('3', ['bb']);
    const made = await proposeTrustInput(context, proposer, { kind: 'reference-set', content }, null);
    const first = await preview({ change: 'approve', trustInputId: made.id });
    expect(idsOf(first.gained)).toEqual(['b']);
    expect(await preview({ change: 'approve', trustInputId: made.id })).toEqual(first);
    await approveTrustInput(context, approver, made.id, made.digest);
    const after = await preview({ change: 'withdraw', trustInputId: made.id });
    expect(after.epoch).toBeGreaterThan(first.epoch);
    expect(idsOf(after.lost)).toEqual(['b']);
    await withdrawTrustInput(context, approver, made.id, 'the test is over');
  });

  it('of what was never proposed is refused', async () => {
    await expect(preview({ change: 'approve', trustInputId: `tri_${'0'.repeat(26)}` })).rejects.toMatchObject(
      {
        code: 'not_found',
      },
    );
  });
});
