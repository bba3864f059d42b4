import { FormatError } from '../../bytes/errors.ts';
import { parsePem } from '../../bytes/pem.ts';
import type { EvidenceFolder } from '../format.ts';
import type { IntelCollateral } from './collateral.ts';
import { parseCollateralFile } from './collateral-file.ts';
import { decodeHexText, looksLikeQuote } from './quote-text.ts';

/** Names under which tools leave a quote. */
const QUOTE_NAMES = ['quote.bin', 'quote.dat', 'quote.hex', 'quote'];

/** The name of the quote among these files: by that, or by what it begins with. */
export function findQuote(files: EvidenceFolder): string | null {
  const named = QUOTE_NAMES.find((name) => files.has(name));
  if (named !== undefined) return named;
  const [similar, ...more] = [...files].filter(([, bytes]) => looksLikeQuote(bytes));
  return similar === undefined || more.length > 0 ? null : similar[0];
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
  const whole = files.get('collateral.json');
  const rest = whole === undefined ? null : parseCollateralFile(whole);
  return {
    tcbInfo: files.get('tcbInfo.json') ?? rest?.tcbInfo ?? null,
    tcbInfoChain: files.get('tcbchain.pem') ?? rest?.tcbInfoChain ?? null,
    qeIdentity: files.get('qeIdentity.json') ?? rest?.qeIdentity ?? null,
    qeIdentityChain: files.get('qechain.pem') ?? rest?.qeIdentityChain ?? null,
    rootCrl: crlOf(files, 'rootcrl') ?? rest?.rootCrl ?? null,
    pckCrl: crlOf(files, 'pckcrl') ?? rest?.pckCrl ?? null,
    pckChain: files.get('pckchain.pem') ?? rest?.pckChain ?? null,
  };
}

const CRL_ENDINGS = ['.hex', '.der', '.crl', '.pem'];

/** DER, as it is, in hexadecimal, or in PEM. What is none of these is handed on as it is, and found to be no CRL. */
function crlOf(files: EvidenceFolder, name: string): Uint8Array | null {
  const ending = CRL_ENDINGS.find((candidate) => files.has(`${name}${candidate}`));
  const bytes = ending === undefined ? undefined : files.get(`${name}${ending}`);
  if (bytes === undefined) return null;
  return decodeHexText(bytes) ?? fromPem(bytes) ?? bytes;
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
