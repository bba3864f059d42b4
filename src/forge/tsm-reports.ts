import { constants } from 'node:os';

/**
 * What /sys/kernel/config/tsm/report does, without the file system: Linux 6.7 and later, drivers/virt/coco and
 * Documentation/ABI/testing/configfs-tsm-report.
 *
 * - An entry has `provider`, `generation`, `inblob`, `outblob`; under `sev_guest` also `auxblob`, `privlevel` and
 *   `privlevel_floor`. Texts end in a line feed.
 * - Every write to `inblob` (or `privlevel`), whoever writes, makes `generation` one greater; it begins at 0.
 * - `inblob` takes at most 64 bytes (EFBIG); a report is made of exactly 64 (EINVAL when it is read).
 * - Reading `outblob` or `auxblob` before anything was written: EINVAL. After a write the next read of either makes a
 *   fresh report; until the next write all reads give the same.
 * - Reading what is only written, and writing what is only read: EACCES.
 * - On a machine without a TEE no entry can be made: ENXIO.
 */
export type TsmReport = { readonly outblob: Uint8Array; readonly auxblob?: Uint8Array };

export type TsmOptions = {
  /** Null: a machine without a TEE. */
  readonly provider: 'tdx_guest' | 'sev_guest' | 'arm_cca_guest' | null;
  /** @param inblob 64 bytes */
  readonly report: (inblob: Uint8Array) => TsmReport;
  readonly faults?: readonly TsmFault[];
};

export type TsmAttribute =
  | 'provider'
  | 'generation'
  | 'inblob'
  | 'outblob'
  | 'auxblob'
  | 'privlevel'
  | 'privlevel_floor';

/** What goes wrong. Each fault strikes once unless it says how often. */
export type TsmFault =
  /** Another process writes 64 bytes of its own right after the first use of this attribute succeeded. */
  | { readonly kind: 'other-writer'; readonly after: TsmAttribute }
  /** Using this attribute fails: EBUSY where a quote is in the making, EINTR, EIO, ETIMEDOUT, and whatever else. */
  | {
      readonly kind: 'error';
      readonly attribute: TsmAttribute;
      readonly code: keyof typeof constants.errno;
      readonly times?: number;
    }
  /** The attribute reads as nothing at all. */
  | { readonly kind: 'empty'; readonly attribute: TsmAttribute };

type Entry = {
  generation: number;
  inblob: Uint8Array;
  /** What was made of `inblob`, and at which generation. */
  made: { readonly generation: number; readonly report: TsmReport } | null;
};

const INBLOB_BYTES = 64;
const MAX_PRIVLEVEL = 3;
const WRITTEN: ReadonlySet<TsmAttribute> = new Set(['inblob', 'privlevel']);

export class TsmReports {
  readonly #options: TsmOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #left: Map<TsmFault, number>;

  constructor(options: TsmOptions) {
    this.#options = options;
    this.#left = new Map(
      (options.faults ?? []).map((fault) => [fault, fault.kind === 'error' ? (fault.times ?? 1) : 1]),
    );
  }

  get attributes(): readonly TsmAttribute[] {
    const common = ['provider', 'generation', 'inblob', 'outblob'] as const;
    const amd = ['auxblob', 'privlevel', 'privlevel_floor'] as const;
    return this.#options.provider === 'sev_guest' ? [...common, ...amd] : common;
  }

  /** The entries that exist: what is left over was not removed. */
  get entries(): readonly string[] {
    return [...this.#entries.keys()];
  }

  create(name: string): void {
    if (this.#options.provider === null) throw systemError('ENXIO', 'mkdir', name);
    if (this.#entries.has(name)) throw systemError('EEXIST', 'mkdir', name);
    this.#entries.set(name, { generation: 0, inblob: new Uint8Array(0), made: null });
  }

  remove(name: string): void {
    if (!this.#entries.delete(name)) throw systemError('ENOENT', 'rmdir', name);
  }

  read(name: string, attribute: string): Uint8Array {
    const { entry, known } = this.#find(name, attribute, 'read');
    if (WRITTEN.has(known)) throw systemError('EACCES', 'open', `${name}/${attribute}`);
    this.#fail(known, 'read', name);
    const value = this.#value(entry, known, name);
    this.#interfere(known, entry);
    return this.#strikes((fault) => fault.kind === 'empty' && fault.attribute === known)
      ? new Uint8Array(0)
      : value;
  }

  write(name: string, attribute: string, bytes: Uint8Array): void {
    const { entry, known } = this.#find(name, attribute, 'write');
    if (!WRITTEN.has(known)) throw systemError('EACCES', 'open', `${name}/${attribute}`);
    this.#fail(known, 'write', name);
    if (known === 'privlevel') this.#demandPrivlevel(bytes, name);
    else if (bytes.length > INBLOB_BYTES) throw systemError('EFBIG', 'write', `${name}/inblob`);
    else entry.inblob = Uint8Array.from(bytes);
    entry.generation++;
    this.#interfere(known, entry);
  }

  #find(
    name: string,
    attribute: string,
    call: string,
  ): { readonly entry: Entry; readonly known: TsmAttribute } {
    const entry = this.#entries.get(name);
    const known = this.attributes.find((candidate) => candidate === attribute);
    if (entry === undefined || known === undefined) throw systemError('ENOENT', call, `${name}/${attribute}`);
    return { entry, known };
  }

  #value(entry: Entry, attribute: TsmAttribute, name: string): Uint8Array {
    switch (attribute) {
      case 'provider':
        return text(`${this.#options.provider}\n`);
      case 'generation':
        return text(`${entry.generation}\n`);
      case 'privlevel_floor':
        return text('0\n');
      case 'outblob':
        return this.#report(entry, name).outblob;
      default:
        return this.#report(entry, name).auxblob ?? new Uint8Array(0);
    }
  }

  #report(entry: Entry, name: string): TsmReport {
    if (entry.inblob.length !== INBLOB_BYTES) throw systemError('EINVAL', 'read', name);
    if (entry.made?.generation !== entry.generation) {
      entry.made = { generation: entry.generation, report: this.#options.report(entry.inblob) };
    }
    return entry.made.report;
  }

  #demandPrivlevel(bytes: Uint8Array, name: string): void {
    const level = new TextDecoder().decode(bytes).trim();
    if (!/^\d+$/.test(level) || Number(level) > MAX_PRIVLEVEL) throw systemError('EINVAL', 'write', name);
  }

  #fail(attribute: TsmAttribute, call: string, name: string): void {
    for (const fault of this.#left.keys()) {
      if (fault.kind !== 'error' || fault.attribute !== attribute) continue;
      if (this.#strikes((candidate) => candidate === fault)) throw systemError(fault.code, call, name);
    }
  }

  #interfere(attribute: TsmAttribute, entry: Entry): void {
    if (!this.#strikes((fault) => fault.kind === 'other-writer' && fault.after === attribute)) return;
    entry.inblob = new Uint8Array(INBLOB_BYTES).fill(0xee);
    entry.generation++;
  }

  /** Whether a fault is due, and that it has struck. */
  #strikes(isMeant: (fault: TsmFault) => boolean): boolean {
    for (const [fault, left] of this.#left) {
      if (!isMeant(fault) || left === 0) continue;
      this.#left.set(fault, left - 1);
      return true;
    }
    return false;
  }
}

/** An error as Node reports a failed system call. */
export function systemError(code: keyof typeof constants.errno, syscall: string, path: string): Error {
  const error = new Error(`${code}: forged, ${syscall} '${path}'`);
  return Object.assign(error, { code, errno: -constants.errno[code], syscall, path });
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
