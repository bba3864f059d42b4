import { z } from 'zod';
import { COUNTRY_CODES } from './country-codes.ts';

export const country = z
  .string()
  .refine((code) => COUNTRY_CODES.has(code), 'must be an assigned ISO 3166-1 alpha-2 code in capitals')
  .describe('ISO 3166-1 alpha-2, e.g. DE.');
