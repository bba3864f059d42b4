import { ValidationError } from '../errors.ts';
import type { Route } from '../route.ts';
import { validate } from './validate.ts';

/**
 * Reads the query by the route's schema; a name that occurs twice is refused, for parsers differ in which one they take.
 * @param text what follows the question mark; '' where there is none
 */
export function readQuery(route: Route, text: string): unknown {
  if (route.query === undefined) {
    if (text === '') return undefined;
    throw new ValidationError([{ path: 'query', expected: 'no query', actual: text.slice(0, 64) }]);
  }
  const values: { [name: string]: string } = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    if (Object.hasOwn(values, name)) {
      throw new ValidationError([
        { path: `query.${name.slice(0, 64)}`, expected: 'one value', actual: 'several' },
      ]);
    }
    values[name] = value;
  }
  return validate(route.query, { ...values }, 'query');
}
