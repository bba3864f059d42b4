import { createPrivateKey, type KeyObject } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FormatError } from '../../../bytes/errors.ts';
import { parseInstant } from '../../../bytes/instant.ts';
import { type ArchivedFile, ustar } from '../../../bytes/ustar.ts';
import { type NoteVerifier, parseVerifierKey } from '../../../record/note.ts';
import { readTree, type TreeReader } from '../../../record/tile-reader.ts';
import { documentReader } from '../../../service/audit/document-reader.ts';
import { exportAppraisal } from '../../../service/audit/export/appraisal.ts';
import { type ExportFiles, text } from '../../../service/audit/export/files.ts';
import { exportAct } from '../../../service/audit/export/log.ts';
import { type Selected, select, type Wanted } from '../../../service/audit/export/select.ts';
import { actReader } from '../../../service/audit/read-act.ts';
import type { AuditSource, RecordSource } from '../../../service/audit/source.ts';
import { Tally } from '../../../service/audit/tally.ts';
import { UsageError } from '../../failure.ts';
import { readInput } from '../../read-input.ts';
import { fileSource } from '../file-source.ts';
import { openSource } from '../open-source.ts';
import { auditProgress } from '../progress.ts';
import { type Head, readHead } from '../read-head.ts';
import { speakerOf } from '../speaker.ts';
import type { ExportOptions } from './command.ts';
import { withManifest } from './manifest.ts';
import { README } from './readme.ts';

type Opened = {
  readonly source: AuditSource;
  readonly records: RecordSource;
  readonly head: Head;
  readonly tree: TreeReader;
};

/** Writes an export into a new folder. @throws UsageError `usage`, `unreadable`, `unwritable` */
export async function exportAudit(what: string, options: ExportOptions): Promise<void> {
  const wanted = wantedOf(options);
  const key = options.sign === undefined ? null : signingKey(options.sign);
  if (existsSync(options.out))
    throw new UsageError('unwritable', `${options.out} is there already`, 'Name a new folder.');
  if (options.tar !== undefined && existsSync(options.tar))
    throw new UsageError('unwritable', `${options.tar} is there already`, 'Name a new file.');
  const { source: found, close } = await openSource(what, speakerOf(options));
  const progress = auditProgress();
  try {
    const source = 'files' in found ? fileSource(found.files) : found.database;
    const served = 'files' in found ? found.files.get : null;
    const opened = await open(source, { log: logKey(options.key), served });
    const { tree, records, head } = opened;
    const readAct = actReader(source, tree);
    const selected = await select({ size: tree.size, readAct, records, onProgress: progress.tell }, wanted);
    const { files, notPerformed } = await gather(opened, selected);
    if (files.size === 0) {
      const mend = 'Name what the log has, and speak with an auditor’s token.';
      throw new UsageError('unreadable', 'nothing of that is kept, or shown to you', mend);
    }
    files.set('README.md', text(README));
    if (head.note !== null) files.set('log/checkpoint', text(head.note));
    if (head.key !== null) files.set('log/key', text(`${head.key}\n`));
    const { out, tar, sign: _, data: __, as: ___, key: ____, ...asked } = options;
    const about = {
      at: new Date().toISOString(),
      source: source.name,
      log: { origin: head.origin, key: head.key, size: head.size },
      wanted: { ...asked },
      appraisals: [...selected.appraisals.keys()],
      decisions: [...selected.decisions.keys()],
      notPerformed,
    };
    const whole = withManifest(files, about, key);
    await write(out, whole);
    if (tar !== undefined)
      await pipeline(ustar(archived(whole)), createWriteStream(tar, { flags: 'wx', mode: 0o600 }));
    const number = `${selected.appraisals.size} appraisals and ${selected.decisions.size} decisions`;
    process.stdout.write(
      `${out}: ${number}\n${notPerformed.map((line) => `  not there: ${line}\n`).join('')}`,
    );
  } finally {
    progress.end();
    await close();
  }
}

async function open(
  source: AuditSource,
  keys: { readonly log: NoteVerifier | null; readonly served: Parameters<typeof readHead>[1]['served'] },
): Promise<Opened> {
  const { records } = source;
  if (records === null) {
    throw new UsageError(
      'unreadable',
      'only the public half of the log is at hand',
      'Give an auditor’s token.',
    );
  }
  const head = await readHead(source, { ...keys, witnesses: null }, null, new Tally());
  if (head === null) throw new UsageError('unreadable', 'the checkpoint is not signed by the log’s key');
  return { source, records, head, tree: readTree(head, source.log.tile) };
}

/** Everything that was selected, by its path; what is not there is named. */
async function gather(
  { source, records, head, tree }: Opened,
  { appraisals, decisions }: Selected,
): Promise<{ readonly files: ExportFiles; readonly notPerformed: readonly string[] }> {
  const files: ExportFiles = new Map();
  const tally = new Tally();
  const read = documentReader(records, tally);
  const notPerformed: string[] = head.note === null ? ['proofs: a database signs nothing'] : [];
  const place = (folder: string, more: ExportFiles): void => {
    for (const [path, bytes] of more) files.set(`${folder}/${path}`, bytes);
  };
  const placeAct = async (folder: string, leafIndex: number): Promise<void> => {
    const act = await exportAct(source, tree, head.note, leafIndex);
    if (act === undefined) notPerformed.push(`${folder}: its act is not shown`);
    else place(`${folder}/log`, act);
  };
  for (const [sessionId, leafIndex] of appraisals) {
    const folder = `appraisals/${sessionId}`;
    const kept = await records.appraisal(sessionId);
    const evidence = kept === undefined ? undefined : await records.evidence(kept.evidenceSha256);
    if (kept === undefined || evidence === undefined) {
      notPerformed.push(`${sessionId}: it is no longer kept (docs/audit.md: deleted by rule, or missing)`);
    } else {
      const { answer, inputs } = kept;
      const one = await exportAppraisal({ sessionId, answer, inputs, evidence }, read);
      place(folder, one.files);
      notPerformed.push(...one.notPerformed);
    }
    await placeAct(folder, leafIndex);
  }
  for (const [id, leafIndex] of decisions) {
    const kept = await records.decision(id);
    if (kept === undefined) notPerformed.push(`${id}: it is no longer kept`);
    else files.set(`decisions/${id}/answer.json`, text(kept.answer));
    await placeAct(`decisions/${id}`, leafIndex);
  }
  for (const { sentence } of tally.state().findings) notPerformed.push(sentence);
  return { files, notPerformed };
}

async function write(out: string, files: ExportFiles): Promise<void> {
  await mkdir(out, { recursive: true, mode: 0o700 });
  for (const [path, bytes] of files) {
    const file = join(out, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes, { flag: 'wx' });
    if (path.endsWith('.sh')) await chmod(file, 0o755);
  }
}

function archived(files: ExportFiles): readonly ArchivedFile[] {
  return [...files].map(([path, bytes]) => ({ path, bytes, isProgram: path.endsWith('.sh') }));
}

function wantedOf({ appraisal, decision, licence, from, until }: ExportOptions): Wanted {
  const named = [appraisal, decision, licence].filter((one) => one !== undefined);
  const instantOf = (option: string, value: string | undefined): Date | undefined => {
    try {
      return value === undefined ? undefined : parseInstant(value, option);
    } catch (cause) {
      if (!(cause instanceof FormatError)) throw cause;
      throw new UsageError('usage', `--${option} is no instant`, 'Write 2026-03-01T00:00:00Z.', cause);
    }
  };
  const period = { from: instantOf('from', from), until: instantOf('until', until) };
  const hasPeriod = period.from !== undefined || period.until !== undefined;
  const isClear = named.length === 1 || (named.length === 0 && hasPeriod);
  if (isClear && !(hasPeriod && licence === undefined && named.length === 1))
    return { appraisal, decision, licence, ...period };
  const mend =
    'Name one of --appraisal, --decision and --licence, or a period with --from and --until; a period narrows a licence.';
  throw new UsageError('usage', 'it is not clear what to export', mend);
}

function logKey(line: string | undefined): NoteVerifier | null {
  return line === undefined ? null : parseVerifierKey(line.trim());
}

/** @throws UsageError `unreadable` */
function signingKey(path: string): KeyObject {
  try {
    const key = createPrivateKey(readInput(path));
    if (key.asymmetricKeyType === 'ed25519' || key.asymmetricKeyType === 'ec') return key;
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
  }
  throw new UsageError(
    'unreadable',
    `${path} is no Ed25519 or P-256 private key`,
    'Make one: openssl genpkey -algorithm ed25519 -out auditor.pem',
  );
}
