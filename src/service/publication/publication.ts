import type { Logger } from 'pino';
import { equalBytes } from '../../bytes/equal.ts';
import { AvailabilityError } from '../../store/errors.ts';
import type { Store } from '../../store/port.ts';
import type { KeptCheckpoint } from './kept-checkpoint.ts';
import { type Refusal, sentenceOf } from './refusal.ts';
import { departureFrom, type Tree } from './tree.ts';

export type PublicationOptions = {
  readonly store: Store;
  readonly origin: string;
  readonly log: Logger;
  /** The files that outlive the database, each holding `newest`. */
  readonly kept: readonly KeptCheckpoint[];
  /** A tree that every checkpoint grows out of. */
  readonly newest: Tree;
  /** Known at the start. */
  readonly refusal: Refusal | null;
};

/**
 * What stands between a checkpoint that is signed and whoever asked for it. A database can be put back to an earlier state; what was
 * published cannot. So no checkpoint is handed out before it is kept outside the database, and none that the newest one is no beginning of, as the
 * database has it now. Whoever departs from what was published once is refused until a new origin is opened.
 */
export class Publication {
  readonly #options: PublicationOptions;
  #newest: Tree;
  #refusal: Refusal | null;
  #wanted: { readonly tree: Tree; readonly note: string } | null = null;
  #underWay: Promise<void> | undefined;

  constructor(options: PublicationOptions) {
    this.#options = options;
    this.#newest = options.newest;
    this.#refusal = null;
    if (options.refusal !== null) this.refuse(options.refusal);
  }

  get refusal(): Refusal | null {
    return this.#refusal;
  }

  /** From now on nothing is signed. The first reason stays. */
  refuse(refusal: Refusal): void {
    if (this.#refusal !== null) return;
    this.#refusal = refusal;
    this.#options.log.error({ ...refusal, because: sentenceOf(refusal) }, `log.${refusal.kind}`);
  }

  /** @throws AvailabilityError `log_behind` once anything departs from what was published */
  requireSound(): void {
    if (this.#refusal === null) return;
    const mend = 'see docs/operations.md, "Restored behind a published checkpoint"';
    throw new AvailabilityError('log_behind', `${sentenceOf(this.#refusal)}; ${mend}`, {
      path: 'log.checkpoint',
    });
  }

  /**
   * Of an act that is about to be recorded: where its leaf lies within what was published, the database was put back.
   * @throws AvailabilityError `log_behind`
   */
  requireBehind(leafIndex: number): void {
    const { size: published } = this.#newest;
    if (leafIndex < published)
      this.refuse({ kind: 'behind', has: leafIndex, published, where: 'by this verifier' });
    this.requireSound();
  }

  /**
   * Resolves once a checkpoint may be handed out: it is part of the log as it is now, and kept. Those that are asked for while one is being
   * written share the next write.
   *
   * @param tree durable
   * @throws AvailabilityError `log_behind`, `checkpoint_unkept`, `store_unavailable`
   */
  async admit(tree: Tree, note: string): Promise<void> {
    for (;;) {
      this.requireSound();
      if (this.#newest.size > tree.size) return this.#requireParts([tree, this.#newest]);
      if (this.#newest.size === tree.size && equalBytes(this.#newest.root, tree.root)) return;
      if (this.#wanted === null || this.#wanted.tree.size < tree.size) this.#wanted = { tree, note };
      this.#underWay ??= this.#publish().finally(() => {
        this.#underWay = undefined;
      });
      await this.#underWay;
    }
  }

  async close(): Promise<void> {
    await this.#underWay?.catch(() => {});
    await Promise.all(this.#options.kept.map((file) => file.close()));
  }

  async #publish(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = null;
    if (wanted === null) return;
    const { tree, note } = wanted;
    await this.#requireParts([this.#newest, tree]);
    try {
      await Promise.all(this.#options.kept.map((file) => file.keep(note)));
    } catch (cause) {
      this.#options.log.error({ err: cause }, 'log.unkept');
      const message = 'a checkpoint could not be kept outside the database, and is not handed out';
      throw new AvailabilityError('checkpoint_unkept', message, { cause });
    }
    this.#newest = tree;
  }

  async #requireParts(trees: readonly Tree[]): Promise<void> {
    const { store, origin } = this.#options;
    const departure = await departureFrom(store, trees, origin);
    if (departure !== null) this.refuse({ ...departure, where: 'by this verifier' });
    this.requireSound();
  }
}
