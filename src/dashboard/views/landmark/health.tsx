import type { Answer } from '../../api/call.ts';
import { useRead } from '../../api/read.ts';
import { Instant } from '../../parts/instant.tsx';
import { LandmarkStanding } from '../../parts/landmark-standing.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { landmarksWords } from '../landmarks/words.ts';
import { wrongSince } from './wrong.ts';

type HealthProps = {
  readonly landmark: Answer<'listLandmarks'>['items'][number];
  readonly measured: Answer<'listLandmarkMeasurements'>['items'];
  readonly versionId: string | null;
};

/** Whether it counts, for how much, until when; else what is wrong, and since when. */
export function Health({ landmark, measured, versionId }: HealthProps) {
  const words = useWords(landmarksWords);
  const formats = useFormats();
  const { data: version } = useRead(
    'getTrustInput',
    { params: { trustInputId: versionId ?? '' } },
    { live: ['trust-input'], when: versionId !== null },
  );
  const { standing, tolerance, until } = landmark;
  const auditedAt = auditOf(version?.content);
  const against = new Set(
    measured.flatMap(({ contradicts, from, to }) => (contradicts ? [from === landmark.id ? to : from] : [])),
  );
  const survives = (f: number | null): string =>
    f === null ? words.countsNot : words.survives(formats.number(f));
  return (
    <Panel title={words.health}>
      <Facts>
        <Fact name={words.standing}>
          <LandmarkStanding standing={standing} />
        </Fact>
        <Fact name={standing === 'counts' ? words.why : words.wrong}>
          {words.because[standing]}
          {against.size > 0 && ` ${words.contradicted(against.size)}`}
        </Fact>
        {standing !== 'counts' && (
          <>
            <Fact name={words.since}>
              <Instant at={wrongSince(landmark, measured, auditedAt)} />
            </Fact>
            <Fact name={words.mend}>{words.mends[standing]}</Fact>
          </>
        )}
        <Fact name={words.until}>
          <Instant at={until} />
        </Fact>
        <Fact name={words.gradeA}>{survives(tolerance.A)}</Fact>
        <Fact name={words.gradeB}>{survives(tolerance.B)}</Fact>
      </Facts>
    </Panel>
  );
}

function auditOf(content: { readonly [member: string]: unknown } | undefined): string | null {
  const basis = content?.['placeBasis'];
  if (typeof basis !== 'object' || basis === null || !('auditedAt' in basis)) return null;
  return typeof basis.auditedAt === 'string' ? basis.auditedAt : null;
}
