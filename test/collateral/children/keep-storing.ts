import { createHash } from 'node:crypto';
import { openFolderCache } from '../../../src/collateral/cache/folder.ts';

/** Stores versions of one document, and raises one mark, as quickly as it can: beside others that do the same. */
const [folder = '', name = '', count = '0'] = process.argv.slice(2);
const cache = await openFolderCache(folder, () => {});
for (let index = 1; index <= Number(count); index++) {
  const body = new TextEncoder().encode(`${name} ${index}`.padEnd(2000));
  await cache.raise({ line: 'shared', value: index });
  await cache.put({
    key: { kind: 'intel-pck-crl', name: 'platform' },
    body,
    chain: null,
    sha256: createHash('sha256').update(body).digest('hex'),
    chainSha256: null,
    fetchedAt: new Date(index),
    issuedAt: null,
    nextUpdate: null,
    evaluationNumber: null,
    source: 'test',
  });
}
