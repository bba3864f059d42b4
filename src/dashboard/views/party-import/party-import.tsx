import { Import } from '../import/import.tsx';
import { importKind } from '../import/kind.ts';
import { partyImportWords } from './words.ts';

const PARTIES = importKind('importParties', {
  touches: ['party'],
  columns:
    'reference,legalName,country,headquarters,parentId,parentReference,ultimateParentId,ultimateParentReference,ownUltimateParent,source,dated',
  list: '/parties',
  idName: 'partyId',
  reportName: 'party-import-report.csv',
  tones: { created: 'good', changed: 'info', unchanged: 'idle', rejected: 'bad' },
  words: partyImportWords,
});

/** Parties and who owns them, from a file. */
export default function PartyImport() {
  return <Import kind={PARTIES} />;
}
