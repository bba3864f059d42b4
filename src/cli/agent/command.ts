import { hostname } from 'node:os';
import { Command } from 'commander';
import type { Agent } from '../../agent/agent.ts';
import type { AgentState } from '../../agent/loop.ts';
import { SextantError } from '../../bytes/errors.ts';
import { formatInstant } from '../../bytes/instant.ts';
import type { EvidenceAnswer } from '../../protocol/evidence.ts';
import { EXIT, UsageError } from '../failure.ts';
import { readInput } from '../read-input.ts';
import { withProgress } from '../terminal/progress.ts';
import { bold, dim, green, red, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { untilAskedToStop } from '../until-stopped.ts';
import { describePlace } from './describe-place.ts';
import { type AgentFlags, agentCommand, openAgentFor } from './flags.ts';
import { identityCommand } from './identity.ts';

export function agentCommands(): Command {
  return new Command('agent')
    .description('Attest this host by its TPM, or as a confidential guest.')
    .helpCommand(false)
    .addHelpText(
      'after',
      `
What vouches for the host, --evidence:
  tpm     its TPM; needs tpm2-tools and access to /dev/tpmrm0 (be in the group tss)
  tdx     Intel TDX, through configfs-tsm (Linux 6.7, driver tdx_guest); as root
  snp     AMD SEV-SNP, through configfs-tsm (Linux 6.7, driver sev-guest); as root
  azure   an Azure confidential VM's vTPM and the report behind it; needs tpm2-tools and Azure's metadata service
  auto    what the host enrolled by; before that a TEE where there is one, else its TPM

A first host (docs/first-host.md):
  sextant agent identity    what this host is declared by, and for a TPM whose certificate says so
  sextant agent enrol --verifier https://verifier.example --token-file enrolment.token
  sextant agent attest      once, printing every check
  sextant agent run         again whenever it is due, until stopped
  sextant agent measure --name rack-image > set.json    what it measures, as a reference set to propose`,
    )
    .addCommand(identityCommand())
    .addCommand(enrolCommand())
    .addCommand(attestCommand())
    .addCommand(runCommand())
    .addCommand(measureCommand());
}

function enrolCommand(): Command {
  return agentCommand('enrol', 'Enrol this host with a token from its operator.')
    .requiredOption('--token-file <file>', 'the enrolment token; - for standard input')
    .option('--name <label>', 'what people call this host (default: its host name)')
    .option('--again', 'enrol anew, with the same TPM')
    .action(async (flags: AgentFlags & { tokenFile: string; name?: string; again?: boolean }) => {
      const agent = openAgentFor(flags);
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
  return agentCommand('attest', 'Attest once and print every check.')
    .option('--json', "print the verifier's answer as it is")
    .action(async (flags: AgentFlags & { json?: boolean }) => {
      const agent = openAgentFor(flags);
      const answer = await withProgress('attesting', () => agent.attest(new AbortController().signal));
      const accepted = answer.appraisal.outcome === 'accepted';
      process.exitCode = accepted ? EXIT.ok : EXIT.refused;
      if (flags.json === true) {
        process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
        return;
      }
      process.stdout.write(describeAnswer(answer));
      if (accepted) process.stdout.write(await describeMeasuring(agent, answer.sessionId));
    });
}

/** A place that is not measured takes nothing from what was attested. */
async function describeMeasuring(agent: Agent, sessionId: string): Promise<string> {
  try {
    const never = new AbortController().signal;
    return describePlace(await withProgress('being measured', () => agent.locate(sessionId, never)));
  } catch (error) {
    if (!(error instanceof SextantError)) throw error;
    return `  ${yellow('–')} place not measured: ${error.code}: ${printable(error.message)}\n`;
  }
}

function runCommand(): Command {
  return agentCommand('run', 'Attest whenever it is due, until stopped.')
    .option(
      '--licence <licence...>',
      'keep the grants of this host under these licences in the data folder, and renew them (docs/grants.md)',
    )
    .action(async (flags: AgentFlags) => {
      const agent = openAgentFor(flags);
      const ending = new AbortController();
      const running = agent.run(ending.signal, (state) => process.stdout.write(`${describeState(state)}\n`));
      await Promise.race([untilAskedToStop(), running]);
      ending.abort();
      await running;
    });
}

/** A machine as it was just installed is where reference values come from; proposing them is its operator's decision. */
function measureCommand(): Command {
  return agentCommand(
    'measure',
    'Print what this host measures now as a reference set, to look at and propose.',
  )
    .requiredOption('--name <name>', 'of the set; stable across versions')
    .option('--set-version <text>', 'of the set', '1')
    .option('--publisher <name>', 'who vouches for these values', hostname())
    .action(async (flags: AgentFlags & { name: string; setVersion: string; publisher: string }) => {
      const agent = openAgentFor({ verifier: 'http://127.0.0.1', ...flags });
      const measured = await withProgress('measuring', async () => (await agent.attester()).measure());
      if (measured === null)
        throw new UsageError('usage', 'a SHA-1 bank proves nothing', 'Give --pcrs sha256:0-9,14.');
      const { name, setVersion: version, publisher } = flags;
      const { kind, ...values } = measured;
      const set = { kind, name, version, publisher, ...values, sealed: false };
      process.stdout.write(`${JSON.stringify(set, null, 2)}\n`);
    });
}

function readToken(path: string): string {
  return readInput(path, 'Name the file that holds the enrolment token.').toString('utf8').trim();
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
