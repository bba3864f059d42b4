import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/evidence/check.ts';
import type { HashName } from '../../../src/evidence/tpm/algorithms.ts';
import { hashAlgorithmByName } from '../../../src/evidence/tpm/algorithms.ts';
import {
  attestationKeyFromPem,
  attestationKeyFromPublic,
  type PcrValues,
  parsePcrMap,
  type TpmQuoteInput,
  type TpmQuoteOptions,
  verifyTpmQuote,
} from '../../../src/evidence/tpm/index.ts';
import { fuzzRuns } from '../../vectors.ts';
import {
  type AreaOptions,
  attestation,
  digestOf,
  eccPublicArea,
  join,
  type QuoteOptions,
  rsaPublicArea,
  signature,
  sized,
  u16,
  u32,
} from './build.ts';
import { codeOf } from './code-of.ts';

const failed = (checks: readonly Check[]): string[] =>
  checks.filter(({ status }) => status === 'fail').map(({ id }) => id);

const nonce = new Uint8Array(32).fill(9);
const value = (name: HashName, fill: number): Uint8Array =>
  new Uint8Array(hashAlgorithmByName(name)?.digestBytes ?? 0).fill(fill);

type Made = {
  readonly scheme?: 'rsassa' | 'rsapss' | 'ecdsa';
  readonly hash?: HashName;
  readonly area?: Partial<AreaOptions>;
  readonly quote?: QuoteOptions;
  readonly key?: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  readonly selection?: NonNullable<QuoteOptions['selection']>;
};

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });

/** A quote that verifies, unless the options say otherwise: PCR n of a bank holds the byte n + 1 throughout. */
function make(made: Made = {}): { input: TpmQuoteInput; options: TpmQuoteOptions } {
  const { scheme = 'ecdsa', hash = 'sha256' } = made;
  const key = made.key ?? (scheme === 'ecdsa' ? p256 : rsa);
  const areaOptions: AreaOptions = { kind: 'ak', scheme, schemeHash: hash, ...made.area };
  const isRsa = key.publicKey.asymmetricKeyType === 'rsa';
  const area = isRsa ? rsaPublicArea(key.publicKey, areaOptions) : eccPublicArea(key.publicKey, areaOptions);
  const selection = made.selection ?? [['sha256', [0, 1, 7]]];
  const pcrs = join(...selection.flatMap(([name, numbers]) => numbers.map((pcr) => value(name, pcr + 1))));
  const quote = attestation({
    extraData: nonce,
    selection,
    pcrDigest: digestOf(hash, pcrs),
    ...made.quote,
  });
  const ak = attestationKeyFromPublic(sized(area));
  const akName = ak.publicArea?.name ?? expect.unreachable();
  return {
    input: { quote, signature: signature(scheme, hash, key.privateKey, quote), pcrs, ak },
    options: { policy: 'gate', extraData: nonce, akName },
  };
}

function verify(
  made: Made = {},
  input: Partial<TpmQuoteInput> = {},
  options: Partial<TpmQuoteOptions> = {},
): ReturnType<typeof verifyTpmQuote> {
  const good = make(made);
  return verifyTpmQuote({ ...good.input, ...input }, { ...good.options, ...options });
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

describe('a TPM quote', () => {
  it('passes every check when all is in order', () => {
    const { findings, verified } = verify();
    expect(findings.checks.map(({ id, status }) => [id, status])).toEqual(
      [
        'tpm.version',
        'tpm.quote.magic',
        'tpm.quote.type',
        'tpm.ak.attributes',
        'tpm.ak.key',
        'tpm.ak.scheme',
        'tpm.ak.name-algorithm',
        'tpm.ak.name',
        'tpm.quote.hash-algorithm',
        'tpm.quote.signature',
        'tpm.quote.extra-data',
        'tpm.quote.pcr-selection',
        'tpm.quote.pcr-digest',
        'tpm.quote.bank',
      ].map((id) => [id, 'pass']),
    );
    expect(findings.notPerformed).toEqual([]);
    expect(verified?.pcrs.get('sha256')?.get(7)).toEqual(value('sha256', 8));
    expect(verified?.attest.clockInfo).toEqual({ clock: 1000n, resetCount: 3, restartCount: 1, safe: true });
  });

  it.each<[string, Made]>([
    ['RSASSA, SHA-256', { scheme: 'rsassa' }],
    ['RSASSA, SHA-384', { scheme: 'rsassa', hash: 'sha384' }],
    ['RSA-PSS, SHA-256', { scheme: 'rsapss' }],
    ['RSA-PSS, SHA-512', { scheme: 'rsapss', hash: 'sha512' }],
    ['ECDSA P-384, SHA-384', { key: p384, hash: 'sha384' }],
    ['ECDSA P-384, SHA-256 over a SHA-384 bank', { key: p384, selection: [['sha384', [0, 23]]] }],
    [
      'two banks',
      {
        selection: [
          ['sha256', [0, 7]],
          ['sha384', [0, 7, 14]],
        ],
      },
    ],
    ['an AK named by SHA-384', { area: { nameAlg: 'sha384' } }],
    ['an unsafe clock', { quote: { safe: 0 } }],
  ])('verifies with %s', (_, made) => {
    const { findings, verified } = verify(made);
    expect(failed(findings.checks)).toEqual([]);
    expect(verified).not.toBeNull();
  });

  const other = make({ key: generateKeyPairSync('ec', { namedCurve: 'P-256' }) });
  const weakKey = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const good = make();
  const twoBanks = [
    ['sha1', [0]],
    ['sha256', [0]],
  ] as const;

  it.each<[string, string, Made, Partial<TpmQuoteInput>?, Partial<TpmQuoteOptions>?]>([
    [
      'tpm.version',
      'TPM_QUOTE_INFO of TPM 1.2',
      {},
      { quote: join(Uint8Array.of(1, 1, 0, 0), bytes('QUOT'), new Uint8Array(40)) },
    ],
    [
      'tpm.version',
      'TPM_QUOTE_INFO2 of TPM 1.2',
      {},
      { quote: join(u16(0x36), bytes('QUT2'), new Uint8Array(60)) },
    ],
    [
      'tpm.version',
      'TPM_CERTIFY_INFO of TPM 1.2',
      {},
      { quote: join(Uint8Array.of(1, 1, 0, 0), new Uint8Array(90)) },
    ],
    ['tpm.version', 'TPM_CERTIFY_INFO2 of TPM 1.2', {}, { quote: join(u16(0x29), new Uint8Array(90)) }],
    ['tpm.quote.magic', 'another magic', { quote: { magic: 0 } }],
    ['tpm.quote.type', 'a certification', { quote: { type: 0x8017 } }],
    [
      'tpm.ak.attributes',
      'not restricted: signs whatever it is handed',
      { area: { attributes: 0x00040072 } },
    ],
    ['tpm.ak.attributes', 'not fixed to its TPM', { area: { attributes: 0x00050070 } }],
    ['tpm.ak.attributes', 'not fixed to its parent', { area: { attributes: 0x00050062 } }],
    ['tpm.ak.attributes', 'imported', { area: { attributes: 0x00050052 } }],
    ['tpm.ak.attributes', 'also decrypting', { area: { attributes: 0x00070072 } }],
    ['tpm.ak.attributes', 'not signing', { area: { attributes: 0x00010072 } }],
    ['tpm.ak.key', 'RSA of 1024 bits', { scheme: 'rsassa', key: weakKey }],
    ['tpm.ak.scheme', 'another padding', { scheme: 'rsassa', area: { scheme: 'rsapss' } }],
    ['tpm.ak.scheme', 'another hash', { area: { schemeHash: 'sha384' } }],
    ['tpm.ak.scheme', 'no scheme', { area: { scheme: 'none' } }],
    ['tpm.ak.name', 'another key was enrolled', {}, {}, { akName: other.options.akName ?? nonce }],
    ['tpm.quote.hash-algorithm', 'SHA-1', { hash: 'sha1', scheme: 'rsassa' }],
    ['tpm.quote.signature', "another key's", {}, { signature: other.input.signature }],
    [
      'tpm.quote.signature',
      'over another message',
      {},
      { quote: make({ quote: { safe: 0 } }).input.quote, signature: good.input.signature },
    ],
    ['tpm.quote.extra-data', 'another nonce', {}, {}, { extraData: nonce.with(31, 0) }],
    ['tpm.quote.extra-data', 'a prefix of the nonce', {}, {}, { extraData: nonce.subarray(0, 31) }],
    ['tpm.quote.extra-data', 'an empty nonce', {}, {}, { extraData: new Uint8Array() }],
    ['tpm.quote.qualified-signer', 'another parent', {}, {}, { qualifiedSigner: new Uint8Array(34) }],
    ['tpm.quote.pcr-selection', 'nothing quoted', { selection: [['sha256', []]] }],
    [
      'tpm.quote.pcr-digest',
      'an altered value',
      {},
      { pcrs: good.input.pcrs instanceof Uint8Array ? good.input.pcrs.with(0, 0) : nonce },
    ],
    [
      'tpm.quote.pcr-digest',
      "the bank's hash",
      {
        key: p384,
        hash: 'sha384',
        quote: { pcrDigest: digestOf('sha256', value('sha256', 1), value('sha256', 2), value('sha256', 8)) },
      },
    ],
    ['tpm.quote.bank', 'SHA-1 alone', { selection: [['sha1', [0, 1]]] }],
  ])('fails %s alone: %s', (id, _, made, input, options) => {
    const { findings, verified } = verify(made, input, options);
    expect(failed(findings.checks)).toEqual(id === 'tpm.quote.pcr-selection' ? [id, 'tpm.quote.bank'] : [id]);
    expect(verified).toBeNull();
  });

  it('fails tpm.quote.required-pcrs alone when other PCRs were asked for', () => {
    const pcrSelection = parsePcrMap({ sha256: { 0: '00'.repeat(32), 1: '00'.repeat(32) } }).selection;
    expect(failed(verify({}, {}, { pcrSelection }).findings.checks)).toEqual(['tpm.quote.required-pcrs']);
    const exact = make().input.pcrs;
    expect(exact).toBeInstanceOf(Uint8Array);
    expect(verify({ selection: [['sha256', [0, 1]]] }, {}, { pcrSelection }).verified).not.toBeNull();
  });

  const hex = (fill: number): string => Buffer.from(value('sha256', fill)).toString('hex');
  it.each<[string, PcrValues]>([
    ['relabelled', parsePcrMap({ sha256: { 0: hex(1), 1: hex(2), 10: hex(8) } })],
    ['one PCR more', parsePcrMap({ sha256: { 0: hex(1), 1: hex(2), 2: hex(0), 7: hex(8) } })],
    ['one PCR fewer', parsePcrMap({ sha256: { 0: hex(1), 1: hex(2) } })],
    [
      'a bank more',
      parsePcrMap({ sha256: { 0: hex(1), 1: hex(2), 7: hex(8) }, sha1: { 0: '00'.repeat(20) } }),
    ],
    ['none', parsePcrMap({})],
  ])('fails tpm.quote.pcr-selection alone when the values are labelled otherwise: %s', (_, pcrs) => {
    const { findings, verified } = verify({}, { pcrs });
    expect(failed(findings.checks)).toEqual(['tpm.quote.pcr-selection']);
    expect(verified).toBeNull();
  });

  it('reads values from the wire, in whatever order they stand there', () => {
    const pcrs = parsePcrMap({ sha256: { 7: hex(8), 1: hex(2), 0: hex(1) } });
    expect(verify({}, { pcrs }).verified).not.toBeNull();
  });

  it('leaves SHA-1 values out of what counts, under the gate', () => {
    expect([...(verify({ selection: twoBanks }).verified?.pcrs.keys() ?? [])]).toEqual(['sha256']);
    const lenient = verify({ selection: twoBanks }, {}, { policy: 'authenticity' });
    expect([...(lenient.verified?.pcrs.keys() ?? [])]).toEqual(['sha1', 'sha256']);
  });

  it('leaves SHA-1 to the gate under authenticity, and says so', () => {
    const weak: Made = { hash: 'sha1', scheme: 'rsassa', selection: [['sha1', [0]]] };
    const { findings, verified } = verify(weak, {}, { policy: 'authenticity' });
    expect(verified).not.toBeNull();
    expect(findings.notPerformed.map(({ id }) => id)).toEqual(['tpm.quote.hash-algorithm', 'tpm.quote.bank']);
  });

  it('says what it could not ask of a key known by PEM alone', () => {
    const ak = attestationKeyFromPem(p256.publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const { findings, verified } = verify({}, { ak });
    expect(verified).not.toBeNull();
    expect(findings.notPerformed.map(({ id }) => id)).toEqual(['tpm.ak.attributes', 'tpm.ak.name']);
  });

  it('never proves values that were handed over apart from their selection', () => {
    const { selection } = parsePcrMap({ sha256: { 0: hex(1), 1: hex(2), 7: hex(8) } });
    const hollow = verify({}, { pcrs: { selection, banks: new Map() } });
    expect(failed(hollow.findings.checks)).toEqual([]);
    expect(hollow.findings.notPerformed.map(({ id }) => id)).toEqual(['tpm.quote.pcr-digest']);
    expect(hollow.verified).toBeNull();
  });

  it('proves no value that the TPM did not sign, whatever else was handed over', () => {
    const { selection } = parsePcrMap({ sha256: { 0: hex(1), 1: hex(2), 7: hex(8) } });
    const { banks } = parsePcrMap({ sha256: { 0: hex(1), 1: hex(2), 7: hex(8), 14: hex(9) } });
    expect([
      ...(verify({}, { pcrs: { selection, banks } }).verified?.pcrs.get('sha256')?.keys() ?? []),
    ]).toEqual([0, 1, 7]);
  });

  it('proves no value longer than its digest, though the next one hides the rest', () => {
    const { selection, banks } = parsePcrMap({ sha256: { 0: hex(1), 1: hex(2), 7: hex(8) } });
    const long = new Map(
      [...(banks.get('sha256') ?? [])].map(([pcr, v]) => [pcr, pcr === 7 ? v : join(v, v)]),
    );
    expect(verify({}, { pcrs: { selection, banks: new Map([['sha256', long]]) } }).verified).toBeNull();
  });

  it('fails tpm.ak.name-algorithm alone for a key that is named by SHA-1, under the gate', () => {
    const { findings, verified } = verify({ area: { nameAlg: 'sha1' } });
    expect(failed(findings.checks)).toEqual(['tpm.ak.name-algorithm']);
    expect(verified).toBeNull();
    const lenient = verify({ area: { nameAlg: 'sha1' } }, {}, { policy: 'authenticity' });
    expect(lenient.findings.notPerformed.map(({ id }) => id)).toEqual(['tpm.ak.name-algorithm']);
  });

  it('fails tpm.ak.key alone for a PEM key with a small exponent', () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 });
    const ak = attestationKeyFromPem(weak.publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const { quote } = make({ scheme: 'rsassa' }).input;
    const signed = { ak, signature: signature('rsassa', 'sha256', weak.privateKey, quote) };
    expect(failed(verify({ scheme: 'rsassa' }, signed).findings.checks)).toEqual(['tpm.ak.key']);
  });

  it('does not take for a public area what was once seen as PEM', () => {
    const pem = p384.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    attestationKeyFromPem(pem);
    expect(codeOf(() => attestationKeyFromPublic(bytes(pem)))).toBe('too_long');
  });

  it('never counts a signature of a kind that the key cannot make', () => {
    const { findings, verified } = verify({}, { ak: make({ scheme: 'rsassa' }).input.ak }, {});
    expect(failed(findings.checks)).toEqual(['tpm.ak.scheme', 'tpm.ak.name']);
    expect(findings.notPerformed.map(({ id }) => id)).toEqual(['tpm.quote.signature']);
    expect(verified).toBeNull();
  });

  it('accepts halves of an ECDSA signature without their leading zeros', () => {
    const { quote } = make().input;
    for (;;) {
      const full = signature('ecdsa', 'sha256', p256.privateKey, quote);
      if (full[6] !== 0) continue;
      const trimmed = join(full.subarray(0, 4), u16(31), full.subarray(7));
      expect(verify({}, { signature: trimmed }).verified).not.toBeNull();
      break;
    }
  });

  it.each([
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
    ['a private key', p256.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['two keys', p256.publicKey.export({ type: 'spki', format: 'pem' }).toString().repeat(2)],
    ['nothing', ''],
  ])('does not take %s for a PEM public key', (_, pem) => {
    expect(codeOf(() => attestationKeyFromPem(pem))).toBe('bad_value');
  });

  it.each([
    ['no key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'],
    [
      'an Ed25519 key',
      generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ],
  ])('does not sign with %s', (_, pem) => {
    expect(codeOf(() => attestationKeyFromPem(pem))).toBe('tpm_key_unusable');
  });

  it('fails tpm.ak.key for a curve that TPMs do not sign quotes on', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const ak = attestationKeyFromPem(publicKey.export({ type: 'spki', format: 'pem' }).toString());
    expect(failed(verify({}, { ak }).findings.checks)).toEqual(['tpm.ak.key', 'tpm.quote.signature']);
  });

  it.each<[string, Made]>([
    ['RSA', { scheme: 'rsassa' }],
    ['ECC', {}],
  ])('never passes with any bit of an %s quote, its signature or its values altered', (_, made) => {
    const { input, options } = make(made);
    const parts = ['quote', 'signature', 'pcrs'] as const;
    for (const part of parts) {
      const original = input[part];
      if (!(original instanceof Uint8Array)) return expect.unreachable();
      for (let index = 0; index < original.length; index++) {
        const altered = {
          ...input,
          [part]: original.with(index, (original[index] ?? 0) ^ (1 << (index % 8))),
        };
        expect(passes(altered, options), `${part}[${index}]`).toBe(false);
      }
    }
  });

  it('never passes cut short or lengthened anywhere', () => {
    const { input, options } = make();
    for (const part of ['quote', 'signature', 'pcrs'] as const) {
      const original = input[part];
      if (!(original instanceof Uint8Array)) return expect.unreachable();
      for (let length = 0; length < original.length; length++) {
        expect(passes({ ...input, [part]: original.subarray(0, length) }, options)).toBe(false);
      }
      expect(codeOf(() => verifyTpmQuote({ ...input, [part]: join(original, u32(0)) }, options))).toBe(
        'trailing_data',
      );
    }
  });

  it('never crashes, hangs or passes on random bytes', () => {
    const { input, options } = make();
    const start = input.quote.subarray(0, 6);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(2), fc.boolean(), (noise, which, headed) => {
        const part = (['quote', 'signature', 'pcrs'] as const)[which] ?? 'quote';
        const altered = { ...input, [part]: headed && part === 'quote' ? join(start, noise) : noise };
        expect(passes(altered, options)).toBe(false);
      }),
      { numRuns: fuzzRuns },
    );
  });

  it('never crashes, hangs or passes on mutations of genuine structures', () => {
    const { input, options } = make();
    const mutation = fc.tuple(fc.nat(2), fc.nat(399), fc.integer({ min: 1, max: 255 }), fc.nat(3));
    fc.assert(
      fc.property(mutation, ([which, at, mask, kind]) => {
        const part = (['quote', 'signature', 'pcrs'] as const)[which] ?? 'quote';
        const original = input[part];
        if (!(original instanceof Uint8Array)) return expect.unreachable();
        const index = at % original.length;
        const [head, tail] = [original.subarray(0, index), original.subarray(index)];
        const variants = [
          original.with(index, (original[index] ?? 0) ^ mask),
          join(head, Uint8Array.of(mask), tail),
          join(head, tail.subarray(1)),
          join(head, original.subarray(0, mask), tail),
        ];
        const altered = variants[kind] ?? head;
        if (Buffer.compare(altered, original) === 0) return;
        expect(passes({ ...input, [part]: altered }, options)).toBe(false);
      }),
      { numRuns: fuzzRuns },
    );
  });
});

/** Refusal by an error made on purpose counts as refusal; any other error is a crash and is rethrown. */
function passes(input: TpmQuoteInput, options: TpmQuoteOptions): boolean {
  let verified: unknown = null;
  const code = codeOf(() => {
    ({ verified } = verifyTpmQuote(input, options));
  });
  return code === 'none' && verified !== null;
}
