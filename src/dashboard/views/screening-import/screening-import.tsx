import { Import } from '../import/import.tsx';
import { importKind } from '../import/kind.ts';
import { screeningImportWords } from './words.ts';

const SCREENINGS = importKind('importScreenings', {
  touches: ['party', 'licence', 'grant'],
  columns: 'partyId,listVersion,outcome,reviewer,date',
  list: '/parties',
  idName: 'partyId',
  reportName: 'screening-import-report.csv',
  tones: { recorded: 'good', unchanged: 'idle', rejected: 'bad' },
  words: screeningImportWords,
});

/** What screening tools found of parties, from a file. */
export default function ScreeningImport() {
  return <Import kind={SCREENINGS} />;
}
