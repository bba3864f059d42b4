import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { systemPace } from '../../agent/agent.ts';
import { makeBundle, openSession, partOf, submit } from '../../agent/attest.ts';
import type { Attester } from '../../agent/attester.ts';
import { enrol } from '../../agent/enrol.ts';
import { openDataFolder } from '../../agent/folder.ts';
import { createOrLoadHostKey } from '../../agent/host-key.ts';
import { beLocated } from '../../agent/location/locate.ts';
import { currentSessionKeys } from '../../agent/session-keys.ts';
import { guestAttester } from '../../agent/tee/attester.ts';
import { verifierAddress } from '../../agent/verifier/address.ts';
import { type Client, verifierClient } from '../../agent/verifier/client.ts';
import { Refusal } from '../../agent/verifier/refusal.ts';
import { toHex } from '../../bytes/text.ts';
import type { TdReport } from '../../evidence/intel/index.ts';
import { demonstrationTdBoot, forgeCcel } from '../../forge/intel/ccel.ts';
import { type ForgedPlatform, forgeTdxPlatform } from '../../forge/intel/platform.ts';
import { type EvidenceAnswer, evidenceAnswer } from '../../protocol/evidence.ts';
import type { LocationAnswer } from '../../protocol/location.ts';
import type { Session } from '../../protocol/session.ts';
import { writeSecret } from '../secret-file.ts';
import type { DemoGpus } from './gpus.ts';
import { StoryError } from './story.ts';

const never = new AbortController().signal;
const DAY_MS = 86_400_000;
/** What a forged Intel publishes ends after 29 days. */
const MADE_ANEW_AFTER_MS = 20 * DAY_MS;

const kept = z.strictObject({ seed: z.string(), at: z.iso.datetime() });

/** A TDX machine that exists nowhere, the same at every start; its root is this folder's own, and a new one when it has grown old. */
export function demoPlatform(folder: string): ForgedPlatform<TdReport> {
  const path = join(folder, 'tdx-platform.json');
  const known = existsSync(path) ? kept.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
  if (known !== null && Date.now() - Date.parse(known.at) < MADE_ANEW_AFTER_MS) {
    return forgeTdxPlatform({ seed: known.seed, at: new Date(known.at) });
  }
  // Whoever knows the seed signs with its root.
  const made = { seed: toHex(randomBytes(32)), at: new Date().toISOString() };
  writeSecret(path, JSON.stringify(made));
  return forgeTdxPlatform({ seed: made.seed, at: new Date(made.at) });
}

/** A confidential guest on that machine: the agent's own code, over hardware that is this process. */
export class DemoGuest {
  readonly platform: ForgedPlatform<TdReport>;
  readonly gpus: DemoGpus;
  readonly attester: Attester;
  readonly #client: Client;
  readonly #folder: ReturnType<typeof openDataFolder>;

  constructor(url: string, folder: string, platform: ForgedPlatform<TdReport>, gpus: DemoGpus) {
    this.platform = platform;
    this.gpus = gpus;
    this.#folder = openDataFolder(folder);
    const { log, rtMr } = forgeCcel(demonstrationTdBoot());
    this.attester = guestAttester(
      {
        provider: async () => 'tdx_guest',
        report: async (reportData) => ({
          provider: 'tdx_guest',
          outblob: platform.quote(reportData, { rtMr }),
          auxblob: null,
        }),
        readEventLog: async () => ({ log, why: null }),
      },
      'tdx',
    );
    this.#client = verifierClient({
      address: verifierAddress(url),
      hostKey: createOrLoadHostKey(this.#folder),
      clock: systemPace.clock,
    });
  }

  async enrol(token: string): Promise<string> {
    const enrolling = {
      client: this.#client,
      attester: this.attester,
      token,
      pace: systemPace,
      signal: never,
    };
    return (await enrol({ ...enrolling, hostname: 'demonstration-guest' })).hostId;
  }

  /** Attests; `attester` takes the place of its hardware where somebody lies about it. */
  async attest(attester: Pick<Attester, 'collect'> = this.attester): Promise<EvidenceAnswer> {
    const session = await this.#session();
    const bundle = await makeBundle(
      { evidence: [this.gpus.evidence(), partOf(attester)], sessionKeys: () => this.sessionKeys() },
      session,
    );
    return evidenceAnswer.parse(await submit(this.#client, session.id, bundle, never));
  }

  /** Attests, and lets the landmarks that are drawn measure it. Its verdict, and what the devices come to. */
  async locate(): Promise<LocationAnswer> {
    const { sessionId } = await this.attest();
    const locating = { client: this.#client, keys: this.sessionKeys(), pace: systemPace };
    const { answer, missing } = await beLocated(locating, sessionId, never);
    if (answer !== null && missing.length === 0) return answer;
    throw new StoryError(
      `landmarks that did not measure: ${missing.map(({ landmarkId, message }) => `${landmarkId}: ${message}`).join('; ')}`,
    );
  }

  sessionKeys(): ReturnType<typeof currentSessionKeys> {
    return currentSessionKeys(this.#folder, systemPace.clock());
  }

  /** A session as soon as the verifier grants one: it paces its hosts. */
  async #session(): Promise<Session> {
    for (;;) {
      try {
        return await openSession(this.#client, never);
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== 'too_early') throw error;
        await wait(error.retryAfterMs ?? 1000);
      }
    }
  }
}
