import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

const LOGGER = new URL('../../src/http/logger.ts', import.meta.url).href;

function argumentsFor(body: string): string[] {
  return [
    '--input-type=module',
    '--eval',
    `import { createLogger } from '${LOGGER}'; const log = createLogger('info'); ${body}`,
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
