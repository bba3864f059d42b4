import type { DecisionCode } from '../../../policy/reasons.ts';
import type { Reason } from '../../../protocol/reason.ts';

/** What a decision asks about, in the order in which people ask for it. */
export const CONDITIONS = [
  'itself',
  'validity',
  'parties',
  'facilities',
  'devices',
  'minimum',
  'age',
  'referenceSets',
  'packs',
  'purpose',
  'endUser',
  'models',
  'tppCap',
  'quota',
  'cluster',
] as const;
export type ConditionName = (typeof CONDITIONS)[number];

/**
 * How a condition stands by what a decision said. `met` is said of what was judged, and nothing else: `open` is what was not, since
 * something before it denies; `request` is what each request is asked anew.
 */
export type Stand = 'met' | 'violated' | 'unproven' | 'unavailable' | 'open' | 'request';

/** By which codes a condition denies, and what must be known first for the gate to judge it. */
type Rule = {
  readonly codes: readonly DecisionCode[];
  readonly after: 'nothing' | 'register' | 'evidence' | 'all';
};

const RULES: { readonly [N in ConditionName]: Rule } = {
  itself: { codes: ['licence.suspended', 'licence.revoked', 'licence.held'], after: 'nothing' },
  validity: { codes: ['licence.not-yet-valid', 'licence.expired'], after: 'nothing' },
  parties: {
    codes: [
      'party.unknown',
      'party.unscreened',
      'party.screening-lapsed',
      'party.screening-outdated',
      'party.denied',
      'party.parent-denied',
      'party.held',
    ],
    after: 'nothing',
  },
  facilities: {
    codes: [
      'device.no-facility',
      'device.facility-not-named',
      'facility.unknown',
      'facility.not-authorised',
      'facility.not-yet-authorised',
      'facility.tier-denied',
      'facility.authorisation-lapsed',
      'facility.revoked',
      'facility.held',
    ],
    after: 'register',
  },
  devices: {
    codes: [
      'licence.no-devices',
      'request.no-devices',
      'request.device-not-named',
      'device.unknown',
      'device.not-in-service',
      'device.missing',
      'device.in-maintenance',
      'device.returned',
      'device.transferred',
      'device.no-host',
      'device.held',
      'host.held',
      'device.serial-operator-claimed',
      'device.serial-contradicted',
      'device.model-disagrees',
    ],
    after: 'nothing',
  },
  minimum: {
    codes: [
      'device.level-too-low',
      'device.fact-too-low',
      'device.keys-extractable',
      'device.not-bound-to-host',
      'device.place-lapsed',
      'device.place-forbidden',
      'device.place-inconsistent',
      'device.audit-lapsed',
      'facility.auditor-related',
      'facility.auditor-unproven',
    ],
    after: 'evidence',
  },
  age: {
    codes: [
      'evidence.absent',
      'evidence.refused',
      'evidence.stale',
      'evidence.lapsed',
      'evidence.from-the-future',
    ],
    after: 'register',
  },
  referenceSets: { codes: ['host.reference-set-not-accepted'], after: 'evidence' },
  packs: {
    codes: [
      'licence.no-rule-packs',
      'pack.not-in-force',
      'pack.unsound',
      'pack.owners-undeclared',
      'pack.model-uncounted',
      'pack.group-too-large',
    ],
    after: 'nothing',
  },
  purpose: { codes: ['request.purpose-not-named'], after: 'nothing' },
  endUser: { codes: ['device.user-not-named'], after: 'register' },
  models: {
    codes: [
      'licence.no-models',
      'licence.too-many-of-model',
      'device.model-unknown',
      'device.model-not-named',
      'request.no-chips',
      'request.model-not-named',
      'request.quantity-too-large',
      'ledger.quantity-exceeded',
    ],
    after: 'all',
  },
  tppCap: {
    codes: ['ledger.tpp-exceeded', 'ledger.consignee-unknown', 'ledger.uncountable', 'chip.unknown'],
    after: 'all',
  },
  quota: { codes: ['quota.account-unknown', 'quota.exhausted', 'device.leased-elsewhere'], after: 'all' },
  cluster: { codes: ['facility.cluster-too-large'], after: 'register' },
};

const OWNERS: ReadonlyMap<string, ConditionName> = new Map(
  CONDITIONS.flatMap((name) => RULES[name].codes.map((code) => [code, name] as const)),
);

/** Packs have codes of their own; their reasons are about the pack. Null for what is about the verifier itself. */
export function conditionOf({ code, subject = '' }: Pick<Reason, 'code' | 'subject'>): ConditionName | null {
  return subject.startsWith('rule-pack:') ? 'packs' : (OWNERS.get(code) ?? null);
}

const WORST = ['violated', 'unavailable', 'unproven'] as const;

/** How a condition stands, and by which reasons. @param reasons all that a decision about the whole licence gave */
export function standOf(
  name: ConditionName,
  reasons: readonly Reason[],
): { readonly stand: Stand; readonly reasons: readonly Reason[] } {
  const own = reasons.filter((reason) => conditionOf(reason) === name);
  const worst = WORST.find((kind) => own.some((reason) => reason.kind === kind));
  if (worst !== undefined) return { stand: worst, reasons: own };
  if (name === 'purpose') return { stand: 'request', reasons: [] };
  return { stand: reasons.some((reason) => hides(reason, RULES[name].after)) ? 'open' : 'met', reasons: [] };
}

/** Whether a reason leaves unjudged what comes after something. */
function hides({ code }: Reason, after: Rule['after']): boolean {
  if (after === 'all' || code.startsWith('input.')) return true;
  const unknown = code === 'device.unknown' || code === 'licence.no-devices';
  if (after === 'register') return unknown;
  return after === 'evidence' && (unknown || code.startsWith('evidence.'));
}

/** What a licence need not say: of its conditions just those. */
type Optional = {
  readonly rulePacks: unknown;
} & {
  readonly [N in
    | 'purpose'
    | 'endUser'
    | 'models'
    | 'tppCap'
    | 'computeQuota'
    | 'maxClusterDevices']?: unknown;
};

/** Those that the licence has: what it does not say is asked about by nobody. */
export function conditionsIn(conditions: Optional): readonly ConditionName[] {
  const absent: { readonly [N in ConditionName]?: boolean } = {
    packs: conditions.rulePacks === 'none',
    purpose: conditions.purpose === undefined,
    endUser: conditions.endUser === undefined,
    models: conditions.models === undefined,
    tppCap: conditions.tppCap === undefined,
    quota: conditions.computeQuota === undefined,
    cluster: conditions.maxClusterDevices === undefined,
  };
  return CONDITIONS.filter((name) => absent[name] !== true);
}
