import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, finding } from '../../record/audit/findings.ts';
import { parseWitnessKey } from '../../record/cosignature.ts';
import { RecordError } from '../../record/errors.ts';
import { type NoteVerifier, parseVerifierKey } from '../../record/note.ts';
import { verifyReceipt } from '../../record/receipt.ts';
import type { WitnessPolicy } from '../../record/witness-policy.ts';
import type { KnownTree } from '../../service/audit/origins.ts';
import { EXIT, UsageError } from '../failure.ts';
import { readInput } from '../read-input.ts';
import type { AuditOptions } from './command.ts';
import { textOf } from './file-source.ts';
import { readIfThere } from './files.ts';
import { reportPage } from './html.ts';
import { openSource } from './open-source.ts';
import { describeReport } from './present.ts';
import { auditProgress } from './progress.ts';
import { treeOfNote } from './read-head.ts';
import { type AuditReport, runAudit } from './run.ts';
import { speakerOf } from './speaker.ts';
import { watch } from './watch.ts';

/** Runs one audit or, with `--watch`, one after another. Answers the exit status. */
export async function audit(what: string, options: AuditOptions): Promise<number> {
  if (options.watch !== undefined) return watch(() => once(what, options), options, options.watch);
  const report = await once(what, options);
  if (options.html !== undefined) writeFileSync(options.html, reportPage(report));
  process.stdout.write(
    `${options.json === true ? JSON.stringify(report, null, 2) : describeReport(report)}\n`,
  );
  return report.verdict === 'holds' ? EXIT.ok : EXIT.refused;
}

async function once(what: string, options: AuditOptions): Promise<AuditReport> {
  const { mirror = null, replay, whole = false } = options;
  const log = options.key === undefined ? null : readKey(options.key, parseVerifierKey);
  const { source, close } = await openSource(what, speakerOf(options));
  const progress = auditProgress();
  try {
    const served = 'files' in source ? source.files.get : null;
    const key = log ?? (await keyAtHand(mirror, served));
    const { known, invalid } = broughtBy(options, key);
    const report = await runAudit({
      source,
      mirror,
      keys: { log, served, witnesses: witnessPolicy(options) },
      known,
      replays: replay,
      whole,
      at: new Date(),
      onProgress: progress.tell,
    });
    return withFindings(report, invalid);
  } finally {
    progress.end();
    await close();
  }
}

/** The key by which what the auditor brought is read: the one that the audit itself will go by. */
async function keyAtHand(
  mirror: string | null,
  served: ((path: string) => Promise<Uint8Array | undefined>) | null,
): Promise<NoteVerifier | null> {
  const kept = mirror === null ? null : textOf(await readIfThere(join(mirror, 'key')));
  const line = kept ?? (served === null ? null : textOf(await served('key')));
  return line === null ? null : parseVerifierKey(line.trim());
}

/** Checkpoints and receipts of other readers. */
function broughtBy(
  { checkpoint, receipt }: AuditOptions,
  key: NoteVerifier | null,
): { readonly known: readonly KnownTree[]; readonly invalid: readonly Finding[] } {
  if (checkpoint.length + receipt.length === 0) return { known: [], invalid: [] };
  if (key === null) {
    throw new UsageError(
      'usage',
      'checkpoints and receipts are signed, and no key is known',
      'Give it with --key.',
    );
  }
  const known = checkpoint.map((path) =>
    treeOfNote(readInput(path).toString('utf8'), key, `checkpoint ${path}`),
  );
  const invalid: Finding[] = [];
  for (const path of receipt) {
    try {
      const receipt = JSON.parse(readInput(path).toString('utf8'));
      // Under whatever name the key had then: what became of that name the audit asks.
      const [name = ''] = String(receipt?.checkpoint ?? '').split('\n', 1);
      const proven = verifyReceipt(receipt, { ...key, name });
      known.push({ ...proven.checkpoint, whose: `receipt ${path}` });
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      invalid.push(finding('receipt.invalid', `receipt ${path}`, { because: error.message }));
    }
  }
  return { known, invalid };
}

function withFindings(report: AuditReport, more: readonly Finding[]): AuditReport {
  if (more.length === 0) return report;
  const found = { ...report.found, 'receipt.invalid': more.length };
  return { ...report, findings: [...report.findings, ...more], found, verdict: 'diverges' };
}

function witnessPolicy({ witness, witnesses }: AuditOptions): WitnessPolicy | null {
  if (witness.length === 0) return null;
  return {
    threshold: witnesses ?? witness.length,
    witnesses: witness.map((line) => readKey(line, parseWitnessKey)),
  };
}

function readKey(line: string, parse: (text: string) => NoteVerifier): NoteVerifier {
  try {
    return parse(line.trim());
  } catch (cause) {
    if (!(cause instanceof RecordError)) throw cause;
    throw new UsageError(
      'usage',
      `${line} is no key`,
      'Give it as it is published, name+id+key, in quotes.',
      cause,
    );
  }
}
