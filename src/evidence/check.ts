/**
 * One question that a verifier asked of the evidence, and its answer.
 *
 * `id` is API: dotted, lower case, from the general to the particular (`tpm.quote.extra-data`). A check that fails
 * always carries `expected` and `actual` as a person would want to read them; a check that passes carries them where
 * they inform. `where` points into the evidence (a component's label, a field path).
 */
export type Check = {
  readonly id: string;
  readonly status: 'pass' | 'fail';
  readonly expected?: string;
  readonly actual?: string;
  readonly where?: string;
};

/** A question that could not be asked, and why. Policy `gate` treats it as a failure. */
export type NotPerformed = {
  readonly id: string;
  readonly reason: string;
};

/** What a verifier found: nothing here is an exception, and nothing missing is ever a pass. */
export type Findings = {
  readonly checks: readonly Check[];
  readonly notPerformed: readonly NotPerformed[];
};

/** Collects findings in the order in which the questions were asked. */
export class CheckList implements Findings {
  readonly checks: Check[] = [];
  readonly notPerformed: NotPerformed[] = [];

  /** Records whether `actual` is what it must be, and returns just that. */
  expect(id: string, holds: boolean, expected: string, actual: string, where?: string): boolean {
    const status = holds ? 'pass' : 'fail';
    this.checks.push(
      where === undefined ? { id, status, expected, actual } : { id, status, expected, actual, where },
    );
    return holds;
  }

  skip(id: string, reason: string): void {
    this.notPerformed.push({ id, reason });
  }

  add(findings: Findings): void {
    this.checks.push(...findings.checks);
    this.notPerformed.push(...findings.notPerformed);
  }

  /** True only if something was asked and nothing failed. */
  get passed(): boolean {
    return this.checks.length > 0 && this.checks.every((check) => check.status === 'pass');
  }
}
