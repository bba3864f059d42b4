import type { Item } from '../../evidence/bundle/cmw.ts';
import { commitment } from '../../evidence/bundle/commitment.ts';
import { enrolmentCommitment } from '../../evidence/bundle/enrolment-commitment.ts';
import { SNP_REPORT_MEDIA_TYPE, serialiseSnpItem } from '../../evidence/bundle/snp-item.ts';
import { serialiseTdxItem, TDX_QUOTE_MEDIA_TYPE } from '../../evidence/bundle/tdx-item.ts';
import type { Attester } from '../attester.ts';
import { AgentError } from '../errors.ts';
import { measureGuest } from '../measure.ts';
import { guestEnrolment } from './enrolment.ts';
import type { ConfidentialGuest, TsmProvider, TsmReport } from './port.ts';

/** The evidence of each driver. */
export const KIND_OF_PROVIDER = {
  tdx_guest: 'tdx',
  sev_guest: 'snp',
} as const satisfies Record<TsmProvider, 'tdx' | 'snp'>;

/** Told what the evidence lacks although it stands without it. */
export type Note = (sentence: string) => void;

/** A guest by the report that its own hardware makes. */
export function guestAttester(
  guest: ConfidentialGuest,
  kind: 'tdx' | 'snp',
  note: Note = () => {},
): Attester {
  const collect = async (reportData: Uint8Array): Promise<Item> => {
    const report = await guest.report(reportData);
    requireKind(report, kind);
    return kind === 'tdx' ? tdxItem(report, guest, note) : snpItem(report, note);
  };
  return {
    kind,
    ...guestEnrolment((binding) => collect(enrolmentCommitment('enrolment-tee', binding))),
    collect: (binding, earlier) => collect(commitment('tee-report-data', binding, earlier)),
    measure: () => measureGuest(guest),
  };
}

async function tdxItem({ outblob }: TsmReport, guest: ConfidentialGuest, note: Note): Promise<Item> {
  const { log, why } = await guest.readEventLog();
  if (why !== null) note(`No event log of this TD, hence nothing that explains its RTMRs: ${why}.`);
  const value = serialiseTdxItem({ quote: outblob, eventLog: log });
  return { label: 'tdx', mediaType: TDX_QUOTE_MEDIA_TYPE, value };
}

function snpItem({ outblob, auxblob }: TsmReport, note: Note): Item {
  if (auxblob === null) {
    note(
      'The host gave no certificates of this chip: the verifier asks AMD for them, which it cannot for a VLEK.',
    );
  }
  const value = serialiseSnpItem({ report: outblob, auxblob });
  return { label: 'snp', mediaType: SNP_REPORT_MEDIA_TYPE, value };
}

function requireKind({ provider }: TsmReport, kind: 'tdx' | 'snp'): void {
  const actual = KIND_OF_PROVIDER[provider];
  if (actual === kind) return;
  throw new AgentError(
    'tee_absent',
    `this guest runs under ${actual}, not under ${kind}`,
    `Say --evidence ${actual}, or leave it out.`,
    {
      expected: kind,
      actual,
    },
  );
}
