import type { ExplainedEvent } from '../../evidence/eventlog/compare.ts';
import { eventTypeText } from '../../evidence/eventlog/event-types.ts';
import { claimedImagePath } from '../../evidence/eventlog/uefi/image-load.ts';
import { linuxTag, parseTaggedEvent } from '../../evidence/eventlog/uefi/tagged-event.ts';
import { parseEfiVariable } from '../../evidence/eventlog/uefi/variable.ts';
import { isSipa } from '../../evidence/eventlog/windows/sipa.ts';
import { isSeparator, unlessMalformed } from './secure-boot.ts';

const MAX_TEXT = 160;

/**
 * An event in a few words, for people: what was measured, where the log holds it; else what the host calls it, and that it
 * does. Its type is always the host's word.
 */
export function eventText(event: Pick<ExplainedEvent, 'data' | 'claimed' | 'eventType'>): string {
  const { data, claimed, eventType } = event;
  if (data === null) {
    const said = imagePath(claimed) ?? tagText(claimed) ?? readable(claimed) ?? variableName(claimed);
    const what = said === null ? eventTypeText(eventType) : JSON.stringify(said);
    return shortened(`called ${what} by the host`);
  }
  if (isSeparator(data)) return 'separator';
  const variable = unlessMalformed(() => parseEfiVariable(data));
  if (variable !== null) return shortened(`variable ${JSON.stringify(variable.name)}`);
  const tagged = unlessMalformed(() => parseTaggedEvent(data));
  if (tagged !== null && isSipa(tagged)) return 'settings and modules of Windows';
  const text = readable(data);
  return text === null
    ? `${data.length} bytes, ${eventTypeText(eventType)}`
    : shortened(JSON.stringify(text));
}

function imagePath(claimed: Uint8Array): string | null {
  return unlessMalformed(() => claimedImagePath(claimed));
}

function tagText(claimed: Uint8Array): string | null {
  const tagged = unlessMalformed(() => parseTaggedEvent(claimed));
  return tagged === null ? null : linuxTag(tagged);
}

function variableName(claimed: Uint8Array): string | null {
  return unlessMalformed(() => parseEfiVariable(claimed))?.name ?? null;
}

/** ASCII, or UTF-16 of it, with or without its zero; null for other bytes. */
function readable(bytes: Uint8Array): string | null {
  const text = Buffer.from(bytes);
  for (const candidate of [text.toString('latin1'), text.toString('utf16le')]) {
    const trimmed = candidate.replace(/\0$/, '');
    if (/^[\t\n\x20-\x7e]+$/.test(trimmed)) return trimmed;
  }
  return null;
}

function shortened(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
}
