import type { View } from '../app/view.ts';
import { appraisal } from './appraisal/view.ts';
import { audit, auditRecording, audits } from './audits/view.ts';
import { challenge, challengeOrdering, challenges } from './challenges/view.ts';
import { condition } from './condition/view.ts';
import { decision } from './decision/view.ts';
import { device } from './device/view.ts';
import { deviceImport } from './device-import/view.ts';
import { devices } from './devices/view.ts';
import { facilities } from './facilities/view.ts';
import { facility } from './facility/view.ts';
import { facilityProposal } from './facility-proposal/view.ts';
import { host } from './host/view.ts';
import { hosts } from './hosts/view.ts';
import { incident, incidents } from './incidents/view.ts';
import { landmark } from './landmark/view.ts';
import { landmarkProposal, landmarks } from './landmarks/view.ts';
import { licence } from './licence/view.ts';
import { licences } from './licences/view.ts';
import { act, log } from './log/view.ts';
import { map } from './map/view.ts';
import { overview } from './overview/view.ts';
import { parties, party } from './parties/view.ts';
import { partyImport } from './party-import/view.ts';
import { people, person } from './people/view.ts';
import { reports } from './reports/view.ts';
import { rules } from './rules/view.ts';
import { screeningImport } from './screening-import/view.ts';
import { signingKeys } from './signing-keys/view.ts';
import { trustInput, trustInputs, trustProposal } from './trust/view.ts';
import { webhooks } from './webhooks/view.ts';

/** Every view, in the order of the navigation. */
export const VIEWS: readonly View[] = [
  overview,
  map,
  incidents,
  incident,
  licences,
  licence,
  decision,
  parties,
  partyImport,
  screeningImport,
  party,
  hosts,
  host,
  appraisal,
  facilities,
  facilityProposal,
  facility,
  landmarks,
  landmarkProposal,
  landmark,
  deviceImport,
  devices,
  device,
  trustInputs,
  trustProposal,
  trustInput,
  rules,
  log,
  act,
  audits,
  auditRecording,
  audit,
  challenges,
  challengeOrdering,
  challenge,
  reports,
  people,
  person,
  webhooks,
  signingKeys,
  condition,
];
