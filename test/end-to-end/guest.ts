import { generateKeyPairSync } from 'node:crypto';
import { openSession, submit } from '../../src/agent/attest.ts';
import { type HostKey, hostKeyFrom } from '../../src/agent/host-key.ts';
import { bindingKeys, type SessionKeys } from '../../src/agent/session-keys.ts';
import { type Client, verifierClient } from '../../src/agent/verifier/client.ts';
import { toBase64Url, toUtf8 } from '../../src/bytes/text.ts';
import { serialiseBinding } from '../../src/evidence/bundle/binding.ts';
import { type Item, serialiseCollection } from '../../src/evidence/bundle/cmw.ts';
import { commitment } from '../../src/evidence/bundle/commitment.ts';
import { enrolmentCommitment } from '../../src/evidence/bundle/enrolment-commitment.ts';
import { signJws } from '../../src/evidence/bundle/jws.ts';
import { BINDING_LABEL, BINDING_MEDIA_TYPE } from '../../src/evidence/bundle/labels.ts';
import { type TeeChallenge, teeChallenge } from '../../src/protocol/enrolment.ts';
import { type EvidenceAnswer, evidenceAnswer } from '../../src/protocol/evidence.ts';
import type { Session } from '../../src/protocol/session.ts';
import { NEVER, type World } from './world.ts';

/** What a guest's hardware is asked to vouch for. */
export type Commitments = { readonly reportData: Uint8Array; readonly extraData: Uint8Array };
export type TeeItem = Pick<Item, 'mediaType' | 'value'>;
export type Hardware = (commitments: Commitments) => TeeItem | Promise<TeeItem>;

export const newSessionKeys = (): SessionKeys => ({
  signing: generateKeyPairSync('ed25519').privateKey,
  exchange: generateKeyPairSync('x25519').privateKey,
  createdAt: new Date(),
});

/** What a test may bend; what it leaves alone is made to fit the rest. */
export type Bent = {
  readonly hardware?: Hardware;
  /** Keys in the binding, and the one that signs. */
  readonly keys?: SessionKeys;
  /** Over what the hardware is asked, in the place of the binding. */
  readonly over?: (binding: Item) => Item;
  /** The session as the binding has it. */
  readonly session?: Partial<Session>;
  /** Items before the TEE's own, made over the binding's bytes. */
  readonly before?: (binding: Uint8Array) => Promise<readonly Item[]>;
  /** Whether the hardware commits to them; it does unless it is told otherwise. */
  readonly commits?: boolean;
  /** What becomes of them once it has. */
  readonly after?: (items: readonly Item[]) => readonly Item[];
  /** Whether the bundle lacks them all the same. */
  readonly leavesOut?: boolean;
};

/** A confidential guest that runs nowhere, as it speaks to a verifier over HTTP. */
export class Guest {
  readonly key: HostKey;
  readonly keys = newSessionKeys();
  readonly client: Client;
  readonly #world: World;
  readonly #hardware: Hardware;

  constructor(
    world: World,
    hardware: Hardware,
    key = hostKeyFrom(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
  ) {
    this.key = key;
    this.#world = world;
    this.#hardware = hardware;
    const address = new URL(world.verifier.url);
    this.client = verifierClient({ address, hostKey: key, clock: world.pace.clock });
  }

  async begin(token?: string): Promise<TeeChallenge> {
    const content = JSON.stringify({ kind: 'tee', hostname: 'guest-1' });
    const answer = await this.client.post({
      path: '/v1/enrolments',
      bearer: token ?? (await this.#world.enrolmentToken()),
      body: { mediaType: 'application/json', content },
    });
    return teeChallenge.parse(answer);
  }

  /** The evidence for a challenge. @param jkt whose key the report names; this guest's own unless given */
  evidenceFor(challenge: TeeChallenge, jkt = this.key.jkt, hardware = this.#hardware): Promise<TeeItem> {
    const binding = { ...challenge, jkt };
    return Promise.resolve(
      hardware({
        reportData: enrolmentCommitment('enrolment-tee', binding),
        extraData: enrolmentCommitment('enrolment-vtpm', binding),
      }),
    );
  }

  prove({ enrolmentId }: TeeChallenge, { mediaType, value }: TeeItem): Promise<unknown> {
    const content = JSON.stringify({ mediaType, value: toBase64Url(value) });
    const body = { mediaType: 'application/json', content };
    return this.client.post({ path: `/v1/enrolments/${enrolmentId}/evidence`, body });
  }

  /** Enrols and answers the host's id. */
  async enrol(token?: string): Promise<string> {
    const challenge = await this.begin(token);
    const answer = await this.prove(challenge, await this.evidenceFor(challenge));
    return String((answer as { hostId: unknown }).hostId); // the verifier's answers are checked by their schemas
  }

  /** A session for which it is time, whatever came before. */
  session(): Promise<Session> {
    this.#world.verifier.advance(3_600_000);
    return openSession(this.client, NEVER);
  }

  async bundle(session: Session, bent: Bent = {}): Promise<string> {
    const { keys = this.keys, commits = true, over = (same) => same, after = (same) => same } = bent;
    const { aud, tenant, hostId, id, nonce, expiresAt } = { ...session, ...bent.session };
    const binding = {
      v: 1,
      aud,
      tenant,
      hostId,
      sessionId: id,
      nonce,
      expiresAt,
      ...bindingKeys(keys),
    } as const;
    const bound = { label: BINDING_LABEL, mediaType: BINDING_MEDIA_TYPE, value: serialiseBinding(binding) };
    const before = (await bent.before?.(bound.value)) ?? [];
    const committed = commits ? before : [];
    const meant = over(bound).value;
    const item = await (bent.hardware ?? this.#hardware)({
      reportData: commitment('tee-report-data', meant, committed),
      extraData: commitment('tpm-extra-data', meant, committed),
    });
    const items = [bound, ...(bent.leavesOut === true ? [] : after(before)), { label: 'tee', ...item }];
    return signJws(toUtf8(serialiseCollection(items), 'bundle'), keys.signing);
  }

  async send(session: Session, bundle: string): Promise<EvidenceAnswer> {
    return evidenceAnswer.parse(await submit(this.client, session.id, bundle, NEVER));
  }

  async attest(bent: Bent = {}): Promise<EvidenceAnswer> {
    const session = await this.session();
    return this.send(session, await this.bundle(session, bent));
  }
}

export const failed = ({ appraisal }: EvidenceAnswer): string[] =>
  appraisal.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
export const reasons = ({ appraisal }: EvidenceAnswer): string[] => appraisal.reasons.map(({ code }) => code);

/** The bytes of the item `binding` in a bundle of a {@link Guest}. */
export function bindingOf(jws: string): Uint8Array {
  const [, payload = ''] = jws.split('.');
  const collection: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  const [, binding] = (collection as Record<string, [string, string]>)[BINDING_LABEL] ?? ['', '']; // what `Guest` wrote
  return new Uint8Array(Buffer.from(binding, 'base64url'));
}

/** The same binding with the guest's own keys. */
export function withKeys<T extends { readonly value: Uint8Array }>(item: T, { keys }: Guest): T {
  const binding = { ...JSON.parse(new TextDecoder().decode(item.value)), ...bindingKeys(keys) };
  return { ...item, value: serialiseBinding(binding) };
}
