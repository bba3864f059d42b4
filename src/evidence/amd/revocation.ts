import { FormatError } from '../../bytes/errors.ts';
import {
  type Certificate,
  type Crl,
  parseCrl,
  type RevocationCode,
  type RevocationVerdict,
  verifyRevocation,
} from '../../pki/index.ts';
import type { CheckList } from '../check.ts';
import { commonName } from './certificates.ts';
import { CA_ALGORITHMS, isPss, type SnpChain } from './chain.ts';
import { DerCache } from './der-cache.ts';

/** AMD's CRLs hold a handful of entries. */
const LIMITS = { maxBytes: 1 << 20, maxEntries: 20_000 };

const parsed = new DerCache(64, (der) => parseCrl(der, LIMITS));
/** Verdicts `good` by CRL, then intermediate: the digest of the root. Dates are asked each time. */
const good = new WeakMap<Crl, WeakMap<Certificate, string>>();

/**
 * `snp.revocation` (AMD 57230, 3.4): AMD revokes ASKs and ASVKs, in a CRL that their line's ARK signs. VCEKs are not
 * revoked one by one: a new TCB version takes their place. Without a CRL the question is not asked, which is no pass; one
 * that cannot be relied upon is a failure of its own.
 *
 * @returns when the CRL grows old; null unless it says, and may say, that the intermediate stands
 */
export function checkRevocation(
  checks: CheckList,
  chain: SnpChain | null,
  der: Uint8Array | null,
  at: Date,
): Date | null {
  if (der === null) {
    checks.skip('snp.revocation', 'no CRL was presented: an ASK or ASVK may have been revoked');
    return null;
  }
  const crl = checkWellFormed(checks, der);
  if (crl === null || chain === null) {
    checks.skip('snp.revocation', crl === null ? 'the CRL cannot be used' : 'there is no chain to ask about');
    return null;
  }
  if (!isPss(crl)) return refuse(checks, 'crl_algorithm_refused', 'not signed with RSASSA-PSS');
  const verdict = verdictOf(crl, chain, at);
  if (verdict.status === 'unknown') {
    const { why, failures } = verdict;
    return refuse(checks, why, failures.find(({ code }) => code === why)?.message ?? why);
  }
  pass(checks, crl);
  const name = commonName(chain.intermediate.subject);
  const actual = verdict.status === 'good' ? 'not revoked' : `revoked ${verdict.revokedAt.toISOString()}`;
  checks.expect('snp.revocation', verdict.status === 'good', `${name} not revoked`, actual);
  return verdict.status === 'good' ? verdict.freshUntil : null;
}

type Verdict =
  | { readonly status: 'good'; readonly freshUntil: Date }
  | Exclude<RevocationVerdict, { readonly status: 'good' }>;

function verdictOf(crl: Crl, { intermediate, root }: SnpChain, at: Date): Verdict {
  const { thisUpdate, nextUpdate } = crl;
  const known = good.get(crl) ?? new WeakMap();
  // A bare key is not remembered: it has no digest of a certificate.
  const anchor = root.certificate?.sha256;
  const stands = anchor !== undefined && known.get(intermediate) === anchor;
  if (stands && nextUpdate !== null && thisUpdate <= at && at <= nextUpdate) {
    return { status: 'good', freshUntil: nextUpdate };
  }
  const path = { chain: [intermediate], anchor: root };
  const [verdict] = verifyRevocation(path, { crls: [crl], at, algorithms: CA_ALGORITHMS });
  if (verdict === undefined) throw new TypeError('a path of one certificate has one verdict');
  if (verdict.status === 'good' && anchor !== undefined) good.set(crl, known.set(intermediate, anchor));
  return verdict;
}

/** `snp.crl.well-formed`. */
function checkWellFormed(checks: CheckList, der: Uint8Array): Crl | null {
  const id = 'snp.crl.well-formed';
  try {
    const crl = parsed.read(der);
    checks.expect(id, true, 'a CRL', 'a CRL');
    return crl;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    checks.expect(id, false, 'a CRL', error.message);
    return null;
  }
}

/** `snp.crl.issuer`, `snp.crl.signature`, `snp.crl.validity`, `snp.crl.scope`: by what the CRL cannot be relied upon. */
function refuse(checks: CheckList, why: RevocationCode, message: string): null {
  const actual = `${why}: ${message}`;
  switch (why) {
    case 'crl_other_issuer':
    case 'crl_issuer_unknown':
    case 'crl_issuer_may_not_sign':
      checks.expect('snp.crl.issuer', false, "the product line's ARK", actual);
      break;
    case 'crl_signature_invalid':
    case 'crl_algorithm_refused':
      checks.expect('snp.crl.signature', false, 'made by the ARK, RSASSA-PSS with SHA-384', actual);
      break;
    case 'crl_expired':
    case 'crl_not_yet_valid':
    case 'crl_next_update_missing':
      checks.expect('snp.crl.validity', false, 'valid now', actual);
      break;
    default:
      checks.expect('snp.crl.scope', false, 'a complete CRL of all CA certificates, for all reasons', actual);
  }
  checks.skip('snp.revocation', 'the CRL cannot be relied upon');
  return null;
}

function pass(checks: CheckList, { issuer, nextUpdate }: Crl): void {
  const until = nextUpdate?.toISOString() ?? '';
  checks.expect('snp.crl.issuer', true, "the product line's ARK", commonName(issuer));
  checks.expect('snp.crl.signature', true, 'made by the ARK, RSASSA-PSS with SHA-384', 'made by the ARK');
  checks.expect('snp.crl.validity', true, 'valid now', `valid until ${until}`);
  checks.expect('snp.crl.scope', true, 'a complete CRL of all CA certificates, for all reasons', 'complete');
}
