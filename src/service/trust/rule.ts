import type { View } from '../../store/port.ts';
import type { TrustInputTable } from '../../store/registry/tables.ts';
import { trustInputById, trustInputsByName } from '../../store/registry/trust.ts';
import { type FirstPerson, sharedKey } from '../access/two-people.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import type { Principal, ProvenBy } from '../principal.ts';
import { endInput, putInForce } from './change.ts';
import { requireNamedOnce } from './chip-tables.ts';
import { readContent } from './kinds.ts';

/**
 * Approves a proposal: it takes effect with the commit that logs it.
 *
 * @param digest of what the approver has before their eyes
 * @throws RequestError `not_found`, `conflict` for what is not proposed or another digest, `self_approval_refused` for
 *   the principal who proposed it, `proof_key_shared` for another one who holds a key of theirs, unless the demonstration's
 *   configuration lets one do both
 */
export async function approveTrustInput(
  context: Context,
  by: Principal,
  id: string,
  digest: string,
): Promise<TrustInputTable> {
  return context.store.write(async (tx) => {
    const row = await requireState(tx, id, 'proposed');
    if (row.digest !== digest) {
      throw new RequestError('conflict', 'the digest is not that of this proposal', {
        path: 'body.digest',
        expected: row.digest,
        actual: digest,
      });
    }
    const isProposer = row.proposed_by === by.id;
    const shared = isProposer ? null : await sharedKey(tx, proposerOf(row), by);
    const selfApproved = isProposer || shared !== null;
    if (selfApproved && !context.config.selfApproval) throw shared === null ? ownProposal() : sameKey(shared);
    await requireNoNewerAudit(tx, row);
    await requireNamedOnce(tx, row);
    return putInForce(context, tx, row, { approvedBy: by.id, selfApproved, tenant: by.tenant });
  });
}

/** What `propose` wrote. */
function proposerOf({ proposed_by, proposed_key }: TrustInputTable): FirstPerson {
  return { principalId: proposed_by, key: proposed_key as ProvenBy | null };
}

function ownProposal(): RequestError {
  return new RequestError(
    'self_approval_refused',
    'another principal than the one who proposed it approves it',
  );
}

function sameKey(key: ProvenBy): RequestError {
  const message = 'whoever proposed it holds the same key: two principals by one key are not two people';
  return new RequestError('proof_key_shared', message, {
    errors: [
      {
        path: 'caller.key',
        expected: 'a key that was never bound to the proposer',
        actual: key,
        mend: 'A second person approves it, by a token that was bound to a key of their own: another machine, browser profile or certificate (docs/operations.md).',
      },
    ],
  });
}

/**
 * An audit does not take the place of a later one: a signal of tampering is closed by looking again, not by old news, also where an older
 * signal took its place, which one person may.
 */
async function requireNoNewerAudit(tx: View, { kind, name, content }: TrustInputTable): Promise<void> {
  const proposed = readContent(kind, content);
  if (proposed.kind !== 'facility-audit') return;
  for (const row of await tx.all(trustInputsByName, { kind, name })) {
    if (row.state !== 'effective' && row.state !== 'superseded') continue;
    const counted = readContent(row.kind, row.content);
    if (counted.kind !== 'facility-audit') continue;
    if (Date.parse(proposed.content.auditedAt) > Date.parse(counted.content.auditedAt)) continue;
    throw new RequestError('conflict', `${row.id} is of a later audit`, {
      path: 'content.auditedAt',
      expected: `after ${counted.content.auditedAt}`,
      actual: proposed.content.auditedAt,
    });
  }
}

/** Turns a proposal down, for good: the version is spent. @throws RequestError `not_found`, `conflict` */
export async function refuseTrustInput(
  context: Context,
  by: Principal,
  id: string,
  reason: string,
): Promise<TrustInputTable> {
  return context.store.write(async (tx) => {
    const row = await requireState(tx, id, 'proposed');
    return endInput(context, tx, row, { state: 'refused', by: by.id, reason, tenant: by.tenant });
  });
}

/** @throws RequestError `not_found`, `conflict` */
export async function requireState(
  view: View,
  id: string,
  state: 'proposed' | 'effective',
): Promise<TrustInputTable> {
  const row = await view.first(trustInputById, { id });
  if (row === undefined) throw new RequestError('not_found', 'no such trust input');
  if (row.state === state) return row;
  throw new RequestError('conflict', `the trust input is ${row.state}, not ${state}`, {
    path: 'trustInput.state',
    expected: state,
    actual: row.state,
  });
}
