import type { z } from 'zod';
import type { JsonValue } from '../../bytes/json.ts';

/** Text for a person; null for an answer that is not understood, which is then shown member by member. */
export type Describe = (answer: JsonValue) => string | null;

/** A description of answers of one schema. A verifier of another version may answer otherwise: that is no error. */
export function described<T>(schema: z.ZodType<T>, describe: (answer: T) => string): Describe {
  return (answer) => {
    const { data } = schema.safeParse(answer);
    return data === undefined ? null : describe(data);
  };
}
