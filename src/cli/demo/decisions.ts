import type { JsonValue } from '../../bytes/json.ts';
import type { Answer } from './actor.ts';
import { type Cast, TENANTS } from './cast.ts';
import type { Scenery } from './scenery.ts';
import { StoryError } from './story.ts';

export type LicenceTerms = { readonly [condition: string]: JsonValue } & {
  readonly devices: readonly string[];
  readonly minimumLevel: string;
  readonly purpose: string;
};

const YEAR_MS = 365 * 86_400_000;

/** The authority grants the exporter a licence for a year, for its own use, under the rule pack that was approved. @returns its id */
export async function grantLicence(
  { authority }: Cast,
  scenery: Scenery,
  terms: LicenceTerms,
): Promise<string> {
  const now = Date.now();
  const party = scenery.get('partyId') ?? '';
  const licence = await authority.post('/v1/licences', {
    tenant: TENANTS.exporter,
    conditions: {
      validFrom: new Date(now - 60_000).toISOString(),
      validUntil: new Date(now + YEAR_MS).toISOString(),
      parties: [party],
      consignee: party,
      endUser: party,
      facilities: [scenery.get('facilityId') ?? ''],
      evidenceMaxAgeSeconds: 3600,
      rulePacks: [scenery.get('rulePack') ?? {}],
      referenceSets: 'any-approved',
      ...terms,
    },
  });
  return licence.text('id');
}

/** What the story must come to. @throws StoryError with every reason */
export function mustBe(outcome: 'allow' | 'deny', decision: Answer): Answer {
  if (decision.text('outcome') === outcome) return decision;
  throw new StoryError(`not ${outcome}: ${reasonsOf(decision).join('; ')}`);
}

export function reasonsOf(decision: Answer): string[] {
  return decision
    .list('reasons')
    .map((reason) => `${reason.text('code')} (${reason.text('kind')}): ${reason.text('sentence')}`);
}
