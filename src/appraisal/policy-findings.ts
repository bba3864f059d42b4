import { CheckList, type Findings } from '../evidence/check.ts';
import type { Weakness } from '../protocol/appraisal.ts';

/** How a TEE's state compares with a policy. `where` of each check names the field, as differences do. */
export type PolicyOutcome = {
  readonly findings: Findings;
  /** What the policy accepts by name and a reader should weigh all the same. */
  readonly weaknesses: readonly Weakness[];
  /** When the policy stops accepting what it accepts now; null where time alone changes nothing. */
  readonly acceptedUntil: Date | null;
};

/** Collects how a TEE's state compares with a policy. */
export class PolicyFindings extends CheckList {
  readonly weaknesses: Weakness[] = [];

  /** As `expect`; a policy that waives the demand by name passes what fails it, as a weakness. */
  expectUnlessWaived(
    id: string,
    holds: boolean,
    { waived, weakness }: { readonly waived: boolean; readonly weakness: Weakness },
    expected: string,
    actual: string,
    where: string,
  ): boolean {
    if (holds || !waived) return this.expect(id, holds, expected, actual, where);
    this.weaknesses.push(weakness);
    return this.expect(id, true, `${expected}, waived by the policy`, actual, where);
  }
}
