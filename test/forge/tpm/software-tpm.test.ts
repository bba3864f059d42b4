import { createPublicKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DeviceQuote, TpmDevice } from '../../../src/agent/tpm/port.ts';
import { parsePcrChoice } from '../../../src/agent/tpm/selection.ts';
import { toHex } from '../../../src/bytes/text.ts';
import {
  attestationKeyFromPublic,
  CREDENTIAL_ENTROPY_BYTES,
  makeCredential,
  parsePcrMap,
  parseTpm2bPublic,
  type TpmQuoteResult,
  toPcrMap,
  toTpm2b,
  verifyEndorsementKey,
  verifyTpmQuote,
} from '../../../src/evidence/tpm/index.ts';
import { ekCaFromPem, makeEkCa } from '../../../src/forge/tpm/ek-ca.ts';
import {
  alterPcr,
  alterQuote,
  answeringAnotherNonce,
  leavingOut,
  quotedBy,
  relabelPcr,
  signWithAnotherKey,
} from '../../../src/forge/tpm/misbehave.ts';
import { SoftwareTpm } from '../../../src/forge/tpm/software-tpm.ts';
import { anchorFromCertificate, parseCertificate } from '../../../src/pki/index.ts';

const at = new Date('2026-06-01T00:00:00Z');
const clock = (): Date => at;
const ca = makeEkCa(at);
const anchors = [anchorFromCertificate(parseCertificate(ca.root))];
const choice = parsePcrChoice('sha256:0-9,14');

const failed = ({ findings }: Pick<TpmQuoteResult, 'findings'>): string[] =>
  findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);

async function verify(tpm: TpmDevice, quote: DeviceQuote, extraData: Uint8Array): Promise<TpmQuoteResult> {
  const { akPublic, name } = await tpm.createOrLoadAk();
  return verifyTpmQuote(
    { ...quote, pcrs: parsePcrMap(toPcrMap(quote.pcrs)), ak: attestationKeyFromPublic(akPublic) },
    { policy: 'gate', extraData, akName: name },
  );
}

describe.each([
  { ek: 'rsa2048', ak: 'rsa' },
  { ek: 'rsa2048', ak: 'ecc' },
  { ek: 'ecc256', ak: 'ecc' },
  { ek: 'ecc384', ak: 'rsa' },
  { ek: 'ecc384', ak: 'ecc' },
] as const)('a TPM in software with $ek and $ak', (kinds) => {
  const tpm = new SoftwareTpm({ ca, clock, ...kinds });

  it('has an endorsement that verifies under its own root, and under no other of its name', async () => {
    const { ekCertificate, ekIntermediates, ekPublic } = await tpm.readEndorsement();
    const input = { certificate: ekCertificate, intermediates: ekIntermediates, ekPublic };
    expect(failed(verifyEndorsementKey(input, { anchors, at }))).toEqual([]);
    const lookalike = [anchorFromCertificate(parseCertificate(makeEkCa(at).root))];
    expect(failed(verifyEndorsementKey(input, { anchors: lookalike, at }))).toEqual(['tpm.ek.chain']);
    expect(Buffer.from(ekCertificate).toString('utf8')).toContain(
      'Sextant demonstration, not a manufacturer',
    );
  });

  it('quotes what it is asked', async () => {
    const extraData = randomBytes(32);
    const result = await verify(tpm, await tpm.quote({ extraData, choice }), extraData);
    expect(failed(result)).toEqual([]);
    expect(result.verified?.pcrs.get('sha256')?.size).toBe(11);
  });

  it('opens the credentials made for it and no others', async () => {
    const { ekPublic } = await tpm.readEndorsement();
    const { name } = await tpm.createOrLoadAk();
    const secret = new Uint8Array(randomBytes(32));
    const make = (akName: Uint8Array): Parameters<TpmDevice['activateCredential']>[0] => {
      const entropy = randomBytes(CREDENTIAL_ENTROPY_BYTES);
      const made = makeCredential({ ekPublic: parseTpm2bPublic(ekPublic), akName, secret, entropy });
      return {
        credentialBlob: toTpm2b(made.credentialBlob),
        encryptedSecret: toTpm2b(made.encryptedSecret),
      };
    };
    expect(await tpm.activateCredential(make(name))).toEqual(secret);
    const another = new SoftwareTpm({ ca, clock });
    await expect(tpm.activateCredential(make((await another.createOrLoadAk()).name))).rejects.toMatchObject({
      code: 'credential_refused',
    });
  });
});

describe('a TPM in software', () => {
  const tpm = new SoftwareTpm({ ca, clock });
  const extraData = randomBytes(32);

  it('is the same TPM again from its state, one boot later', async () => {
    const again = new SoftwareTpm({ ca: ekCaFromPem(ca.toPem()), clock, state: tpm.state() });
    expect(await again.readEndorsement()).toEqual(await tpm.readEndorsement());
    expect(await again.createOrLoadAk()).toEqual(await tpm.createOrLoadAk());
    const resets = async (device: TpmDevice): Promise<number | undefined> =>
      (await verify(device, await device.quote({ extraData, choice }), extraData)).verified?.attest.clockInfo
        .resetCount;
    expect(await resets(again)).toBe(((await resets(tpm)) ?? 0) + 1);
  });

  it('remembers what was measured until it boots again', async () => {
    const measured = new SoftwareTpm({ ca, clock });
    const value = async (): Promise<string> =>
      toHex((await measured.quote({ extraData, choice })).pcrs.get('sha256')?.get(9) ?? new Uint8Array());
    const before = await value();
    measured.extend(9, Uint8Array.of(1));
    expect(await value()).not.toBe(before);
  });

  it('says which bank it does not keep', async () => {
    await expect(tpm.quote({ extraData, choice: parsePcrChoice('sha384:0') })).rejects.toMatchObject({
      code: 'pcr_bank_inactive',
    });
  });

  it('re-issues its CA from PEM', () => {
    const { publicKey } = parseCertificate(ekCaFromPem(ca.toPem()).root);
    expect(publicKey).toEqual(parseCertificate(ca.root).publicKey);
    expect(createPublicKey(ca.rootPem).asymmetricKeyType).toBe('ec');
  });
});

describe('each deceit is found by the check that is meant for it', () => {
  const tpm = new SoftwareTpm({ ca, clock });
  const other = new SoftwareTpm({ ca, clock });
  const extraData = randomBytes(32);
  const request = { extraData, choice };

  it.each<[string, () => Promise<DeviceQuote>, readonly string[]]>([
    [
      'a relabelled PCR',
      async () => relabelPcr(await tpm.quote(request), 'sha256', 14, 10),
      ['tpm.quote.pcr-selection'],
    ],
    ['an altered PCR', async () => alterPcr(await tpm.quote(request), 'sha256', 4), ['tpm.quote.pcr-digest']],
    ['an altered quote', async () => alterQuote(await tpm.quote(request), 90), ['tpm.quote.signature']],
    ['another key', async () => signWithAnotherKey(await tpm.quote(request)), ['tpm.quote.signature']],
    ['another nonce', () => answeringAnotherNonce(tpm).quote(request), ['tpm.quote.extra-data']],
    ['a PCR left out', () => leavingOut(tpm, 'sha256', 9).quote(request), ['tpm.quote.pcr-selection']],
    ["another host's TPM", () => quotedBy(tpm, other).quote(request), ['tpm.quote.signature']],
  ])('%s', async (_, quote, ids) => {
    const result = await verify(tpm, await quote(), extraData);
    expect(failed(result)).toEqual(ids);
    expect(result.verified).toBeNull();
  });
});
