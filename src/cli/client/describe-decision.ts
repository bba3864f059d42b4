import { type Decision, decision } from '../../protocol/decision.ts';
import { bold, dim, green, red } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { describeReasons } from './describe-reasons.ts';
import { described } from './described.ts';

/** As many devices are listed; `--json` has them all. */
const DEVICES_SHOWN = 20;

/** A decision for a person: the word first, then every reason, then what was decided of each device. */
export const describeDecision = described(decision, (answer) =>
  [
    ...verdict(answer),
    ...describeReasons(answer.reasons),
    ...devices(answer),
    ...chips(answer),
    provenance(answer),
  ].join('\n'),
);

function verdict({ outcome, validUntil, licenceId, dryRun }: Decision): string[] {
  const word = outcome === 'allow' ? green(bold('ALLOW')) : red(bold('DENY'));
  const until = validUntil === null ? '' : ` until ${validUntil}`;
  return [`${word}${until}  ${dim(`under ${licenceId}${dryRun ? ', dry run: nothing was recorded' : ''}`)}`];
}

function devices({ devices: all }: Decision): string[] {
  const lines = all
    .slice(0, DEVICES_SHOWN)
    .map(({ id, allowed, label, evidenceIssuedAt, serialLink, waived }) => {
      const of = label === null ? 'nothing is known of it' : label;
      const age = evidenceIssuedAt === null ? '' : `, evidence of ${evidenceIssuedAt}`;
      const serial = serialLink === null || serialLink === 'none' ? '' : `, serial number: ${serialLink}`;
      const weak = waived.length === 0 ? '' : `, waived: ${waived.join(', ')}`;
      return `  ${allowed ? green('✓') : red('✗')} ${id}  ${dim(of + age + serial + weak)}`;
    });
  if (all.length > DEVICES_SHOWN) lines.push(dim(`  and ${all.length - DEVICES_SHOWN} more devices`));
  return lines;
}

function chips({ chips: asked }: Decision): string[] {
  return asked.map(({ model, quantity }) => dim(`  to be delivered: ${quantity} of ${printable(model)}`));
}

function provenance({ id, at, policy, packs, trustInputs, selfApproved, receipt }: Decision): string {
  const rules = [policy, ...packs].map(({ name, version }) => `${name} ${version}`).join(', ');
  const logged = receipt === undefined ? '' : `, leaf ${receipt.leafIndex} of the log`;
  const self = selfApproved ? '; some of them approved by their own proposer' : '';
  return dim(`  ${id} at ${at} by ${rules}, on ${trustInputs.length} trust inputs${self}${logged}`);
}
