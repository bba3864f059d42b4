import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type Answer, callForBytes } from '../../api/call.ts';
import { Problem } from '../../api/problem.ts';
import { useRead } from '../../api/read.ts';
import { When } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { Empty, Shown } from '../../parts/state.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { hostWords } from './words.ts';

type Located = Answer<'getHostLocation'>;

const TONES: { readonly [V in NonNullable<Located['now']>['verdict']]: Tone } = {
  unmeasured: 'idle',
  inconclusive: 'warn',
  inconsistent: 'warn',
  'proven-outside': 'bad',
  'proven-inside': 'good',
};

/** Where latency proves the host to be: the verdict in words, and the proof drawn as it was decided. */
export function Place({ hostId }: { readonly hostId: string }) {
  const words = useWords(hostWords);
  const read = useRead('getHostLocation', { params: { hostId } }, { live: ['host', 'hold', 'landmarks'] });
  const absent = read.error instanceof Problem && [403, 404].includes(read.error.body.status);
  return (
    <Panel title={words.place}>
      {absent ? (
        <Empty>{words.noPlace}</Empty>
      ) : (
        <Shown read={read}>{(located) => <Proof hostId={hostId} located={located} />}</Shown>
      )}
    </Panel>
  );
}

function Proof({ hostId, located }: { readonly hostId: string; readonly located: Located }) {
  const words = useWords(hostWords);
  const formats = useFormats();
  const { verdict, now, at, disclosure } = located;
  const stands = now ?? { verdict: 'unmeasured' as const, grade: null, toleratedLiars: null };
  const help = 'help' in verdict ? verdict.help : null;
  return (
    <>
      <Facts>
        <Fact name={words.standing}>
          <Status tone={TONES[stands.verdict]}>{words.verdicts[stands.verdict]}</Status>
        </Fact>
        <Fact name={words.area}>
          <Told text={verdict.area} />
        </Fact>
        {stands.grade !== null && (
          <Fact name={words.grade}>
            {stands.grade}
            {stands.toleratedLiars !== null && ` · ${words.survives(stands.toleratedLiars)}`}
          </Fact>
        )}
        <Fact name={words.measured}>
          <When at={at} />
        </Fact>
        {verdict.reason !== null && (
          <Fact name={words.reasons}>
            <Told text={verdict.reason.sentence} most={1000} /> <Told text={verdict.reason.code} mono />
          </Fact>
        )}
        {help !== null && (
          <Fact name={words.help}>
            <Told
              text={
                help.kind === 'landmark'
                  ? words.helpLandmark(help.landmarkId)
                  : words.helpPlace(
                      help.near.latitude.toFixed(1),
                      help.near.longitude.toFixed(1),
                      formats.number(Math.round(help.withinMeters / 1000)),
                    )
              }
            />
          </Fact>
        )}
      </Facts>
      {disclosure === 'full' ? <Picture hostId={hostId} at={at} /> : <p className="note">{words.withheld}</p>}
    </>
  );
}

/** The verifier draws it: as an image it can run nothing and ask nobody. */
function Picture({ hostId, at }: { readonly hostId: string; readonly at: string }) {
  const words = useWords(hostWords);
  const { data: drawn } = useQuery({
    queryKey: ['getHostLocationPicture', hostId, at],
    queryFn: async ({ signal }) =>
      (await callForBytes('getHostLocationPicture', { params: { hostId }, signal })).blob(),
    retry: false,
  });
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (drawn === undefined) return;
    const made = URL.createObjectURL(drawn);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [drawn]);
  return address === null ? null : <img className="host__picture" src={address} alt={words.picture} />;
}
