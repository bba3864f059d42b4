import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Atlas, type Jurisdictions, jurisdictionsOf } from '../../location/jurisdictions.ts';

let loaded: Jurisdictions | null = null;

/** The world's countries, read when somebody first asks for them and once for the process: half a second. */
export function worldAtlas(): Jurisdictions {
  if (loaded === null) {
    const path = fileURLToPath(import.meta.resolve('world-atlas/countries-10m.json'));
    const atlas: Atlas = JSON.parse(readFileSync(path, 'utf8')); // a file of our own dependency, pinned by the lockfile
    loaded = jurisdictionsOf(atlas);
  }
  return loaded;
}
