import { fromUtf8 } from '../../bytes/text.ts';
import { parseCertificate } from '../../pki/certificate.ts';
import { parsePem } from '../../pki/pem.ts';
import { CollateralError } from '../errors.ts';
import { NRAS_KEYS, rimKey } from '../nvidia/addresses.ts';
import { IMPORTED, type ImportFolder, type ImportItem } from './import-item.ts';

const RIM = /^(NV_(?:GPU|SWITCH)_.+)\.xml$/i;
const OCSP = /^(.+)\.ocsp$/i;

/**
 * NVIDIA's documents in a folder: manifests by their id, OCSP responses each beside the chain of the certificate that it is about
 * (`<name>.ocsp`, `<name>.chain`), and the key set of its attestation service (`jwks.json`).
 */
export function nvidiaItems(folder: ImportFolder): ImportItem[] {
  return [...folder].flatMap(([file, body]): ImportItem[] => {
    const rimId = RIM.exec(file)?.[1];
    if (rimId !== undefined) {
      return [
        { file, find: () => ({ key: rimKey(rimId), received: { body, chain: null, source: IMPORTED } }) },
      ];
    }
    if (file === 'jwks.json') {
      return [{ file, find: () => ({ key: NRAS_KEYS, received: { body, chain: null, source: IMPORTED } }) }];
    }
    const stem = OCSP.exec(file)?.[1];
    return stem === undefined ? [] : [status(stem, file, body, folder)];
  });
}

function status(stem: string, file: string, body: Uint8Array, folder: ImportFolder): ImportItem {
  const beside = `${stem}.chain`;
  const chain = folder.get(beside);
  if (chain === undefined) {
    return {
      file,
      find: () => {
        throw new CollateralError(
          'collateral_malformed',
          `does not say whose status it is: ${beside} is missing`,
        );
      },
    };
  }
  return {
    file: `${file} + ${beside}`,
    find: () => {
      const [subject] = parsePem(fromUtf8(chain, beside));
      const name = subject === undefined ? '' : parseCertificate(subject).sha256;
      return { key: { kind: 'nvidia-ocsp', name }, received: { body, chain, source: IMPORTED } };
    },
  };
}
