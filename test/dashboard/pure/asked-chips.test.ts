import { expect, it } from 'vitest';
import { askedChips } from '../../../src/dashboard/views/licence/asked-chips.ts';

it('reads chips as people write them, and takes nothing that is not one', () => {
  expect(askedChips('8 x H100\n\n 2×B200 NVL ')).toEqual([
    { model: 'H100', quantity: 8 },
    { model: 'B200 NVL', quantity: 2 },
  ]);
  for (const text of [
    '',
    '8 of H100',
    '0 x H100',
    '-1 x H100',
    '1.5 x H100',
    'x H100',
    '8 x',
    '1 x A\n2 x A',
  ])
    expect(askedChips(text), text).toBeNull();
});
