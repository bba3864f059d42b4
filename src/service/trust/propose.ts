import { canonicalJson } from '../../bytes/canonical-json.ts';
import type { RulePack } from '../../policy/packs/index.ts';
import type { FacilityAuditContent } from '../../protocol/facility-audit.ts';
import type { Publication } from '../../protocol/trust.ts';
import type { Tx } from '../../store/port.ts';
import type { TrustInputTable } from '../../store/registry/tables.ts';
import { insertTrustInput, versionsOfTrustInput } from '../../store/registry/trust.ts';
import { VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { newIdentifier } from '../identifier.ts';
import type { Principal } from '../principal.ts';
import { putInForce, recordTrustAct } from './change.ts';
import { effectiveTrust } from './effective.ts';
import { type JudgedContent, judgeContent, KINDS, type TrustContent } from './kinds.ts';
import { verifyPublication } from './publication.ts';

/**
 * Proposes a version of a trust input. It changes nothing until somebody else approves it; a reference set that an
 * approved publisher signed takes effect at once, logged first.
 *
 * @throws RequestError `forbidden`, `conflict` for a version that is there, `invalid_request` for content that cannot be
 *   used; FormatError
 */
export async function proposeTrustInput(
  context: Context,
  by: Principal,
  proposal: TrustContent,
  publication: Publication | null,
): Promise<TrustInputTable> {
  const scope = KINDS[proposal.kind].proposeScope;
  if (!by.scopes.has(scope))
    throw new RequestError('forbidden', `to propose ${proposal.kind} takes ${scope}`);
  const judged = judgeContent(proposal);
  return context.store.write((tx) => propose(context, tx, by, { proposal, judged, publication }));
}

/** An audit of a facility; one that signals tampering is put in force at once. @throws as {@link proposeTrustInput} */
export async function proposeAudit(
  context: Context,
  by: Principal,
  content: FacilityAuditContent,
): Promise<TrustInputTable> {
  const proposal = { kind: 'facility-audit', content } as const;
  const judged = judgeContent(proposal);
  return context.store.write(async (tx) => {
    const proposed = await propose(context, tx, by, { proposal, judged, publication: null });
    if (!content.tamperSignal) return proposed;
    return putInForce(context, tx, proposed, { approvedBy: by.id, selfApproved: false, tenant: by.tenant });
  });
}

/**
 * Offers a rule pack that ships with the verifier, so that whoever may approve one finds it proposed. It decides nothing until
 * then, and is offered once: a version that was ever proposed is not proposed again.
 */
export async function offerRulePack(context: Context, pack: RulePack): Promise<void> {
  const { name, version } = pack.manifest;
  const isKnown = (rows: readonly Pick<TrustInputTable, 'version'>[]): boolean =>
    rows.some((row) => row.version === version);
  const named = { kind: 'rule-pack', name } as const;
  if (isKnown(await context.store.read((view) => view.all(versionsOfTrustInput, named)))) return;
  const proposal = { kind: 'rule-pack', content: pack } as const;
  const judged = judgeContent(proposal);
  await context.store.write(async (tx) => {
    if (isKnown(await tx.all(versionsOfTrustInput, named))) return;
    await propose(context, tx, SHIPPED, { proposal, judged, publication: null });
  });
}

/** Whose proposals those of the verifier's own makers are: another approves them always. */
const SHIPPED = { id: VERIFIER_TENANT, tenant: VERIFIER_TENANT } as const;

type Proposing = {
  readonly proposal: TrustContent;
  readonly judged: JudgedContent;
  readonly publication: Publication | null;
};

/** {@link proposeTrustInput} for a use case that makes the content itself, in its own unit of work. */
export function proposeIn(
  context: Context,
  tx: Tx,
  by: Pick<Principal, 'id' | 'tenant' | 'key'>,
  { proposal }: Pick<Proposing, 'proposal'>,
): Promise<TrustInputTable> {
  return propose(context, tx, by, { proposal, judged: judgeContent(proposal), publication: null });
}

async function propose(
  context: Context,
  tx: Tx,
  by: Pick<Principal, 'id' | 'tenant' | 'key'>,
  { proposal, judged, publication }: Proposing,
): Promise<TrustInputTable> {
  const at = context.clock();
  const { kind, name, version, digest, content } = judged;
  const versions = await tx.all(versionsOfTrustInput, { kind, name });
  const same = versions.find((row) => row.version === version);
  if (same !== undefined) throw versionExists(same);
  const trust = await effectiveTrust(context, tx);
  const publisherId =
    publication === null ? null : verifyPublication({ proposal, judged, publication, trust, versions, at });
  const row: TrustInputTable = {
    id: newIdentifier('tri', context),
    kind,
    name,
    version,
    digest,
    content: canonicalJson(content),
    publication: publication === null ? null : canonicalJson(publication),
    publisher_id: publisherId,
    state: 'proposed',
    proposed_by: by.id,
    proposed_key: by.key ?? null,
    proposed_at_ms: at.getTime(),
    approved_by: null,
    effective_at_ms: null,
    self_approved: 0,
    ended_by: null,
    ended_at_ms: null,
    ended_reason: null,
    leaf_index: 0,
  };
  const proposed: TrustInputTable = {
    ...row,
    leaf_index: await recordTrustAct(context, tx, {
      type: 'trust-input.proposed',
      at,
      tenant: by.tenant,
      row,
      more: { publisherId },
    }),
  };
  await tx.run(insertTrustInput, proposed);
  if (publisherId === null) return proposed;
  const approvedBy = `publisher:${publisherId}`;
  return putInForce(context, tx, proposed, { approvedBy, selfApproved: false, tenant: by.tenant });
}

/** Versions are immutable: what was proposed once under a version is what that version is, for ever. */
function versionExists({
  id,
  version,
  digest,
  state,
}: Pick<TrustInputTable, 'id' | 'version' | 'digest' | 'state'>): RequestError {
  return new RequestError(
    'conflict',
    `version ${version} is there already as ${id}, ${state}: give another version`,
    {
      path: 'body.content.version',
      expected: 'a version that was never proposed',
      actual: `${id} with digest ${digest}`,
    },
  );
}
