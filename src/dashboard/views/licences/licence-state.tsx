import { Status, type Tone } from '../../parts/status.tsx';
import { useWords } from '../../words/language.tsx';
import { licencesWords } from './words.ts';

export type LicenceStateName = 'active' | 'suspended' | 'revoked';

const TONES: { readonly [S in LicenceStateName]: Tone } = {
  active: 'good',
  suspended: 'bad',
  revoked: 'idle',
};

/** Every status, from the best to the worst. */
export const LICENCE_STATES = Object.keys(TONES) as readonly LicenceStateName[]; // the object's own

/** What people said of a licence, or the verifier once its grace was over. */
export function LicenceState({ status }: { readonly status: LicenceStateName }) {
  const { statuses } = useWords(licencesWords);
  return <Status tone={TONES[status]}>{statuses[status]}</Status>;
}
