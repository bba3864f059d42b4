import { readFileSync, writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { apiDocument } from '../dashboard/api-document.ts';
it('x', async () => { writeFileSync('/tmp/ops-api.json', JSON.stringify(await apiDocument())); });
