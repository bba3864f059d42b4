import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

const LOGGER = new URL('../../src/http/logger.ts', import.meta.url).href;

function argumentsFor(body: string, before = ''): string[] {
  return [
    '--input-type=module',
    '--eval',
    `import { createLogger } from '${LOGGER}'; ${before} const log = createLogger('info'); ${body}`,
  ];
}

describe('the log', () => {
  it('is written whole and in order by a process that ends, letters of every kind among it', async () => {
    const many = "for (let line = 0; line < 2_000; line++) log.info({ line }, 'späte Zeile ✓');";
    const { stdout } = await promisify(execFile)(process.execPath, argumentsFor(`${many} process.exit(0);`));
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).line)).toEqual(Array.from({ length: 2_000 }, (_, i) => i));
    expect(JSON.parse(lines[7] ?? '')).toMatchObject({ level: 30, msg: 'späte Zeile ✓' });
  });

  it('is written by a process that ends though every thread has other work', async () => {
    const busy = "process.once('exit', () => pbkdf2('a', 'b', 3e5, 64, 'sha512', () => {}));";
    const { stdout } = await promisify(execFile)(
      process.execPath,
      argumentsFor("log.info('last');", `import { pbkdf2 } from 'node:crypto'; ${busy}`),
      { env: { ...process.env, UV_THREADPOOL_SIZE: '1' } },
    );
    expect(JSON.parse(stdout)).toMatchObject({ msg: 'last' });
  });

  it('is written to a pipe whose reader is slow, whole and in order', async () => {
    const many = "for (let line = 0; line < 20_000; line++) log.info({ line }, 'x'.repeat(40));";
    const { stdout } = await promisify(execFile)(
      'sh',
      ['-c', '"$0" "$@" | { sleep 0.3; cat; }', process.execPath, ...argumentsFor(many)],
      { maxBuffer: 8 * 1024 * 1024 },
    );
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).line)).toEqual(Array.from({ length: 20_000 }, (_, i) => i));
  });

  it('is written while the process goes on, though little is to be written', async () => {
    const child = execFile(
      process.execPath,
      argumentsFor("log.info('alone'); setInterval(() => {}, 1_000);"),
    );
    onTestFinished(() => void child.kill());
    const [text] = await once(child.stdout ?? child, 'data');
    expect(JSON.parse(String(text))).toMatchObject({ msg: 'alone' });
  });
});
