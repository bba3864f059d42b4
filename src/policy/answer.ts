import { assess } from '../appraisal/levels.ts';
import { formatInstant } from '../bytes/instant.ts';
import type { DecidedDevice } from '../protocol/decision.ts';
import type { Weakness } from '../protocol/facts.ts';
import type { Reason } from '../protocol/reason.ts';
import type { DeviceEvidence, FacilityState, SerialLink } from './inputs.ts';
import type { LicenceConditions } from './licence.ts';
import { type Deny, denyReason } from './reasons.ts';

/** What a licence asks of the evidence of one device. */
export type EvidenceQuestion = {
  readonly id: string;
  readonly conditions: LicenceConditions;
  readonly evidence: DeviceEvidence;
  /** Where the device stands; undefined where that is not known. */
  readonly facility: FacilityState | undefined;
  readonly at: Date;
};

export type DeviceAnswer = {
  readonly row: DecidedDevice;
  readonly reasons: readonly Reason[];
  /** When each thing ends that an allow would rest on. */
  readonly ends: readonly Date[];
};

/** What was found so far of one device. */
export class Answer {
  readonly #id: string;
  readonly #reasons: Reason[] = [];
  readonly #waived = new Set<Weakness>();
  readonly ends: Date[] = [];
  evidenceExpiresAt: Date | null = null;
  serialLink: SerialLink | null = null;

  constructor(id: string) {
    this.#id = id;
  }

  readonly deny: Deny = (code, subject, sentence) => {
    this.#reasons.push(denyReason(code, subject, sentence));
  };

  /** True if the licence accepts the weakness by name; the row then says so. */
  waives(weakness: Weakness, { waivers }: LicenceConditions): boolean {
    if (!waivers.includes(weakness)) return false;
    this.#waived.add(weakness);
    return true;
  }

  done(evidence: DeviceEvidence | null): DeviceAnswer {
    const assessed = evidence?.outcome === 'accepted' ? assess(evidence.facts) : null;
    return {
      reasons: this.#reasons,
      ends: this.ends,
      row: {
        id: this.#id,
        allowed: this.#reasons.length === 0,
        level: assessed?.level ?? null,
        label: assessed?.label ?? null,
        facts: assessed === null ? null : (evidence?.facts ?? null),
        serialLink: this.serialLink,
        waived: [...this.#waived],
        evidenceIssuedAt: shown(evidence?.nonceIssuedAt ?? null),
        evidenceExpiresAt: shown(this.evidenceExpiresAt),
        reasons: [...new Set(this.#reasons.map(({ code }) => code))],
      },
    };
  }
}

function shown(date: Date | null): string | null {
  return date === null || Number.isNaN(date.getTime()) ? null : formatInstant(date);
}
