import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { conditionWords } from './condition-words.ts';
import type { Conditions } from './types.ts';

/** How long a grant lasts where the licence does not say: docs/licences.md. */
const LEASE_SECONDS = 3600;

/** What a licence says besides what each decision asks. */
export function Terms({ conditions }: { readonly conditions: Conditions }) {
  const { terms, term: words } = useWords(conditionWords);
  const formats = useFormats();
  const { consignee, basis, certifications = [], waivers, metering } = conditions;
  const { leaseSeconds = LEASE_SECONDS, graceSeconds = 0, placeDisclosure = 'full' } = conditions;
  return (
    <Panel title={terms}>
      <Facts>
        {consignee !== undefined && (
          <Fact name={words.consignee}>
            <SubjectLink subject={`party:${consignee}`} bare />
          </Fact>
        )}
        <Fact name={words.basis}>
          <Told text={basis} />
        </Fact>
        <Fact name={words.certifications}>
          <Told text={certifications.join(', ')} most={1000} />
        </Fact>
        <Fact name={words.waivers}>
          <Told text={waivers.join(', ')} mono />
        </Fact>
        <Fact name={words.lease}>{formats.duration(leaseSeconds * 1000)}</Fact>
        <Fact name={words.grace}>
          {graceSeconds === 0 ? words.noGrace : formats.duration(graceSeconds * 1000)}
        </Fact>
        <Fact name={words.disclosure}>{words.disclosures[placeDisclosure]}</Fact>
        <Fact name={words.metering}>
          {metering === undefined ? (
            words.unmetered
          ) : (
            <Told
              text={words.meteredBy(
                metering.sources.join(', '),
                metering.leastPercent,
                metering.operators === true,
              )}
              most={600}
            />
          )}
        </Fact>
      </Facts>
    </Panel>
  );
}
