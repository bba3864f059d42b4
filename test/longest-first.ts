import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take ten seconds and more, the longest first: begun last, one of them would run alone on an idle machine. */
const LONGEST = [
  'cli/demo',
  'dashboard/unread',
  'durability/kill',
  'cli/locate',
  'house/package',
  'durability/replicas',
  'dashboard/host',
  'dashboard/facilities',
  'dashboard/licence',
  'end-to-end/swtpm',
  'dashboard/audits',
  'agent/tpm/tools',
  'dashboard/places',
  'dashboard/register',
  'location/world',
  'faults/vendors',
  'service/attestation/gate',
  'service/keys/kill',
  'end-to-end/composite-fleet',
  'service/attestation/evidence',
  'end-to-end/snp',
  'evidence/amd/points/leaf',
  'service/attestation/enrolment',
  'durability/traced',
];

/** The others follow in vitest's own order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return index === -1 ? LONGEST.length : index;
    };
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => rank(one) - rank(other));
  }
}
