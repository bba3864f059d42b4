import type { Difference } from '../../protocol/appraisal.ts';
import type { ImaRules } from '../reference/boot.ts';
import type { ImaFile, ImaState } from './ima-state.ts';

const PCR = 10;
const MAX_NAMED = 8;
/** The first entry: a digest over the PCRs of the firmware, and no file. */
const BOOT_AGGREGATE = 'boot_aggregate';

/**
 * In what the files that a host ran differ from an allow list.
 *
 * @param set the digest of the set that the list belongs to
 */
export function compareIma(ima: ImaState | null, rules: ImaRules, set: string): Difference[] {
  if (ima === null) {
    return [{ field: 'ima.log', expected: [`an IMA log that leads to PCR ${PCR}`], actual: null }];
  }
  if (ima.kind === 'compared') {
    const allowed = ima.allowedBy.includes(set);
    return allowed
      ? []
      : [{ field: 'ima.log', expected: ['a comparison, when the host attests'], actual: null }];
  }
  if (ima.sha1Templates && rules.sha1Templates !== true) {
    const expected = ['entries hashed with the bank’s own algorithm, as Linux has since 5.8'];
    return [{ field: 'ima.template-hash', expected, actual: 'SHA-1, filled up with zeros' }];
  }
  const allowed = new Set(rules.allowed);
  const alien = ima.files.filter(
    (file, at) => !isHarmless(file, at, rules) && (file.violation || !allowed.has(file.digest)),
  );
  return alien.slice(0, MAX_NAMED).map((file) => ({
    field: file.violation ? 'ima.violation' : 'ima.file',
    expected: [file.violation ? 'no file that changed as it was read' : 'a digest of the list'],
    actual: file.digest,
    event: { pcr: PCR, index: file.event, sentence: sentenceOf(file, alien.length) },
  }));
}

/** Of a violation not even the path is measured: it can be called anything. */
function isHarmless({ path, violation }: ImaFile, at: number, { ignored = [] }: ImaRules): boolean {
  if (violation) return false;
  if (at === 0 && path === BOOT_AGGREGATE) return true;
  return ignored.some((prefix) => path.startsWith(prefix)) && !path.split('/').includes('..');
}

function sentenceOf({ event, path, violation }: ImaFile, count: number): string {
  const name = JSON.stringify(path.slice(0, 200));
  const what = violation
    ? `a file, called ${name} by the host, was written to while it was measured`
    : `${name} is not in the set's list`;
  return `Entry ${event} of the IMA log: ${what}${count > MAX_NAMED ? `; ${count} entries in all` : ''}.`;
}
