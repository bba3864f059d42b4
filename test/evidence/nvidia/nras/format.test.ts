import { describe, expect, it } from 'vitest';
import { forgeNrasAnswer } from '../../../../src/forge/nvidia/nras/answer.ts';
import { forgeJwks, forgeNrasSigner } from '../../../../src/forge/nvidia/nras/keys.ts';
import { judgeOffline } from '../../../../src/policy/judge.ts';
import { BUILT_IN_POLICIES } from '../../../../src/policy/offline-policy.ts';
import { describeWithVectors, vector } from '../../../vectors.ts';

const AT = new Date('2026-03-01T12:00:00Z');
const policy = BUILT_IN_POLICIES.get('gate');
const authenticity = BUILT_IN_POLICIES.get('authenticity');
if (policy === undefined || authenticity === undefined) throw new TypeError('two policies are built in');
const signer = forgeNrasSigner(AT);
const nonce = new Uint8Array(32).fill(9);
const answer = forgeNrasAnswer({ signer, at: AT, nonce });
const root = new Map([['root.der', signer.chain[2].certificate]]);
const jwks = forgeJwks(signer);

describe('tokens of NVIDIA’s attestation service, from files', () => {
  it('are accepted by keys that the caller names, or by a root that he names and keys beside them', () => {
    const alone = new Map([['answer.json', answer]]);
    const beside = new Map([
      ['answer.json', answer],
      ['jwks.json', jwks],
    ]);
    const options = { at: AT, policy, nonce };
    const judged = judgeOffline(alone, { ...options, jwks });
    expect(judged).toMatchObject({ format: 'nvidia-nras', accepted: true, authentic: true });
    expect(judged.nras).toMatchObject({
      authentic: true,
      result: true,
      devices: [{ name: 'GPU-0', kind: 'gpu' }],
    });
    expect(judgeOffline(beside, { ...options, roots: root }).accepted).toBe(true);
    expect(
      judgeOffline(alone, { ...options, roots: root, collateral: new Map([['jwks.json', jwks]]) }).accepted,
    ).toBe(true);
  });

  it('are not accepted by keys that come along with them', () => {
    const beside = new Map([
      ['answer.json', answer],
      ['jwks.json', jwks],
    ]);
    const judged = judgeOffline(beside, { at: AT, policy: authenticity, nonce });
    expect(judged).toMatchObject({ accepted: false, authentic: false, nras: { authentic: false } });
    expect(judged.checks.filter(({ status }) => status === 'fail').map(({ id }) => id)).toEqual([
      'nvidia.nras.key',
      'nvidia.nras.key',
    ]);
  });

  it('are not judged by a key set that cannot be read', () => {
    const judged = judgeOffline(new Map([['answer.json', answer]]), {
      ...{ at: AT, policy, jwks: Buffer.from('{}') },
    });
    expect(judged).toMatchObject({ authentic: null, error: { code: 'bad_jwks' } });
  });
});

describeWithVectors('a genuine answer of NVIDIA’s attestation service', () => {
  it('fails for want of its keys, which are published no more, and of nothing else', () => {
    const genuine = vector('nvidia/nras/hopperClaimsv3_detached_eat.json');
    const files = new Map([['hopperClaimsv3_detached_eat.json', genuine]]);
    const at = new Date('2025-06-11T00:45:00Z');
    const sample = Buffer.from('931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb', 'hex');
    const judged = judgeOffline(files, { at, policy: authenticity, nonce: sample });
    expect(judged).toMatchObject({ format: 'nvidia-nras', authentic: false });
    const failures = judged.checks.filter(({ status }) => status === 'fail');
    expect(new Set(failures.map(({ id }) => id))).toEqual(new Set(['nvidia.nras.key']));
    expect(judged.nras?.devices).toMatchObject([
      { model: 'GH100 A01 GSP BROM', driverVersion: '550.90.07', vbiosVersion: '96.00.9F.00.01' },
    ]);
    const late = judgeOffline(files, { at: AT, policy, nonce: sample });
    expect(new Set(late.checks.filter(({ status }) => status === 'fail').map(({ id }) => id))).toEqual(
      new Set(['nvidia.nras.key', 'nvidia.nras.dates', 'nvidia.nonce.sample']),
    );
  });
});
