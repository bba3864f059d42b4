import { isBoundToHost } from '../../appraisal/bound-to-host.ts';
import type { AppraisedDevice, Weakness } from '../../protocol/appraisal.ts';
import type { LocationVerdict } from '../../protocol/location.ts';

/** What a verdict on a place does not prove: whoever relies on it reads all. Codes of the first two are what licences waive. */
export function weaknessesOf(
  { verdict, grade, f }: LocationVerdict,
  devices: readonly AppraisedDevice[],
): Weakness[] {
  const self = devices.find(({ kind }) => kind === 'host-tpm' || kind === 'host-tee');
  const found: Weakness[] = [];
  if (self?.facts.place.keyCustody !== 'sealed') {
    found.push({
      code: 'operator-extractable',
      sentence: 'Whoever owns the host could carry its location key to another place.',
    });
  }
  const accelerators = devices.filter((device) => device !== self);
  if (accelerators.length === 0 || accelerators.some(({ facts }) => !isBoundToHost(facts))) {
    found.push({
      code: 'gpu-binding',
      sentence: "The key's place is proven, not that of a GPU: its report could be relayed from elsewhere.",
    });
  }
  if (grade === 'B') {
    found.push({
      code: 'location.assumes-fibre',
      sentence: 'No hollow-core fibre, coaxial cable, radio or laser link is assumed on the way (grade B).',
    });
  }
  if (verdict.startsWith('proven') && f === 0) {
    found.push({
      code: 'location.one-liar-suffices',
      sentence: 'One lying landmark operator could have made this proof.',
    });
  }
  return found;
}
