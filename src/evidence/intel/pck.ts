import { FormatError } from '../../bytes/errors.ts';
import { toHex } from '../../bytes/text.ts';
import { attributeTexts, OID, type TrustAnchor } from '../../pki/index.ts';
import { CheckList } from '../check.ts';
import { type Chain, PCK_CHAIN, PLATFORM_CA, verifyChain } from './chain.ts';
import { isZero } from './enclave-report.ts';
import type { PckIdentity } from './evidence.ts';
import type { Examined } from './examined.ts';
import { type PckExtension, parsePckExtension, SGX_EXTENSIONS } from './pck-extension.ts';
import { parseQuote } from './quote.ts';

/** A platform's certificate: the chain, and what it says of the platform. */
export type Pck = {
  readonly chain: Chain;
  readonly extension: PckExtension;
  readonly identity: PckIdentity;
};

/** By chain, so that an extension is parsed once for as long as its chain is remembered. */
const parsed = new WeakMap<Chain, Pick<Pck, 'extension' | 'identity'>>();

/** The PCK chain and its SGX extension: `intel.pck.chain` and its like, `intel.pck.extension`. */
export function verifyPck(
  checks: CheckList,
  pem: Uint8Array | null,
  anchors: readonly TrustAnchor[],
  at: Date,
): Examined<Pck> | null {
  const examined = verifyChain(checks, PCK_CHAIN, pem, anchors, at);
  if (examined === null) return null;
  const { value: chain, period } = examined;
  const said = readExtension(checks, chain);
  return said && { value: { chain, ...said }, period };
}

function readExtension(checks: CheckList, chain: Chain): Pick<Pck, 'extension' | 'identity'> | null {
  const id = 'intel.pck.extension';
  const expected = `the SGX extension ${SGX_EXTENSIONS}`;
  const value = chain.leaf.extensions.others.get(SGX_EXTENSIONS)?.value;
  try {
    const known = parsed.get(chain);
    const extension = known?.extension ?? (value === undefined ? null : parsePckExtension(value));
    if (!checks.expect(id, extension !== null, expected, extension === null ? 'none' : expected)) return null;
    if (known !== undefined || extension === null) return known ?? null;
    const said = { extension, identity: identityOf(chain, extension) };
    parsed.set(chain, said);
    return said;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    checks.expect(id, false, expected, `${error.code}: ${error.message}`);
    return null;
  }
}

function identityOf({ leaf }: Chain, extension: PckExtension): PckIdentity {
  const [issuer] = attributeTexts(leaf.issuer, OID.commonName);
  const { ppid, platformInstanceId } = extension;
  return {
    fmspc: toHex(extension.fmspc),
    pceId: toHex(extension.pceId),
    ca: issuer === PLATFORM_CA ? 'platform' : 'processor',
    // Zero means that the platform has none, and must not make two platforms one.
    ppid: isZero(ppid) ? null : toHex(ppid),
    piid: platformInstanceId === null || isZero(platformInstanceId) ? null : toHex(platformInstanceId),
  };
}

/**
 * Which platform a quote comes from, so that its collateral can be fetched. Null unless the chain in the quote (or, where it has
 * none, the one given) leads to one of the anchors: nobody's garbage makes anybody fetch anything.
 *
 * @throws FormatError for bytes that are no quote
 * @remarks The quote itself has not been verified, nor that nothing in the chain is revoked.
 */
export function readPckIdentity(
  quote: Uint8Array,
  pckChain: Uint8Array | null,
  anchors: readonly TrustAnchor[],
  at: Date,
): PckIdentity | null {
  const pck = verifyPck(new CheckList(), parseQuote(quote).qe.pckChain ?? pckChain, anchors, at);
  return pck?.value.identity ?? null;
}
