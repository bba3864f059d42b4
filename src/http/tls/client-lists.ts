import { hash } from 'node:crypto';
import { FormatError } from '../../bytes/errors.ts';
import { parsePem } from '../../bytes/pem.ts';
import { toHex } from '../../bytes/text.ts';
import { type Certificate, parseCertificate } from '../../pki/certificate.ts';
import { type Crl, parseCrl } from '../../pki/crl.ts';
import { crlFailure } from '../../pki/crl-use.ts';
import { equalNames } from '../../pki/name.ts';
import { nameText } from '../../pki/name-text.ts';
import { newestFirst } from '../../pki/newest-crl.ts';
import { mostTelling, type RevocationCode, type RevocationFailure } from '../../pki/revocation-failure.ts';
import { anchorFromCertificate } from '../../pki/trust-anchor.ts';

/** A file of revocation lists as it was read: one in DER, or any number in PEM. */
export type ListFile = {
  /** Its path, for whoever mends it. */
  readonly name: string;
  /** Null where it could not be read. */
  readonly bytes: Uint8Array | null;
};

/** What is wrong with a file or a list in it: `crl_unreadable` for a file that could not be read, `crl_rolled_back` for a list older than one that was in use. */
export type ListFault = RevocationCode | 'crl_unreadable' | 'crl_rolled_back';

/** How one list, or a file that holds none, stands. */
export type ListState = {
  readonly file: string;
  /** Null: it may speak of what its issuer issued. */
  readonly fault: ListFault | null;
  /** Null where no list could be read. */
  readonly issuer: string | null;
  readonly nextUpdate: Date | null;
};

/** How the lists stand at an instant. */
export type ListsState = {
  readonly lists: readonly ListState[];
  /** Names of CAs of which no complete list speaks: what they issued is refused. */
  readonly silent: readonly string[];
  /** Whether every certificate of a client is refused, whoever issued it: what a file that was not understood says is not known. */
  readonly refusesAll: boolean;
};

type Read = { readonly file: string; readonly crl: Crl; readonly der: Uint8Array };

/** The newest list of each issuer, scope and kind that was ever in use, and what of that memory cannot be read. */
export type KnownLists = {
  readonly newest: ReadonlyMap<string, Crl>;
  readonly faults: readonly ListState[];
};

/**
 * Where the newest lists are kept from one run to the next. What it recalls was judged when it was kept; what it cannot give back is a fault,
 * for then it is not known what an older list would undo.
 */
export type ListMemory = {
  readonly recall: () => readonly ListFile[];
  /** Each in DER, under a name of its own that the next of the same issuer, scope and kind has too. */
  readonly remember: (lists: readonly { readonly name: string; readonly bytes: Uint8Array }[]) => void;
};

/** PEM of the greatest list that is read at all. */
const MAX_PEM_BYTES = 24 << 20;

/**
 * The revocation lists of the CAs that vouch for clients.
 *
 * A list that was in use is not undone by an older one that is still in date (whoever fetches lists over plain HTTP may be handed one): the
 * newer goes on to count, after a restart too where it is kept ({@link ListMemory}). An older one of another scope or kind undoes it as little:
 * whatever was in use of an issuer counts beside the lists at hand, and of two that speak of a certificate the newer does.
 */
export class ClientLists {
  /** The file's CA certificates; those that issued themselves are trusted, the others stand between. */
  readonly authorities: readonly Certificate[];
  readonly #read: readonly Read[];
  readonly #faults: readonly ListState[];
  readonly #keptFaults: readonly ListState[];
  readonly #newest = new Map<string, Crl>();
  /** What goes on to count in the place of a list that is older, and good but for that. */
  readonly #undoing = new Map<Crl, Crl>();
  /** What goes on to count beside the lists at hand: of their issuers, in scopes and kinds that none of them has. */
  readonly #beside: readonly Crl[];

  /**
   * @param clientCa PEM
   * @param before what was in use until now
   * @throws FormatError where a CA certificate is not understood
   */
  constructor(clientCa: string, files: readonly ListFile[], now: Date, before?: KnownLists) {
    this.authorities = parsePem(clientCa, { label: 'CERTIFICATE' }).map((der) => parseCertificate(der));
    const { read, faults } = readLists(files);
    this.#read = read;
    this.#keptFaults = before?.faults ?? [];
    this.#faults = [...faults, ...this.#keptFaults];
    const good = read.map(({ crl }) => crl).filter((crl) => this.#failureOf(crl, now) === null);
    for (const crl of [...(before?.newest.values() ?? []), ...good]) {
      const known = this.#newest.get(scopeOf(crl));
      if (known === undefined || newestFirst(crl, known) < 0) this.#newest.set(scopeOf(crl), crl);
    }
    for (const crl of good) {
      const newest = this.#newest.get(scopeOf(crl));
      if (newest !== undefined && newestFirst(newest, crl) < 0) this.#undoing.set(crl, newest);
    }
    const issuers = new Set(good.map(issuerOf));
    const scopes = new Set(good.map(scopeOf));
    this.#beside = [...this.#newest]
      .filter(([scope, crl]) => issuers.has(issuerOf(crl)) && !scopes.has(scope))
      .map(([, crl]) => crl);
  }

  /** For whoever takes its place. */
  get known(): KnownLists {
    return { newest: this.#newest, faults: this.#keptFaults };
  }

  /** Of the lists that were read, those that count as the newest of their kind: what is to be kept of them. */
  get kept(): readonly { readonly name: string; readonly bytes: Uint8Array }[] {
    return this.#read
      .filter(({ crl }) => this.#newest.get(scopeOf(crl)) === crl)
      .map(({ crl, der }) => ({ name: `${hash('sha256', scopeOf(crl))}.crl`, bytes: der }));
  }

  /** Null where a file was not understood, and so nothing can be said of anybody. */
  get usable(): readonly Crl[] | null {
    if (this.#faults.length > 0) return null;
    return [...this.#atHand, ...this.#beside];
  }

  get #atHand(): readonly Crl[] {
    return this.#read.map(({ crl }) => this.#undoing.get(crl) ?? crl);
  }

  /** How they stand now: a list that was good yesterday may have grown old. */
  state(now: Date): ListsState {
    const told = this.#read.map(({ file, crl }) => ({
      file,
      fault:
        this.#failureOf(crl, now)?.code ?? (this.#undoing.has(crl) ? ('crl_rolled_back' as const) : null),
      issuer: nameText(crl.issuer),
      nextUpdate: crl.nextUpdate,
    }));
    const atHand = this.#faults.length > 0 ? [] : this.#atHand;
    const complete = atHand.filter(({ extensions }) => extensions.deltaBase === null);
    const silent = this.authorities.filter(
      (authority) => !complete.some((crl) => this.#failureBy(authority, crl, now) === null),
    );
    return {
      lists: [...this.#faults, ...told],
      silent: silent.map(({ subject }) => nameText(subject)),
      refusesAll: this.#faults.length > 0,
    };
  }

  /** Null where one of the CAs made it. */
  #failureOf(crl: Crl, now: Date): RevocationFailure | null {
    const named = this.authorities.filter(({ subject }) => equalNames(subject, crl.issuer));
    const failures: RevocationFailure[] = [];
    for (const authority of named.length > 0 ? named : this.authorities) {
      const failure = this.#failureBy(authority, crl, now);
      if (failure === null) return null;
      failures.push(failure);
    }
    return { code: mostTelling(failures), message: '', source: crl.sha256 };
  }

  #failureBy(authority: Certificate, crl: Crl, at: Date): RevocationFailure | null {
    return crlFailure(crl, anchorFromCertificate(authority), { at, certificates: this.authorities });
  }
}

/** Whose list it is: a CA, by the key that signed. */
function issuerOf({ issuer, extensions }: Crl): string {
  return [issuer.canonical, hexOf(extensions.authorityKeyIdentifier)].join('\0');
}

/** What one list of an issuer is continued by: the same key, scope and kind. */
function scopeOf(crl: Crl): string {
  const { issuingDistributionPoint: point, deltaBase } = crl.extensions;
  return [issuerOf(crl), hexOf(point?.der), deltaBase === null ? 'complete' : 'delta'].join('\0');
}

const hexOf = (bytes: Uint8Array | null | undefined): string => (bytes == null ? '' : toHex(bytes));

/** What {@link ListMemory} recalls. */
export function knownLists(files: readonly ListFile[]): KnownLists {
  const { read, faults } = readLists(files);
  return { newest: new Map(read.map(({ crl }) => [scopeOf(crl), crl])), faults };
}

function readLists(files: readonly ListFile[]): {
  readonly read: readonly Read[];
  readonly faults: readonly ListState[];
} {
  const read: Read[] = [];
  const faults: ListState[] = [];
  for (const { name, bytes } of files) {
    try {
      if (bytes !== null) read.push(...listsIn(bytes).map((one) => ({ file: name, ...one })));
      else faults.push(faultOf(name, 'crl_unreadable'));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      faults.push(faultOf(name, 'crl_malformed'));
    }
  }
  return { read, faults };
}

function faultOf(file: string, fault: ListFault): ListState {
  return { file, fault, issuer: null, nextUpdate: null };
}

/** @throws FormatError */
function listsIn(bytes: Uint8Array): { readonly crl: Crl; readonly der: Uint8Array }[] {
  // A sequence in DER: as text it would be a zero and a character that no PEM file has there.
  const isDer = bytes[0] === 0x30 && (bytes[1] ?? 0) >= 0x80;
  const ders = isDer ? [bytes] : parsePem(bytes, { label: 'X509 CRL', maxBytes: MAX_PEM_BYTES });
  return ders.map((der) => ({ crl: parseCrl(der), der }));
}
