import type { Signer } from '../../evidence/eventlog/uefi/signer.ts';
import type { Difference } from '../../protocol/appraisal.ts';
import type { BootRules } from '../reference/boot.ts';
import { argumentFault } from './kernel-arguments.ts';
import { unpackDigests } from './secure-boot.ts';
import type { BootState, CommandLine, SecureBoot } from './state.ts';

/** Differences that name an event of each kind are cut after so many: the first ones tell. */
const MAX_OF_A_KIND = 8;

/** PCRs of the firmware: all that were quoted must be explained before anything in the log counts. */
const FIRMWARE_PCRS = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/**
 * In what a boot differs from the rules of a set. Without a log that replays exactly to every quoted PCR of the firmware,
 * to PCR 0, 4 and 7 whatever was quoted, and to those that a rule reads, nothing else is looked at. All of it is read in the set's bank.
 *
 * @param quoted PCRs of the set's bank that the quote covers
 */
export function compareBoot(
  found: BootState | null,
  rules: BootRules,
  { bank, quoted }: { readonly bank: string; readonly quoted: ReadonlySet<number> },
): Difference[] {
  const needed = [
    ...[0, 4, 7, ...(rules.windows ? [12, 13] : [])],
    ...(rules.kernelCommandLine === undefined ? [] : [rules.kernelCommandLine.pcr]),
    ...FIRMWARE_PCRS.filter((pcr) => quoted.has(pcr)),
  ];
  const banks = found === null ? [] : [found, ...(found.otherBanks ?? [])];
  const boot = banks.find((one) => one.bank === bank) ?? null;
  const explained = new Set(boot?.explained);
  const unexplained = [...new Set(needed)].filter((pcr) => !explained.has(pcr)).sort((a, b) => a - b);
  const secureBoot = boot?.secureBoot ?? null;
  if (boot === null || secureBoot === null || unexplained.length > 0) {
    const expected = [`a log that replays to ${bank} PCR ${unexplained.join(', ')}`];
    return [{ field: 'boot.log', expected, actual: null }];
  }
  return [
    ...stateDifferences(secureBoot, rules),
    ...signerDifferences(secureBoot, rules),
    ...revocationDifferences(secureBoot, rules),
    ...loaderDifferences(boot, rules),
    ...commandLineDifferences(boot, rules),
    ...(rules.windows ? windowsDifferences(boot) : []),
  ];
}

function stateDifferences(found: SecureBoot, rules: BootRules): Difference[] {
  const differ = (field: string, expected: string, actual: string | null): Difference => {
    return { field: `boot.${field}`, expected: [expected], actual };
  };
  const { enabled } = found;
  return [
    ...(enabled === true ? [] : [differ('secureBoot', 'on', enabled === null ? null : 'off')]),
    ...(found.validationDisabled
      ? [differ('mokSbState', 'shim verifies', 'shim was told not to verify')]
      : []),
    ...(found.debugMode ? [differ('debugMode', 'off', 'UEFI Debug Mode')] : []),
    ...(found.dmaProtectionDisabled && rules.withoutDmaProtection !== true
      ? [differ('dmaProtection', 'on', 'DMA Protection Disabled')]
      : []),
    ...found.puzzling.slice(0, MAX_OF_A_KIND).map(({ event, what }) => ({
      ...differ('pcr-7', 'events that are understood', what),
      event: { pcr: 7, index: event, sentence: `Event ${event} of PCR 7 is not understood: ${what}.` },
    })),
  ];
}

/** At least one key was used, and none that the set does not name. */
function signerDifferences({ used }: SecureBoot, { signers }: BootRules): Difference[] {
  const expected = [...signers];
  if (used.length === 0) return [{ field: 'boot.signer', expected, actual: null }];
  const others = used.filter(({ sha256 }) => !signers.includes(sha256));
  return others.slice(0, MAX_OF_A_KIND).map((signer) => ({
    field: 'boot.signer',
    expected,
    actual: signer.sha256,
    event: { pcr: 7, index: signer.event, sentence: usedSentence(signer) },
  }));
}

function usedSentence({ event, variable, sha256, subject }: Signer): string {
  return `Event ${event} of PCR 7: something was started under the key ${subject ?? 'without a readable name'} (${sha256}, from ${variable}), which the set does not name.`;
}

function revocationDifferences({ revoked, sbatLevel }: SecureBoot, rules: BootRules): Difference[] {
  const { dbx, minimumSbatLevel } = rules;
  const entries = revoked === null ? null : unpackDigests(revoked);
  const missing = (dbx?.contains ?? []).filter((digest) => entries?.has(digest) !== true);
  const tooFew = dbx?.minimumEntries !== undefined && (entries?.size ?? 0) < dbx.minimumEntries;
  const tooOld = minimumSbatLevel !== undefined && (sbatLevel === null || sbatLevel < minimumSbatLevel);
  return [
    ...(missing.length === 0
      ? []
      : [
          {
            field: 'boot.dbx',
            expected: [`revokes ${missing.slice(0, 4).join(', ')}`],
            actual: shownCount(entries),
          },
        ]),
    ...(tooFew
      ? [
          {
            field: 'boot.dbx',
            expected: [`at least ${dbx.minimumEntries} images`],
            actual: shownCount(entries),
          },
        ]
      : []),
    ...(tooOld
      ? [{ field: 'boot.sbatLevel', expected: [`at least ${minimumSbatLevel}`], actual: sbatLevel }]
      : []),
  ];
}

function shownCount(entries: ReadonlySet<string> | null): string | null {
  return entries === null ? null : `${entries.size} images`;
}

/** PCR 4 begins with one of the ways, and then holds at most the kernel, which shim may have been asked about more than once. */
function loaderDifferences({ loaders }: BootState, rules: BootRules): Difference[] {
  if (rules.loaders === undefined) return [];
  const digests = loaders.map(({ digest }) => digest);
  const rest = (way: readonly string[]): readonly string[] | null =>
    way.every((digest, at) => digests[at] === digest) ? digests.slice(way.length) : null;
  const whole = rules.loaders.some((way) => {
    const behind = rest(way);
    return behind !== null && new Set(behind).size <= 1;
  });
  if (whole) return [];
  const reached = Math.max(...rules.loaders.map((way) => commonLength(way, digests)));
  const odd = loaders[reached];
  const expected = [...new Set(rules.loaders.flatMap((way) => way[reached] ?? []))];
  const wanted = expected.length > 0 ? expected : ['nothing but the kernel'];
  return [
    {
      field: 'boot.loader',
      expected: wanted,
      actual: odd?.digest ?? null,
      ...(odd === undefined ? {} : { event: { pcr: 4, index: odd.event, sentence: loaderSentence(odd) } }),
    },
  ];
}

function loaderSentence({ event, digest, said }: BootState['loaders'][number]): string {
  const name = said === null ? '' : `, called ${JSON.stringify(said)} by the host`;
  return `Event ${event} of PCR 4: the image ${digest}${name} is not the boot loader that the set names there.`;
}

function commonLength(way: readonly string[], digests: readonly string[]): number {
  const at = way.findIndex((digest, index) => digests[index] !== digest);
  return at < 0 ? way.length : at;
}

function commandLineDifferences(
  { commandLines, unreadableLines }: BootState,
  { kernelCommandLine: rules }: BootRules,
): Difference[] {
  if (rules === undefined) return [];
  const [field, expected] = ['boot.commandLine', [...rules.arguments]];
  const lines = commandLines.filter(({ pcr }) => pcr === rules.pcr);
  if (lines.length === 0) return [{ field, expected, actual: null }];
  const wrong = lines.flatMap((line): Difference[] => {
    const sentence = fault(line, rules);
    const event = { pcr: line.pcr, index: line.event };
    return sentence === null ? [] : [{ field, expected, actual: line.text, event: { ...event, sentence } }];
  });
  const unreadable = unreadableLines
    .filter(({ pcr }) => pcr === rules.pcr)
    .map(({ event: index, pcr, what }): Difference => {
      const sentence = `Event ${index} of PCR ${pcr} may be a command line: ${what}.`;
      return { field, expected, actual: null, event: { pcr, index, sentence } };
    });
  return [...wrong, ...unreadable].slice(0, MAX_OF_A_KIND);
}

function fault(
  { event, pcr, text }: CommandLine,
  rules: NonNullable<BootRules['kernelCommandLine']>,
): string | null {
  const what = argumentFault(text, rules);
  return what === null ? null : `Event ${event} of PCR ${pcr}: ${what}.`;
}

function windowsDifferences({ windows }: BootState): Difference[] {
  if (windows === null) return [{ field: 'boot.windows', expected: ['a start of Windows'], actual: null }];
  return [
    ...(windows.closed
      ? []
      : [{ field: 'boot.windows', expected: ['PCR 12 and 13 closed'], actual: 'open' }]),
    ...windows.weak.map((name) => ({ field: 'boot.windows', expected: [`no ${name}`], actual: name })),
  ];
}
