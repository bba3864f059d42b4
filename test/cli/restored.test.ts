import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { signCheckpoint } from '../../src/record/checkpoint.ts';
import { latestCheckpoint } from '../../src/service/log.ts';
import { addCheckpointOverHttp } from '../../src/service/witness/add-checkpoint.ts';
import { askWitness } from '../../src/service/witness/ask.ts';
import { backupSqlite } from '../../src/store/sqlite/backup.ts';
import { startWitness } from '../service/witness/server.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { backedUp, forgetPublished, ORIGIN, readiness, record, serving } from './restoring.ts';

const SOUND = [200, { name: 'log', status: 'ok' }];
const BEHIND = [503, { name: 'log', status: 'failed', code: 'log_behind' }];

describe('a verifier whose database was restored', () => {
  it('refuses to sign and to record behind what it kept beside the database, and reads on', async () => {
    const { data, before, restore } = await backedUp();
    await record(before, 'two');
    await latestCheckpoint(before.context);
    await before.close();
    restore();
    const after = await serving({ data });
    expect(await readiness(after)).toEqual(BEHIND);
    expect(after.context.publication?.refusal).toMatchObject({ kind: 'behind' });
    await expect(record(after, 'three')).rejects.toMatchObject({ code: 'log_behind' });
    const served = await fetch(`${after.url}/v1/log/checkpoint`);
    expect([served.status, await served.json()]).toEqual([
      503,
      expect.objectContaining({ code: 'log_behind' }),
    ]);
    expect((await fetch(`${after.url}/v1/log/tile/0/000.p/1`)).status).toBe(200);
    // Nothing heals by itself: the next start finds the same.
    await after.close();
    expect(await readiness(await serving({ data }))).toEqual(BEHIND);
  });

  it('goes on where nothing was published that the backup lacks', async () => {
    const { data, before, restore } = await backedUp();
    await latestCheckpoint(before.context);
    await before.close();
    restore();
    const after = await serving({ data });
    expect(await readiness(after)).toEqual(SOUND);
    await record(after, 'another two');
    expect(await latestCheckpoint(after.context)).toContain(ORIGIN);
  });

  it('is known by what was kept on another disk, where all of the data folder was put back', async () => {
    const published = join(temporaryFolder(), 'elsewhere');
    const { data, before, restore } = await backedUp({ published });
    await record(before, 'two');
    await latestCheckpoint(before.context);
    await before.close();
    restore();
    forgetPublished(data);
    const after = await serving({ data, published });
    expect(await readiness(after)).toEqual(BEHIND);
    await after.close();
    // Without it, and without anybody else's word, nobody can know.
    expect(await readiness(await serving({ data }))).toEqual(SOUND);
  });

  it('is known by a checkpoint that its operator brings, and by no other log’s', async () => {
    const { folder, data, before, restore } = await backedUp();
    await record(before, 'two');
    const checkpoint = join(folder, 'published-checkpoint');
    writeFileSync(checkpoint, await latestCheckpoint(before.context));
    await before.close();
    expect(await readiness(await serving({ data, checkpoints: [checkpoint] }))).toEqual(SOUND);
    restore();
    forgetPublished(data);
    expect(await readiness(await serving({ data, checkpoints: [checkpoint] }))).toEqual(BEHIND);
    const other = { name: ORIGIN, ...generateKeyPairSync('ed25519') };
    writeFileSync(checkpoint, signCheckpoint(9, new Uint8Array(32), other));
    await expect(serving({ data, checkpoints: [checkpoint] })).rejects.toMatchObject({ code: 'unreadable' });
  });

  it('is known by a witness, which is asked before anything is recorded', async () => {
    const { data, before, restore } = await backedUp();
    const { publicKey } = before.context.keys.log;
    const witness = await startWitness({ name: ORIGIN, publicKey });
    const add = addCheckpointOverHttp(10_000, new AbortController().signal);
    // The backup's own memory is that all is cosigned.
    await askWitness(before.context, witness.witness, add);
    await backupSqlite(data, join(data, 'later'));
    await record(before, 'two');
    await askWitness(before.context, witness.witness, add);
    await before.close();
    restore();
    cpSync(join(data, 'later', 'sextant.db'), join(data, 'sextant.db'));
    forgetPublished(data);
    const after = await serving({ data, witnesses: [witness.witness] });
    expect(after.context.publication?.refusal).toMatchObject({
      kind: 'behind',
      where: 'witness witness.example/w1',
    });
    expect(await readiness(after)).toEqual(BEHIND);
  });

  it('starts where its witnesses do not answer, and is refused once one does', async () => {
    const { data, before, restore } = await backedUp();
    const { publicKey } = before.context.keys.log;
    const witness = await startWitness({ name: ORIGIN, publicKey });
    await record(before, 'two');
    const add = addCheckpointOverHttp(10_000, new AbortController().signal);
    await askWitness(before.context, witness.witness, add);
    await before.close();
    restore();
    forgetPublished(data);
    witness.misbehave = (_, response) => response.destroy();
    const after = await serving({ data, witnesses: [witness.witness] });
    expect(await readiness(after)).toEqual(SOUND);
    witness.misbehave = null;
    await record(after, 'another two');
    await record(after, 'another three');
    await after.close();
    const again = await serving({ data, witnesses: [witness.witness] });
    expect(again.context.publication?.refusal).toMatchObject({ kind: 'contradicted' });
  });

  it('does not start where it could keep nothing', async () => {
    const { folder, data, before } = await backedUp();
    await before.close();
    const published = join(folder, 'a-file');
    writeFileSync(published, '');
    await expect(serving({ data, published })).rejects.toMatchObject({ code: 'unwritable' });
  });

  it('refuses where what it kept cannot be read', async () => {
    const { data, before } = await backedUp();
    await before.close();
    mkdirSync(join(data, 'published'), { recursive: true });
    writeFileSync(join(data, 'published', 'a.checkpoint'), 'not a checkpoint\n');
    const after = await serving({ data });
    expect(after.context.publication?.refusal).toMatchObject({ kind: 'unreadable' });
  });
});
