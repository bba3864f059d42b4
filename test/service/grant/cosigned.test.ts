import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formatWitnessKey } from '../../../src/record/cosignature.ts';
import type { GrantJudgement } from '../../../src/record/grant/index.ts';
import { addCheckpointOverHttp } from '../../../src/service/witness/add-checkpoint.ts';
import { askWitness } from '../../../src/service/witness/ask.ts';
import { sextant } from '../../cli/in-process.ts';
import { temporaryFolder } from '../../store/temporary.ts';
import { makeLicensed } from '../events/licensed.ts';
import { startWitness } from '../witness/server.ts';
import { failures, fetchText, renew } from './consumer.ts';

it('a grant is honoured in production once a witness has cosigned the log in which it was issued, and not before', async () => {
  const licensed = await makeLicensed();
  const { context, server } = licensed.world;
  const folder = temporaryFolder();
  const keep = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const published = async (name: string, path: string): Promise<string> =>
    keep(name, (await fetchText(licensed, path)).text);
  const log = { name: context.config.logOrigin, publicKey: context.keys.log.publicKey };
  const [one, other] = [await startWitness(log, 'w1.example'), await startWitness(log, 'w2.example')];
  const asked = [
    ...['--issuer', server.url, '--tenant', 'acme', '--host-key', licensed.host.key.jkt],
    ...['--keys', await published('grant-keys.json', '/.well-known/grant-keys.json')],
    ...['--status-keys', await published('status-keys.json', '/.well-known/status-list-keys.json')],
    ...['--log-key', await published('log.key', '/v1/log/key'), '--at', context.clock().toISOString()],
    ...['--witness', keep('w1.key', formatWitnessKey(one)), '--json'],
  ];
  const judge = async (): Promise<{ readonly status: number | null; readonly judgement: GrantJudgement }> => {
    const { body } = await renew(licensed, { witnesses: 1 });
    const { status, stdout } = await sextant(
      'grant',
      'verify',
      keep('kept.json', JSON.stringify(body)),
      ...asked,
    );
    return { status, judgement: JSON.parse(stdout) };
  };

  const before = await judge();
  expect(before.judgement.profile).toBe('production');
  expect([before.status, failures(before.judgement)]).toEqual([1, ['grant.checkpoint.cosigned']]);
  expect(before.judgement.notPerformed).toEqual([]);

  const add = addCheckpointOverHttp(10_000, new AbortController().signal);
  // Somebody whom this license server does not ask for.
  await askWitness(context, other.witness, add);
  expect(failures((await judge()).judgement)).toEqual(['grant.checkpoint.cosigned']);

  await askWitness(context, one.witness, add);
  const { status, judgement } = await judge();
  expect(failures(judgement)).toEqual([]);
  expect([status, judgement.accepted, judgement.notPerformed]).toEqual([0, true, []]);
});
