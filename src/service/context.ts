import type { JsonWebKey, KeyObject } from 'node:crypto';
import type { Logger } from 'pino';
import type { NamedArea } from '../location/geography.ts';
import type { Jurisdictions } from '../location/jurisdictions.ts';
import type { IncidentKind } from '../protocol/incident-kind.ts';
import type { SigningKeyTable } from '../store/keys/tables.ts';
import type { Store, Tx, View } from '../store/port.ts';
import type { CollateralAccess } from './collateral/access.ts';
import type { Publication } from './publication/publication.ts';
import type { IssuerSettings } from './sign-in/issuer-settings.ts';
import type { Tracer } from './telemetry/trace/tracer.ts';
import type { BundleVerifier } from './workers/bundle-verifier.ts';

/** Now, never below the highest instant that the log has seen. */
export type Clock = () => Date;

/** Cryptographically secure random bytes. */
export type Random = (length: number) => Uint8Array;

/** One signing key of the verifier; keys are distinct by purpose and never serve two. */
export type SigningKey = {
  readonly kid: string;
  readonly alg: 'ES256' | 'Ed25519';
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
};

/** A public key as consumers are told of it. */
export type PublishedKey = { readonly kid: string; readonly alg: string; readonly jwk: JsonWebKey };

/** A key that gives way to another in time: see keys/rotating-keys.ts. */
export type RotatingKeys = {
  /** The one that signs at an instant. */
  readonly signing: (at: Date) => SigningKey;
  /** Whatever a signature of that instant, or of one to come, may have to be verified with. */
  readonly published: (at: Date) => readonly PublishedKey[];
  /** Every key that ever was, oldest first. */
  readonly schedule: () => readonly SigningKeyTable[];
  /**
   * Lets the next key take its turn; where they are compromised gives up all that there are and makes others.
   * @param store as the request that asks has it (once/store.ts); else the keys' own
   * @returns the index of the act's leaf
   * @throws RequestError `conflict` while another rotation is under way, or where another key signs than was expected
   */
  readonly rotate: (
    request: {
      readonly by: string;
      readonly reason: string;
      readonly compromised: boolean;
      /** The key that the caller saw signing: where another signs by now, somebody else has rotated. */
      readonly expected?: string;
    },
    store?: Store,
  ) => Promise<number>;
  /** Sees what other processes on the same store have changed. */
  readonly reload: () => Promise<void>;
};

/** Keys under which secrets of others are kept: see sealing/sealing-keys.ts. */
export type SealingKeys = {
  /** The key that seals, as a unit of work or a snapshot sees it. */
  readonly current: (view: View) => Promise<string>;
  /**
   * A text that only these keys open, and only as what it is about.
   * @throws AvailabilityError `store_unavailable` where the key that seals is not at hand
   */
  readonly seal: (tx: Tx, about: Uint8Array, text: string) => Promise<string>;
  /** Null where the key is not at hand, or the text is about something else or not authentic. */
  readonly open: (about: Uint8Array, sealed: string) => string | null;
  /** Every key that ever was, oldest first. */
  readonly schedule: () => readonly SigningKeyTable[];
  /**
   * Makes another key that seals from now on; where they are compromised gives up all that there were. What they sealed is to be sealed
   * anew (webhook/keep-sealed.ts).
   * @param store as the request that asks has it (once/store.ts); else the keys' own
   * @returns the index of the act's leaf
   */
  readonly rotate: (
    request: { readonly by: string; readonly reason: string; readonly compromised: boolean },
    store?: Store,
  ) => Promise<number>;
  /** Once nothing that counts is sealed by the ones that were given up. */
  readonly dropRevoked: () => Promise<void>;
  /** Sees what other processes on the same store have changed. */
  readonly reload: () => Promise<void>;
};

export type KeyRing = {
  /** ES256: signs attestation results. */
  readonly ear: RotatingKeys;
  /** Ed25519: signs probe permits, which landmarks honour. */
  readonly permit: RotatingKeys;
  /** ES256: signs grants, which license servers honour. */
  readonly grant: RotatingKeys;
  /** ES256: signs the lists of their statuses. */
  readonly status: RotatingKeys;
  /** ES256: signs reports on licences, which are kept for years. */
  readonly report: RotatingKeys;
  /** ES256: signs what hosts prove, to be shown in part. */
  readonly disclosure: RotatingKeys;
  /** Seal what must be read again. */
  readonly seal: SealingKeys;
  /** Ed25519, named in the checkpoints' signature lines. */
  readonly log: SigningKey;
};

export type ServiceConfig = {
  /** The verifier's own URL as hosts reach it: the audience of bindings and of DPoP proofs. */
  readonly publicUrl: string;
  /** The log's origin line (C2SP tlog-checkpoint). */
  readonly logOrigin: string;
  readonly sessionTtlMs: number;
  readonly enrolmentTtlMs: number;
  /** How long after one accepted attestation the next is due. */
  readonly attestationIntervalMs: number;
  /** How far a proof's `iat` may lie from the verifier's clock. */
  readonly dpopSkewMs: number;
  /** The demonstration alone: one principal may propose and approve. Every result then says so. */
  readonly selfApproval: boolean;
  /** Where webhooks may go besides public addresses over TLS; nowhere unless given. */
  readonly webhookTargets?: {
    /** http, to this machine alone. */
    readonly plaintextToLoopback: boolean;
    /** https to addresses that are nobody's on the Internet. */
    readonly privateNetworks: boolean;
  };
  /** How long people stay signed in: in all, and without doing anything; sign-in/lifetimes.ts unless given. */
  readonly pageSessions?: { readonly lifeMs?: number; readonly idleMs?: number };
  /** Where people sign in besides by tokens; nowhere unless given. */
  readonly issuer?: IssuerSettings | undefined;
  /** Within how many days incidents of a kind must be reported; 30 unless given. */
  readonly incidentReportDays?: { readonly [K in IncidentKind]?: number };
};

/** Everything a use case needs from outside: nothing under service/ reads clock, randomness or environment itself. */
export type Context = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: KeyRing;
  readonly config: ServiceConfig;
  readonly log: Logger;
  /** The map of countries, read when it is first asked for. */
  readonly jurisdictions: () => Jurisdictions;
  /** Their rings, for pictures. */
  readonly countries: () => readonly NamedArea[];
  /** Null: this verifier asks no vendor, and no evidence of a TEE verifies. */
  readonly collateral: CollateralAccess | null;
  /** Through which checkpoints are handed out; null, for tests and benches alone: nothing is kept of them, and no restore noticed. */
  readonly publication: Publication | null;
  /** Who verifies what hosts submit. */
  readonly bundles: BundleVerifier;
  /** Follows what is done, where somebody takes traces. */
  readonly tracer?: Tracer;
};
