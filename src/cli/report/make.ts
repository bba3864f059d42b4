import { writeFileSync } from 'node:fs';
import { formatInstant } from '../../bytes/instant.ts';
import { segment } from '../client/api-command.ts';
import { speaker } from '../client/speaker.ts';
import { requestText } from '../client/transport.ts';
import { withProgress } from '../terminal/progress.ts';
import { dim } from '../terminal/style.ts';

export type MakeReportFlags = {
  readonly from?: Date;
  readonly until?: Date;
  readonly out?: string;
  readonly as?: string;
  readonly url?: string;
  readonly data?: string;
};

/** Asks for a report and keeps it byte for byte. */
export async function makeReport(
  licence: string,
  { from, until, out, ...flags }: MakeReportFlags,
): Promise<void> {
  const query = new URLSearchParams();
  if (from !== undefined) query.set('from', formatInstant(from));
  if (until !== undefined) query.set('until', formatInstant(until));
  const path = `/v1/licences/${segment(licence)}/report${query.size === 0 ? '' : `?${query}`}`;
  const address = speaker(flags);
  const text = await withProgress('making a report', () => requestText(address, { method: 'GET', path }));
  if (out === undefined) {
    process.stdout.write(`${text}\n`);
    return;
  }
  writeFileSync(out, text);
  process.stderr.write(
    `${out}\n${dim(`Next: sextant report verify ${out} --issuer ${address.url.origin} --keys … --log-key …`)}\n`,
  );
}
