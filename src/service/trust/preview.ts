import { type Match, type MeasuredState, matchReferenceSets, nearest } from '../../appraisal/match.ts';
import type { ApprovedReferenceSet } from '../../appraisal/reference-set.ts';
import type { PreviewedHost, TrustPreview } from '../../protocol/trust.ts';
import type { View } from '../../store/port.ts';
import type { TrustInputTable } from '../../store/registry/tables.ts';
import { trustInputSeen } from '../../store/registry/trust.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import { namesOf } from './anchors-in-force.ts';
import { declaresBad, denialsOf } from './denials.ts';
import { type EffectiveTrust, effectiveTrust } from './effective.ts';
import { judgeContent, readAnchors, readContent, type TrustContent } from './kinds.ts';
import { signedBy } from './signed.ts';

/** A host's latest verified measurements, as attestation keeps them. */
export type MeasuredHost = {
  readonly hostId: string;
  readonly tenant: string;
  readonly facilityId: string | null;
  /** The roots that what it enrolled by rests on: all of them must be trusted (anchors-in-force.ts). */
  readonly anchors: readonly string[];
  readonly measured: MeasuredState;
};

/** Reads every measured host, in the preview's own snapshot. */
export type ReadMeasuredHosts = (view: View) => Promise<readonly MeasuredHost[]>;

/** The change that is asked about: one that was proposed, one that nobody has proposed yet, or a withdrawal. */
export type TrustChange =
  | { readonly change: 'approve' | 'withdraw'; readonly trustInputId: string }
  | { readonly change: 'content'; readonly proposal: TrustContent };

const MAX_LISTED = 1_000;

/** What the hosts rest on. */
type Footing = {
  readonly sets: readonly ApprovedReferenceSet[];
  /** Names of anchors (anchors-in-force.ts), by the name of the input that holds them. */
  readonly anchors: ReadonlyMap<string, readonly string[]>;
};

/**
 * Which hosts a change gains and loses, by their latest verified measurements; nothing is changed. An operator learns it
 * of its own hosts, the authority and its auditors of all.
 *
 * @throws RequestError `not_found`, `invalid_request`
 */
export async function previewTrustChange(
  context: Context,
  by: Principal,
  change: TrustChange,
  readHosts: ReadMeasuredHosts,
): Promise<TrustPreview> {
  return context.store.read(async (view) => {
    const trust = await effectiveTrust(context, view);
    const before = footingOf(trust);
    const tenant = visibleTenant(by);
    const after = await changed(view, before, { ...change, tenant: tenant ?? '' });
    const hosts = (await readHosts(view)).filter((host) => tenant === null || host.tenant === tenant);
    return { epoch: trust.epoch, hosts: hosts.length, ...compare(hosts, before, after, context.clock()) };
  });
}

function footingOf({ referenceSets, anchorSets }: EffectiveTrust): Footing {
  return {
    sets: referenceSets,
    anchors: new Map(anchorSets.map(({ name, purpose, anchors }) => [name, namesOf(purpose, anchors)])),
  };
}

async function changed(
  view: View,
  before: Footing,
  { tenant, ...change }: TrustChange & { readonly tenant: string },
): Promise<Footing> {
  if (change.change === 'content') return withContent(before, change.proposal);
  const row = await view.first(trustInputSeen, { id: change.trustInputId, tenant });
  if (row === undefined) throw new RequestError('not_found', 'no such trust input');
  if (change.change === 'approve') return withContent(before, readContent(row.kind, row.content));
  return without(before, row, await signedBy(view, row));
}

/** As `putInForce` does it: the version in force of the same name ends. */
function withContent(before: Footing, proposal: TrustContent): Footing {
  const { digest, name } = judgeContent(proposal);
  switch (proposal.kind) {
    case 'publisher':
    case 'manufacturer':
      return before;
    case 'reference-set': {
      const others = before.sets.filter(({ set }) => set.name !== name);
      return { ...before, sets: [...others, { set: proposal.content, digest }] };
    }
    case 'anchors': {
      const added = namesOf(proposal.content.purpose, readAnchors(proposal.content));
      return { ...before, anchors: new Map([...before.anchors, [name, added]]) };
    }
    case 'landmark':
    case 'facility-audit':
    case 'rule-pack':
    case 'chip-table':
    case 'retention-rule':
      // No measurement of a host is compared with these.
      return before;
  }
}

/** As `withdrawTrustInput` does it: with a publisher goes what it signed, but for what it declared bad. */
function without(before: Footing, row: TrustInputTable, signed: readonly TrustInputTable[]): Footing {
  const digests = new Set([row, ...signed].map(({ digest }) => digest));
  const denials = before.sets.flatMap(({ set, digest }) =>
    digests.has(digest) && declaresBad(set) ? [{ set: denialsOf(set, set.version), digest }] : [],
  );
  return {
    sets: [...before.sets.filter(({ digest }) => !digests.has(digest)), ...denials],
    anchors: new Map([...before.anchors].filter(([name]) => row.kind !== 'anchors' || name !== row.name)),
  };
}

type Comparison = Pick<TrustPreview, 'gained' | 'lost' | 'newlyDenied' | 'truncated'>;

function compare(hosts: readonly MeasuredHost[], before: Footing, after: Footing, at: Date): Comparison {
  const gained: PreviewedHost[] = [];
  const lost: PreviewedHost[] = [];
  const newlyDenied: PreviewedHost[] = [];
  for (const host of hosts) {
    const [then, now] = [standing(host, before, at), standing(host, after, at)];
    if (!then.matches && now.matches) gained.push(shown(host, now.nearest));
    if (then.matches && !now.matches) lost.push(shown(host, now.nearest));
    if (!then.denied && now.denied) newlyDenied.push(shown(host, now.nearest));
  }
  const truncated = [gained, lost, newlyDenied].some((list) => list.length > MAX_LISTED);
  for (const list of [gained, lost, newlyDenied]) list.splice(MAX_LISTED);
  return { gained, lost, newlyDenied, truncated };
}

type Standing = { readonly matches: boolean; readonly denied: boolean; readonly nearest: Match | null };

function standing(
  { measured, anchors: restsOn, facilityId }: MeasuredHost,
  { sets, anchors }: Footing,
  at: Date,
): Standing {
  const matches = matchReferenceSets(measured, sets, { facilityId, at });
  const trusted = new Set([...anchors.values()].flat());
  const anchored = restsOn.length > 0 && restsOn.every((name) => trusted.has(name));
  return {
    matches: anchored && matches.some(({ differences }) => differences.length === 0),
    denied: matches.some(({ denied }) => denied.length > 0),
    nearest: nearest(matches),
  };
}

function shown({ hostId, facilityId }: MeasuredHost, match: Match | null): PreviewedHost {
  return { hostId, facilityId, differences: [...(match?.differences ?? [])] };
}
