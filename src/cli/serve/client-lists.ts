import { hash } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { formatInstant } from '../../bytes/instant.ts';
import type { Family } from '../../http/metrics/families.ts';
import { by, single } from '../../http/metrics/families.ts';
import type { ListFile, ListsState } from '../../http/tls/client-lists.ts';

/** How often the files are looked at, and how soon a list that ends is told. */
const LOOK_MS = 10_000;

/** Lists of revoked client certificates as they lie there; one that cannot be read is told as that, and stops nobody from starting. */
export function readClientLists(paths: readonly string[]): ListFile[] {
  return paths.map((name) => {
    try {
      return { name, bytes: readFileSync(name) };
    } catch {
      return { name, bytes: null };
    }
  });
}

type Server = {
  readonly renewClientLists: (files: readonly ListFile[]) => void;
  readonly clientLists: () => ListsState | null;
};

/**
 * Takes up lists that changed, told to by SIGHUP or by looking, and says in the log whenever it changes what they let pass. Unlike a server's
 * own certificate, a file that is of no use is not passed over: what it was to say is not known. Answers what ends it.
 */
export function keepClientLists(
  paths: readonly string[],
  { renewClientLists, clientLists }: Server,
  log: Logger,
  {
    everyMs = LOOK_MS,
    signals = process,
  }: { readonly everyMs?: number; readonly signals?: EventEmitter } = {},
): () => void {
  let known = digestOf(readClientLists(paths));
  let told = '';
  const tell = (): void => {
    const state = clientLists();
    if (state === null) return;
    const words = faultsOf(state);
    const text = JSON.stringify(words);
    if (text === told) return;
    told = text;
    const lists = state.lists.length;
    if (words.length === 0) log.info({ lists, until: endOf(state) }, 'tls.client-lists: in force');
    else if (refuses(state))
      log.error({ lists, faults: words }, 'tls.client-lists: client certificates are refused');
    else log.warn({ lists, faults: words }, 'tls.client-lists: some are of no use');
  };
  const look = (): void => {
    const files = readClientLists(paths);
    const found = digestOf(files);
    if (found !== known) {
      renewClientLists(files);
      known = found;
      log.info('tls.client-lists: read again');
    }
    tell();
  };
  tell();
  const timer = setInterval(look, everyMs);
  timer.unref();
  signals.on('SIGHUP', look);
  return () => {
    clearInterval(timer);
    signals.off('SIGHUP', look);
  };
}

/** A sentence for each thing to mend; none where certificates of every CA can be cleared. */
export function faultsOf({ lists, silent }: ListsState): string[] {
  return [
    ...lists.flatMap(({ file, fault, issuer }) =>
      fault === null ? [] : [`${file}: ${fault}${issuer === null ? '' : ` (${issuer})`}`],
    ),
    ...silent.map((name) => `no list in force speaks of what ${name} issued`),
  ];
}

/** Whether certificates of some CA, or of all, cannot be cleared. */
export function refuses({ silent, refusesAll }: ListsState): boolean {
  return refusesAll || silent.length > 0;
}

/** When the first of them ends; null without any. */
export function endOf({ lists }: ListsState): string | null {
  const [first] = endsOf(lists);
  return first === undefined ? null : formatInstant(first);
}

function endsOf(lists: ListsState['lists']): Date[] {
  const inForce = lists.flatMap(({ fault, nextUpdate }) =>
    fault === null && nextUpdate !== null ? [nextUpdate] : [],
  );
  return inForce.toSorted((a, b) => a.getTime() - b.getTime());
}

/** For whoever scrapes; nothing where no lists are given. */
export function clientListFamilies(state: ListsState | null): Family[] {
  if (state === null) return [];
  const faulty = state.lists.filter(({ fault }) => fault !== null).length;
  const [first] = endsOf(state.lists);
  return [
    by(
      'state',
      'gauge',
      'sextant_tls_client_lists',
      'Revocation lists of client certificates: in force, and of no use.',
      [
        ['in-force', state.lists.length - faulty],
        ['faulty', faulty],
      ],
    ),
    single(
      'gauge',
      'sextant_tls_client_cas_without_list',
      'CAs for clients of which no list in force speaks: what they issued is refused.',
      state.silent.length,
    ),
    single(
      'gauge',
      'sextant_tls_client_lists_end_timestamp_seconds',
      'When the first of the lists in force ends.',
      first === undefined ? null : first.getTime() / 1000,
    ),
  ];
}

/** To see that something changed. */
function digestOf(files: readonly ListFile[]): string {
  return files.map(({ bytes }) => (bytes === null ? '' : hash('sha256', bytes))).join(' ');
}
