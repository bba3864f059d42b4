import { Command } from 'commander';
import { agentCommands } from './agent/command.ts';
import { auditCommand } from './audit/command.ts';
import { eventsCommand } from './client/events-command.ts';
import { collateralCommands } from './collateral/command.ts';
import { principalCommands, tokenCommands } from './commands/access.ts';
import { challengeCommands } from './commands/challenges.ts';
import { deviceCommands } from './commands/devices.ts';
import { facilityCommands } from './commands/facilities.ts';
import { grantCommands } from './commands/grants.ts';
import { hostCommands, latchCommands } from './commands/hosts.ts';
import { incidentCommands } from './commands/incidents.ts';
import { keyCommands } from './commands/keys.ts';
import { ledgerCommands } from './commands/ledger.ts';
import { decideCommand, licenceCommands, statusCommands } from './commands/licences.ts';
import { partyCommands } from './commands/parties.ts';
import { dpopCommand, loginCommand } from './commands/possession.ts';
import { legalHoldCommands, retentionCommands } from './commands/retention.ts';
import { accessCommands, screeningCommands } from './commands/screenings.ts';
import { trustCommands } from './commands/trust.ts';
import { webhookCommands } from './commands/webhooks.ts';
import { databaseCommands } from './db/command.ts';
import { demoCommand } from './demo/command.ts';
import { discloseCommands } from './disclose/command.ts';
import { doctorCommand } from './doctor/command.ts';
import { landmarkCommands } from './landmark/command.ts';
import { locateCommand } from './locate/command.ts';
import { logCommands } from './log/command.ts';
import { planCommand } from './plan/command.ts';
import { policyCommands } from './policy/command.ts';
import { reportCommands } from './report/command.ts';
import { adopt, runProgram } from './run-program.ts';
import { serveCommand } from './serve/command.ts';
import { verifyCommand } from './verify/command.ts';
import { programVersion } from './version.ts';

/** Runs one command line and answers with the exit status. */
export function main(args: readonly string[]): Promise<number> {
  return runProgram(sextant(), args);
}

/** The program whole, every command with its options, before it has read a command line. */
export function sextant(): Command {
  const program = new Command('sextant')
    .version(programVersion())
    // Of this program only where no command was named yet: some of them take a --version of their own.
    .enablePositionalOptions()
    .description('Is this chip genuine, untampered and where it is authorised to be, and what proves it?')
    .exitOverride()
    .showHelpAfterError('Add --help to see what this command takes.')
    .addHelpText(
      'after',
      `
Examples:
  sextant demo                                the whole way once, with the attacks that must fail
  sextant verify examples/evidence/tpm-ecc    judge evidence offline
  sextant serve                               run a verifier on http://127.0.0.1:8080
  sextant agent enrol --token-file TOKEN      enrol this host by its TPM

Documentation: README.md, docs/`,
    );
  const commands = [
    demoCommand(),
    serveCommand(),
    doctorCommand(),
    databaseCommands(),
    logCommands(),
    agentCommands(),
    verifyCommand(),
    collateralCommands(),
    locateCommand(),
    landmarkCommands(),
    planCommand(),
    policyCommands(),
    auditCommand(),
    reportCommands(),
    challengeCommands(),
    discloseCommands(),
    partyCommands(),
    screeningCommands(),
    accessCommands(),
    facilityCommands(),
    deviceCommands(),
    hostCommands(),
    licenceCommands(),
    decideCommand(),
    grantCommands(),
    ledgerCommands(),
    statusCommands(),
    latchCommands(),
    incidentCommands(),
    eventsCommand(),
    webhookCommands(),
    trustCommands(),
    retentionCommands(),
    legalHoldCommands(),
    keyCommands(),
    principalCommands(),
    tokenCommands(),
    loginCommand(),
    dpopCommand(),
  ];
  for (const command of commands) adopt(program, command);
  return program;
}
