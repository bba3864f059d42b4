import { FormatError } from '../../bytes/errors.ts';
import { parsePem } from '../../bytes/pem.ts';
import type { EvidenceFolder } from '../format.ts';
import type { IntelCollateral } from './collateral.ts';
import { parseCollateralFile } from './collateral-file.ts';
import { decodeHexText, looksLikeQuote, quoteBytes } from './quote-text.ts';

/** Names under which tools leave a quote. */
const QUOTE_NAMES = ['quote.bin', 'quote.dat', 'quote.hex', 'quote'];

/** The name of the quote among these files: by that, or by what it begins with. */
export function findQuote(files: EvidenceFolder): string | null {
  const named = QUOTE_NAMES.find((name) => files.has(name));
  if (named !== undefined) return named;
  const [similar, ...more] = [...files].filter(([, bytes]) => looksLikeQuote(bytes));
  return similar === undefined || more.length > 0 ? null : similar[0];
}

/** Every file that is a quote by its name, decoded. */
export function quotesIn(files: EvidenceFolder): readonly (readonly [name: string, quote: Uint8Array])[] {
  return QUOTE_NAMES.flatMap((name) => {
    const bytes = files.get(name);
    return bytes === undefined ? [] : [[name, quoteBytes(bytes)] as const];
  });
}

/**
 * Collateral by the names of its files, and `collateral.json` for what is not there by itself. `files` count before `behind`.
 *
 * @throws FormatError for a `collateral.json` that is none; whatever else is wrong shows in verification
 */
export function readCollateral(files: EvidenceFolder, behind: EvidenceFolder): IntelCollateral {
  const [near, far] = [collateralOf(files), collateralOf(behind)];
  return {
    tcbInfo: near.tcbInfo ?? far.tcbInfo,
    tcbInfoChain: near.tcbInfoChain ?? far.tcbInfoChain,
    qeIdentity: near.qeIdentity ?? far.qeIdentity,
    qeIdentityChain: near.qeIdentityChain ?? far.qeIdentityChain,
    rootCrl: near.rootCrl ?? far.rootCrl,
    pckCrl: near.pckCrl ?? far.pckCrl,
    pckChain: near.pckChain ?? far.pckChain,
  };
}

function collateralOf(files: EvidenceFolder): IntelCollateral {
  const candidates = candidatesIn(files);
  const first = (part: keyof IntelCollateral): Uint8Array | null => candidates(part)[0] ?? null;
  return {
    tcbInfo: first('tcbInfo'),
    tcbInfoChain: first('tcbInfoChain'),
    qeIdentity: first('qeIdentity'),
    qeIdentityChain: first('qeIdentityChain'),
    rootCrl: first('rootCrl'),
    pckCrl: first('pckCrl'),
    pckChain: first('pckChain'),
  };
}

/** CRLs are DER, as it is, in hexadecimal, or in PEM. */
const CRL_ENDINGS = ['.hex', '.der', '.crl', '.pem'];

/** The names of the files that hold a part by itself; the first counts. */
const NAMES: Readonly<Record<keyof IntelCollateral, readonly string[]>> = {
  tcbInfo: ['tcbInfo.json'],
  tcbInfoChain: ['tcbchain.pem'],
  qeIdentity: ['qeIdentity.json'],
  qeIdentityChain: ['qechain.pem'],
  rootCrl: CRL_ENDINGS.map((ending) => `rootcrl${ending}`),
  pckCrl: CRL_ENDINGS.map((ending) => `pckcrl${ending}`),
  pckChain: ['pckchain.pem'],
};

/**
 * All that a folder holds for a part: by itself, under each of its names, and then in `collateral.json`.
 *
 * @throws FormatError for a `collateral.json` that is none
 */
export function candidatesIn(files: EvidenceFolder): (part: keyof IntelCollateral) => readonly Uint8Array[] {
  const bytes = files.get(WHOLE);
  const whole = bytes === undefined ? null : parseCollateralFile(bytes);
  return (part) => {
    const isCrl = part === 'rootCrl' || part === 'pckCrl';
    const alone = NAMES[part].flatMap((name) => files.get(name) ?? []);
    const within = whole?.[part] ?? null;
    return [...(isCrl ? alone.map(crlOf) : alone), ...(within === null ? [] : [within])];
  };
}

/** What is no CRL is handed on as it is, and found to be none. */
function crlOf(bytes: Uint8Array): Uint8Array {
  return decodeHexText(bytes) ?? fromPem(bytes) ?? bytes;
}

/** Collateral in one file. */
const WHOLE = 'collateral.json';

const PARTS: ReadonlySet<string> = new Set([
  ...QUOTE_NAMES,
  ...Object.values(NAMES).flat(),
  WHOLE,
  'root.pem',
  'ccel.bin',
  'ccel',
]);

/** Whether a file of this name is read as part of a quote's evidence. */
export function isPart(name: string): boolean {
  return PARTS.has(name);
}

function fromPem(bytes: Uint8Array): Uint8Array | null {
  if (bytes[0] !== HYPHEN) return null;
  try {
    const [crl] = parsePem(bytes, { label: 'X509 CRL', maxBlocks: 1 });
    return crl ?? null;
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

const HYPHEN = 0x2d;
