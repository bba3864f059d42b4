import { expect, it } from 'vitest';
import { withRow } from '../../../src/dashboard/api/with-row.ts';

it('stands where its identifier does, in the place of what was there, and goes where it is no more', () => {
  const rows = [{ id: 'b' }, { id: 'd' }];
  const row = (id: string) => ({ id, is: 'new' });
  expect(withRow(rows, 'd', row('d'))).toEqual([{ id: 'b' }, row('d')]);
  expect(withRow(rows, 'a', row('a'))).toEqual([row('a'), ...rows]);
  expect(withRow(rows, 'c', row('c'))).toEqual([{ id: 'b' }, row('c'), { id: 'd' }]);
  expect(withRow(rows, 'e', row('e'))).toEqual([...rows, row('e')]);
  expect(withRow(rows, 'b', null)).toEqual([{ id: 'd' }]);
  expect(withRow(rows, 'c', null)).toEqual(rows);
  expect(withRow([], 'a', row('a'))).toEqual([row('a')]);
});
