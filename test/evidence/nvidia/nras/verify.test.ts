import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../../src/bytes/text.ts';
import { type NrasInput, parseJwks, verifyNras } from '../../../../src/evidence/nvidia/index.ts';
import {
  forgeNrasAnswer,
  type NrasAnswerOptions,
  signToken,
} from '../../../../src/forge/nvidia/nras/answer.ts';
import { forgeJwks, forgeNrasSigner } from '../../../../src/forge/nvidia/nras/keys.ts';
import { newKey } from '../../../../src/forge/nvidia/signing-key.ts';
import { anchorFromCertificate, parseCertificate } from '../../../../src/pki/index.ts';

const AT = new Date('2026-03-01T12:00:00Z');
const NONCE = new Uint8Array(32).fill(0xa5);
const signer = forgeNrasSigner(AT);
const stranger = forgeNrasSigner(AT);
const trustedKeys = parseJwks(forgeJwks(signer));
const NO_KEYS = parseJwks(forgeJwks());
const [root] = signer.chain
  .slice(-1)
  .map(({ certificate }) => anchorFromCertificate(parseCertificate(certificate)));
const [TWO, SWITCH] = [['GPU-0', 'GPU-1'], ['SWITCH-0']];

function judge(options: Partial<NrasAnswerOptions> = {}, input: Partial<NrasInput> = {}) {
  return verifyNras({
    answer: forgeNrasAnswer({ signer, at: AT, nonce: NONCE, devices: TWO, ...options }),
    trustedKeys,
    presentedKeys: NO_KEYS,
    anchors: [],
    at: new Date(AT.getTime() + 60_000),
    nonce: NONCE,
    policy: 'gate',
    ...input,
  });
}

/** Ids of what failed, each once. */
function failed(...question: Parameters<typeof judge>): string[] {
  const { findings } = judge(...question);
  return [...new Set(findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id))];
}

const changing = (which: string, change: Record<string, unknown>): Partial<NrasAnswerOptions> => ({
  claims: (name, claims) => (name === which ? { ...claims, ...change } : claims),
});

describe('an answer of NVIDIA’s attestation service', () => {
  it.each([
    ['of GPUs', TWO],
    ['of a switch', SWITCH],
  ])('%s is verified by keys that the caller trusts', (_, devices) => {
    const { findings, verified } = judge({ devices });
    expect(findings.checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(findings.notPerformed).toEqual([]);
    expect(verified?.devices.map(({ name }) => name)).toEqual(devices);
    expect(verified?.validUntil).toEqual(new Date(AT.getTime() + 3_600_000));
  });

  it('is verified by keys that come along, where their certificate leads to a root that was named', () => {
    const presentedKeys = parseJwks(forgeJwks(signer));
    const anchors = root === undefined ? [] : [root];
    expect(failed({}, { trustedKeys: NO_KEYS, presentedKeys, anchors })).toEqual([]);
    expect(failed({}, { trustedKeys: NO_KEYS, presentedKeys })).toEqual(['nvidia.nras.key']);
    expect(failed({}, { trustedKeys: NO_KEYS, anchors })).toEqual(['nvidia.nras.key']);
    const others = parseJwks(forgeJwks(stranger));
    expect(failed({ signer: stranger }, { trustedKeys: NO_KEYS, presentedKeys: others, anchors })).toEqual([
      'nvidia.nras.key',
    ]);
  });

  it('is not verified by a key whose certificate has ended, nor by one without', () => {
    const ended = forgeNrasSigner(AT, { notAfter: new Date(AT.getTime() - 1000) });
    const [its] = ended.chain
      .slice(-1)
      .map(({ certificate }) => anchorFromCertificate(parseCertificate(certificate)));
    const presentedKeys = parseJwks(forgeJwks(ended));
    const anchors = its === undefined ? [] : [its];
    const question = { trustedKeys: NO_KEYS, presentedKeys, anchors };
    expect(failed({ signer: ended }, question)).toEqual(['nvidia.nras.key']);
    const bare = new Map([...presentedKeys].map(([kid, key]) => [kid, { ...key, certificates: [] }]));
    expect(failed({ signer: ended }, { ...question, presentedKeys: bare })).toEqual(['nvidia.nras.key']);
  });

  const unsigned = (which: string): Partial<NrasAnswerOptions> => ({
    header: (name, header) => (name === which ? { ...header, kid: 'nobody' } : header),
  });
  /** Signed again by another key under the same kid, so that its digest is right. */
  const forgery = { ...signer, key: newKey() };
  it.each<readonly [string, string, Partial<NrasAnswerOptions>]>([
    ['key that nobody knows, of all', 'nvidia.nras.key', unsigned('overall')],
    ['key that nobody knows, of a device', 'nvidia.nras.key', unsigned('GPU-1')],
    ['signature of another key', 'nvidia.nras.signature', { signer: forgery }],
    ['other issuer, of all', 'nvidia.nras.issuer', changing('overall', { iss: 'https://nras.example' })],
    [
      'other issuer, of a device',
      'nvidia.nras.issuer',
      changing('GPU-0', { iss: 'https://nras.attestation-stg.nvidia.com' }),
    ],
    ['life of years', 'nvidia.nras.dates', changing('GPU-1', { exp: 4_000_000_000 })],
    ['nbf ahead', 'nvidia.nras.dates', changing('overall', { nbf: AT.getTime() / 1000 + 3000 })],
    [
      'device that answered another nonce',
      'nvidia.nras.nonce',
      changing('GPU-1', { eat_nonce: '00'.repeat(32) }),
    ],
    [
      'verdict against all',
      'nvidia.nras.overall',
      changing('overall', { 'x-nvidia-overall-att-result': false }),
    ],
    ['measurement that differs', 'nvidia.nras.measurements', changing('GPU-0', { measres: 'fail' })],
    ['device in debugging', 'nvidia.nras.debug', changing('GPU-0', { dbgstat: 'enabled' })],
    ['device of unknown debugging', 'nvidia.nras.debug', changing('GPU-0', { dbgstat: null })],
    ['device without secure boot', 'nvidia.nras.secure-boot', changing('GPU-0', { secboot: false })],
    ['device of unknown boot', 'nvidia.nras.secure-boot', changing('GPU-0', { secboot: null })],
    ['one device twice', 'nvidia.nras.devices.distinct', changing('GPU-1', { ueid: '478176379286' })],
    ['claims of another version', 'nvidia.nras.claims', changing('overall', { 'x-nvidia-ver': '2.0' })],
    ['device of another maker', 'nvidia.nras.claims', changing('GPU-0', { oemid: '5704' })],
    ['device that does not say who it is', 'nvidia.nras.claims', changing('GPU-0', { ueid: undefined })],
    ['date that is a text', 'nvidia.nras.claims', changing('GPU-0', { exp: '2030' })],
    [
      'result that is a text',
      'nvidia.nras.claims',
      changing('overall', { 'x-nvidia-overall-att-result': 'true' }),
    ],
    [
      'submodule by MD5',
      'nvidia.nras.claims',
      changing('overall', { submods: { 'GPU-0': ['DIGEST', ['MD5', '00'.repeat(32)]] } }),
    ],
  ])('with a(n) %s is refused for that alone: %s', (_, id, options) => {
    expect(failed(options)).toEqual([id]);
  });

  it.each<readonly [string, string, Partial<NrasInput>]>([
    ['end that has passed', 'nvidia.nras.dates', { at: new Date(AT.getTime() + 3_600_000) }],
    ['beginning ahead', 'nvidia.nras.dates', { at: new Date(AT.getTime() - 61_000) }],
    ['instant that is none', 'nvidia.nras.dates', { at: new Date(Number.NaN) }],
    ['other nonce', 'nvidia.nras.nonce', { nonce: new Uint8Array(32) }],
  ])('with a(n) %s is refused for that alone: %s', (_, id, input) => {
    expect(failed({}, input)).toEqual([id]);
  });

  it.each<readonly [string, string]>([
    ['x-nvidia-gpu-arch-check', 'nvidia.nras.report'],
    ['x-nvidia-gpu-attestation-report-parsed', 'nvidia.nras.report'],
    ['x-nvidia-gpu-attestation-report-nonce-match', 'nvidia.nras.report'],
    ['x-nvidia-gpu-attestation-report-signature-verified', 'nvidia.nras.report'],
    ['x-nvidia-gpu-attestation-report-cert-chain-fwid-match', 'nvidia.nras.report'],
    ['x-nvidia-gpu-vbios-index-no-conflict', 'nvidia.nras.rim'],
    ...['driver', 'vbios'].flatMap((component) =>
      ['fetched', 'schema-validated', 'signature-verified', 'version-match', 'measurements-available'].map(
        (question) => [`x-nvidia-gpu-${component}-rim-${question}`, 'nvidia.nras.rim'] as const,
      ),
    ),
  ])('in which %s is false is refused for that alone; without it, for its claims', (claim, id) => {
    expect(failed(changing('GPU-1', { [claim]: false }))).toEqual([id]);
    expect(failed(changing('GPU-1', { [claim]: undefined }))).toEqual(['nvidia.nras.claims']);
    expect(failed(changing('GPU-1', { [claim]: 'true' }))).toEqual(['nvidia.nras.claims']);
  });

  it.each([
    ['x-nvidia-gpu-attestation-report-cert-chain', 'nvidia.nras.report'],
    ['x-nvidia-gpu-driver-rim-cert-chain', 'nvidia.nras.rim'],
    ['x-nvidia-gpu-vbios-rim-cert-chain', 'nvidia.nras.rim'],
  ])('whose %s is revoked, on hold or expired is refused for that alone', (claim, id) => {
    const good = { 'x-nvidia-cert-status': 'valid', 'x-nvidia-cert-ocsp-status': 'good' };
    for (const bad of [{ 'x-nvidia-cert-ocsp-status': 'revoked' }, { 'x-nvidia-cert-status': 'expired' }]) {
      expect(failed(changing('GPU-0', { [claim]: { ...good, ...bad } }))).toEqual([id]);
    }
    expect(failed(changing('GPU-0', { [claim]: null }))).toEqual(['nvidia.nras.claims']);
  });

  it('is genuine though what it says is not good, and the policy authenticity says so', () => {
    const options = changing('overall', { 'x-nvidia-overall-att-result': false });
    const { findings, verified } = judge(options, { policy: 'authenticity' });
    expect(findings.passed).toBe(true);
    expect(findings.notPerformed.map(({ id }) => id)).toEqual(['nvidia.nras.overall']);
    expect(verified?.overall.result).toBe(false);
  });

  it('lists that nobody asked for its nonce, and refuses the sample nonce at the gate', () => {
    const { findings } = verifyNras({
      ...{ answer: forgeNrasAnswer({ signer, at: AT, nonce: NONCE }), trustedKeys, presentedKeys: NO_KEYS },
      ...{ anchors: [], at: AT, policy: 'gate' },
    });
    expect(findings.notPerformed.map(({ id }) => id)).toEqual(['nvidia.nras.nonce']);
    const sample = fromHex('931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb', 'sample');
    expect(failed({ nonce: sample }, { nonce: sample })).toEqual(['nvidia.nonce.sample']);
  });
});

describe('the tokens of devices', () => {
  const other = signToken({ kid: signer.kid, alg: 'ES384' }, { any: 1 }, signer);
  const answerOf = (change: (tokens: Record<string, string>) => Record<string, string>): Uint8Array => {
    const whole = forgeNrasAnswer({ signer, at: AT, nonce: NONCE, devices: TWO });
    const [overall, tokens] = JSON.parse(Buffer.from(whole).toString()) as [unknown, Record<string, string>];
    return Buffer.from(JSON.stringify([overall, change(tokens)]));
  };
  it.each<readonly [string, (tokens: Record<string, string>) => Record<string, string>]>([
    ['one less', ({ 'GPU-0': first = '' }) => ({ 'GPU-0': first })],
    ['one more', (tokens) => ({ ...tokens, 'GPU-2': tokens['GPU-1'] ?? '' })],
    [
      'under other names',
      ({ 'GPU-0': first = '', 'GPU-1': second = '' }) => ({ 'GPU-0': second, 'GPU-1': first }),
    ],
    ['of another answer', (tokens) => ({ ...tokens, 'GPU-1': elsewhere() })],
  ])('are those that the overall token names, not %s', (_, change) => {
    const ids = failed({}, { answer: answerOf(change) });
    expect(ids).toContain('nvidia.nras.submodules');
    expect(ids.filter((id) => id !== 'nvidia.nras.devices.distinct')).toEqual(['nvidia.nras.submodules']);
  });

  function elsewhere(): string {
    const whole = forgeNrasAnswer({ signer, at: AT, nonce: NONCE, devices: TWO });
    const [, tokens] = JSON.parse(Buffer.from(whole).toString()) as [unknown, Record<string, string>];
    return tokens['GPU-1'] ?? '';
  }

  it('are tokens that say what devices’ say', () => {
    expect(failed({}, { answer: answerOf((tokens) => ({ ...tokens, 'GPU-1': other })) })).toEqual([
      'nvidia.nras.claims',
    ]);
  });
});
