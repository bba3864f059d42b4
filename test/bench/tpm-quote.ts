import { constants, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { attestationKeyFromPublic, verifyTpmQuote } from '../../src/evidence/tpm/index.ts';
import {
  attestation,
  digestOf,
  eccPublicArea,
  rsaPublicArea,
  signature,
  sized,
} from '../evidence/tpm/build.ts';
import { compareRates, type Row } from './row.ts';

/**
 * Quote verification under the gate with a known attestation key, ten SHA-256 PCRs, against bare `crypto.verify` of the
 * same signature with the same key.
 */
export async function tpmQuote(): Promise<Row[]> {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_AUTO: saltLength } = constants;
  return [
    compare('ECDSA P-256', 'ecdsa', ec, (key) => key),
    compare('RSASSA 2048', 'rsassa', rsa, (key) => key),
    compare('RSA-PSS 2048', 'rsapss', rsa, (key) => ({ key, padding, saltLength })),
  ];
}

function compare(
  name: string,
  scheme: 'ecdsa' | 'rsassa' | 'rsapss',
  { publicKey, privateKey }: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
  bareKey: (key: KeyObject) => Parameters<typeof verify>[2],
): Row {
  const extraData = new Uint8Array(32).fill(1);
  const pcrs = new Uint8Array(320).fill(2);
  const selection = [['sha256', [0, 1, 2, 3, 4, 5, 6, 7, 10, 14]]] as const;
  const quote = attestation({ extraData, selection, pcrDigest: digestOf('sha256', pcrs) });
  const signed = signature(scheme, 'sha256', privateKey, quote);
  const area = (scheme === 'ecdsa' ? eccPublicArea : rsaPublicArea)(publicKey, { kind: 'ak', scheme });
  const ak = attestationKeyFromPublic(sized(area));
  const akName = ak.publicArea?.name ?? new Uint8Array();
  const options = { policy: 'gate', extraData, akName } as const;

  const subject = (): void => {
    const { verified } = verifyTpmQuote({ quote, signature: signed, pcrs, ak }, options);
    if (verified === null) throw new Error('the quote was refused');
  };
  const key = bareKey(publicKey);
  const bare = scheme === 'ecdsa' ? sign('sha256', quote, privateKey) : signed.subarray(6);
  const baseline = (): void => {
    if (!verify('sha256', quote, key, bare)) throw new Error('the signature was refused');
  };
  return compareRates(`tpm-quote ${name}`, subject, baseline);
}
