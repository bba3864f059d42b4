import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { landmarkContent } from '../../src/protocol/landmark.ts';

it('docs/landmark.md shows a landmark that a verifier takes, and that its command line runs', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/landmark.md'), 'utf8');
  const shown = /\{"kind":"landmark".*?\}\}\}/s.exec(page)?.[0] ?? '';
  const content = landmarkContent.parse(JSON.parse(shown).content);
  const { latitude, longitude } = content.place;
  expect(page).toContain(`--id ${content.name} `);
  expect(page).toContain(`--place ${latitude},${longitude} --uncertainty ${content.uncertaintyMeters} `);
  for (const { address, port } of content.addresses)
    expect(page).toContain(
      address.includes(':') ? `--listen '[${address}]:${port}'` : `--listen ${address}:${port}`,
    );
});
