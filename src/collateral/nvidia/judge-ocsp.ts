import { fromUtf8 } from '../../bytes/text.ts';
import { NVIDIA_OCSP, OCSP_MAX_AGE_MS } from '../../evidence/nvidia/revocation.ts';
import { SignatureMemory } from '../../evidence/nvidia/signature-memory.ts';
import {
  type BasicOcspResponse,
  type Certificate,
  type CertifiedPath,
  parseCertificate,
  parseOcspResponse,
  parsePem,
  verifyRevocation,
} from '../../pki/index.ts';
import { certIdMatches } from '../../pki/ocsp-cert-id.ts';
import { issuerAt } from '../../pki/revocation-context.ts';
import { CollateralError } from '../errors.ts';
import { judging, malformed, unverified } from '../malformed.ts';
import { type CollateralKey, keyText } from '../port.ts';
import type { Facts, Received } from '../shelf.ts';
import { type CollateralTrust, verifyChain } from '../trust.ts';

/** Each host brings some of its own, and comes back with them before they end. */
const signatures = new SignatureMemory(4_096);

/**
 * Whether a response is an authentic answer about the certificate that the key names, whatever it answers: a revocation is kept like
 * a `good`, for it must reach whoever verifies. The nonce is the fetch's to check.
 *
 * `version` is thisUpdate, and one millisecond more for anything but `good`: instants in responses are whole seconds, so that
 * a revocation never gives way to a `good` of the same second.
 *
 * @throws CollateralError `collateral_malformed`, `collateral_unverified`, `collateral_not_current`
 */
export function judgeOcsp(
  key: CollateralKey,
  { body, chain }: Received,
  trust: CollateralTrust,
  at: Date,
): Facts {
  return judging(key, () => {
    const path = pathOf(key, chain, trust, at);
    const response = parseOcspResponse(body);
    if (response.responseStatus !== 'successful') {
      throw malformed(key, 'is a refusal, which nobody signs', 'successful', response.responseStatus);
    }
    const [verdict] = verifyRevocation(path, {
      ocsp: [body],
      at,
      ...NVIDIA_OCSP,
      outcomes: signatures.outcomes(),
    });
    if (verdict === undefined) throw malformed(key, 'is about no certificate');
    if (verdict.status === 'unknown' && verdict.why !== 'ocsp_status_unknown') {
      throw refusal(key, verdict.why);
    }
    const { thisUpdate, nextUpdate } = datesOf(response.basic, path);
    return {
      issuedAt: new Date(Math.min(thisUpdate, at.getTime())),
      nextUpdate: new Date(nextUpdate),
      evaluationNumber: null,
      version: thisUpdate + (verdict.status === 'good' ? 0 : 1),
      authority: path.anchor.publicKey.sha256,
    };
  });
}

/** The certificate that is asked about, and the path to whoever vouches for it. @throws CollateralError, PathError */
export function pathOf(
  key: CollateralKey,
  chain: Uint8Array | null,
  trust: CollateralTrust,
  at: Date,
): CertifiedPath {
  const certificates: readonly Certificate[] =
    chain === null ? [] : parsePem(fromUtf8(chain, 'chain')).map(parseCertificate);
  const [subject, ...above] = certificates;
  if (subject === undefined) throw malformed(key, 'comes without the chain of its certificate');
  if (subject.sha256 !== key.name) {
    throw malformed(key, 'its chain is of another certificate', key.name, subject.sha256);
  }
  const { chain: verified, anchor } = verifyChain(subject, above, trust, at);
  return { chain: verified, anchor };
}

const DATES: readonly string[] = ['ocsp_expired', 'ocsp_not_yet_valid'];
const FORM: readonly string[] = ['ocsp_malformed', 'ocsp_other_certificate', 'ocsp_next_update_missing'];

function refusal(key: CollateralKey, why: string): CollateralError {
  if (FORM.includes(why)) return malformed(key, `cannot be used (${why})`);
  if (!DATES.includes(why)) return unverified(key, `is not to be relied upon (${why})`);
  const message = `${keyText(key)}: is of another time (${why})`;
  return new CollateralError('collateral_not_current', message, { path: keyText(key) });
}

/** In milliseconds since 1970: of several answers about one certificate, the first to grow old counts. */
function datesOf({ responses }: BasicOcspResponse, path: CertifiedPath) {
  const [certificate] = path.chain;
  const issuer = issuerAt(path, 0);
  const mine = responses.filter(
    ({ certId }) => certificate !== undefined && certIdMatches(certId, certificate, issuer),
  );
  const thisUpdate = Math.min(...mine.map((single) => single.thisUpdate.getTime()));
  const ends = mine.flatMap(({ nextUpdate }) => nextUpdate?.getTime() ?? []);
  return { thisUpdate, nextUpdate: Math.min(thisUpdate + OCSP_MAX_AGE_MS, ...ends) };
}
