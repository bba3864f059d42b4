import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Agent, type AgentOptions, openAgent } from '../../agent/agent.ts';
import type { AgentState } from '../../agent/loop.ts';
import { EK_ALGORITHMS, type EkAlgorithm, type EkOptions } from '../../agent/tpm/endorsement.ts';
import { DEFAULT_PCRS, parsePcrChoice } from '../../agent/tpm/selection.ts';
import { formatInstant } from '../../bytes/instant.ts';
import { parsePem } from '../../bytes/pem.ts';
import { toHex } from '../../bytes/text.ts';
import type { EvidenceAnswer } from '../../protocol/evidence.ts';
import { EXIT, UsageError } from '../failure.ts';
import { dataFolder } from '../settings.ts';
import { withProgress } from '../terminal/progress.ts';
import { bold, dim, green, red, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { untilAskedToStop } from '../until-stopped.ts';

type AgentFlags = {
  readonly data?: string;
  readonly verifier?: string;
  readonly tcti?: string;
  readonly ak?: 'rsa' | 'ecc';
  readonly akHandle?: number;
  readonly ek?: EkAlgorithm;
  readonly ekCertificate?: string;
  readonly ekChain?: string;
  readonly pcrs?: string;
  readonly dangerouslyPlaintext?: boolean;
};

export function agentCommands(): Command {
  return new Command('agent')
    .description('Attest this host by its TPM.')
    .helpCommand(false)
    .addHelpText(
      'after',
      `
The agent needs tpm2-tools and access to the TPM (/dev/tpmrm0: be in the group tss).

A first host:
  sextant agent enrol --verifier https://verifier.example --token-file enrolment.token
  sextant agent attest      once, printing every check
  sextant agent run         again whenever it is due, until stopped
  sextant agent measure --name rack-image > set.json    what it measures, as a reference set to propose`,
    )
    .addCommand(enrolCommand())
    .addCommand(attestCommand())
    .addCommand(runCommand())
    .addCommand(measureCommand());
}

function common(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--verifier <url>', 'the verifier (default: the one where this host is enrolled)')
    .option('--data <folder>', 'host key and state (default: <SEXTANT_DATA or ./.sextant>/agent)')
    .option('--tcti <tcti>', 'TPM to use, as tpm2-tools name it (default: TPM2TOOLS_TCTI, else /dev/tpmrm0)')
    .addOption(
      new Option('--ek <kind>', 'endorsement key (default: the first with a certificate)').choices([
        ...EK_ALGORITHMS,
      ]),
    )
    .addOption(new Option('--ak <kind>', 'attestation key to make (default: ecc)').choices(['rsa', 'ecc']))
    .option(
      '--ek-certificate <file>',
      'certificate of the endorsement key, where the TPM holds none (DER or PEM)',
    )
    .option('--ek-chain <file>', 'CA certificates above it, where the TPM holds none (DER or PEM)')
    .option('--ak-handle <handle>', 'where the attestation key is kept (default: 0x8101a500)', handle)
    .option('--pcrs <list>', 'registers to quote, e.g. sha256:0-9,14')
    .option('--dangerously-plaintext', 'speak plain HTTP to another machine');
}

function enrolCommand(): Command {
  return common('enrol', 'Enrol this host with a token from its operator.')
    .requiredOption('--token-file <file>', 'the enrolment token; - for standard input')
    .option('--name <label>', 'what people call this host (default: its host name)')
    .option('--again', 'enrol anew, with the same TPM')
    .action(async (flags: AgentFlags & { tokenFile: string; name?: string; again?: boolean }) => {
      const agent = open(flags);
      const token = readToken(flags.tokenFile);
      const record = await withProgress('enrolling', () =>
        agent.enrol(token, {
          signal: new AbortController().signal,
          hostname: flags.name ?? hostname(),
          again: flags.again === true,
        }),
      );
      process.stdout.write(`${green('✓')} enrolled as ${bold(record.hostId)} at ${record.verifier}\n`);
      process.stdout.write(dim('Next: sextant agent attest\n'));
    });
}

function attestCommand(): Command {
  return common('attest', 'Attest once and print every check.')
    .option('--json', "print the verifier's answer as it is")
    .action(async (flags: AgentFlags & { json?: boolean }) => {
      const agent = open(flags);
      const answer = await withProgress('attesting', () => agent.attest(new AbortController().signal));
      process.stdout.write(
        flags.json === true ? `${JSON.stringify(answer, null, 2)}\n` : describeAnswer(answer),
      );
      process.exitCode = answer.appraisal.outcome === 'accepted' ? EXIT.ok : EXIT.refused;
    });
}

function runCommand(): Command {
  return common('run', 'Attest whenever it is due, until stopped.').action(async (flags: AgentFlags) => {
    const agent = open(flags);
    const ending = new AbortController();
    const running = agent.run(ending.signal, (state) => process.stdout.write(`${describeState(state)}\n`));
    await Promise.race([untilAskedToStop(), running]);
    ending.abort();
    await running;
  });
}

/** A machine as it was just installed is where reference values come from; proposing them is its operator's decision. */
function measureCommand(): Command {
  return common('measure', 'Print what this host measures now as a reference set, to look at and propose.')
    .requiredOption('--name <name>', 'of the set; stable across versions')
    .option('--set-version <text>', 'of the set', '1')
    .option('--publisher <name>', 'who vouches for these values', hostname())
    .action(async (flags: AgentFlags & { name: string; setVersion: string; publisher: string }) => {
      const device = open({ verifier: 'http://127.0.0.1', ...flags }).device;
      const choice = parsePcrChoice(flags.pcrs ?? DEFAULT_PCRS);
      const { pcrs } = await withProgress('measuring', () =>
        device.quote({ extraData: new Uint8Array(32), choice }),
      );
      const bank = [...pcrs.keys()].find((name) => name !== 'sha1');
      if (bank === undefined)
        throw new UsageError('usage', 'a SHA-1 bank proves nothing', 'Give --pcrs sha256:0-9,14.');
      const values = [...(pcrs.get(bank) ?? [])].map(([index, value]) => [index, [toHex(value)]]);
      const { name, setVersion: version, publisher } = flags;
      const set = {
        kind: 'tpm-pcrs',
        name,
        version,
        publisher,
        bank,
        pcrs: Object.fromEntries(values),
        sealed: false,
      };
      process.stdout.write(`${JSON.stringify(set, null, 2)}\n`);
    });
}

function open(flags: AgentFlags): Agent {
  const { verifier, tcti, ak, akHandle, pcrs, dangerouslyPlaintext } = flags;
  const options: AgentOptions = {
    data: flags.data ?? join(dataFolder(undefined), 'agent'),
    ...(verifier === undefined ? {} : { verifier }),
    ...(tcti === undefined ? {} : { tcti }),
    ...(ak === undefined ? {} : { akAlgorithm: ak }),
    ...(akHandle === undefined ? {} : { akHandle }),
    ek: endorsementOptions(flags),
    ...(pcrs === undefined ? {} : { pcrs }),
    ...(dangerouslyPlaintext === undefined ? {} : { dangerouslyPlaintext }),
  };
  return openAgent(options);
}

function endorsementOptions({ ek, ekCertificate, ekChain }: AgentFlags): EkOptions {
  const [certificate] = ekCertificate === undefined ? [] : readCertificates(ekCertificate);
  return {
    ...(ek === undefined ? {} : { algorithm: ek }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(ekChain === undefined ? {} : { intermediates: readCertificates(ekChain) }),
  };
}

/** One certificate in DER, or any number in PEM. Whether they are any good is the verifier's to say. */
function readCertificates(path: string): Uint8Array[] {
  try {
    const bytes = new Uint8Array(readFileSync(path));
    return bytes[0] === 0x30 ? [bytes] : parsePem(bytes, { label: 'CERTIFICATE' });
  } catch (cause) {
    throw new UsageError('unreadable', `${path} holds no certificate`, 'Name a file in DER or PEM.', cause);
  }
}

/** A persistent handle of the owner's (TPM 2.0 Part 2, 7.5; Part 3, 28.5). */
function handle(text: string): number {
  const value = /^0x81[0-7][0-9a-f]{5}$/i.test(text) ? Number(text) : Number.NaN;
  if (!Number.isNaN(value)) return value;
  throw new InvalidArgumentError('a handle is 0x81000000 to 0x817fffff');
}

function readToken(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8').trim();
  } catch (cause) {
    throw new UsageError(
      'unreadable',
      `cannot read ${path}`,
      'Name the file that holds the enrolment token.',
      cause,
    );
  }
}

/** An appraisal for the person at the host: what was reached, what is missing and how to mend it, and every failed check. */
function describeAnswer({ appraisal, nextAttestationAfter, sessionId }: EvidenceAnswer): string {
  const accepted = appraisal.outcome === 'accepted';
  const lines = [`${accepted ? green('✓ accepted') : red('✗ refused')}  ${dim(`session ${sessionId}`)}`];
  for (const device of appraisal.devices) {
    lines.push(`  ${bold(device.label)}  ${device.kind} ${dim(device.id)}`);
    for (const { sentence, mend } of device.next?.missing ?? []) {
      lines.push(
        `    ${yellow('–')} for ${device.next?.level}: ${printable(sentence)}`,
        dim(`      ${printable(mend)}`),
      );
    }
  }
  for (const { code, sentence, mend } of appraisal.reasons) {
    lines.push(`  ${red('✗')} ${bold(code)}: ${printable(sentence)}`);
    if (mend !== undefined) lines.push(dim(`    ${printable(mend)}`));
  }
  const nearest = appraisal.referenceSets.nearest;
  for (const { field, expected, actual } of nearest?.differences ?? []) {
    lines.push(
      `  ${yellow('–')} ${field} is ${actual ?? 'absent'}; ${nearest?.set.name} allows ${expected.join(' or ')}`,
    );
  }
  for (const { id, status, expected, actual } of appraisal.checks) {
    if (status === 'fail')
      lines.push(
        `  ${red('✗')} ${id}: expected ${printable(expected ?? '')}, found ${printable(actual ?? '')}`,
      );
  }
  const passed = appraisal.checks.filter(({ status }) => status === 'pass').length;
  lines.push(
    dim(
      `  ${passed} of ${appraisal.checks.length} checks passed; attest again after ${nextAttestationAfter}`,
    ),
  );
  return `${lines.join('\n')}\n`;
}

function describeState(state: AgentState): string {
  const next = dim(`next ${formatInstant(state.next)}`);
  switch (state.state) {
    case 'attested':
      return `${green('attested')}  ${state.devices.map(({ label }) => label).join(', ')}  ${next}`;
    case 'waiting':
      return `${yellow('waiting')}  ${state.code}: ${printable(state.message)}  ${next}`;
    case 'refused':
      return `${red('refused')}  ${state.code}: ${printable(state.message)}\n  ${printable(state.mend)}  ${next}`;
  }
}
