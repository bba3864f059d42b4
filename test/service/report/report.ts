import { type GrantKeys, parseGrantKeys } from '../../../src/record/grant/index.ts';
import { type NoteVerifier, parseVerifierKey } from '../../../src/record/note.ts';
import {
  type ParsedReport,
  parseReport,
  type ReportJudgement,
  verifyReport,
} from '../../../src/record/report/index.ts';
import type { Licensed } from '../events/licensed.ts';
import { fetchAs, fetchText } from '../grant/consumer.ts';

/** What somebody has who reads a report later, far from the verifier. */
export type Reader = {
  readonly issuer: string;
  readonly keys: GrantKeys;
  readonly log: NoteVerifier;
  readonly at: Date;
};

export async function readerOf(licensed: Licensed): Promise<Reader> {
  const { world } = licensed;
  const keys = parseGrantKeys(JSON.parse((await fetchText(licensed, '/.well-known/report-keys.json')).text));
  const log = parseVerifierKey((await fetchText(licensed, '/v1/log/key')).text.trim());
  return { issuer: world.server.url, keys, log, at: world.context.clock() };
}

export type Fetched = { readonly status: number; readonly text: string };

export async function fetchReport(
  licensed: Licensed,
  query = '',
  token = licensed.world.people.exporter.token,
): Promise<Fetched> {
  return fetchAs(licensed, token, `/v1/licences/${licensed.licenceId}/report${query}`);
}

export async function reportOf(licensed: Licensed, query = '', token?: string): Promise<ParsedReport> {
  const { status, text } = await fetchReport(licensed, query, token);
  if (status !== 200) throw new Error(`${status} ${text}`);
  return parseReport(text);
}

export function failures({ checks }: ReportJudgement): string[] {
  return checks.flatMap(({ id, status }) => (status === 'fail' ? [id] : []));
}

export { verifyReport };
