import type { GrantStatus } from '../../protocol/grant.ts';
import type { Reason } from '../../protocol/reason.ts';
import { chipNamesOfHost } from '../../store/attestation/chips.ts';
import { latchById } from '../../store/attestation/latches.ts';
import { standingsOfHost } from '../../store/grants/denials.ts';
import { causesOfHold } from '../../store/grants/statuses.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { chipNameOf } from '../host/declared-chip.ts';
import { requireVisibleHost } from '../host/hosts.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';
import { NO_DEVICE_OF_HOST, turnedAwayFrom } from './turned-away.ts';

/** How a host stands under one licence. */
export type LicenceStanding = {
  readonly licenceId: string;
  /** The newest, ended or not; null where it never had one. */
  readonly grant: StandingGrant | null;
  /** The newest refusal, where no grant came after it. */
  readonly denied: Denied | null;
};

export type StandingGrant = {
  readonly id: string;
  readonly status: GrantStatus;
  readonly decisionId: string;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  readonly devices: readonly string[];
  /** What suspended it, as far as that is the host's own; `device`, `review` or `licence` for the rest. */
  readonly heldBy: readonly string[];
};

/** A refusal. The id is null and there are no reasons where they were not kept, or are no longer. */
export type Denied = {
  readonly atMs: number;
  readonly decisionId: string | null;
  readonly reasons: readonly Reason[];
};

/** The licence, its parties or its rules: nothing of them is told. */
const HELD_BY_LICENCE = 'licence';
/** A device that is not named to this host. */
const HELD_BY_DEVICE = 'device';
/** It was judged anew and would not be granted: the host is told why once it asks. */
const HELD_BY_REVIEW = 'review';

/**
 * Every licence under which a host has or was refused a grant, by its identifier, for whoever sees the host: what its agent is told, and
 * nothing else of the licence.
 *
 * @throws RequestError `not_found`, also for another tenant's host
 */
export async function listGrantsOfHost(
  { store }: Context,
  by: Principal,
  hostId: string,
  page: PageRequest,
): Promise<Page<LicenceStanding>> {
  return store.read(async (view) => {
    await requireVisibleHost(view, by, hostId);
    const { items, next } = await pageFrom(page, (range) => readRows(view, { hostId, ...range }));
    const turned = await turnedAwayFrom(view, hostId);
    const standings: LicenceStanding[] = [];
    // What it was only ever turned away with stands before all others, whose page goes by their licences.
    if (page.after === undefined) standings.push(...turned.others.map(neverDecided));
    for (const row of items) {
      const grant = await grantIn(view, hostId, row);
      standings.push({
        licenceId: row.id,
        grant,
        denied: newestOf(deniedIn(row), grant, turned.known.get(row.id)),
      });
    }
    return { items: standings, next };
  });
}

type Range = { readonly hostId: string; readonly after: string; readonly limit: number };
const readRows = (view: View, range: Range) => view.all(standingsOfHost, range);
type Row = Awaited<ReturnType<typeof readRows>>[number];

function deniedIn({ denied_at_ms: atMs, refused_by: decisionId, reasons }: Row): Denied | null {
  if (atMs === null) return null;
  return { atMs, decisionId, reasons: reasons === null ? [] : (JSON.parse(reasons) as Reason[]) }; // what `renewGrant` wrote
}

async function grantIn(view: View, hostId: string, row: Row): Promise<StandingGrant | null> {
  const { grant_id: id, status, decision_id, issued_at_ms, expires_at_ms, facility_id } = row;
  if (id === null || status === null || decision_id === null || row.devices === null) return null;
  if (issued_at_ms === null || expires_at_ms === null) return null;
  const devices = JSON.parse(row.devices) as string[]; // what `issueGrants` wrote
  return {
    id,
    status,
    decisionId: decision_id,
    issuedAtMs: issued_at_ms,
    expiresAtMs: expires_at_ms,
    devices,
    heldBy:
      status === 'suspended'
        ? await holdersOf(view, id, await ownSubjects(view, { hostId, facilityId: facility_id, devices }))
        : [],
  };
}

function neverDecided({
  licenceId,
  atMs,
}: {
  readonly licenceId: string;
  readonly atMs: number;
}): LicenceStanding {
  return { licenceId, grant: null, denied: turnedAwayAt(atMs) };
}

function turnedAwayAt(atMs: number): Denied {
  return { atMs, decisionId: null, reasons: [NO_DEVICE_OF_HOST] };
}

/** Where it was turned away after it was granted or refused anything, that. */
function newestOf(
  denied: Denied | null,
  grant: StandingGrant | null,
  turnedAtMs: number | undefined,
): Denied | null {
  if (turnedAtMs === undefined) return denied;
  const isOutdated = Math.max(denied?.atMs ?? 0, grant?.issuedAtMs ?? 0) >= turnedAtMs;
  return isOutdated ? denied : turnedAwayAt(turnedAtMs);
}

type Own = {
  readonly hostId: string;
  readonly facilityId: string | null;
  readonly devices: readonly string[];
};

/** The host, where it stood, its devices under the licence, and the chips that it proved last. */
async function ownSubjects(view: View, { hostId, facilityId, devices }: Own): Promise<ReadonlySet<string>> {
  const chips = await view.all(chipNamesOfHost, { hostId });
  const names = chips.map(({ chip_sha256: chip, kind }) => chipNameOf(kind, chip) ?? chip);
  return new Set([
    `host:${hostId}`,
    `facility:${facilityId}`,
    ...[...devices, ...names].map((name) => `device:${name}`),
  ]);
}

/** What holds a grant: what is the host's own by its name, the rest by what it is at most. */
async function holdersOf(view: View, grantId: string, own: ReadonlySet<string>): Promise<string[]> {
  const found = new Set<string>();
  for (const { cause } of await view.all(causesOfHold, { grantId })) {
    const subject = await subjectOf(view, cause);
    found.add(own.has(subject) ? subject : unnamed(subject));
  }
  return [...found].sort();
}

function unnamed(subject: string): string {
  const [kind] = subject.split(':', 1);
  // A chip that its manufacturer ties to a device of this host, and that another shows.
  if (kind === 'device') return HELD_BY_DEVICE;
  return kind === 'review' ? HELD_BY_REVIEW : HELD_BY_LICENCE;
}

/** Of a hold, what it is on; of anything else, itself. */
async function subjectOf(view: View, cause: string): Promise<string> {
  const id = /^latch:(.*)$/.exec(cause)?.[1];
  const latch = id === undefined ? undefined : await view.first(latchById, { id });
  return latch === undefined ? cause : `${latch.subject_kind}:${latch.subject_id}`;
}
