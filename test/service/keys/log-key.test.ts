import { expect, it } from 'vitest';
import { requireSameLog } from '../../../src/service/keys/log-key.ts';
import { serviceStore } from '../../store/temporary.ts';

it('holds a store to the key and the name of its first start', async () => {
  const { store } = await serviceStore();
  await requireSameLog(store, 'key', 'a.example/log');
  await requireSameLog(store, 'key', 'a.example/log');
  await expect(requireSameLog(store, 'other', 'a.example/log')).rejects.toMatchObject({
    code: 'log_key_differs',
    path: 'log.kid',
  });
  await expect(requireSameLog(store, 'key', 'b.example/log')).rejects.toMatchObject({
    code: 'log_key_differs',
    path: 'log.origin',
  });
});
