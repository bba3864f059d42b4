import { expect, it } from 'vitest';
import { isSameAsked } from '../../../src/dashboard/api/again.ts';

it('is asked again where it says the same, and of files where it is the same one', () => {
  const params = { deviceId: 'dev_1' };
  const file = new Blob(['a']);
  const asked = { params, body: { reason: 'lost' } };
  expect(isSameAsked(asked, { params: { ...params }, body: { reason: 'lost' } })).toBe(true);
  expect(isSameAsked(asked, { params, body: { reason: 'found' } })).toBe(false);
  expect(isSameAsked(asked, { params: { deviceId: 'dev_2' }, body: asked.body })).toBe(false);
  expect(isSameAsked({ params, body: file }, { params, body: file })).toBe(true);
  expect(isSameAsked({ params, body: file }, { params, body: new Blob(['b']) })).toBe(false);
  expect(isSameAsked({ params, body: file }, { params, body: {} })).toBe(false);
  expect(isSameAsked({ params }, { params })).toBe(true);
});
