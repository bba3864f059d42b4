import type { Agent } from '../../agent/agent.ts';
import { SextantError } from '../../bytes/errors.ts';
import type { EvidenceAnswer } from '../../protocol/evidence.ts';
import { EXIT } from '../failure.ts';
import { withProgress } from '../terminal/progress.ts';
import { bold, dim, green, red, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { describePlace } from './describe-place.ts';
import { openAgentFor } from './open.ts';
import type { AgentSettings } from './settings.ts';

export type AttestFlags = { readonly json?: boolean };

/** Attests once, prints the verifier's answer, and answers the exit status. @throws AgentError */
export async function attest(settings: AgentSettings, flags: AttestFlags): Promise<number> {
  const agent = openAgentFor(settings);
  const answer = await withProgress('attesting', () => agent.attest(new AbortController().signal));
  const accepted = answer.appraisal.outcome === 'accepted';
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  } else {
    process.stdout.write(describeAnswer(answer));
    if (accepted) process.stdout.write(await describeMeasuring(agent, answer.sessionId));
  }
  return accepted ? EXIT.ok : EXIT.refused;
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
