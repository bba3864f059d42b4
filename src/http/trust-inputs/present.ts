import type { z } from 'zod';
import { formatInstant } from '../../bytes/instant.ts';
import { nameText } from '../../pki/name-text.ts';
import { publication, type TrustInputAnswer, type trustInputWithContent } from '../../protocol/trust.ts';
import { readAnchors, readContent } from '../../service/trust/kinds.ts';
import type { TrustInputTable } from '../../store/registry/tables.ts';
import type { ListedTrustInput } from '../../store/registry/trust.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';

export function presentTrustInput(row: ListedTrustInput): TrustInputAnswer {
  return {
    id: row.id,
    kind: row.kind as TrustInputAnswer['kind'], // written from that union alone
    name: row.name,
    version: row.version,
    digest: row.digest,
    state: row.state as TrustInputAnswer['state'], // written from that union alone
    proposedBy: row.proposed_by,
    proposedAt: shownInstant(row.proposed_at_ms),
    approvedBy: row.approved_by,
    effectiveAt: shownInstantOrNull(row.effective_at_ms),
    selfApproved: row.self_approved === 1,
    endedBy: row.ended_by,
    endedAt: shownInstantOrNull(row.ended_at_ms),
    endedReason: row.ended_reason,
    leafIndex: row.leaf_index,
  };
}

type WithContent = z.infer<typeof trustInputWithContent>;

export function presentWithContent(row: TrustInputTable): WithContent {
  return {
    ...presentTrustInput(row),
    content: JSON.parse(row.content) as { [name: string]: unknown }, // every kind's content is an object
    publication: row.publication === null ? null : publication.parse(JSON.parse(row.publication)),
    certificates: certificatesOf(row),
  };
}

/** What people tell authorities apart by, for nobody reads PEM. Nothing of it is verified: an approver looks. */
function certificatesOf({ kind, content }: TrustInputTable): WithContent['certificates'] {
  if (kind !== 'anchors') return null;
  const read = readContent(kind, content);
  if (read.kind !== 'anchors') return null;
  return readAnchors(read.content).flatMap(({ certificate }) => {
    if (certificate === null) return [];
    const { subject, sha256, notBefore, notAfter } = certificate;
    const [from, until] = [formatInstant(notBefore), formatInstant(notAfter)];
    return [{ subject: nameText(subject), sha256, notBefore: from, notAfter: until }];
  });
}
