import { describeWithPostgres } from '../../postgres/shared.ts';
import { describeStore } from '../contract.ts';
import { noteStore } from './store.ts';

describeWithPostgres('on a PostgreSQL server', () => {
  describeStore('postgres', async (options) => (await noteStore(options)).store);
});
