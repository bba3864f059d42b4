import { FormatError } from '../../bytes/errors.ts';
import { type Certificate, isSelfIssued, parseCertificate } from '../../pki/certificate.ts';
import type { Crl } from '../../pki/crl.ts';
import { nameText } from '../../pki/name-text.ts';
import { verifyPath } from '../../pki/path.ts';
import { PathError } from '../../pki/path-error.ts';
import { HARDWARE_POLICY } from '../../pki/path-policy.ts';
import { revocationCode, verifyRevocation } from '../../pki/revocation.ts';
import { anchorFromCertificate } from '../../pki/trust-anchor.ts';
import type { ClientLists } from './client-lists.ts';

/** That nothing is wrong, from one instant to another, by one set of lists. */
export type Cleared = { readonly by: ClientRevocation; readonly from: Date; readonly until: Date };

/** Says of clients' certificates whether their CAs revoked them, by the lists at hand; what the lists do not say is never taken for good. */
export class ClientRevocation {
  readonly #authorities: readonly Certificate[];
  /** Null: nobody is cleared. */
  readonly #crls: readonly Crl[] | null;
  /** Which key signed which list: large ones are hashed once. */
  readonly #outcomes = new Map<string, unknown>();

  constructor(lists: ClientLists) {
    this.#authorities = lists.authorities;
    this.#crls = lists.usable;
  }

  /**
   * Path and purpose were judged in the handshake; here it is found again by RFC 5280, section 6, and the status of each certificate on it
   * but the root's by section 6.3. CAs that only the client brought are not known here: Node does not say what else it sent.
   *
   * @param der the client's own certificate
   * @returns why it does not count: `certificate_revoked`, `crl_expired`, … ({@link RevocationCode}, `PathCode`), with the name of the CA
   *   where the fault is a CA's
   */
  judge(der: Uint8Array, at: Date): Cleared | string {
    const crls = this.#crls;
    if (crls === null) return 'crl_unreadable';
    let until = new Date(8.64e15);
    try {
      const leaf = parseCertificate(der);
      const input = { at, crls, certificates: this.#authorities, outcomes: this.#outcomes };
      const path = verifyPath({
        leaf,
        intermediates: this.#authorities,
        anchors: this.#authorities.filter(isSelfIssued).map(anchorFromCertificate),
        at,
        policy: HARDWARE_POLICY,
        acceptPath: (found) => {
          for (const verdict of verifyRevocation(found, input)) {
            if (verdict.status === 'good') {
              until = earlier(until, verdict.freshUntil);
              continue;
            }
            const code = revocationCode(verdict);
            const { certificate } = verdict;
            const actual = certificate === leaf ? code : `${code} (${nameText(certificate.subject)})`;
            throw new PathError('path_refused', 'is not known to be unrevoked', certificate, { actual });
          }
        },
      });
      return { by: this, from: at, until: earlier(until, path.validUntil) };
    } catch (error) {
      if (error instanceof PathError) return error.actual ?? error.code;
      if (error instanceof FormatError) return 'certificate_malformed';
      throw error;
    }
  }
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}
