import { describeStore } from './contract.ts';
import { NOTE_MIGRATIONS } from './notes.ts';
import { temporaryStore } from './temporary.ts';

describeStore('sqlite', async (options) => {
  const { store } = await temporaryStore({ ...options, migrations: NOTE_MIGRATIONS });
  return store;
});
