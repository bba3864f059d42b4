import type { ExplainedLog } from '../../evidence/eventlog/compare.ts';
import { readCommandLines } from './command-line.ts';
import { readImages } from './loaders.ts';
import { readSecureBoot } from './secure-boot.ts';
import type { BootState } from './state.ts';
import { readWindows } from './windows.ts';

/** Reads what a log shows of a boot, from the registers alone that it replays to exactly. */
export function readBoot({ otherBanks, ...log }: ExplainedLog): BootState {
  const first = readBank(log);
  return otherBanks === undefined ? first : { ...first, otherBanks: otherBanks.map(readBank) };
}

function readBank({ bank, pcrs, events }: ExplainedLog): BootState {
  const of = (...wanted: readonly number[]) => events.filter(({ pcr }) => wanted.includes(pcr));
  return {
    bank,
    explained: [...pcrs].sort((a, b) => a - b),
    secureBoot: pcrs.has(7) ? readSecureBoot(of(7)) : null,
    loaders: readImages(of(4)),
    optionRoms: readImages(of(2)),
    ...readCommandLines(of(8, 12)),
    windows: readWindows(of(12, 13)),
  };
}
