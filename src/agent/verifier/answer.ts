import type { z } from 'zod';
import { malformed } from './client.ts';

/** Reads an answer by its schema. @throws AgentError `answer_malformed` */
export function readAnswer<S extends z.ZodType>(schema: S, value: unknown, address: URL): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw malformed(address, result.error);
}
