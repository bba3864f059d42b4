import { type AnalysedPack, PackError } from '../../policy/packs/index.ts';

/** Faults of tests are what whoever asks wants to see. Rules that have others cannot be asked. */
const OF_TESTS = new Set(['pack.test-failed', 'pack.untested']);

/** @throws PackError where the rules cannot be asked */
export function soundEnough(path: string, { loaded, findings }: AnalysedPack): void {
  const grave = findings.filter(({ code }) => !OF_TESTS.has(code));
  if (grave.length > 0) throw new PackError(loaded.pack, grave, `See sextant policy check ${path}.`);
}
