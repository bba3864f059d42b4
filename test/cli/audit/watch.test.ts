import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { onPostgres } from '../../postgres/choice.ts';
import { attest } from '../../service/attestation/agent.ts';
import { sextant } from '../in-process.ts';
import { makeStory, type Story } from './story.ts';

afterEach(() => {
  delete process.env['SEXTANT_TOKEN'];
});

async function mirrored({ world, key, folder, auditor }: Story, name: string): Promise<string> {
  const mirror = join(folder, name);
  process.env['SEXTANT_TOKEN'] = auditor;
  const { status, stderr } = await sextant('audit', world.server.url, '--mirror', mirror, '--key', key);
  delete process.env['SEXTANT_TOKEN'];
  if (status !== 0) throw new Error(stderr);
  return mirror;
}

type Round = {
  readonly size?: number;
  readonly alarms: readonly { readonly code: string }[];
  readonly undone?: object;
};

/** A watch under way: its rounds as they are told, and an end. */
function watching(...args: readonly string[]) {
  const running = sextant('audit', ...args, '--watch', '1', '--json');
  const written = vi.mocked(process.stdout.write).mock;
  const rounds = (): Round[] => written.calls.map(([line]) => JSON.parse(String(line)));
  return {
    until: (told: (rounds: readonly Round[]) => boolean) =>
      vi.waitFor(() => expect(told(rounds())).toBe(true), { timeout: 100_000, interval: 50 }),
    end: async () => {
      process.emit('SIGTERM');
      const { status, stdout } = await running;
      const all: Round[] = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      return { status, alarms: all.flatMap(({ alarms }) => alarms.map(({ code }) => code)) };
    },
  };
}

describe('a watch', () => {
  it('alarms once on a fork, and its status stays', { timeout: 120_000 }, async () => {
    const [one, other] = [await makeStory(), await makeStory()];
    await other.decide();
    const mirror = await mirrored(one, 'mirror');
    const watch = watching(other.world.server.url, '--mirror', mirror);
    await watch.until((rounds) => rounds.length > 1);
    expect(await watch.end()).toEqual({ status: 1, alarms: ['log.forked'] });
  });

  it('alarms on a log that has fewer leaves than it had', { timeout: 120_000 }, async () => {
    const story = await makeStory();
    const before = await mirrored(story, 'before');
    await story.decide();
    const mirror = await mirrored(story, 'mirror');
    const watch = watching(before, '--mirror', mirror);
    await watch.until((rounds) => rounds.length > 1);
    expect(await watch.end()).toEqual({ status: 1, alarms: ['log.rolled-back'] });
  });

  it.skipIf(onPostgres)(
    'alarms on a decision without its evidence, and goes on where nobody answers',
    {
      timeout: 120_000,
    },
    async () => {
      const story = await makeStory();
      const { world } = story;
      const mirror = await mirrored(story, 'mirror');
      process.env['SEXTANT_TOKEN'] = story.auditor;
      const watch = watching(world.server.url, '--mirror', mirror);
      await watch.until((rounds) => rounds.length > 0);
      const db = new DatabaseSync(join(world.folder, 'sextant.db'));
      // Gone before any round could have read it.
      db.exec(
        'create trigger lost after insert on evidence begin delete from evidence where digest = new.digest; end',
      );
      db.close();
      world.pass(5_000);
      await attest(world, story.host);
      await story.decide();
      await watch.until((rounds) => rounds.flatMap(({ alarms }) => alarms).length > 1);
      await world.server.close(0);
      await watch.until((rounds) => rounds.some(({ undone }) => undone !== undefined));
      const { status, alarms } = await watch.end();
      expect(status).toBe(1);
      expect(alarms.sort()).toEqual(['decision.without-evidence', 'evidence.absent']);
    },
  );
});
