import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { toHex } from '../../bytes/text.ts';
import type { EvidenceFolder } from '../format.ts';
import type { IntelCollateral } from './collateral.ts';
import { candidatesIn } from './folder.ts';
import { certificateDigests } from './folder-certificates.ts';
import { parseSignedDocument } from './signed-document.ts';

/** How two files for one part are compared: by what is signed in them, for white space and order may differ. */
const READ: Readonly<Record<keyof IntelCollateral, (bytes: Uint8Array) => string | null>> = {
  tcbInfo: (bytes) => documentText(bytes, 'tcbInfo'),
  tcbInfoChain: chainText,
  qeIdentity: (bytes) => documentText(bytes, 'enclaveIdentity'),
  qeIdentityChain: chainText,
  rootCrl: toHex,
  pckCrl: toHex,
  pckChain: chainText,
};

const PARTS = [
  'tcbInfo',
  'tcbInfoChain',
  'qeIdentity',
  'qeIdentityChain',
  'rootCrl',
  'pckCrl',
  'pckChain',
] as const;

/**
 * The parts that a folder holds more than once, and not the same each time; null where it holds none twice.
 *
 * @throws FormatError for a `collateral.json` that is none
 */
export function contradictions(files: EvidenceFolder): readonly (keyof IntelCollateral)[] | null {
  const candidates = candidatesIn(files);
  const twins = PARTS.map((part) => [part, candidates(part)] as const).filter(
    ([, candidates]) => candidates.length > 1,
  );
  if (twins.length === 0) return null;
  return twins.filter(([part, candidates]) => !agree(candidates, READ[part])).map(([part]) => part);
}

function agree([first, ...more]: readonly Uint8Array[], read: (bytes: Uint8Array) => string | null): boolean {
  if (first === undefined) return true;
  const text = read(first);
  return more.every((bytes) => equalBytes(first, bytes) || (text !== null && text === read(bytes)));
}

function chainText(pem: Uint8Array): string | null {
  return certificateDigests(pem)?.join() ?? null;
}

function documentText(bytes: Uint8Array, name: string): string | null {
  try {
    const { signed, signature } = parseSignedDocument(bytes, name);
    return `${toHex(signed)} ${toHex(signature)}`;
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}
