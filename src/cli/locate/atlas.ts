import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NamedArea } from '../../location/geography.ts';
import {
  type Atlas,
  countriesOf,
  type Jurisdictions,
  jurisdictionsFrom,
} from '../../location/jurisdictions.ts';

let countries: readonly NamedArea[] | null = null;
let jurisdictions: Jurisdictions | null = null;

/** The rings of the world's countries, read when somebody first asks for them and once for the process. */
export function worldCountries(): readonly NamedArea[] {
  if (countries === null) {
    const path = fileURLToPath(import.meta.resolve('world-atlas/countries-10m.json'));
    const atlas: Atlas = JSON.parse(readFileSync(path, 'utf8')); // a file of our own dependency, pinned by the lockfile
    countries = countriesOf(atlas);
  }
  return countries;
}

/** The same, as a map that answers where regions lie: a second's work, once for the process. */
export function worldAtlas(): Jurisdictions {
  jurisdictions ??= jurisdictionsFrom(worldCountries());
  return jurisdictions;
}
