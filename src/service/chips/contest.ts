import { chipName } from '../../appraisal/devices/chip-name.ts';
import { dropChip } from '../../store/attestation/chips.ts';
import {
  challengeAtOnce,
  closeContest,
  insertContest,
  noteHolderShown,
  noteNewcomerShown,
} from '../../store/attestation/contests.ts';
import { hostRecord, suspendHost } from '../../store/attestation/hosts.ts';
import type { ChipContestTable } from '../../store/attestation/tables.ts';
import type { Tx } from '../../store/port.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { followRuling } from '../grant/follow.ts';
import { summariseHost } from '../host/summary.ts';
import { newIdentifier } from '../identifier.ts';
import { openIncident } from '../incident/open.ts';
import { latch } from '../latch/latch.ts';
import type { ShownChip } from './note.ts';
import { answers, type Claimant, contradicts } from './seat.ts';
import type { ChipStanding } from './standing.ts';

type Party = { readonly id: string; readonly tenant: string };

type Contesting = {
  readonly claimant: Claimant;
  readonly tenant: string;
  readonly sessionId: string;
  readonly chips: readonly ShownChip[];
  readonly standing: ChipStanding;
};

/**
 * What an accepted submission changes in contests about its chips: opens one where another host freshly proved the same chip,
 * and challenges both at once; notes who answered; ends those that one side has given up; and where both have shown
 * the chip again, suspends both. Nothing that either tenant is told or shown names the other.
 */
export async function settleContests(context: Context, tx: Tx, contesting: Contesting): Promise<void> {
  const { claimant, chips, standing } = contesting;
  const shown = new Set(chips.map(({ identity }) => identity));
  for (const contest of standing.contests) {
    if (!answers(claimant, contest)) continue;
    const chip = contest.chip_sha256;
    if (!shown.has(chip)) await yieldUp(tx, claimant, contest);
    else if (contradicts(claimant, contest, context.config))
      await contradict(context, tx, contesting, contest);
    else await noteShown(tx, claimant, contest, !standing.inventory.elsewhere.has(chip));
  }
  for (const { identity, kind } of chips) {
    const seat = standing.inventory.elsewhere.get(identity);
    const isOpen = standing.contests.some(({ chip_sha256 }) => chip_sha256 === identity);
    if (seat === 'contested' && !isOpen) await open(context, tx, contesting, { identity, kind });
  }
}

async function open(
  context: Context,
  tx: Tx,
  { claimant, tenant, sessionId, standing }: Contesting,
  { identity, kind }: Pick<ShownChip, 'identity' | 'kind'>,
): Promise<void> {
  const holder = standing.holders.get(identity);
  if (holder === undefined) return;
  const { hostId: newcomerId, at } = claimant;
  const nowMs = at.getTime();
  const id = newIdentifier('cnt', context);
  await tx.run(insertContest, { id, chip: identity, kind, holderId: holder.host_id, newcomerId, nowMs });
  const parties: Party[] = [
    { id: holder.host_id, tenant: holder.tenant },
    { id: newcomerId, tenant },
  ];
  for (const party of parties) {
    await tx.run(challengeAtOnce, { hostId: party.id, nowMs });
    const body = {
      contestId: id,
      chip: identity,
      hostId: party.id,
      ...(party.id === newcomerId ? { sessionId } : {}),
    };
    await recordAct(tx, context, { type: 'chip.contested', at, tenant: party.tenant, body });
  }
}

/** The newcomer's own proof is noted too: refused or not, its chip answered. */
async function noteShown(
  tx: Tx,
  { hostId, nonceIssuedAt, at }: Claimant,
  contest: ChipContestTable,
  isFree: boolean,
): Promise<void> {
  const { id } = contest;
  const shownMs = nonceIssuedAt.getTime();
  if (contest.holder_id === hostId) await tx.run(noteHolderShown, { id, shownMs });
  else if (isFree) await tx.run(closeContest, { id, nowMs: at.getTime(), outcome: 'yielded' });
  else await tx.run(noteNewcomerShown, { id, shownMs });
}

/** Challenged, the host has shown its evidence without the chip: the other may have it. */
async function yieldUp(tx: Tx, { at }: Claimant, { id }: ChipContestTable): Promise<void> {
  await tx.run(closeContest, { id, nowMs: at.getTime(), outcome: 'yielded' });
}

const REASON = 'the same chip was freshly proven by another host, after both were challenged';

/** Both are suspended and held, each in its own name. The chip is held with the appraisal that shows this. */
async function contradict(
  context: Context,
  tx: Tx,
  { claimant: { at, hostId }, tenant, sessionId }: Contesting,
  contest: ChipContestTable,
): Promise<void> {
  const nowMs = at.getTime();
  await tx.run(closeContest, { id: contest.id, nowMs, outcome: 'contradicted' });
  const other = contest.holder_id === hostId ? contest.newcomer_id : contest.holder_id;
  const otherTenant = (await tx.first(hostRecord, { id: other }))?.tenant ?? tenant;
  const chip = contest.chip_sha256;
  for (const party of [
    { id: hostId, tenant },
    { id: other, tenant: otherTenant },
  ] satisfies Party[]) {
    await tx.run(suspendHost, { id: party.id, nowMs, reason: REASON });
    await summariseHost(context, tx, party.id);
    const body = { hostId: party.id, by: 'verifier', reason: REASON };
    await recordAct(tx, context, { type: 'host.suspended', at, tenant: party.tenant, body });
    await openIncident(context, tx, {
      kind: 'duplicate-device',
      tenant: party.tenant,
      subjects: [`host:${party.id}`, `device:${chipName(contest.kind, chip)}`],
      evidence: [`contest:${contest.id}`, ...(party.id === hostId ? [`session:${sessionId}`] : [])],
      at,
    });
    await followRuling(context, tx, { kind: 'host', id: party.id }, 'suspended', at);
    await latch(context, tx, {
      tenant: party.tenant,
      subject: { kind: 'host', id: party.id },
      code: 'device.contradiction',
      sentence: `The chip ${chip.slice(0, 32)} that this host proves was freshly proven by another host too.`,
      sessionId: party.id === hostId ? sessionId : null,
      at,
    });
  }
  await tx.run(dropChip, { chip });
}
