import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseJson } from '../../bytes/json.ts';
import { type Pin, parsePinFile } from '../../pki/index.ts';

/** As far from the source as from what is built of it. */
const FOLDER = resolve(import.meta.dirname, '../../../certs');

/** The makers' roots that come with this program, by digest. */
export function readPins(): readonly Pin[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => parsePinFile(parseJson(new Uint8Array(readFileSync(resolve(FOLDER, name))))).pins);
}
