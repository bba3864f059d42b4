import { INCIDENT_KINDS } from '../../protocol/incident-kind.ts';
import type { ActType } from '../acts.ts';

/** A field of an act's body and every value that it may have: what is not among these is counted as `other`. */
export type CountedField = { readonly field: string; readonly values: readonly string[] };

export type CountedAct = { readonly type: ActType; readonly name: string; readonly help: string } & {
  readonly by: readonly CountedField[];
};

/** Of which acts more is counted than their number, by fields that no request can fill with what it likes. */
export const COUNTED: readonly CountedAct[] = [
  {
    type: 'appraisal',
    name: 'sextant_appraisals_total',
    help: 'Submissions of evidence that were judged, by outcome.',
    by: [{ field: 'outcome', values: ['accepted', 'refused'] }],
  },
  {
    type: 'decision',
    name: 'sextant_decisions_total',
    help: 'Recorded decisions, by what was asked and how it was answered; dry runs are not recorded.',
    by: [
      { field: 'action', values: ['allocation', 'use'] },
      { field: 'outcome', values: ['allow', 'deny'] },
    ],
  },
  {
    type: 'location',
    name: 'sextant_locations_total',
    help: 'Places that were judged, by verdict.',
    by: [{ field: 'verdict', values: ['proven-inside', 'proven-outside', 'inconclusive', 'inconsistent'] }],
  },
  {
    type: 'incident.opened',
    name: 'sextant_incidents_opened_total',
    help: 'Incidents that were opened, by kind.',
    by: [{ field: 'kind', values: INCIDENT_KINDS }],
  },
];
