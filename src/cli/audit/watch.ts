import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { SextantError } from '../../bytes/errors.ts';
import type { Finding } from '../../record/audit/findings.ts';
import { EXIT, UsageError } from '../failure.ts';
import { untilAskedToStop } from '../until-stopped.ts';
import type { AuditOptions } from './command.ts';
import { reportPage } from './html.ts';
import type { AuditReport } from './run.ts';

/**
 * Audits again and again and tells what was not found before, until it is asked to stop. A round that cannot be done is told, and tried
 * again: whoever makes a verifier silent must not end its watch. The first one is thrown, since it may be asked for wrongly.
 *
 * @returns 1 after any alarm; else 2 where the last round could not be done; else 0
 */
export async function watch(
  round: () => Promise<AuditReport>,
  { mirror, json, html }: AuditOptions,
  seconds: number,
): Promise<number> {
  if (mirror === undefined) {
    throw new UsageError('usage', '--watch needs --mirror', 'Only what was kept shows what was rolled back.');
  }
  const tell = json === true ? tellJson : tellText;
  const ending = new AbortController();
  void untilAskedToStop().then(() => ending.abort());
  const told = new Set<string>();
  let last: number = EXIT.ok;
  for (let isFirst = true; !ending.signal.aborted; isFirst = false) {
    try {
      const report = await round();
      const fresh = report.findings.filter((one) => !told.has(nameOf(one)));
      for (const one of fresh) told.add(nameOf(one));
      tell(report, fresh);
      if (html !== undefined) writeFileSync(html, reportPage(report));
      last = EXIT.ok;
    } catch (error) {
      if (isFirst || !(error instanceof SextantError)) throw error;
      tellUndone(error, json === true);
      last = EXIT.failed;
    }
    await delay(seconds * 1000, undefined, { signal: ending.signal }).catch(() => undefined);
  }
  return told.size > 0 ? EXIT.refused : last;
}

function nameOf({ code, subject }: Finding): string {
  return `${code} ${subject}`;
}

function tellJson({ at, checkpoint, verdict }: AuditReport, alarms: readonly Finding[]): void {
  process.stdout.write(`${JSON.stringify({ at, size: checkpoint?.size ?? 0, verdict, alarms })}\n`);
}

function tellText({ at, checkpoint, verdict }: AuditReport, alarms: readonly Finding[]): void {
  process.stdout.write(`${at}  ${checkpoint?.size ?? 0} leaves  ${verdict}\n`);
  for (const { code, sentence } of alarms) process.stdout.write(`ALARM ${code}  ${sentence}\n`);
}

function tellUndone({ code, message }: SextantError, asJson: boolean): void {
  const at = new Date().toISOString();
  process.stdout.write(
    asJson
      ? `${JSON.stringify({ at, undone: { code, message }, alarms: [] })}\n`
      : `${at}  could not be audited  ${code}: ${message}\n`,
  );
}
