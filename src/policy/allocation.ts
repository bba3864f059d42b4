import type { ChipQuantity, Verdict } from '../protocol/decision.ts';
import { decideFacilityStanding } from './facility.ts';
import type { FacilityState, Latch, LatchIndex, LicenceState, PartyState, Readable } from './inputs.ts';
import { Reasons } from './reasons.ts';
import { byId, bySubject, decideStanding, readable } from './standing.ts';

/** Everything that an allocation is decided by, as the service read it in one snapshot: see {@link DecisionInput}. */
export type AllocationInput = {
  readonly licence: LicenceState;
  /** What is to be delivered, each model once. */
  readonly chips: readonly ChipQuantity[];
  readonly facilities: Readable<FacilityState>;
  readonly parties: Readable<PartyState>;
  readonly latches: Readable<Latch>;
  readonly purpose: string | null;
  readonly at: Date;
};

/**
 * May these chips be delivered under this licence, now?
 *
 * Comes before shipment, so that there is no evidence to weigh: the licence is in force, everybody is clear, each place that
 * the chips may go to is authorised, and the licence names each model with at least that quantity. What was allocated before
 * is the ledger's to count, and how well earlier deliveries are verified is for rule packs.
 */
export function decideAllocation(input: AllocationInput): Verdict {
  const { licence, purpose, at } = input;
  const reasons = new Reasons();
  const ends: Date[] = [];
  const facilities = byId(readable(input.facilities, 'facilities', reasons.deny));
  const parties = byId(readable(input.parties, 'parties', reasons.deny));
  const latches = bySubject(readable(input.latches, 'latches', reasons.deny));

  decideStanding({ licence, parties, latches, purpose, at }, reasons.deny, ends);
  for (const id of new Set(licence.conditions.facilities)) {
    decideFacilityStanding(id, facilities.get(id), at, reasons.deny, ends);
    decideFacilityHeld(id, latches, reasons);
  }
  decideModels(input, reasons);
  return reasons.verdict([], ends);
}

function decideFacilityHeld(id: string, latches: LatchIndex, { deny }: Reasons): void {
  for (const { sentence } of latches.get(`facility:${id}`) ?? []) {
    deny('facility.held', `facility:${id}`, sentence);
  }
}

function decideModels({ licence: { id, conditions }, chips }: AllocationInput, { deny }: Reasons): void {
  const subject = `licence:${id}`;
  const named = new Map(conditions.models?.map(({ model, quantity }) => [model, quantity]));
  if (named.size === 0)
    deny('licence.no-models', subject, 'The licence names no chip model to be delivered.');
  if (chips.length === 0) deny('request.no-chips', subject, 'The request asks for no chip.');
  if (named.size === 0) return;
  for (const { model, quantity } of chips) {
    const most = named.get(model);
    if (most === undefined) {
      deny('request.model-not-named', subject, `The licence does not name the model ${model}.`);
    } else if (!(quantity <= most)) {
      const sentence = `The request asks for ${quantity} of ${model}; the licence names ${most}.`;
      deny('request.quantity-too-large', subject, sentence);
    }
  }
}
