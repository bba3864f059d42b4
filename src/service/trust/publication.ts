import { createPublicKey, verify } from 'node:crypto';
import { canonicalJsonBytes } from '../../bytes/canonical-json.ts';
import { domain } from '../../bytes/domain.ts';
import { formatInstant, parseInstant } from '../../bytes/instant.ts';
import { fromBase64Url } from '../../bytes/text.ts';
import { type Publication, publication as publicationSchema } from '../../protocol/trust.ts';
import type { TrustInputTable } from '../../store/registry/tables.ts';
import { RequestError } from '../errors.ts';
import type { EffectiveTrust } from './effective.ts';
import type { JudgedContent, TrustContent } from './kinds.ts';

/** What a publisher signs: see protocol/trust.ts. */
export function publicationBytes(
  digest: string,
  { publisher, issuedAt }: Omit<Publication, 'signature'>,
): Uint8Array {
  return domain('publication', canonicalJsonBytes({ digest, issuedAt, publisher }));
}

export type Publishing = {
  readonly proposal: TrustContent;
  readonly judged: JudgedContent;
  readonly publication: Publication;
  readonly trust: EffectiveTrust;
  /** Every version of this name that ever was. */
  readonly versions: readonly Pick<TrustInputTable, 'id' | 'state' | 'publication'>[];
  readonly at: Date;
};

/**
 * Verifies that an approved publisher signed a reference set, and that it may put this one in force.
 *
 * @returns the id of the publisher's trust input
 * @throws RequestError `forbidden` for an unknown publisher or a signature that does not verify, `conflict` where the set
 *   would take the place of somebody else's, or of a newer one, `invalid_request` otherwise
 */
export function verifyPublication(publishing: Publishing): string {
  const { proposal, judged, publication, trust, at } = publishing;
  if (proposal.kind !== 'reference-set') {
    throw refuse('invalid_request', 'publishers sign reference sets alone', 'a reference-set', judged.kind);
  }
  if (proposal.content.publisher !== publication.publisher) {
    const { publisher } = proposal.content;
    throw refuse('invalid_request', 'the set names another publisher', publisher, publication.publisher);
  }
  const publisher = trust.publishers.find(({ content }) => content.name === publication.publisher);
  if (publisher === undefined) {
    throw refuse(
      'forbidden',
      'no approved publisher has this name',
      'an approved publisher',
      publication.publisher,
    );
  }
  const signed = publicationBytes(judged.digest, publication);
  const signature = fromBase64Url(publication.signature, 'body.publication.signature');
  const verified = publisher.content.keys.some((key) =>
    verify(null, signed, createPublicKey({ key: { ...key }, format: 'jwk' }), signature),
  );
  if (!verified) {
    throw refuse('forbidden', 'the signature is not by a key of this publisher', 'a signature', 'another');
  }
  requireNewer(publishing);
  const issuedAt = parseInstant(publication.issuedAt, 'body.publication.issuedAt');
  if (!(issuedAt <= at)) {
    throw refuse(
      'invalid_request',
      'the set was issued later than now',
      formatInstant(at),
      publication.issuedAt,
    );
  }
  return publisher.inputId;
}

/**
 * Else whoever may propose could put an old set of the publisher's back, also after the newer one was withdrawn, or one
 * publisher could replace another's.
 */
function requireNewer({ publication, versions }: Publishing): void {
  const issuedAt = parseInstant(publication.issuedAt, 'body.publication.issuedAt');
  for (const version of versions) {
    const earlier =
      version.publication === null ? null : publicationSchema.parse(JSON.parse(version.publication));
    if (version.state === 'effective' && earlier?.publisher !== publication.publisher) {
      const message =
        'a set of this name is in force that this publisher did not sign: two principals replace it';
      throw refuse('conflict', message, 'a set of the same publisher', version.id);
    }
    if (earlier === null || issuedAt > parseInstant(earlier.issuedAt)) continue;
    const message = `${version.id} was issued later`;
    throw refuse('conflict', message, `after ${earlier.issuedAt}`, publication.issuedAt);
  }
}

function refuse(
  code: 'forbidden' | 'conflict' | 'invalid_request',
  message: string,
  expected: string,
  actual: string,
): RequestError {
  return new RequestError(code, message, { path: 'body.publication', expected, actual });
}
