import type { Outline } from '../../../protocol/outline.ts';
import { useWords } from '../../words/language.tsx';
import { useCountryName } from '../country.ts';
import { Status } from '../status.tsx';
import { useCountriesUnder } from './countries-under.ts';
import { mapWords } from './words.ts';

type GroundUnderProps = {
  readonly outline: Outline;
  /** As somebody says it; empty as long as nobody has. */
  readonly country: string;
  /** What is said where the map has not all of it there. */
  readonly disagrees: (country: string) => string;
};

/** In which countries the map has an outline, and whether that is where somebody says that it is. */
export function GroundUnder({ outline, country, disagrees }: GroundUnderProps) {
  const { under: words } = useWords(mapWords);
  const nameOf = useCountryName();
  const under = useCountriesUnder(outline);
  if (under === null) return words.reading;
  const found = [...under.countries].sort(([, a], [, b]) => b - a);
  const named = (code: string): string => (code === '' ? words.water : nameOf(code));
  const [first] = found;
  const said =
    found.length === 1 && first !== undefined
      ? words.allIn(named(first[0]))
      : found.map(([code, count]) => words.in(count, under.places, named(code))).join('; ');
  return (
    <>
      <p>{said}</p>
      {country !== '' && under.countries.get(country) !== under.places && (
        <p>
          <Status tone="warn">{disagrees(nameOf(country))}</Status>
        </p>
      )}
      <p className="field__hint">{words.coarse}</p>
    </>
  );
}
