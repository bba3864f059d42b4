import {
  type DeviceStatus,
  deviceStatus,
  type HostStatus,
  hostStatus,
  type LicenceStatus,
  licenceStatus,
} from '../../protocol/status.ts';
import { bold, dim, green, red, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { wrap } from '../terminal/wrap.ts';
import { describeReasons } from './describe-reasons.ts';
import { described } from './described.ts';

export const describeHostStatus = described(hostStatus, (host) =>
  [
    `${level(host)}  ${bold(printable(host.hostname ?? host.id))} ${dim(`${host.id}, ${host.lifecycle}`)}`,
    ...latches(host),
    ...evidence(host),
    ...lastSession(host.lastSession),
    dim(wrap(`devices: ${host.devices.join(', ') || 'none'}`, '  ')),
  ].join('\n'),
);

export const describeDeviceStatus = described(deviceStatus, (device) => {
  const { facts, kind, model, serial, serialLink, hostId } = device;
  const name = [kind, model, serial].filter((text) => text !== null).join(' ');
  const link = serial === null || hostId === null ? '' : ` (serial number: ${serialLink})`;
  return [
    `${level(device)}  ${bold(printable(name))}${dim(link)}`,
    dim(`  ${device.id}, ${device.lifecycle}`),
    ...latches(device),
    `  device ${facts.device}, host ${facts.host}, place ${facts.place.verdict} (${facts.place.keyCustody})`,
    hostId === null
      ? `  ${yellow('–')} held by no enrolled host: name it with \`sextant host token --device\`, then enrol`
      : dim(`  held by ${hostId}`),
    ...evidence(device),
  ].join('\n');
});

export const describeLicenceStatus = described(licenceStatus, (licence) => {
  const { outcome, validUntil, suspendsAt, cause, devices } = licence;
  const word = outcome === 'allow' ? green(bold('ALLOW')) : red(bold('DENY'));
  const until = validUntil === null ? '' : ` until ${validUntil}, unless it is proven again`;
  return [
    `${word}${until}  ${dim(`${licence.id}: ${devices.allowed} of ${devices.named} devices allowed`)}`,
    ...(suspendsAt === null || cause === null
      ? []
      : [
          `  ${yellow('–')} to be suspended ${suspendsAt}`,
          dim(wrap(`${cause.code}: ${printable(cause.sentence)}`, '    ')),
        ]),
    ...latches(licence),
    ...describeReasons(licence.reasons),
  ].join('\n');
});

function level({ level: name, label }: Pick<HostStatus, 'level' | 'label'>): string {
  return name === 'G0' ? yellow(bold(label)) : green(bold(label));
}

function latches({ latches: held }: Pick<LicenceStatus, 'latches'>): string[] {
  return held.map(({ id, code, sentence, since }) =>
    [
      `  ${red('✗ held for review')} ${bold(code)} since ${since} ${dim(id)}`,
      wrap(printable(sentence), '    '),
    ].join('\n'),
  );
}

function evidence({
  evidenceIssuedAt,
  nextAttestationDue,
}: Pick<DeviceStatus, 'evidenceIssuedAt' | 'nextAttestationDue'>): string[] {
  if (evidenceIssuedAt === null) return [`  ${yellow('–')} no accepted evidence`];
  const next = nextAttestationDue === null ? '' : `; the next is due ${nextAttestationDue}`;
  return [`  evidence of ${evidenceIssuedAt}${next}`];
}

/** What the last submission was told at the time; what has been approved since counts in the level above. */
function lastSession(session: HostStatus['lastSession']): string[] {
  if (session === null) return [`  ${yellow('–')} never attested: run \`sextant agent run\` on it`];
  const { outcome, issuedAt, reasons } = session;
  const word =
    outcome === 'accepted' ? green(outcome) : outcome === 'refused' ? red(outcome) : yellow(outcome);
  return [
    `  last session of ${issuedAt}: ${word}${reasons.length === 0 ? '' : '; it was told then'}`,
    ...describeReasons(reasons),
  ];
}
