import { hostByKey } from '../../store/attestation/hosts.ts';
import type { Context } from '../context.ts';
import { findEnrolmentToken } from '../enrolment/token-secret.ts';
import { RequestError } from '../errors.ts';
import type { EnrolmentPrincipal, HostPrincipal, ProvenKey } from '../principal.ts';
import { HostCache } from './host-cache.ts';
import { type ProvenRequest, type VerifiedProof, verifyDpopProof } from './proof.ts';

/** Establishes who holds the key of a request's DPoP proof. One for each process: it remembers keys of enrolled hosts. */
export type ProofAuthenticator = {
  /** @throws RequestError `dpop_invalid`; `unauthenticated` when no host is enrolled with the key */
  readonly host: (request: ProvenRequest) => Promise<HostPrincipal>;
  /** Whoever holds some key. @throws RequestError `dpop_invalid` */
  readonly key: (request: ProvenRequest) => Promise<ProvenKey>;
  /**
   * The bearer of an enrolment token, with the key that is to become the host key.
   * @throws RequestError `dpop_invalid`; `enrolment_token_invalid` for a token that is unknown, revoked or consumed, has
   * expired or has no attempts left
   */
  readonly enrolment: (request: ProvenRequest, token: string) => Promise<EnrolmentPrincipal>;
};

export function proofAuthenticator(context: Context): ProofAuthenticator {
  const cache = new HostCache();
  const verify = (request: ProvenRequest): Promise<VerifiedProof> => {
    const { publicUrl, dpopSkewMs: skewMs } = context.config;
    return verifyDpopProof(request, { publicUrl, skewMs, now: context.clock() }, cache);
  };
  return {
    host: async (request) => {
      const proven = await verify(request);
      const { jkt, proof } = proven;
      // A remembered host may have been enrolled anew with another key since: every use case that writes looks again,
      // in its own unit of work (requireHost), and reads ask the store here.
      const remembered = request.method === 'POST' ? cache.host(jkt) : undefined;
      if (remembered !== undefined) {
        return { hostId: remembered.hostId, tenant: remembered.tenant, jkt, proof };
      }
      const row = await context.store.first(hostByKey, { jkt });
      if (row === undefined) {
        throw new RequestError('unauthenticated', 'no host is enrolled with this key: enrol it first', {
          path: 'dpop.jwk',
          actual: jkt,
        });
      }
      cache.keep(jkt, { hostId: row.id, tenant: row.tenant, key: proven.key });
      return { hostId: row.id, tenant: row.tenant, jkt, proof };
    },
    key: async (request) => {
      const { jkt, jwk, proof } = await verify(request);
      return { jkt, jwk, proof };
    },
    enrolment: async (request, token) => {
      const { jkt, jwk, proof } = await verify(request);
      const row = await findEnrolmentToken(context, token);
      return { jkt, jwk, proof, tokenId: row.id, tenant: row.tenant, facilityId: row.facility_id };
    },
  };
}
