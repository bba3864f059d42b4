import { hostname } from 'node:os';
import { Command, Option } from 'commander';
import { addSettings, configured } from '../configuration/command.ts';
import type { AttestFlags } from './attest.ts';
import type { CheckFlags } from './check/command.ts';
import type { EnrolFlags } from './enrol.ts';
import type { IdentityFlags } from './identity.ts';
import type { MeasureFlags } from './measure.ts';
import { AGENT, type AgentSettings } from './settings.ts';
import type { UsageFlags } from './usage.ts';

/** Most of the agent is of one kind of machine or another: each command loads what it needs when it is run. */
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
  sextant agent check       whether this host can: its TPM or TEE, its GPUs, the ways out
  sextant agent identity    what this host is declared by, and for a TPM whose certificate says so
  sextant agent enrol --verifier https://verifier.example --token-file enrolment.token
  sextant agent attest      once, printing every check
  sextant agent run         again whenever it is due, until stopped
  sextant agent measure --name rack-image > set.json    what it measures, as a reference set to propose`,
    )
    .addCommand(checkCommand())
    .addCommand(identityCommand())
    .addCommand(enrolCommand())
    .addCommand(attestCommand())
    .addCommand(runCommand())
    .addCommand(measureCommand())
    .addCommand(usageCommand());
}

/** Before anything else, or where something fails. */
function checkCommand(): Command {
  return agentCommand('check', 'Look at this host as its agent would use it, and say what to mend.')
    .option(
      '--landmark <address:port...>',
      'try the way to landmarks by UDP: 192.0.2.7:4600 or [2001:db8::7]:4600, as their operators publish them',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nMakes no key and no folder, and tells nobody anything of this host. Exit status: 0, 1 where there is a problem.',
    )
    .action(
      act(async (settings, flags: CheckFlags) => {
        const { check } = await import('./check/command.ts');
        process.exitCode = await check(settings, flags);
      }),
    );
}

/** Before a host is enrolled, its exporter declares it by this digest, and for a TPM its authority needs the maker's root. */
function identityCommand(): Command {
  return agentCommand(
    'identity',
    'Print what this host is declared by: the key of its TPM, or a guest’s own.',
  )
    .option(
      '--row <facility>',
      'print it as CSV for `sextant device import - --format csv`, and nothing else',
    )
    .option('--model <text>', 'model in that row (default: what it is)')
    .action(
      act(async (settings, flags: IdentityFlags) =>
        (await import('./identity.ts')).showIdentity(settings, flags),
      ),
    );
}

function enrolCommand(): Command {
  return agentCommand('enrol', 'Enrol this host with a token from its operator.')
    .requiredOption('--token-file <file>', 'the enrolment token; - for standard input')
    .option('--name <label>', 'what people call this host (default: its host name)')
    .option('--again', 'enrol anew, with the same TPM')
    .action(act(async (settings, flags: EnrolFlags) => (await import('./enrol.ts')).enrol(settings, flags)));
}

function attestCommand(): Command {
  return agentCommand('attest', 'Attest once and print every check.')
    .option('--json', "print the verifier's answer as it is")
    .action(
      act(async (settings, flags: AttestFlags) => {
        const { attest } = await import('./attest.ts');
        process.exitCode = await attest(settings, flags);
      }),
    );
}

function runCommand(): Command {
  return addSettings(
    new Command('run').description('Attest whenever it is due, until stopped.'),
    AGENT,
  ).action(configured(AGENT, async (settings) => (await import('./run.ts')).runAgent(settings)));
}

function usageCommand(): Command {
  return agentCommand('usage', 'Report what this host computed under a licence that lets it be metered.')
    .requiredOption('--licence <licence>', 'its id')
    .requiredOption('--from <instant>', 'beginning of the window, RFC 3339 with Z')
    .requiredOption('--until <instant>', 'its end, not later than now')
    .addOption(
      new Option('--unit <unit>', 'what is counted')
        .choices(['operations-e12', 'chip-seconds'])
        .makeOptionMandatory(),
    )
    .requiredOption('--amount <number>', 'how much: 10^12 operations, rounded up; or seconds of a chip')
    .requiredOption('--source <meter>', 'the meter, by the name that the licence gives it')
    .requiredOption('--purpose <text>', 'what for, as the licence says')
    .action(
      act(async (settings, flags: UsageFlags) => {
        const { reportUsage } = await import('./usage.ts');
        process.exitCode = await reportUsage(settings, flags);
      }),
    );
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
    .action(
      act(async (settings, flags: MeasureFlags) => (await import('./measure.ts')).measure(settings, flags)),
    );
}

/** Options of `run` alone. */
const OF_RUN = ['licence', 'listDevices', 'traces', 'traceShare'];

/** A command of the agent, with the options that all of them take. */
function agentCommand(name: string, description: string): Command {
  return addSettings(new Command(name).description(description), AGENT, OF_RUN);
}

function act<Own>(action: (settings: AgentSettings, own: Own) => Promise<void>) {
  return configured(AGENT, action, OF_RUN);
}
