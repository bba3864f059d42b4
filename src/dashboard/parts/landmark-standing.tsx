import type { LandmarkStanding as Standing } from '../../protocol/overview.ts';
import { dictionary } from '../words/dictionary.ts';
import { useWords } from '../words/language.tsx';
import { Status, type Tone } from './status.tsx';

const TONES: { readonly [S in Standing]: Tone } = {
  counts: 'good',
  'place-unproven': 'warn',
  'audit-lapsed': 'warn',
  quarantined: 'bad',
};

export const standingWords = dictionary(
  {
    counts: 'Counts',
    'place-unproven': 'Place not proven',
    'audit-lapsed': 'Audit too old',
    quarantined: 'Set aside',
  },
  {
    counts: '유효',
    'place-unproven': '위치 미입증',
    'audit-lapsed': '감사 기한 경과',
    quarantined: '격리됨',
  },
);

/** Every standing of a landmark, the best first. */
export const LANDMARK_STANDINGS = Object.keys(TONES) as readonly Standing[]; // the object's own

/** Whether a landmark counts now, and why not. */
export function LandmarkStanding({ standing }: { readonly standing: Standing }) {
  const words = useWords(standingWords);
  return <Status tone={TONES[standing]}>{words[standing]}</Status>;
}
