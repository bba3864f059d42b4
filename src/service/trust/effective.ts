import type { ApprovedReferenceSet } from '../../appraisal/reference-set.ts';
import type { Manufacturer } from '../../evidence/manifest/index.ts';
import type { TrustAnchor } from '../../pki/trust-anchor.ts';
import type { AnchorPurpose } from '../../protocol/anchor-purpose.ts';
import type { RetentionRuleContent } from '../../protocol/retention.ts';
import type { ChipTableContent, PublisherContent, TrustKind } from '../../protocol/trust.ts';
import { StoreError } from '../../store/errors.ts';
import type { View } from '../../store/port.ts';
import type { TrustInputTable } from '../../store/registry/tables.ts';
import { countingTrustInputs, trustEpoch } from '../../store/registry/trust.ts';
import type { Context } from '../context.ts';
import type { AuditInForce } from './audits.ts';
import { type ChipInForce, chipsOf } from './chip-tables.ts';
import { readAnchors, readContent, readManufacturer } from './kinds.ts';
import { type LandmarkInForce, landmarkInForce } from './landmarks.ts';
import { type PackInForce, packInForce, packKey } from './rule-packs.ts';

/** One input in force, as results cite it. */
type EffectiveInput = {
  readonly id: string;
  readonly kind: TrustKind;
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly selfApproved: boolean;
  /** The publisher whose signature alone put it in force; null for what people approved. */
  readonly publisherId: string | null;
};

/** The anchors of one input. */
type AnchorSet = {
  readonly name: string;
  readonly purpose: AnchorPurpose;
  readonly anchors: readonly TrustAnchor[];
};

/** Whose word about serial numbers is taken. */
export type Vouching = Pick<EffectiveTrust, 'manufacturers' | 'anchorSets'>;

/** Everything that appraisals and decisions rest on at one moment. */
export type EffectiveTrust = {
  /** Another number whenever anything below is another: a use case compares it again in its own unit of work. */
  readonly epoch: number;
  readonly inputs: readonly EffectiveInput[];
  /** Of every input, in order: what results cite. */
  readonly digests: readonly string[];
  /** True where one principal both proposed and approved any of them. */
  readonly selfApproved: boolean;
  readonly anchorSets: readonly AnchorSet[];
  readonly referenceSets: readonly ApprovedReferenceSet[];
  readonly publishers: readonly { readonly inputId: string; readonly content: PublisherContent }[];
  readonly manufacturers: readonly Manufacturer[];
  /** Manufacturers and roots of platform certificates that one person took out of force, and that nothing replaced: what they contradict stays so. */
  readonly withdrawn: Vouching;
  readonly landmarks: readonly LandmarkInForce[];
  /** By facility. */
  readonly audits: ReadonlyMap<string, AuditInForce>;
  /** By {@link packKey}. */
  readonly rulePacks: ReadonlyMap<string, PackInForce>;
  /** By the model's name. */
  readonly chips: ReadonlyMap<string, ChipInForce>;
  /** How long things are kept. Nothing is judged by these: they are not among `inputs`, and no result cites them. */
  readonly retentionRules: readonly { readonly digest: string; readonly content: RetentionRuleContent }[];
};

/** Of units of work and snapshots that are under way: within one nothing of it changes, but by the unit itself. */
const ofUnits = new WeakMap<View, Promise<EffectiveTrust>>();

/** For the unit of work that changes what is in force: it reads anew from here on. */
export function forgetTrust(view: View): void {
  ofUnits.delete(view);
}

/** For a snapshot that is read under trust which was read before it: what is written then must be held against the epoch again. */
export function supposeTrust(view: View, trust: EffectiveTrust): void {
  ofUnits.set(view, Promise.resolve(trust));
}

type Kept = { readonly stamp: string; readonly trust: EffectiveTrust };
const kept = new WeakMap<Context['store'], Kept>();

/**
 * What is in force, in the caller's snapshot or unit of work: one small read where nothing changed since the last, once for each.
 * @throws StoreError `log_inconsistent` for a store without its epoch: nothing is then trusted
 */
export function effectiveTrust(context: Pick<Context, 'store'>, view: View): Promise<EffectiveTrust> {
  const known = ofUnits.get(view) ?? readTrust(context, view);
  ofUnits.set(view, known);
  return known;
}

/** What a row says of the epoch of trust, read together with whatever rests on it. */
export type EpochOfTrust = {
  readonly epoch: number | null;
  readonly stamp: string | null;
};

/** {@link effectiveTrust} as of a row that names its epoch, where that was read before; undefined where it has to be read. */
export function knownTrust(
  { store }: Pick<Context, 'store'>,
  { epoch, stamp }: Partial<EpochOfTrust>,
): EffectiveTrust | undefined {
  const known = kept.get(store);
  return known !== undefined && known.stamp === stamp && known.trust.epoch === epoch
    ? known.trust
    : undefined;
}

async function readTrust({ store }: Pick<Context, 'store'>, view: View): Promise<EffectiveTrust> {
  const now = await view.first(trustEpoch, {});
  if (now === undefined) throw new StoreError('log_inconsistent', 'the epoch of trust is missing');
  const known = kept.get(store);
  if (known !== undefined && known.stamp === now.stamp && known.trust.epoch === now.epoch) return known.trust;
  const rows = await view.all(countingTrustInputs, {});
  const inForce = rows.filter(({ state }) => state === 'effective');
  const ended = rows.filter(({ state }) => state === 'withdrawn');
  const trust = assembleTrust(now.epoch, inForce, ended);
  kept.set(store, { stamp: now.stamp, trust });
  return trust;
}

/** Every anchor for one purpose. None means that nothing can be verified: whoever needs them must refuse. */
export function anchorsFor({ anchorSets }: EffectiveTrust, purpose: AnchorPurpose): TrustAnchor[] {
  return anchorSets.flatMap((set) => (set.purpose === purpose ? set.anchors : []));
}

/** The epoch alone, to compare in the unit of work that writes a result. */
export async function trustEpochNow(view: View): Promise<number> {
  return (await view.first(trustEpoch, {}))?.epoch ?? -1;
}

/** What one version of an input says; rows of {@link TrustInputTable} have more. */
export type TrustRow = Pick<
  TrustInputTable,
  'id' | 'kind' | 'name' | 'version' | 'digest' | 'content' | 'self_approved' | 'publisher_id'
>;

/**
 * @param rows by kind, then id: the order shows in results
 * @param ended manufacturers and anchors that were withdrawn; those that something replaced since say nothing
 */
export function assembleTrust(
  epoch: number,
  rows: readonly TrustRow[],
  ended: readonly TrustRow[] = [],
): EffectiveTrust {
  const anchorSets: AnchorSet[] = [];
  const referenceSets: ApprovedReferenceSet[] = [];
  const publishers: { inputId: string; content: PublisherContent }[] = [];
  const manufacturers: Manufacturer[] = [];
  const landmarks: LandmarkInForce[] = [];
  const audits = new Map<string, AuditInForce>();
  const rulePacks = new Map<string, PackInForce>();
  const chipTables: ChipTableContent[] = [];
  const retentionRules: { digest: string; content: RetentionRuleContent }[] = [];
  const inputs: EffectiveInput[] = [];
  for (const row of rows) {
    const { id, name, version, digest } = row;
    const read = readContent(row.kind, row.content);
    if (read.kind === 'retention-rule') {
      retentionRules.push({ digest, content: read.content });
      continue;
    }
    const selfApproved = row.self_approved === 1;
    inputs.push({ id, kind: read.kind, name, version, digest, selfApproved, publisherId: row.publisher_id });
    switch (read.kind) {
      case 'anchors':
        anchorSets.push({ name, purpose: read.content.purpose, anchors: readAnchors(read.content) });
        break;
      case 'publisher':
        publishers.push({ inputId: id, content: read.content });
        break;
      case 'reference-set':
        referenceSets.push({ set: read.content, digest });
        break;
      case 'manufacturer':
        manufacturers.push(readManufacturer(read.content));
        break;
      case 'landmark':
        landmarks.push(landmarkInForce(read.content, digest));
        break;
      case 'facility-audit':
        audits.set(read.content.facilityId, read.content);
        break;
      case 'rule-pack':
        rulePacks.set(packKey({ name, version }), packInForce({ pack: read.content, digest }));
        break;
      case 'chip-table':
        chipTables.push(read.content);
        break;
    }
  }
  return {
    epoch,
    inputs,
    digests: inputs.map(({ digest }) => digest).sort(),
    selfApproved: inputs.some(({ selfApproved }) => selfApproved),
    anchorSets,
    referenceSets,
    publishers,
    manufacturers,
    withdrawn: withdrawnOf(rows, ended),
    landmarks,
    audits,
    rulePacks,
    chips: chipsOf(chipTables),
    retentionRules,
  };
}

function withdrawnOf(rows: readonly TrustRow[], ended: readonly TrustRow[]): Vouching {
  const nameOf = ({ kind, name }: TrustRow): string => `${kind} ${name}`;
  const replaced = new Set(rows.map(nameOf));
  const manufacturers: Manufacturer[] = [];
  const anchorSets: AnchorSet[] = [];
  // Of several versions of one the newest: it took the place of those before.
  const newest = new Map(ended.map((row) => [nameOf(row), row])).values();
  for (const row of newest) {
    if (replaced.has(nameOf(row))) continue;
    const { kind, content } = readContent(row.kind, row.content);
    if (kind === 'manufacturer') manufacturers.push(readManufacturer(content));
    if (kind === 'anchors' && content.purpose === 'tcg-platform-ca')
      anchorSets.push({ name: row.name, purpose: content.purpose, anchors: readAnchors(content) });
  }
  return { manufacturers, anchorSets };
}
