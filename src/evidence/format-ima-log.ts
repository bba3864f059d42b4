import { CheckList } from './check.ts';
import { isImaLog, parseImaLog } from './eventlog/ima/parse.ts';
import { IMA_PCR, replayIma } from './eventlog/ima/replay.ts';
import { EvidenceError, type EvidenceFolder, type Format, type OfflineFindings } from './format.ts';
import { IMA_FILES } from './tpm/folder.ts';

/**
 * Linux's log of the files that it measured, by itself. Nothing in it is signed: what can be said is that every entry has
 * the hash of its own fields. Whether it tells the truth takes a quote, and is listed as not performed.
 */
export const IMA_LOG: Format = { id: 'ima-log', usesRoots: false, recognises, verify };

function recognises(files: EvidenceFolder): boolean {
  const [only, ...more] = files;
  if (only === undefined || more.length > 0) return false;
  const [name, bytes] = only;
  return IMA_FILES.includes(name) || isImaLog(bytes);
}

function verify(files: EvidenceFolder): OfflineFindings {
  const [bytes] = files.values();
  if (bytes === undefined) throw new EvidenceError('part_missing', 'there is no file');
  const entries = parseImaLog(bytes);
  replayIma(entries, 'sha256', null);
  const findings = new CheckList();
  const own = entries.filter(({ pcr }) => pcr === IMA_PCR).length;
  findings.expect(
    'tpm.ima.replay',
    own > 0,
    'entries with the hash of their fields',
    `${own} of PCR ${IMA_PCR}`,
  );
  findings.skip('tpm.ima', 'no verified quote to hold the log against');
  return { findings, measured: null };
}
