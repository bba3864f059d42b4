import { setTimeout as wait } from 'node:timers/promises';
import { type Agent, openAgent, systemPace } from '../../agent/agent.ts';
import { makeBundle, openSession, partOf, submit } from '../../agent/attest.ts';
import { createOrLoadHostKey } from '../../agent/host-key.ts';
import { currentSessionKeys } from '../../agent/session-keys.ts';
import { tpmAttester } from '../../agent/tpm/attester.ts';
import type { TpmDevice } from '../../agent/tpm/port.ts';
import { DEFAULT_PCRS, parsePcrChoice } from '../../agent/tpm/selection.ts';
import { verifierAddress } from '../../agent/verifier/address.ts';
import { type Client, verifierClient } from '../../agent/verifier/client.ts';
import { Refusal } from '../../agent/verifier/refusal.ts';
import { type EvidenceAnswer, evidenceAnswer } from '../../protocol/evidence.ts';
import type { Session } from '../../protocol/session.ts';

const never = new AbortController().signal;

/** The demonstration's host: an agent as operators run it, and the means to do what attackers would. */
export class DemoHost {
  readonly agent: Agent;
  readonly device: TpmDevice;
  readonly #client: Client;

  constructor(url: string, folder: string, device: TpmDevice) {
    this.agent = openAgent({ data: folder, verifier: url, device });
    this.device = device;
    this.#client = verifierClient({
      address: verifierAddress(url),
      hostKey: createOrLoadHostKey(this.agent.folder),
      clock: systemPace.clock,
    });
  }

  async enrol(token: string, hostname: string): Promise<string> {
    const { hostId } = await this.agent.enrol(token, { signal: never, hostname, again: true });
    return hostId;
  }

  /** Attests with `device` in the TPM's place; the host's own unless given. Answers the bundle too. */
  async attest(device = this.device): Promise<{ readonly answer: EvidenceAnswer; readonly bundle: string }> {
    const session = await this.session();
    const bundle = await this.bundle(session, device);
    return { answer: await this.submit(session.id, bundle), bundle };
  }

  /** A session as soon as the verifier grants one: it paces its hosts. */
  async session(): Promise<Session> {
    for (;;) {
      try {
        return await openSession(this.#client, never);
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== 'too_early') throw error;
        await wait(error.retryAfterMs ?? 1000);
      }
    }
  }

  bundle(session: Session, device = this.device): Promise<string> {
    const sessionKeys = () => currentSessionKeys(this.agent.folder, systemPace.clock());
    return makeBundle(
      { evidence: [partOf(tpmAttester(device, parsePcrChoice(DEFAULT_PCRS)))], sessionKeys },
      session,
    );
  }

  async submit(sessionId: string, bundle: string): Promise<EvidenceAnswer> {
    return evidenceAnswer.parse(await submit(this.#client, sessionId, bundle, never));
  }
}
