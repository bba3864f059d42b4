import { describe, expect, it } from 'vitest';
import { openAgent } from '../../src/agent/agent.ts';
import { detectEvidence, type Machine } from '../../src/agent/detect.ts';
import { AgentError } from '../../src/agent/errors.ts';
import { writeHostRecord } from '../../src/agent/records.ts';
import type { TsmProvider } from '../../src/agent/tee/port.ts';
import { makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import { SoftwareTpm } from '../../src/forge/tpm/software-tpm.ts';
import { fakePace, temporaryFolder } from './fixtures.ts';

type Has = {
  readonly provider?: TsmProvider | null | AgentError;
  readonly tpm?: 'yes' | AgentError;
  readonly azure?: 'snp' | 'tdx' | null | AgentError;
};

const unused = (): never => {
  throw new Error('not to be asked');
};
const answer = async <T>(value: T | AgentError): Promise<T> => {
  if (value instanceof AgentError) throw value;
  return value;
};
const failure = (code: 'tee_permission' | 'tpm_absent' | 'tpm_permission' | 'tool_missing'): AgentError =>
  new AgentError(code, `it is ${code}`, 'Mend it.');

function machine({ provider = null, tpm = 'yes', azure = null }: Has): Machine {
  return {
    guest: { provider: () => answer(provider), report: unused, readEventLog: unused },
    azure: { hardware: () => answer(azure), collect: unused },
    requireTpm: async () => void (await answer(tpm)),
    lookedAt: { tee: '/sys/kernel/config/tsm/report', tpm: 'device:/dev/tpmrm0' },
  };
}

describe('what a machine can show', () => {
  it.each<[string, Has]>([
    ['tdx', { provider: 'tdx_guest', tpm: failure('tpm_absent') }],
    ['snp', { provider: 'sev_guest' }],
    ['snp', { provider: 'sev_guest', azure: 'snp' }],
    ['azure', { azure: 'snp' }],
    ['azure', { azure: 'tdx' }],
    ['tpm', {}],
  ])('is %s: the strongest that is there', async (kind, has) => {
    expect(await detectEvidence(machine(has))).toBe(kind);
  });

  it.each<[string, Has]>([
    ['tpm_absent', { tpm: failure('tpm_absent') }],
    ['tool_missing', { azure: failure('tool_missing') }],
  ])('is nothing, and every place is named: %s', async (code, has) => {
    const error = await detectEvidence(machine(has)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'evidence_absent', mend: expect.stringContaining('Mend it.') });
    for (const place of ['/sys/kernel/config/tsm/report', 'device:/dev/tpmrm0', `it is ${code}`]) {
      expect(error).toMatchObject({ message: expect.stringContaining(place) });
    }
  });

  it.each<[string, Has]>([
    ['tee_permission', { provider: failure('tee_permission') }],
    ['tpm_permission', { tpm: failure('tpm_permission') }],
  ])('is no weaker thing where the stronger may not be used: %s', async (code, has) => {
    await expect(detectEvidence(machine(has))).rejects.toMatchObject({ code });
  });
});

describe('by what an agent proves its state', () => {
  const enrolledBy = (evidence?: 'tpm' | 'snp') => {
    const pace = fakePace();
    const data = temporaryFolder().path;
    const device = new SoftwareTpm({ ca: makeEkCa(pace.clock()), clock: pace.clock });
    const verifier = 'https://verifier.example/';
    const open = (wanted?: 'auto' | 'snp' | 'tpm') =>
      openAgent({ data, verifier, device, pace, ...(wanted === undefined ? {} : { evidence: wanted }) });
    const record = { verifier, hostId: 'hst_1', enrolledAt: pace.clock().toISOString() };
    writeHostRecord(open().folder, evidence === undefined ? record : { ...record, evidence });
    return open;
  };

  it.each(['tpm', 'snp'] as const)('is what it enrolled by: %s', async (kind) => {
    const open = enrolledBy(kind);
    expect((await open('auto').attester()).kind).toBe(kind);
    expect((await open(kind).attester()).kind).toBe(kind);
  });

  it('is its TPM where it enrolled before there was anything else', async () => {
    expect((await enrolledBy()('auto').attester()).kind).toBe('tpm');
  });

  it('is nothing else, and it says so', async () => {
    await expect(enrolledBy()('snp').attester()).rejects.toMatchObject({
      code: 'enrolled_otherwise',
      expected: 'tpm',
      actual: 'snp',
    });
    await expect(enrolledBy('snp')('tpm').attest(new AbortController().signal)).rejects.toMatchObject({
      code: 'enrolled_otherwise',
    });
  });
});
