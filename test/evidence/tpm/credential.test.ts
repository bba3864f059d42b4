import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashAlgorithmById } from '../../../src/evidence/tpm/algorithms.ts';
import {
  activateCredential,
  CREDENTIAL_ENTROPY_BYTES,
  makeCredential,
  parseCredential,
  parseCredentialFile,
  parseTpm2bPublic,
  type TpmtPublic,
  toCredentialFile,
  toTpm2b,
} from '../../../src/evidence/tpm/index.ts';
import { kdfA, kdfE } from '../../../src/evidence/tpm/kdf.ts';
import { parseTpmtPublic } from '../../../src/evidence/tpm/public.ts';
import {
  decapsulateEcc,
  encapsulateEcc,
  encapsulateRsa,
  ephemeralScalar,
} from '../../../src/evidence/tpm/seed.ts';
import { describeWithSwtpm, type Swtpm, startSwtpm } from '../../swtpm.ts';
import { describeWithVectors, vector } from '../../vectors.ts';
import { eccPublicArea, rsaPublicArea } from './build.ts';
import { codeOf } from './code-of.ts';

const bytes = (hex: string | undefined): Uint8Array => new Uint8Array(Buffer.from(hex ?? '', 'hex'));
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');

describeWithVectors('key derivation and secret sharing', () => {
  type Row = Readonly<Record<string, string>> & { readonly HashAlg: number; readonly Bits: number };
  const rows = (name: string): Row[] =>
    JSON.parse(Buffer.from(vector(`tpm/kdf/go-tpm__tpm2__test__testvectors__${name}.json`)).toString());
  const hashOf = (row: Row) => hashAlgorithmById(row.HashAlg) ?? expect.unreachable();

  it.each(['kdfa', 'kdfe'])('derives all of %s', (name) => {
    const vectors = rows(name);
    expect(vectors).toHaveLength(100);
    for (const row of vectors) {
      const [u, v] = [bytes(row['ContextU']), bytes(row['ContextV'])];
      const label = row['Label'] ?? '';
      const derived =
        name === 'kdfa'
          ? kdfA(hashOf(row), bytes(row['Key']), label, u, v, row.Bits)
          : kdfE(hashOf(row), bytes(row['Z']), label, u, v, row.Bits);
      expect(hex(derived), row['Name']).toBe(row['Result']);
    }
  });

  it('encapsulates all of rsa_labeled_encaps', () => {
    const vectors = rows('rsa_labeled_encaps');
    expect(vectors).toHaveLength(100);
    for (const row of vectors) {
      const area = parseTpmtPublic(bytes(row['PublicKey']));
      if (area.type !== 'rsa') return expect.unreachable();
      const made = encapsulateRsa(area, row['Label'] ?? '', bytes(row['Secret']), bytes(row['OAEPSalt']));
      expect(hex(made.encryptedSecret), row['Name']).toBe(row['Ciphertext']);
    }
  });

  it('encapsulates and opens all of ecc_labeled_encaps', () => {
    const vectors = rows('ecc_labeled_encaps');
    expect(vectors).toHaveLength(100);
    for (const row of vectors) {
      const area = parseTpmtPublic(bytes(row['PublicKey']));
      if (area.type !== 'ecc') return expect.unreachable();
      const label = row['Label'] ?? '';
      const made = encapsulateEcc(area, label, bytes(row['EphemeralPrivate']));
      expect(hex(made.encryptedSecret), row['Name']).toBe(row['Ciphertext']);
      expect(hex(made.seed), row['Name']).toBe(row['Secret']);
      // TPMT_SENSITIVE ends with the sized scalar.
      const scalar = bytes(row['PrivateKey']).subarray(-area.curve.fieldBytes);
      expect(hex(decapsulateEcc(area, label, scalar, made.encryptedSecret)), row['Name']).toBe(row['Secret']);
    }
  });
});

describeWithVectors("tpm2-tools' credential file", () => {
  it('is read and written to the byte', () => {
    const file = vector('tpm/enrolment/cred.out');
    const credential = parseCredentialFile(file);
    expect(credential.credentialBlob).toHaveLength(68);
    expect(credential.encryptedSecret).toHaveLength(256);
    expect(toCredentialFile(credential)).toEqual(file);
  });

  it('is refused when cut or lengthened anywhere', () => {
    const file = vector('tpm/enrolment/cred.out');
    for (let length = 0; length < file.length; length++) {
      expect(codeOf(() => parseCredentialFile(file.subarray(0, length)))).toBe('truncated');
    }
    expect(codeOf(() => parseCredentialFile(Buffer.concat([file, Uint8Array.of(0)])))).toBe('trailing_data');
  });

  it('is refused under another magic or version', () => {
    const file = vector('tpm/enrolment/cred.out');
    expect(codeOf(() => parseCredentialFile(file.with(0, 0)))).toBe('bad_value');
    expect(codeOf(() => parseCredentialFile(file.with(7, 2)))).toBe('unsupported');
  });
});

describe('a credential', () => {
  const entropy = new Uint8Array(randomBytes(CREDENTIAL_ENTROPY_BYTES));
  const secret = new Uint8Array(randomBytes(32));
  const akName = new Uint8Array(Buffer.concat([bytes('000b'), randomBytes(32)]));
  const keys = {
    'RSA-2048, SHA-256, AES-128': () => {
      const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
      return { pair, area: rsaPublicArea(pair.publicKey, { kind: 'ek' }) };
    },
    'RSA-3072, SHA-384, AES-256': () => {
      const pair = generateKeyPairSync('rsa', { modulusLength: 3072 });
      return { pair, area: rsaPublicArea(pair.publicKey, { kind: 'ek', nameAlg: 'sha384', aesBits: 256 }) };
    },
    'P-256, SHA-256, AES-128': () => {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return { pair, area: eccPublicArea(pair.publicKey, { kind: 'ek' }) };
    },
    'P-384, SHA-384, AES-256': () => {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-384' });
      return { pair, area: eccPublicArea(pair.publicKey, { kind: 'ek', nameAlg: 'sha384', aesBits: 256 }) };
    },
  };

  describe.each(Object.entries(keys))('for %s', (_, make) => {
    const { pair, area } = make();
    const ekPublic = parseTpmtPublic(area);
    const credential = makeCredential({ ekPublic, akName, secret, entropy });

    it('opens for the named key', () => {
      expect(activateCredential(ekPublic, pair.privateKey, akName, credential)).toEqual(secret);
      const { credentialBlob, encryptedSecret } = credential;
      expect(parseCredential(toTpm2b(credentialBlob), toTpm2b(encryptedSecret))).toEqual(credential);
      expect(parseCredentialFile(toCredentialFile(credential))).toEqual(credential);
    });

    it('does not open for another attestation key', () => {
      const other = akName.with(5, (akName[5] ?? 0) ^ 1);
      expect(codeOf(() => activateCredential(ekPublic, pair.privateKey, other, credential))).toBe(
        'tpm_credential_rejected',
      );
    });

    it('does not open with any byte of its blob altered', () => {
      for (let index = 2; index < credential.credentialBlob.length; index++) {
        const flipped = (credential.credentialBlob[index] ?? 0) ^ 0x80;
        const altered = { ...credential, credentialBlob: credential.credentialBlob.with(index, flipped) };
        expect(codeOf(() => activateCredential(ekPublic, pair.privateKey, akName, altered))).toBe(
          'tpm_credential_rejected',
        );
      }
    });

    it('does not open for another endorsement key', () => {
      const other = make();
      const theirs = parseTpmtPublic(other.area);
      expect(codeOf(() => activateCredential(theirs, other.pair.privateKey, akName, credential))).toBe(
        'tpm_credential_rejected',
      );
    });

    it('differs with its entropy alone', () => {
      const again = makeCredential({ ekPublic, akName, secret, entropy });
      expect(again).toEqual(credential);
      const fresh = makeCredential({
        ekPublic,
        akName,
        secret,
        entropy: entropy.with(0, (entropy[0] ?? 0) ^ 1),
      });
      expect(fresh.encryptedSecret).not.toEqual(credential.encryptedSecret);
    });
  });

  const ecc = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ekPublic = parseTpmtPublic(eccPublicArea(ecc.publicKey, { kind: 'ek' }));

  it.each([
    ['a secret of 15 bytes', { secret: new Uint8Array(15) }],
    ['a secret longer than a digest', { secret: new Uint8Array(33) }],
    ['too little entropy', { entropy: new Uint8Array(CREDENTIAL_ENTROPY_BYTES - 1) }],
  ])('is not made from %s', (_, fault) => {
    expect(codeOf(() => makeCredential({ ekPublic, akName, secret, entropy, ...fault }))).toBe(
      'tpm_bad_argument',
    );
  });

  it('is not made for a signing key, which fixes no cipher', () => {
    const ak = parseTpmtPublic(eccPublicArea(ecc.publicKey, { kind: 'ak' }));
    expect(codeOf(() => makeCredential({ ekPublic: ak, akName, secret, entropy }))).toBe('tpm_ek_unsuitable');
  });

  it('is not made for a point that is off its curve', () => {
    if (ekPublic.type !== 'ecc') return expect.unreachable();
    const off: TpmtPublic = { ...ekPublic, y: ekPublic.y.with(31, (ekPublic.y[31] ?? 0) ^ 1) };
    expect(codeOf(() => makeCredential({ ekPublic: off, akName, secret, entropy }))).toBe('tpm_key_unusable');
  });

  it('takes ephemeral scalars between 1 and n - 1 from any randomness', () => {
    if (ekPublic.type !== 'ecc') return expect.unreachable();
    for (const fill of [0x00, 0xff, 0x5a]) {
      const scalar = BigInt(`0x${hex(ephemeralScalar(ekPublic.curve, new Uint8Array(40).fill(fill)))}`);
      expect(scalar > 0n && scalar < ekPublic.curve.order).toBe(true);
    }
    expect(codeOf(() => encapsulateEcc(ekPublic, 'IDENTITY', new Uint8Array(32)))).toBe('tpm_bad_argument');
  });
});

describeWithSwtpm('a real TPM', () => {
  let tpm: Swtpm;
  beforeAll(async () => {
    tpm = await startSwtpm();
  });
  afterAll(() => tpm?.stop());

  it.each([
    ['RSA', '0x81010001', true],
    ['ECC', '0x81010016', false],
  ])('opens what is made for its %s endorsement key', async (_, handle, needsPolicy) => {
    await tpm.tool('tpm2_readpublic', '-c', handle, '-f', 'tss', '-o', 'ek.pub');
    await tpm.tool(
      'tpm2_createak',
      ...`-C ${handle} -c ak.ctx -G ecc -g sha256 -s ecdsa -u ak.pub -f tss -n ak.name`.split(' '),
    );
    const ekPublic = parseTpm2bPublic(await tpm.read('ek.pub'));
    const ak = parseTpm2bPublic(await tpm.read('ak.pub'));
    expect(ak.name).toEqual(await tpm.read('ak.name'));
    const secret = new Uint8Array(randomBytes(32));
    const entropy = new Uint8Array(randomBytes(CREDENTIAL_ENTROPY_BYTES));
    const credential = makeCredential({ ekPublic, akName: ak.name, secret, entropy });
    await writeFile(join(tpm.folder, 'cred.out'), toCredentialFile(credential));

    const authorisation: string[] = [];
    if (needsPolicy) {
      await tpm.tool('tpm2_startauthsession', '--policy-session', '-S', 'session.ctx');
      await tpm.tool('tpm2_policysecret', '-S', 'session.ctx', '-c', 'e');
      authorisation.push('-P', 'session:session.ctx');
    }
    await tpm.tool(
      'tpm2_activatecredential',
      ...`-c ak.ctx -C ${handle} -i cred.out -o secret.out`.split(' '),
      ...authorisation,
    );
    expect(await tpm.read('secret.out')).toEqual(secret);
    if (needsPolicy) await tpm.tool('tpm2_flushcontext', 'session.ctx');
  });
});
