import { FormatError } from '../../../bytes/errors.ts';
import { fromHex, fromUtf8 } from '../../../bytes/text.ts';
import { type ImaEntry, MAX_IMA_PCR } from './entry.ts';
import { IMA_LIMITS } from './limits.ts';
import { IMA_TEMPLATES, type ImaField } from './template.ts';

/**
 * ascii_runtime_measurements (ima_fs.c, ima_ascii_measurements_show): a line for each entry, with the register, the template
 * digest, the template's name and its fields, a space before each. The kernel writes `_` for spaces in names before it
 * hashes them, so that a line has just so many fields; an absent signature is an empty one behind its space.
 *
 * @throws FormatError `truncated` for a last line without its end, `bad_value`, `unsupported`, `budget_exceeded`
 */
export function parseImaAscii(bytes: Uint8Array): readonly ImaEntry[] {
  const text = fromUtf8(bytes, 'imaLog');
  const lines = text.split('\n');
  // The shell's habit of dropping the last line's end loses nothing; a line cut short has a field too few, or a hash that fails.
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, index) => {
    IMA_LIMITS.demandRoom(index, 0);
    return readLine(line, index);
  });
}

function readLine(line: string, index: number): ImaEntry {
  const path = `imaLog.entries[${index}]`;
  const [register = '', digest = '', template = '', ...values] = line.trimStart().split(' ');
  const names = IMA_TEMPLATES.get(template);
  if (names === undefined) {
    const expected = [...IMA_TEMPLATES.keys()].join(', ');
    throw new FormatError('unsupported', `${path}.templateName is not read here`, {
      path,
      expected,
      actual: JSON.stringify(template.slice(0, IMA_LIMITS.nameBytes)),
    });
  }
  const pcr = /^[0-9]{1,2}$/.test(register) ? Number(register) : Number.NaN;
  if (!(pcr <= MAX_IMA_PCR)) throw bad(path, `PCR 0 to ${MAX_IMA_PCR}`, register);
  const fields = readFields(names, values, path);
  return { index, pcr, templateDigest: fromHex(digest, `${path}.templateDigest`), template, fields };
}

/** Signatures and buffers may be absent, and then their space may have been lost with them. */
const OPTIONAL: ReadonlySet<ImaField> = new Set(['sig', 'buf', 'd-modsig', 'modsig']);

function readFields(names: readonly ImaField[], values: readonly string[], path: string): ImaEntry['fields'] {
  if (values.length > names.length) throw bad(path, `${names.length} fields`, `${values.length}`);
  return names.map((field, at) => {
    const value = values[at] ?? '';
    if (value === '' && !OPTIONAL.has(field)) {
      const message = `${path} ends before ${field}`;
      throw new FormatError('truncated', message, { path: `${path}.${field}` });
    }
    return { field, bytes: fieldBytes(field, value, `${path}.${field}`) };
  });
}

function fieldBytes(field: ImaField, value: string, path: string): Uint8Array {
  switch (field) {
    case 'd':
      return fromHex(value, path);
    case 'n':
      return new Uint8Array(Buffer.from(value));
    case 'n-ng':
      return new Uint8Array(Buffer.from(`${value}\0`));
    case 'sig':
    case 'buf':
    case 'modsig':
      return fromHex(value, path);
    case 'd-ng':
    case 'd-ngv2':
    case 'd-modsig':
      return namedDigest(value, path);
  }
}

/** `sha256:<hex>` or `verity:sha256:<hex>`, as the words, a zero, and the bytes. */
function namedDigest(value: string, path: string): Uint8Array {
  if (value === '') return new Uint8Array();
  const colon = value.lastIndexOf(':');
  if (colon < 1) throw bad(path, 'an algorithm and a digest', value.slice(0, IMA_LIMITS.nameBytes));
  const words = Buffer.from(`${value.slice(0, colon + 1)}\0`, 'latin1');
  return new Uint8Array(Buffer.concat([words, fromHex(value.slice(colon + 1), path)]));
}

function bad(path: string, expected: string, actual: string): FormatError {
  return new FormatError('bad_value', `${path} is ${actual}, not ${expected}`, { path, expected, actual });
}
