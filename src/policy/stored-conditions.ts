import { FormatError } from '../bytes/errors.ts';
import { isJsonObject, type JsonValue } from '../bytes/json.ts';
import { type LicenceConditions, licenceConditions } from './licence.ts';

/**
 * Reads conditions as they were kept when the licence was granted. Licences of before rule packs were named name none: nothing is
 * allowed under them, and decisions say why.
 *
 * @throws FormatError `bad_value`
 */
export function readConditions(stored: JsonValue): LicenceConditions {
  const isBefore = isJsonObject(stored) && !Object.hasOwn(stored, 'rulePacks');
  const read = licenceConditions.safeParse(isBefore ? { ...stored, rulePacks: 'none' } : stored);
  if (read.success) return isBefore ? { ...read.data, rulePacks: [] } : read.data;
  const [issue] = read.error.issues;
  const path = issue?.path.join('.') || 'conditions';
  throw new FormatError('bad_value', `${path}: ${issue?.message}`, { path });
}
