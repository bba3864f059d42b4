import { equalBytes } from '../../bytes/equal.ts';
import type { ExplainedEvent } from '../../evidence/eventlog/compare.ts';
import { parseTaggedEvent } from '../../evidence/eventlog/uefi/tagged-event.ts';
import { isSipa, WBCL_SEPARATOR } from '../../evidence/eventlog/windows/sipa.ts';
import { isSeparator, unlessMalformed } from './secure-boot.ts';
import type { BootState, CommandLine } from './state.ts';

const GRUB_PCR = 8;
const SYSTEMD_PCR = 12;

/** GRUB's words for what it hands a kernel. The words themselves are not measured. */
const KERNEL_LABELS: ReadonlySet<string> = new Set(['kernel_cmdline', 'grub_kernel_cmdline']);
/** Its commands that start one, which are: what is behind them is a command line, whatever the log calls it. */
const STARTS = /^(?:linux|linux16|linuxefi)[ \t]+(.*)$/s;
/** Those that start something else: no pattern of a kernel's command line fits them. */
const STARTS_ELSE = /^(?:chainloader|multiboot2?|xen_hypervisor|xnu_kernel(?:64)?|kernel|module2?)[ \t]/;

type Lines = Pick<BootState, 'commandLines' | 'unreadableLines'>;

/**
 * Command lines that a boot loader measured: GRUB in PCR 8, systemd-boot and systemd-stub in PCR 12. With them all events of
 * those registers whose text the log does not hold, for any of these might be one.
 *
 * @param events of both registers, as far as the log replays to them
 */
export function readCommandLines(events: readonly ExplainedEvent[]): Lines {
  const commandLines: CommandLine[] = [];
  const unreadableLines: Lines['unreadableLines'] = [];
  for (const event of events) {
    const { pcr, index, data } = event;
    if (pcr !== GRUB_PCR && pcr !== SYSTEMD_PCR) continue;
    const lines = data === null ? null : pcr === GRUB_PCR ? ofGrub(data, event.label) : ofSystemd(data);
    if (lines === null)
      unreadableLines.push({ event: index, pcr, what: 'the log does not hold what was measured' });
    else commandLines.push(...lines.map((text) => ({ event: index, pcr, text })));
  }
  return { commandLines, unreadableLines };
}

function ofGrub(data: Uint8Array, label: string | null): readonly string[] | null {
  if (isSeparator(data)) return [];
  const text = Buffer.from(data).toString('utf8').replace(/\0$/, '');
  const [, started] = STARTS.exec(text) ?? [];
  if (started !== undefined) return [started];
  if (STARTS_ELSE.test(text) || (label !== null && KERNEL_LABELS.has(label))) return [text];
  // systemd-boot before 251 measured its command line here, in UTF-16.
  const wide = wideText(data);
  return wide === null ? [] : [wide];
}

/** UTF-16 with its zero; Windows's events, and separators, are no command lines. */
function ofSystemd(data: Uint8Array): readonly string[] | null {
  if (isSeparator(data) || equalBytes(data, WBCL_SEPARATOR)) return [];
  const tagged = unlessMalformed(() => parseTaggedEvent(data));
  if (tagged !== null && isSipa(tagged)) return [];
  const text = wideText(data);
  return text === null ? null : [text];
}

function wideText(data: Uint8Array): string | null {
  if (data.length < 2 || data.length % 2 !== 0 || data.at(-1) !== 0 || data.at(-2) !== 0) return null;
  const text = Buffer.from(data.subarray(0, -2)).toString('utf16le');
  return text.isWellFormed() && !text.includes('\0') ? text : null;
}
