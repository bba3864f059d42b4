import { equalBytes } from '../../bytes/equal.ts';
import type { ExplainedEvent } from '../../evidence/eventlog/compare.ts';
import { parseTaggedEvent } from '../../evidence/eventlog/uefi/tagged-event.ts';
import {
  isSet,
  isSipa,
  parseSipa,
  SIPA,
  type SipaEvent,
  WBCL_SEPARATOR,
} from '../../evidence/eventlog/windows/sipa.ts';
import { unlessMalformed } from './secure-boot.ts';
import type { WindowsBoot } from './state.ts';

/** Settings that weaken what Windows measures of itself, and the state in which they do. */
const WEAK: ReadonlyMap<number, { readonly name: string; readonly when: boolean }> = new Map([
  [SIPA.bootDebugging, { name: 'boot debugging', when: true }],
  [SIPA.osKernelDebug, { name: 'kernel debugging', when: true }],
  [SIPA.hypervisorDebug, { name: 'hypervisor debugging', when: true }],
  [SIPA.testSigning, { name: 'test signing', when: true }],
  [SIPA.flightSigning, { name: 'flight signing', when: true }],
  [SIPA.safeMode, { name: 'safe mode', when: true }],
  [SIPA.winPe, { name: 'Windows PE', when: true }],
  [SIPA.codeIntegrity, { name: 'no code integrity', when: false }],
]);

const REGISTERS = [12, 13] as const;

/**
 * What Windows says of its own start in PCR 12 and 13, up to the separator with which it closes each (WBCL). A weakness that
 * is measured once counts, whatever is measured after it.
 *
 * @returns null where neither register holds an event of Windows
 */
export function readWindows(events: readonly ExplainedEvent[]): WindowsBoot | null {
  const own = events.filter(({ pcr }) => REGISTERS.some((register) => register === pcr));
  const weak = new Set<string>();
  const closed = new Set<number>();
  let modules = 0;
  let found = false;
  for (const { pcr, data } of own) {
    if (closed.has(pcr)) continue;
    if (data !== null && equalBytes(data, WBCL_SEPARATOR)) {
      closed.add(pcr);
      continue;
    }
    const settings = data === null ? null : sipaOf(data);
    if (settings === null) {
      weak.add('an event that is not understood');
      continue;
    }
    found = true;
    for (const event of settings) {
      if (event.type === SIPA.authenticodeHash) modules += 1;
      const bad = WEAK.get(event.type);
      if (bad !== undefined && isSet(event) === bad.when) weak.add(bad.name);
    }
  }
  return found ? { weak: [...weak], modules, closed: closed.size === REGISTERS.length } : null;
}

function sipaOf(data: Uint8Array): readonly SipaEvent[] | null {
  const tagged = unlessMalformed(() => parseTaggedEvent(data));
  return tagged === null || !isSipa(tagged) ? null : unlessMalformed(() => parseSipa(tagged));
}
