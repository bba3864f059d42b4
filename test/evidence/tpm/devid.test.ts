import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SextantError } from '../../../src/bytes/errors.ts';
import {
  attestationKeyFromPublic,
  type DevIdInput,
  type DevIdOptions,
  deviceNames,
  isSameModule,
  parseTpmtPublic,
  verifyDevId,
  verifyTpmFolder,
} from '../../../src/evidence/tpm/index.ts';
import { USAGE } from '../../../src/forge/tpm/certificate.ts';
import { type DevIdWords, makeDevIdCa } from '../../../src/forge/tpm/devid-ca.ts';
import { makeEkCa } from '../../../src/forge/tpm/ek-ca.ts';
import { anchorFromCertificate, OID, PathError, parseCertificate, writePem } from '../../../src/pki/index.ts';
import { describeWithSwtpm, startSwtpm } from '../../swtpm.ts';
import { fuzzRuns } from '../../vectors.ts';
import { attestation, digestOf, eccPublicArea, join, signature, sized, u8 } from './build.ts';
import { codeOf } from './code-of.ts';
import { failed } from './failed.ts';

const AT = new Date('2026-06-01T00:00:00Z');
const RESIDENCY = '2.23.133.11.1.1';
const FIXED = '2.23.133.11.1.2';
const RESTRICTED = '2.23.133.11.1.3';

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ca = makeDevIdCa(AT);
const anchors = [anchorFromCertificate(parseCertificate(ca.root))];
const endorsement = makeEkCa(AT).certify(other.publicKey, AT);
const anotherEndorsement = makeEkCa(AT).certify(other.publicKey, AT);

/** fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, sign; and restricted. */
const SIGNER = 0x00040072;
const RESTRICTED_SIGNER = 0x00050072;

const area = (attributes: number, publicKey = key.publicKey) =>
  parseTpmtPublic(eccPublicArea(publicKey, { kind: 'ak', attributes }));

type Kind = DevIdOptions['kind'];

function verify(
  kind: Kind,
  words: DevIdWords = {},
  input: Partial<DevIdInput> = {},
  options: Partial<DevIdOptions> = {},
) {
  return verifyDevId(
    {
      certificate: ca.certify(kind, key.publicKey, AT, { endorsements: [endorsement], ...words }),
      intermediates: [],
      publicArea: area(kind === 'iak' ? RESTRICTED_SIGNER : SIGNER),
      ek: parseCertificate(endorsement),
      ...input,
    },
    { kind, anchors, at: AT, acceptPath: () => {}, ...options },
  );
}

describe.each<[Kind, string]>([
  ['iak', RESTRICTED],
  ['idevid', FIXED],
])('an %s', (kind, policy) => {
  it('passes every check when all is in order', () => {
    const { findings, verified } = verify(kind);
    const names = ['module', 'policies', 'key-usage', 'purpose', 'public', 'attributes', 'ek'];
    expect(findings.checks.map(({ id, status }) => [id, status])).toEqual(
      [...names, 'expired', 'chain', 'revocation'].map((name) => [`tpm.devid.${name}`, 'pass']),
    );
    expect(findings.notPerformed).toEqual([]);
    expect(verified?.module).toEqual({ hwType: '2.23.133.1.2', hwSerialNum: Uint8Array.of(0x53, 0x58, 1) });
  });

  it.each<[string, string, DevIdWords, Partial<DevIdInput>?, Partial<DevIdOptions>?]>([
    ['module', 'none', { serials: [] }],
    ['module', 'two', { serials: [Uint8Array.of(1), Uint8Array.of(2)] }],
    ['module', 'without a serial number', { serials: [new Uint8Array()] }],
    ['module', 'of TPM 1.2', { hwType: '2.23.133.1.1' }],
    ['policies', 'none', { policies: [] }],
    ['policies', 'residency alone', { policies: [RESIDENCY] }],
    ['policies', 'no residency', { policies: [policy] }],
    ['policies', "the other kind's", { policies: [RESIDENCY, kind === 'iak' ? FIXED : RESTRICTED] }],
    ['key-usage', 'a key that receives secrets', { usages: [USAGE.keyEncipherment] }],
    ['key-usage', "a CA's key", { usages: [USAGE.digitalSignature, USAGE.keyCertSign] }],
    ['key-usage', 'a CA', { isCa: true }],
    ['purpose', "the other kind's", { purposes: [kind === 'iak' ? OID.clientAuth : OID.tcgAikCertificate] }],
    [
      'public',
      'another key',
      {},
      { publicArea: area(kind === 'iak' ? RESTRICTED_SIGNER : SIGNER, other.publicKey) },
    ],
    ['attributes', "the other kind's", {}, { publicArea: area(kind === 'iak' ? SIGNER : RESTRICTED_SIGNER) }],
    [
      'attributes',
      'a key that may leave',
      {},
      { publicArea: area(kind === 'iak' ? 0x00050060 : 0x00040060) },
    ],
    ['ek', "another TPM's", { endorsements: [anotherEndorsement] }],
    ['ek', 'two TPMs', { endorsements: [endorsement, anotherEndorsement] }],
    ['expired', 'yesterday', { notAfter: new Date(AT.getTime() - 1000) }],
    ['chain', 'nobody is trusted', {}, {}, { anchors: [] }],
    [
      'revocation',
      'revoked',
      {},
      {},
      {
        acceptPath: ({ chain: [leaf] }) => {
          if (leaf !== undefined) throw new PathError('path_refused', 'revoked', leaf);
        },
      },
    ],
  ])('fails tpm.devid.%s alone: %s', (id, _, words, input, options) => {
    const { findings, verified } = verify(kind, words, input, options);
    expect(failed(findings.checks)).toEqual([`tpm.devid.${id}`]);
    expect(verified).toBeNull();
  });

  it('says where it is not bound to an endorsement key', () => {
    for (const { findings, verified } of [
      verify(kind, { endorsements: [] }),
      verify(kind, {}, { ek: null }),
    ]) {
      expect(findings.notPerformed.map(({ id }) => id)).toEqual(['tpm.devid.ek']);
      expect(verified).not.toBeNull();
    }
  });
});

describe('device identities', () => {
  it('of one TPM name one module', () => {
    const [iak, idevid] = [verify('iak').verified?.module, verify('idevid').verified?.module];
    const another = verify('idevid', { serials: [Uint8Array.of(9)] }).verified?.module;
    if (!iak || !idevid || !another) expect.unreachable();
    expect(isSameModule(iak, idevid)).toBe(true);
    expect(isSameModule(iak, another)).toBe(false);
  });

  it('are read with the padding of NV, and refused with anything else behind them', () => {
    const certificate = ca.certify('iak', key.publicKey, AT);
    expect(
      verify('iak', {}, { certificate: join(certificate, new Uint8Array(40).fill(0xff)) }).verified,
    ).not.toBeNull();
    expect(codeOf(() => verify('iak', {}, { certificate: join(certificate, u8(1)) }))).toBe('trailing_data');
  });

  it('never pass with any byte of the certificate altered', () => {
    const good = ca.certify('iak', key.publicKey, AT, { endorsements: [endorsement] });
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (offset, xor) => {
        const certificate = good.map((octet, index) => (index === offset ? octet ^ xor : octet));
        try {
          expect(verify('iak', {}, { certificate }).verified).toBeNull();
          deviceNames(parseCertificate(certificate));
        } catch (error) {
          expect(error).toBeInstanceOf(SextantError);
        }
      }),
      { numRuns: Math.ceil(fuzzRuns / 10) },
    );
  });
});

describe('a quote by an IAK, as files', () => {
  const nonce = new Uint8Array(32).fill(9);
  const values = new Uint8Array(32).fill(1);
  const message = attestation({ extraData: nonce, pcrDigest: digestOf('sha256', values) });
  const akPub = sized(eccPublicArea(key.publicKey, { kind: 'ak' }));
  const files = new Map([
    ['quote.msg', message],
    ['quote.sig', signature('ecdsa', 'sha256', key.privateKey, message)],
    ['quote.pcrs', values],
    ['ak.pub', akPub],
  ]);
  const judge = (more: readonly (readonly [string, Uint8Array])[]) =>
    verifyTpmFolder(new Map([...files, ...more]), { policy: 'gate', at: AT, extraData: nonce, anchors });

  it.each<[string, string, Uint8Array]>([
    ['DER', 'iak.crt', ca.certify('iak', key.publicKey, AT)],
    ['PEM', 'iak.pem', new TextEncoder().encode(writePem(ca.certify('iak', key.publicKey, AT)))],
  ])('is held by a TPM, by its certificate in %s', (_, name, certificate) => {
    const { findings, verified } = judge([[name, certificate]]);
    expect(failed(findings.checks)).toEqual([]);
    expect(verified).not.toBeNull();
    expect(findings.notPerformed.map(({ id }) => id)).toEqual(['tpm.devid.ek', 'tpm.devid.revocation']);
  });

  it("is refused with another key's certificate, and says what is missing without one", () => {
    const wrong = judge([['iak.crt', ca.certify('iak', other.publicKey, AT)]]);
    expect(failed(wrong.findings.checks)).toEqual(['tpm.devid.public']);
    expect(wrong.verified).toBeNull();
    expect(judge([]).findings.notPerformed.map(({ id }) => id)).toEqual(['tpm.ak.name', 'tpm.ek.chain']);
  });

  it('needs the public area, for a certificate does not say what the key may do', () => {
    const pem = new TextEncoder().encode(writePem(ca.certify('iak', key.publicKey, AT)));
    const spki = new TextEncoder().encode(key.publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const without = new Map([...files, ['iak.pem', pem] as const, ['ak.pem', spki] as const]);
    without.delete('ak.pub');
    const { findings } = verifyTpmFolder(without, { policy: 'gate', at: AT, extraData: nonce, anchors });
    const ids = findings.notPerformed.map(({ id }) => id);
    expect(ids).toContain('tpm.devid.public');
    expect(ids).toContain('tpm.ak.name');
  });
});

describeWithSwtpm('a software TPM', () => {
  it('quotes by a key that is certified as its IAK', async () => {
    const tpm = await startSwtpm();
    try {
      const run = (line: string): Promise<unknown> => {
        const [tool = '', ...words] = line.split(' ');
        return tpm.tool(tool, ...words);
      };
      await run('tpm2_createak -C 0x81010001 -c iak.ctx -G ecc -g sha256 -s ecdsa -u ak.pub -f tss');
      await run('tpm2_quote -c iak.ctx -l sha256:0,7 -q 0102 -g sha256 -m msg -s sig -o pcrs -F values');
      const [akPub, msg, sig, pcrs] = await Promise.all(
        ['ak.pub', 'msg', 'sig', 'pcrs'].map((name) => tpm.read(name)),
      );
      if (!akPub || !msg || !sig || !pcrs) expect.unreachable();
      const iak = ca.certify('iak', attestationKeyFromPublic(akPub).key, AT);
      const folder = new Map([
        ...(Object.entries({ 'ak.pub': akPub, 'quote.msg': msg, 'quote.sig': sig }) as [
          string,
          Uint8Array,
        ][]),
        ['quote.pcrs', pcrs],
        ['iak.crt', iak],
      ]);
      const options = { policy: 'gate', at: AT, extraData: Uint8Array.of(1, 2), anchors } as const;
      const { findings, verified } = verifyTpmFolder(folder, options);
      expect(failed(findings.checks)).toEqual([]);
      expect(verified).not.toBeNull();
      expect(findings.notPerformed.map(({ id }) => id)).not.toContain('tpm.ak.name');
    } finally {
      await tpm.stop();
    }
  });
});
