import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SextantError } from '../../../src/bytes/errors.ts';
import {
  attestationKeyFromPublic,
  type CertifiedDemand,
  parseTpm2bCreationData,
  parseTpmtPublic,
  type TpmCertifyInput,
  type TpmCertifyOptions,
  type TpmCreationInput,
  type TpmCreationOptions,
  verifyTpmCertify,
  verifyTpmCreation,
} from '../../../src/evidence/tpm/index.ts';
import { fuzzRuns } from '../../vectors.ts';
import {
  type AreaOptions,
  digestOf,
  eccPublicArea,
  join,
  rsaPublicArea,
  signature,
  sized,
  u8,
  u16,
  u32,
} from './build.ts';
import { codeOf } from './code-of.ts';
import { failed } from './failed.ts';

const nonce = new Uint8Array(32).fill(9);
const name = (fill: number): Uint8Array => join(u16(0x000b), new Uint8Array(32).fill(fill));

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const subject = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, sign. */
const RESIDENT_SIGNER = 0x00040072;
const CERTIFY = 0x8017;
const CREATION = 0x801a;

type Made = {
  readonly scheme?: 'rsassa' | 'rsapss' | 'ecdsa';
  readonly hash?: 'sha1' | 'sha256' | 'sha384';
  readonly key?: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  readonly ak?: Partial<AreaOptions>;
  readonly magic?: number;
  readonly type?: number;
  readonly extraData?: Uint8Array;
  /** What is attested, in the place of the right words. */
  readonly body?: Uint8Array;
  readonly subject?: Partial<AreaOptions>;
};

type Common = Pick<TpmCertifyInput, 'attest' | 'signature' | 'ak'>;

const area = (options: Partial<AreaOptions> = {}) =>
  parseTpmtPublic(eccPublicArea(subject.publicKey, { kind: 'ak', attributes: RESIDENT_SIGNER, ...options }));

function sign(made: Made, type: number, body: Uint8Array): Common {
  const { scheme = 'ecdsa', hash = 'sha256' } = made;
  const { privateKey, publicKey } = made.key ?? (scheme === 'ecdsa' ? p256 : rsa);
  const options: AreaOptions = { kind: 'ak', scheme, schemeHash: hash, ...made.ak };
  const isRsa = publicKey.asymmetricKeyType === 'rsa';
  const ak = attestationKeyFromPublic(
    sized(isRsa ? rsaPublicArea(publicKey, options) : eccPublicArea(publicKey, options)),
  );
  const attest = join(
    join(u32(made.magic ?? 0xff544347), u16(made.type ?? type)),
    join(sized(name(7)), sized(made.extraData ?? nonce)),
    join(u32(0), u32(1000), u32(3), u32(1), u8(1)),
    join(u32(0x20240101), u32(0)),
    made.body ?? body,
  );
  return { attest, signature: signature(scheme, hash, privateKey, attest), ak };
}

const STRICT = (ak: Common['ak']) =>
  ({ policy: 'gate', demand: 'resident', extraData: nonce, akName: ak.publicArea?.name ?? nonce }) as const;

function certify(
  made: Made = {},
  input: Partial<TpmCertifyInput> = {},
  options: Partial<TpmCertifyOptions> = {},
) {
  const certified = area(made.subject);
  const good = { ...sign(made, CERTIFY, join(sized(certified.name), sized(name(5)))), certified };
  return verifyTpmCertify({ ...good, ...input }, { ...STRICT(good.ak), ...options });
}

const PARENT = name(3);
const creationData = (outsideInfo = nonce, parentAlgorithm = 0x000b): Uint8Array =>
  sized(
    join(
      join(u32(1), u16(0x000b), u8(3), Uint8Array.of(1, 0, 0), sized(new Uint8Array(32))),
      join(u8(1), u16(parentAlgorithm), sized(PARENT), sized(name(4)), sized(outsideInfo)),
    ),
  );

function create(
  made: Made = {},
  input: Partial<TpmCreationInput> = {},
  options: Partial<TpmCreationOptions> = {},
) {
  const created = area(made.subject);
  const data = creationData();
  const digest = digestOf('sha256', data.subarray(2));
  const good = {
    ...sign(made, CREATION, join(sized(created.name), sized(digest))),
    created,
    creationData: data,
  };
  return verifyTpmCreation({ ...good, ...input }, { ...STRICT(good.ak), ...options });
}

const COMMON = [
  'tpm.version',
  'tpm.attest.magic',
  'tpm.attest.type',
  'tpm.ak.attributes',
  'tpm.ak.key',
  'tpm.ak.scheme',
  'tpm.ak.name-algorithm',
  'tpm.ak.name',
  'tpm.attest.hash-algorithm',
  'tpm.attest.signature',
  'tpm.attest.qualified-signer',
  'tpm.attest.extra-data',
];
const CERTIFIED = ['tpm.certified.name-algorithm', 'tpm.certified.attributes'];

type Fault = [
  string,
  string,
  Made,
  Partial<Common>?,
  Pick<Partial<TpmCertifyOptions>, 'akName' | 'qualifiedSigner' | 'demand'>?,
];

/** What a statement of either kind must not be, one fault each. */
const FAULTS: Fault[] = [
  ['tpm.version', 'TPM 1.2', {}, { attest: join(Uint8Array.of(1, 1, 0, 0), new Uint8Array(60)) }],
  ['tpm.attest.magic', 'no TPM made it', { magic: 0 }],
  ['tpm.attest.type', 'a quote', { type: 0x8018 }],
  ['tpm.ak.attributes', 'an unrestricted key', { ak: { attributes: RESIDENT_SIGNER } }],
  ['tpm.ak.key', 'RSA-1024', { scheme: 'rsassa', key: shortRsa }],
  ['tpm.ak.scheme', 'a key of another scheme', { scheme: 'rsassa', ak: { scheme: 'rsapss' } }],
  ['tpm.ak.name-algorithm', 'an AK named by SHA-1', { ak: { nameAlg: 'sha1' } }],
  ['tpm.ak.name', 'another key than the enrolled', {}, {}, { akName: name(1) }],
  ['tpm.attest.hash-algorithm', 'SHA-1', { hash: 'sha1' }],
  ['tpm.attest.qualified-signer', 'other parents', {}, {}, { qualifiedSigner: name(8) }],
  ['tpm.attest.extra-data', 'another nonce', { extraData: new Uint8Array(32) }],
  ['tpm.certified.name-algorithm', 'an object named by SHA-1', { subject: { nameAlg: 'sha1' } }],
  ['tpm.certified.attributes', 'a key that may leave', { subject: { attributes: 0x00040060 } }],
  ['tpm.certified.attributes', 'an imported key', { subject: { attributes: 0x00040052 } }],
  ['tpm.certified.attributes', 'no attestation key', {}, {}, { demand: 'attestation-key' }],
];

describe('a key that a TPM certifies', () => {
  it('passes every check when all is in order', () => {
    const { findings, verified } = certify({}, {}, { qualifiedSigner: name(7), qualifiedName: name(5) });
    expect(findings.checks.map(({ id, status }) => [id, status])).toEqual(
      [...COMMON, 'tpm.certify.name', 'tpm.certify.qualified-name', ...CERTIFIED].map((id) => [id, 'pass']),
    );
    expect(findings.notPerformed).toEqual([]);
    expect(verified?.certified.name).toEqual(verified?.attest.name);
    expect(verified?.attest.clockInfo).toEqual({ clock: 1000n, resetCount: 3, restartCount: 1, safe: true });
  });

  it.each<[string, Made]>([
    ['RSASSA', { scheme: 'rsassa' }],
    ['RSA-PSS', { scheme: 'rsapss' }],
    ['ECDSA P-384, SHA-384', { key: p384, hash: 'sha384' }],
  ])('is verified under %s', (_, made) => {
    expect(certify(made).verified).not.toBeNull();
    expect(create(made).verified).not.toBeNull();
  });

  it.each<Fault>(FAULTS)('fails %s alone: %s', (id, _, made, input, options) => {
    const { findings, verified } = certify(made, input, options);
    expect(failed(findings.checks)).toEqual([id]);
    expect(verified).toBeNull();
  });

  it.each<[string, string, Made, Partial<TpmCertifyInput>?, Partial<TpmCertifyOptions>?]>([
    ['tpm.certify.name', 'another key', { body: join(sized(name(1)), sized(name(5))) }],
    [
      'tpm.certify.name',
      'other attributes of the same key',
      {},
      { certified: area({ attributes: 0x00040472 }) },
    ],
    ['tpm.certify.qualified-name', 'another parent', {}, {}, { qualifiedName: name(6) }],
    ['tpm.attest.signature', 'by another key', {}, { signature: certifySignature() }],
  ])('fails %s alone: %s', (id, _, made, input, options) => {
    const { findings, verified } = certify(made, input, options);
    expect(failed(findings.checks)).toEqual([id]);
    expect(verified).toBeNull();
  });

  it('counts nothing as proven that was not asked', () => {
    const { findings, verified } = certify(
      { hash: 'sha1', subject: { nameAlg: 'sha1' }, ak: { nameAlg: 'sha1' } },
      {},
      { policy: 'authenticity', demand: 'any' },
    );
    expect(findings.notPerformed.map(({ id }) => id)).toEqual([
      'tpm.ak.name-algorithm',
      'tpm.attest.hash-algorithm',
      'tpm.certified.name-algorithm',
      'tpm.certified.attributes',
    ]);
    expect(verified).not.toBeNull();
    const { ak } = sign({}, CERTIFY, nonce);
    const bare = verifyTpmCertify(
      { ...sign({}, CERTIFY, join(sized(area().name), sized(name(5)))), certified: area() },
      { policy: 'gate', demand: 'resident' },
    );
    expect(ak.publicArea).not.toBeNull();
    expect(bare.findings.notPerformed.map(({ id }) => id)).toEqual(['tpm.ak.name', 'tpm.attest.extra-data']);
  });

  it('is never verified without a signature that was asked about', () => {
    const { ak } = sign({ scheme: 'rsassa' }, CERTIFY, nonce);
    const { findings, verified } = certify({}, { ak });
    expect(failed(findings.checks)).toContain('tpm.ak.scheme');
    expect(findings.notPerformed.map(({ id }) => id)).toContain('tpm.attest.signature');
    expect(verified).toBeNull();
  });
});

function certifySignature(): Uint8Array {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return sign({ key: other }, CERTIFY, nonce).signature;
}

describe('a key that a TPM says it made', () => {
  it('passes every check when all is in order', () => {
    const { findings, verified } = create(
      {},
      {},
      { qualifiedSigner: name(7), parentName: PARENT, outsideInfo: nonce },
    );
    const own = ['name', 'hash', 'parent', 'outside-info'].map((last) => `tpm.creation.${last}`);
    expect(findings.checks.map(({ id, status }) => [id, status])).toEqual(
      [...COMMON, ...own, ...CERTIFIED].map((id) => [id, 'pass']),
    );
    expect(verified?.creationData.pcrSelect).toMatchObject([{ mask: 1 }]);
    expect(verified?.creationData.locality).toBe(1);
  });

  it.each<Fault>(FAULTS)('fails %s alone: %s', (id, _, made, input, options) => {
    // The hash of the creation data is by the object's nameAlg.
    const body =
      made.subject?.nameAlg === 'sha1'
        ? { body: join(sized(area(made.subject).name), sized(digestOf('sha1', creationData().subarray(2)))) }
        : {};
    const { findings, verified } = create({ ...made, ...body }, input, options);
    expect(failed(findings.checks)).toEqual([id]);
    expect(verified).toBeNull();
  });

  it.each<[string, string, Made, Partial<TpmCreationInput>?, Partial<TpmCreationOptions>?]>([
    ['tpm.creation.name', 'another key', {}, { created: area({ attributes: 0x00040472 }) }],
    ['tpm.creation.hash', 'other data', {}, { creationData: creationData(new Uint8Array(4)) }],
    ['tpm.creation.parent', 'another parent', {}, {}, { parentName: name(1) }],
    ['tpm.creation.outside-info', 'another note', {}, {}, { outsideInfo: new Uint8Array(3) }],
    ['tpm.attest.signature', 'by another key', {}, { signature: certifySignature() }],
  ])('fails %s alone: %s', (id, _, made, input, options) => {
    const { findings, verified } = create(made, input, options);
    expect(failed(findings.checks)).toEqual([id]);
    expect(verified).toBeNull();
  });

  it.each<[string, Uint8Array]>([
    ['trailing_data', join(creationData(), u8(0))],
    ['truncated', creationData().subarray(0, 40)],
    ['too_long', join(u16(2000), new Uint8Array(2000))],
    ['unsupported', creationData(nonce, 0x0012)],
  ])('refuses creation data: %s', (code, data) => {
    expect(codeOf(() => parseTpm2bCreationData(data))).toBe(code);
  });

  it('accepts the parent algorithm of a primary object', () => {
    expect(parseTpm2bCreationData(creationData(nonce, 0x0010)).parentName).toEqual(PARENT);
  });
});

describe('hostile statements', () => {
  const demands: CertifiedDemand[] = ['resident', 'any'];
  const good = new Map([
    [CERTIFY, sign({}, CERTIFY, join(sized(area().name), sized(name(5))))],
    [
      CREATION,
      sign({}, CREATION, join(sized(area().name), sized(digestOf('sha256', creationData().subarray(2))))),
    ],
  ]);
  const judge = (type: number, attest: Uint8Array, demand: CertifiedDemand) => {
    const statement = { ...(good.get(type) ?? expect.unreachable()), attest };
    const options = { policy: 'authenticity', demand } as const;
    return type === CERTIFY
      ? verifyTpmCertify({ ...statement, certified: area() }, options)
      : verifyTpmCreation({ ...statement, created: area(), creationData: creationData() }, options);
  };
  const refused = (type: number, attest: Uint8Array, demand: CertifiedDemand): boolean => {
    try {
      return judge(type, attest, demand).verified === null;
    } catch (error) {
      if (error instanceof SextantError) return true;
      throw error;
    }
  };

  it.each([CERTIFY, CREATION])('are refused at every length and after every flipped bit: %s', (type) => {
    const { attest } = good.get(type) ?? expect.unreachable();
    expect(refused(type, attest, 'any')).toBe(false);
    for (let length = 0; length < attest.length; length++) {
      expect(refused(type, attest.subarray(0, length), 'any')).toBe(true);
    }
    expect(refused(type, join(attest, u8(0)), 'any')).toBe(true);
    for (let bit = 0; bit < attest.length * 8; bit++) {
      const changed = Uint8Array.from(attest);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(refused(type, changed, 'any')).toBe(true);
    }
  });

  it('never throw anything but a coded error', () => {
    const header = fc.constantFrom(
      join(u32(0xff544347), u16(CERTIFY)),
      join(u32(0xff544347), u16(CREATION)),
      u8(1),
    );
    const noise = fc
      .tuple(header, fc.uint8Array({ maxLength: 200 }))
      .map(([start, rest]) => join(start, rest));
    fc.assert(
      fc.property(
        fc.constantFrom(CERTIFY, CREATION),
        noise,
        fc.constantFrom(...demands),
        (type, bytes, demand) => {
          expect(refused(type, bytes, demand)).toBe(true);
          expect(codeOf(() => parseTpm2bCreationData(bytes))).toMatch(/^[a-z_]+$/);
        },
      ),
      { numRuns: fuzzRuns },
    );
  });
});
