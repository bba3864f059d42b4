import { hash, X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { type CborValue, parseCbor } from '../../../src/bytes/cbor.ts';
import {
  attestationKeyFromPem,
  attestationKeyFromPublic,
  parseTpm2bPublic,
  parseTpmtPublic,
  verifyTpmCertify,
  verifyTpmCreation,
} from '../../../src/evidence/tpm/index.ts';
import { describeWithSwtpm, startSwtpm } from '../../swtpm.ts';
import { describeWithVectors, vector } from '../../vectors.ts';
import { join, sized, u16 } from './build.ts';
import { failed } from './failed.ts';

type WebAuthn = {
  readonly name: string;
  readonly attestationObject: string;
  readonly clientDataJSON: string;
  readonly rejects: boolean;
};

/** COSE algorithm -> TPM_ALG_ID of the hash under RSASSA (RFC 8812, 2). */
const HASHES = new Map<CborValue, readonly ['sha1' | 'sha256', number]>([
  [-257, ['sha256', 0x000b]],
  [-65535, ['sha1', 0x0004]],
]);

function map(value: CborValue): ReadonlyMap<unknown, CborValue> {
  return value instanceof Map ? value : expect.unreachable();
}

function octets(value: CborValue): Uint8Array {
  return value instanceof Uint8Array ? value : expect.unreachable();
}

/** WebAuthn level 3, 8.3: the statement certifies the credential's key, and its extraData covers the ceremony. */
function statementOf({ attestationObject, clientDataJSON }: WebAuthn) {
  const decode = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'));
  const object = map(parseCbor(decode(attestationObject), { deterministic: false }));
  const statement = map(object.get('attStmt'));
  const [hashName, hashId] = HASHES.get(statement.get('alg')) ?? expect.unreachable();
  const x5c = statement.get('x5c');
  // Some leaves are a test authority's, and no strict DER: of interest is their key alone.
  const leaf = new X509Certificate(octets(Array.isArray(x5c) ? x5c[0] : undefined));
  const clientDataHash = hash('sha256', decode(clientDataJSON), 'buffer');
  return {
    input: {
      attest: octets(statement.get('certInfo')),
      signature: join(u16(0x0014), u16(hashId), sized(octets(statement.get('sig')))),
      ak: attestationKeyFromPem(leaf.publicKey.export({ type: 'spki', format: 'pem' }).toString()),
      certified: parseTpmtPublic(octets(statement.get('pubArea'))),
    },
    extraData: hash(hashName, join(octets(object.get('authData')), clientDataHash), 'buffer'),
    isWeak: hashName === 'sha1',
  };
}

describeWithVectors("WebAuthn's genuine TPM statements", () => {
  const text = Buffer.from(vector('tpm/webauthn/simplewebauthn-tpm.json')).toString();
  const cases: readonly WebAuthn[] = JSON.parse(text);

  it('are six', () => expect(cases).toHaveLength(6));

  it.each(cases)('$name', (item) => {
    const { input, extraData, isWeak } = statementOf(item);
    const authenticity = { policy: 'authenticity', demand: 'resident', extraData } as const;
    const { findings, verified } = verifyTpmCertify(input, authenticity);
    expect(failed(findings.checks)).toEqual([]);
    expect(verified === null).toBe(item.rejects);
    const gate = verifyTpmCertify(input, { ...authenticity, policy: 'gate' });
    expect(failed(gate.findings.checks)).toEqual(isWeak ? ['tpm.attest.hash-algorithm'] : []);
    const stale = verifyTpmCertify(input, { ...authenticity, extraData: new Uint8Array(32) });
    expect(failed(stale.findings.checks)).toEqual(['tpm.attest.extra-data']);
  });
});

describeWithSwtpm('a software TPM', () => {
  it('certifies a key that it holds, and one that it made', async () => {
    const tpm = await startSwtpm();
    try {
      const run = (line: string): Promise<unknown> => {
        const [tool = '', ...words] = line.split(' ');
        return tpm.tool(tool, ...words);
      };
      await run('tpm2_createak -C 0x81010001 -c ak.ctx -G ecc -g sha256 -s ecdsa -u ak.pub -f tss');
      await run(
        'tpm2_createprimary -C o -G ecc -g sha256 -c key.ctx --creation-data cd --creation-ticket ct -d ch -q 0a0b',
      );
      await run('tpm2_readpublic -c key.ctx -o key.pub -f tss');
      await run('tpm2_certify -c key.ctx -C ak.ctx -g sha256 -o certify.msg -s certify.sig -f tss');
      await run(
        'tpm2_certifycreation -C ak.ctx -c key.ctx -d ch -t ct -g sha256 -o creation.sig -f tss --attestation creation.msg -q 0102',
      );
      const ak = attestationKeyFromPublic(await tpm.read('ak.pub'));
      const key = parseTpm2bPublic(await tpm.read('key.pub'));
      const akName = ak.publicArea?.name ?? expect.unreachable();

      const certified = verifyTpmCertify(
        {
          attest: await tpm.read('certify.msg'),
          signature: await tpm.read('certify.sig'),
          ak,
          certified: key,
        },
        { policy: 'gate', demand: 'resident', akName },
      );
      expect(failed(certified.findings.checks)).toEqual([]);
      expect(certified.verified).not.toBeNull();

      const created = verifyTpmCreation(
        {
          attest: await tpm.read('creation.msg'),
          signature: await tpm.read('creation.sig'),
          ak,
          created: key,
          creationData: await tpm.read('cd'),
        },
        {
          policy: 'gate',
          demand: 'resident',
          akName,
          extraData: Uint8Array.of(1, 2),
          // TPM_RH_OWNER: the parent of a primary key is its hierarchy.
          parentName: Uint8Array.of(0x40, 0, 0, 1),
          outsideInfo: Uint8Array.of(0x0a, 0x0b),
        },
      );
      expect(failed(created.findings.checks)).toEqual([]);
      expect(created.verified).not.toBeNull();
    } finally {
      await tpm.stop();
    }
  });
});
