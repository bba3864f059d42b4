import { Status } from '../../parts/status.tsx';
import { useWords } from '../../words/language.tsx';
import { decisionWords } from './words.ts';

/** What a decision came to. */
export function OutcomeState({ outcome }: { readonly outcome: 'allow' | 'deny' }) {
  const { outcomes } = useWords(decisionWords);
  return <Status tone={outcome === 'allow' ? 'good' : 'bad'}>{outcomes[outcome]}</Status>;
}
