import { Cursor } from '../../../bytes/cursor.ts';
import type { ImaEntry } from './entry.ts';
import { MAX_IMA_PCR } from './entry.ts';
import { IMA_LIMITS } from './limits.ts';
import { IMA_TEMPLATES, type ImaField } from './template.ts';

/**
 * binary_runtime_measurements (ima_fs.c, ima_measurements_show), little-endian: register, template digest, the template's
 * name, and its data, each behind its length; the template `ima` has its digest without one.
 *
 * @param digestBytes 20, or the length of the bank's digests where the file is one of binary_runtime_measurements_<hash>
 * @throws FormatError `truncated`, `too_long`, `bad_value`, `unsupported`, `budget_exceeded`, `trailing_data`
 */
export function parseImaBinary(bytes: Uint8Array, digestBytes = 20): readonly ImaEntry[] {
  const cursor = new Cursor(bytes, 'imaLog');
  const entries: ImaEntry[] = [];
  while (cursor.remaining > 0) {
    IMA_LIMITS.demandRoom(entries.length, cursor.offset);
    entries.push(readEntry(cursor, entries.length, digestBytes));
  }
  return entries;
}

function readEntry(cursor: Cursor, index: number, digestBytes: number): ImaEntry {
  const pcr = cursor.u32le('pcr');
  if (pcr > MAX_IMA_PCR) throw cursor.bad('pcr', `0 to ${MAX_IMA_PCR}`, `${pcr}`);
  const templateDigest = cursor.take(digestBytes, 'templateDigest');
  const template = Buffer.from(cursor.sized32le('templateName', IMA_LIMITS.nameBytes)).toString('latin1');
  const names = IMA_TEMPLATES.get(template);
  if (names === undefined) {
    throw cursor.unsupported('templateName', [...IMA_TEMPLATES.keys()].join(', '), JSON.stringify(template));
  }
  if (template === 'ima') {
    const fields = [
      { field: 'd' as const, bytes: cursor.take(20, 'd') },
      { field: 'n' as const, bytes: cursor.sized32le('n', IMA_LIMITS.oldPathBytes) },
    ];
    return { index, pcr, templateDigest, template, fields };
  }
  const data = new Cursor(
    cursor.sized32le('templateData', IMA_LIMITS.entryBytes),
    `imaLog.entries[${index}]`,
  );
  const fields = names.map((field: ImaField) => ({
    field,
    bytes: data.sized32le(field, IMA_LIMITS.entryBytes),
  }));
  data.end();
  return { index, pcr, templateDigest, template, fields };
}
