import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';

/** Runs on the embedded store say nothing of it. */
const WHERE = process.env['SEXTANT_TEST_STORE'] === 'postgres' ? ' (on PostgreSQL)' : '';

/** Closes a run by naming every suite and test that was skipped, each name carrying its reason, and one plain line of counts. */
export default class ClosingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const skipped = new Set<string>();
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') counts.passed++;
        else if (state === 'failed') counts.failed++;
        else counts.skipped++;
        if (state === 'skipped') skipped.add(nameOfSkip(test));
      }
      for (const suite of module.children.allSuites()) {
        if (suite.options.mode === 'skip') skipped.add(suite.fullName);
      }
    }
    if (skipped.size > 0)
      process.stdout.write(`\nSkipped:\n${[...skipped].map((name) => `  ${name}\n`).join('')}`);
    process.stdout.write(
      `\nTests: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped${WHERE}\n`,
    );
  }
}

/** The outermost suite that is skipped as a whole, else the test itself. */
function nameOfSkip(test: TestCase): string {
  let name = test.fullName;
  let parent: TestSuite | TestModule = test.parent;
  while (parent.type === 'suite') {
    if (parent.options.mode === 'skip') name = parent.fullName;
    parent = parent.parent;
  }
  return name;
}
