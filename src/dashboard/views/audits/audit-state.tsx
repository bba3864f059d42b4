import { useNow } from '../../parts/instant.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { useWords } from '../../words/language.tsx';
import { type AuditStand, standOfAudit } from './stand.ts';
import { auditWords } from './words.ts';

const TONES: { readonly [S in AuditStand]: Tone } = {
  waiting: 'info',
  valid: 'good',
  ending: 'warn',
  tampered: 'bad',
  lapsed: 'bad',
  early: 'warn',
  ended: 'idle',
};

/** How an audit stands now; it lapses while somebody looks. */
export function AuditStatus({ audit }: { readonly audit: Parameters<typeof standOfAudit>[0] }) {
  const { stands } = useWords(auditWords);
  const stand = standOfAudit(audit, useNow());
  return <Status tone={TONES[stand]}>{stands[stand]}</Status>;
}
