import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startVerifier } from '../../../src/cli/serve/verifier.ts';
import { createLogger } from '../../../src/http/logger.ts';
import { databaseOf } from '../../postgres/choice.ts';
import { temporaryFolder } from '../../store/temporary.ts';

const CHILD = join(import.meta.dirname, 'children/tell.ts');

it('a verifier that is killed between an act and its delivery, or before that is noted, delivers it when it is back', {
  timeout: 120_000,
}, async () => {
  const data = join(temporaryFolder(), 'data');
  const ids: unknown[] = [];
  let kill: (() => void) | undefined;
  const receiver = createServer((request, response) => {
    request.resume();
    ids.push(request.headers['webhook-id']);
    // Received, and never answered.
    if (kill !== undefined) kill();
    else response.writeHead(204).end();
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  onTestFinished(() => void receiver.close());
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;

  const start = (more: NodeJS.ProcessEnv) => {
    const child = spawn(process.execPath, [CHILD], {
      env: { ...process.env, HOOK_DATA: data, ...more },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
  const first = start({ HOOK_URL: url });
  expect((await once(first, 'exit'))[1]).toBe('SIGKILL');
  expect(ids).toEqual([]);

  const second = start({});
  kill = () => second.kill('SIGKILL');
  await once(second, 'exit');
  expect(ids).toHaveLength(1);

  kill = undefined;
  const verifier = await startVerifier({
    data,
    ...(await databaseOf(data)),
    host: '127.0.0.1',
    port: 0,
    log: createLogger('silent'),
    // The killed process's lease is over.
    clock: (machine) => () => new Date(machine().getTime() + 60_000),
    config: { webhookTargets: { plaintextToLoopback: true, privateNetworks: false } },
  });
  onTestFinished(() => verifier.close());
  await expect.poll(() => ids.length).toBe(2);
  expect(ids[1]).toBe(ids[0]);
});
