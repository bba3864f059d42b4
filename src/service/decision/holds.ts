import type { Latch } from '../../policy/inputs.ts';
import type { LatchTable } from '../../store/attestation/tables.ts';
import type { View } from '../../store/port.ts';
import { type OpenHolds, openHoldsAmong } from './open-holds.ts';

type Holder = { readonly kind: LatchTable['subject_kind']; readonly id: string };

/** Whom a hold is looked for on, and whom it then holds; or one that is known already. */
type Entry = { readonly holder: Holder; readonly subject: Latch['subject'] } | { readonly latch: Latch };

/** What may hold a decision, in the order in which it was met; each looked for once, and all of them together. */
export class Holds {
  readonly #entries: Entry[] = [];
  readonly #seen = new Set<string>();
  readonly #open: OpenHolds | null;

  /** @param open whatever is held, where that is known: what is not among it is not looked for */
  constructor(open: OpenHolds | null) {
    this.#open = open;
  }

  /** @param subject what is held by it, where that is something else */
  add(kind: Holder['kind'], id: string, subject: Latch['subject'] = { kind, id }): void {
    if (this.#open !== null && !this.#open.has(`${kind}:${id}`)) return;
    if (this.#isNew(`${kind}:${id} ${subject.kind}:${subject.id}`)) {
      this.#entries.push({ holder: { kind, id }, subject });
    }
  }

  /** A suspended host holds what it carries, as a latch would. */
  suspended(id: string, reason: string | null, subject: Latch['subject'] = { kind: 'host', id }): void {
    if (!this.#isNew(`suspended:${id} ${subject.kind}:${subject.id}`)) return;
    const sentence = `The host ${id} is suspended: ${reason}`;
    this.#entries.push({ latch: { subject, code: 'host.suspended', sentence } });
  }

  async read(view: View): Promise<Latch[]> {
    if (this.#entries.length === 0) return [];
    const ids = new Set(this.#entries.flatMap((entry) => ('holder' in entry ? [entry.holder.id] : [])));
    const open = this.#open ?? (await openHoldsAmong(view, [...ids]));
    return this.#entries.flatMap((entry): Latch[] => {
      if ('latch' in entry) return [entry.latch];
      const { kind, id } = entry.holder;
      const rows = open.get(`${kind}:${id}`) ?? [];
      return rows.map(({ code, sentence }) => ({ subject: entry.subject, code, sentence }));
    });
  }

  #isNew(key: string): boolean {
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }
}
