import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { operationsSource } from '../../src/dashboard/build/operations.ts';
import { apiDocument } from './api-document.ts';

/** `npm run types:api`: writes the types that the page knows the interface by. */
const target = resolve(import.meta.dirname, '../../src/dashboard/api/operations.ts');
writeFileSync(target, operationsSource(await apiDocument()));
