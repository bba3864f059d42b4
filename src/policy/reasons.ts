import { formatInstant } from '../bytes/instant.ts';
import type { DecidedDevice, Verdict } from '../protocol/decision.ts';
import type { Reason } from '../protocol/reason.ts';

type Entry = Pick<Reason, 'kind'> & { readonly mend: string };

/** Every reason for which a licence's use can be denied, its kind, and what to do about it. Codes are API. */
const CATALOGUE = {
  'licence.not-yet-valid': { kind: 'violated', mend: "Wait for the licence's first day." },
  'licence.expired': { kind: 'violated', mend: 'Ask the licensing authority for a new licence.' },
  'licence.suspended': { kind: 'violated', mend: 'Ask the licensing authority why, and to reinstate it.' },
  'licence.revoked': { kind: 'violated', mend: 'Ask the licensing authority for a new licence.' },
  'licence.held': { kind: 'violated', mend: 'The licensing authority clears the hold with a reason.' },
  'licence.no-devices': { kind: 'unproven', mend: 'Name devices on the licence.' },
  'licence.no-models': { kind: 'unproven', mend: 'Have the licence amended to name models and quantities.' },
  'licence.no-rule-packs': {
    kind: 'unproven',
    mend: 'Have the licence granted anew, naming its rule packs, or none by that word.',
  },
  'pack.not-in-force': {
    kind: 'unproven',
    mend: 'Have the pack approved, or the licence granted anew under one that is: sextant trust list.',
  },
  'pack.unsound': {
    kind: 'unavailable',
    mend: 'Have the pack examined (sextant policy check) and a sound version approved.',
  },
  'pack.owners-undeclared': {
    kind: 'unproven',
    mend: 'Have its owners declared up to the top, or that it is its own ultimate parent, with a dated source: sextant party change.',
  },
  'pack.model-uncounted': {
    kind: 'unproven',
    mend: 'Have its exporter declare which model it is, or a chip table approved that knows the model; or retire the device.',
  },
  'pack.group-too-large': {
    kind: 'unproven',
    mend: 'Have the register corrected: nobody counts a group of so many companies.',
  },
  'request.purpose-not-named': {
    kind: 'violated',
    mend: 'Ask for the purpose that the licence names, or have it amended.',
  },
  'request.no-chips': { kind: 'unproven', mend: 'Ask for at least one chip.' },
  'request.model-not-named': { kind: 'violated', mend: 'Have the licence amended to name the model.' },
  'request.quantity-too-large': { kind: 'violated', mend: 'Ask for fewer, or have the licence amended.' },
  'request.no-devices': { kind: 'unproven', mend: 'Ask about at least one device.' },
  'request.device-not-named': { kind: 'violated', mend: 'Have the licence amended to name the device.' },
  'party.unknown': { kind: 'unproven', mend: 'Register the party.' },
  'party.unscreened': { kind: 'unproven', mend: 'Have the party screened.' },
  'party.screening-lapsed': { kind: 'unproven', mend: 'Have the party screened again.' },
  'party.denied': { kind: 'violated', mend: 'No use is possible while a party is denied.' },
  'party.parent-denied': {
    kind: 'violated',
    mend: 'No use is possible while a parent of a party is denied.',
  },
  'party.screening-outdated': {
    kind: 'unproven',
    mend: 'Screen the party against the list in force: sextant screening import FILE.',
  },
  'party.held': { kind: 'violated', mend: 'The licensing authority clears the hold with a reason.' },
  'facility.unknown': { kind: 'unproven', mend: 'Register the facility and have it authorised.' },
  'facility.not-authorised': {
    kind: 'unproven',
    mend: 'Have the licensing authority authorise the facility.',
  },
  'facility.not-yet-authorised': { kind: 'violated', mend: 'Wait until the authorised period begins.' },
  'facility.tier-denied': { kind: 'violated', mend: 'Move the device to a facility of another tier.' },
  'facility.authorisation-lapsed': { kind: 'violated', mend: 'Have the facility authorised again.' },
  'facility.revoked': { kind: 'violated', mend: 'Move the device to an authorised facility.' },
  'facility.cluster-too-large': {
    kind: 'violated',
    mend: 'Ask about fewer devices, wait until grants there end, or have the licence amended.',
  },
  'facility.auditor-related': {
    kind: 'violated',
    mend: 'Have the facility audited by somebody whose owners have nothing to do with exporter, operator or parties.',
  },
  'facility.auditor-unproven': {
    kind: 'unproven',
    mend: 'Have the owners declared up to the top, and the administrator name the party of the auditor, exporter and operator (`sextant principal party`).',
  },
  'facility.held': { kind: 'violated', mend: 'The licensing authority clears the hold with a reason.' },
  'device.unknown': { kind: 'unproven', mend: 'Register the device.' },
  'device.not-in-service': {
    kind: 'violated',
    mend: 'Put the device back into service, or off the licence.',
  },
  'device.missing': {
    kind: 'unproven',
    mend: 'Attest the device from its host: its own evidence ends this. Otherwise the licensing authority writes it off.',
  },
  'device.in-maintenance': {
    kind: 'violated',
    mend: 'End the maintenance (sextant device resume), or wait until it ends.',
  },
  'device.returned': { kind: 'violated', mend: 'Ship the device again, or take it off the licence.' },
  'device.transferred': {
    kind: 'violated',
    mend: 'Have the licence name the device as its new holder registered it.',
  },
  'device.no-facility': { kind: 'unproven', mend: 'Say at which facility the device stands.' },
  'device.facility-not-named': {
    kind: 'violated',
    mend: 'Move the device, or have the licence amended to name its facility.',
  },
  'device.no-host': { kind: 'unproven', mend: 'Enrol the host that holds the device and assign it.' },
  'device.held': { kind: 'violated', mend: 'The licensing authority clears the hold with a reason.' },
  'device.serial-operator-claimed': {
    kind: 'unproven',
    mend: "File the manufacturer's manifest, or have the licence waive operator-claimed-serial.",
  },
  'device.model-unknown': { kind: 'unproven', mend: 'Declare its model, or let its own evidence name it.' },
  'device.model-not-named': { kind: 'violated', mend: 'Have the licence amended to name the model.' },
  'device.user-not-named': {
    kind: 'violated',
    mend: 'Have its exporter say who uses it, or have the licence amended to name that party.',
  },
  'licence.too-many-of-model': {
    kind: 'violated',
    mend: 'Ask about fewer devices of the model, or have the licence amended.',
  },
  'device.model-disagrees': {
    kind: 'violated',
    mend: 'Have its exporter declare the device as what it is, or put the declared device in its place.',
  },
  'device.serial-contradicted': {
    kind: 'violated',
    mend: "Put the device that its manufacturer names into this place, or have the manufacturer's manifest corrected.",
  },
  'device.level-too-low': {
    kind: 'unproven',
    mend: 'Each attestation answers what the next level asks for: see `sextant agent attest` on its host.',
  },
  'device.fact-too-low': { kind: 'unproven', mend: 'Attest the device from a host that can prove more.' },
  'device.keys-extractable': {
    kind: 'unproven',
    mend: 'Run the host in a confidential guest under a sealed reference set, or have the licence waive operator-extractable.',
  },
  'device.not-bound-to-host': {
    kind: 'unproven',
    mend: 'Use a host that can tie the device to itself, or have the licence waive gpu-binding.',
  },
  'device.place-lapsed': { kind: 'unproven', mend: 'Attest the host again and let landmarks measure it.' },
  'device.audit-lapsed': { kind: 'unproven', mend: 'Have the facility audited again.' },
  'device.place-forbidden': { kind: 'violated', mend: 'Move the device into its authorised area.' },
  'device.place-inconsistent': {
    kind: 'unproven',
    mend: 'Measure again; have the landmarks involved examined.',
  },
  'host.held': { kind: 'violated', mend: 'The licensing authority clears the hold with a reason.' },
  'host.reference-set-not-accepted': {
    kind: 'unproven',
    mend: 'Boot an image whose reference set the licence accepts.',
  },
  'chip.unknown': { kind: 'unproven', mend: 'Have a chip table approved that knows the model.' },
  'device.leased-elsewhere': {
    kind: 'violated',
    mend: 'Wait until that grant has ended, or have it revoked.',
  },
  'ledger.consignee-unknown': { kind: 'unproven', mend: 'Have the licence amended to name its consignee.' },
  'ledger.quantity-exceeded': { kind: 'violated', mend: 'Ask for fewer, or have the licence amended.' },
  'ledger.tpp-exceeded': { kind: 'violated', mend: 'Ask for less, or have the licence amended.' },
  'ledger.uncountable': { kind: 'unproven', mend: 'Ask for less at a time.' },
  'quota.account-unknown': {
    kind: 'unproven',
    mend: 'Have the licence amended to name its end user and its purpose.',
  },
  'quota.exhausted': {
    kind: 'violated',
    mend: 'Wait until enough of it is free, ask for fewer hosts or a shorter lease, or have the quota raised.',
  },
  'evidence.absent': { kind: 'unproven', mend: 'Attest the host.' },
  'evidence.refused': {
    kind: 'unproven',
    mend: "Read the reasons of the host's latest session; attest again.",
  },
  'evidence.stale': { kind: 'unproven', mend: 'Attest the host again.' },
  'evidence.lapsed': { kind: 'unproven', mend: 'Renew what lapsed (key, certificate) and attest again.' },
  'evidence.from-the-future': {
    kind: 'unproven',
    mend: "Examine the verifier's clock: a nonce cannot be issued later than now.",
  },
  'input.unavailable': {
    kind: 'unavailable',
    mend: 'Try again; nothing was decided about the device itself.',
  },
  'input.no-instant': { kind: 'unavailable', mend: "Examine the verifier's clock." },
} as const satisfies Readonly<Record<string, Entry>>;

export type DecisionCode = keyof typeof CATALOGUE;

/** All codes, for documents and tests. */
export const DECISION_CODES = Object.keys(CATALOGUE) as readonly DecisionCode[]; // keys of the table just above

/** Notes one reason to deny. */
export type Deny = (code: DecisionCode, subject: string, sentence: string) => void;

export function denyReason(code: DecisionCode, subject: string, sentence: string): Reason {
  return { code, ...CATALOGUE[code], subject, sentence };
}

/** What was found so far against a request. */
export class Reasons {
  readonly #found: Reason[] = [];

  readonly deny: Deny = (code, subject, sentence) => {
    this.#found.push(denyReason(code, subject, sentence));
  };

  add(reasons: readonly Reason[]): void {
    this.#found.push(...reasons);
  }

  /** Allows where nothing was found, until the first end of what that rests on. */
  verdict(devices: DecidedDevice[], ends: readonly Date[]): Verdict {
    const allow = this.#found.length === 0;
    return {
      outcome: allow ? 'allow' : 'deny',
      reasons: unique(this.#found),
      devices,
      validUntil: allow ? earliest(ends) : null,
    };
  }
}

/** A facility or host that holds many devices gives its reason once; the devices' rows still each carry its code. */
function unique(reasons: readonly Reason[]): Reason[] {
  return [
    ...new Map(
      reasons.map((reason) => [`${reason.code} ${reason.subject} ${reason.sentence}`, reason]),
    ).values(),
  ];
}

/** The first of several ends, as text; null where one of them is no instant, which is then no end that is known. */
export function earliest(ends: readonly Date[]): string | null {
  const first = new Date(Math.min(...ends.map((end) => end.getTime())));
  return Number.isNaN(first.getTime()) ? null : formatInstant(first);
}
