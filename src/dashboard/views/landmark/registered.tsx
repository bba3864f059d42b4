import type { Answer } from '../../api/call.ts';
import { type Item, useRead } from '../../api/read.ts';
import { Way } from '../../app/ways.tsx';
import { useCountryName } from '../../parts/country.ts';
import { Instant } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { landmarksWords } from '../landmarks/words.ts';

type Landmark = Answer<'listLandmarks'>['items'][number];
type RegisteredProps = {
  readonly landmark: Landmark;
  readonly version: Item<'listTrustInputs'> | undefined;
  readonly landmarks: readonly Landmark[];
};

/** Who runs it, where, with which key, as two people registered it. */
export function Registered({ landmark, version, landmarks }: RegisteredProps) {
  const words = useWords(landmarksWords);
  const formats = useFormats();
  const country = useCountryName();
  const whole = useRead(
    'getTrustInput',
    { params: { trustInputId: version?.id ?? '' } },
    { live: ['trust-input'], when: version !== undefined },
  );
  const content = whole.data?.content;
  const addresses = content?.['addresses'];
  const group = landmarks.filter(({ controlGroup }) => controlGroup === landmark.controlGroup);
  return (
    <Panel title={words.registered}>
      <Facts>
        <Fact name={words.operator}>
          <Told text={landmark.operator} />
        </Fact>
        <Fact name={words.company}>
          <Told text={landmark.company} />
        </Fact>
        <Fact name={words.site}>
          <Told text={landmark.site} />
        </Fact>
        <Fact name={words.group}>
          {group.length === 1 ? words.alone : group.map(({ id }) => id).join(', ')}
        </Fact>
        <Fact name={words.country}>{country(landmark.country)}</Fact>
        <Fact name={words.coordinates}>
          {landmark.latitude}, {landmark.longitude} ·{' '}
          {words.within(formats.number(landmark.uncertaintyMeters))}
        </Fact>
        <Fact name={words.basis}>{words.bases[landmark.placeBasis]}</Fact>
        <Fact name={words.key}>
          <Told text={typeof content?.['key'] === 'string' ? content['key'] : null} mono />
        </Fact>
        <Fact name={words.addresses}>
          <Told text={Array.isArray(addresses) ? addresses.map(addressOf).join(', ') : null} mono />
        </Fact>
        <Fact name={words.version}>
          {version === undefined ? (
            <Told text={landmark.digest} mono />
          ) : (
            <Way to={`/trust/${encodeURIComponent(version.id)}`}>
              <Told text={version.version} />
            </Way>
          )}
        </Fact>
        <Fact name={words.inForce}>
          <Instant at={version?.effectiveAt ?? null} />
        </Fact>
        <Fact name={words.proposedBy}>
          <Told text={version?.proposedBy} mono />
        </Fact>
        <Fact name={words.approvedBy}>
          <Told text={version?.approvedBy} mono />
        </Fact>
      </Facts>
    </Panel>
  );
}

function addressOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('address' in value) || !('port' in value)) return '';
  const host = String(value.address);
  return `${host.includes(':') ? `[${host}]` : host}:${value.port}`;
}
