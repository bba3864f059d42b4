import { useMemo } from 'react';
import { GroundUnder, outlineFacts } from '../../parts/map/index.ts';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { Empty } from '../../parts/state.tsx';
import { Status } from '../../parts/status.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import type { ReadDrawing } from './drawing.ts';
import { proposalWords } from './words.ts';

type BeforeSendingProps = {
  readonly read: ReadDrawing;
  readonly country: string;
  readonly untouched: boolean;
};

/** What is wrong with an outline, what it measures, and where the map has it: said before anything is sent. */
export function BeforeSending({ read: { outline, faults }, country, untouched }: BeforeSendingProps) {
  const words = useWords(proposalWords);
  const formats = useFormats();
  const facts = useMemo(() => (outline === null ? null : outlineFacts(outline)), [outline]);
  const whole = outline !== null && faults.length === 0;
  return (
    <Panel title={words.told}>
      <div role="status">
        {untouched && <Empty>{words.nothing}</Empty>}
        {!untouched && whole && <Status tone="good">{words.whole}</Status>}
        {!untouched && (
          <ul className="proposal__faults">
            {faults.map(({ code, corners }) => (
              <li key={`${code} ${corners.join()}`}>
                <Status tone="bad">{words.faults[code](corners)}</Status>
              </li>
            ))}
          </ul>
        )}
        {facts !== null && (
          <Facts>
            <Fact name={words.area}>
              {words.size(formats.number(Number((facts.squareMeters / 1e6).toPrecision(3))))}
            </Fact>
            {facts.corners > 0 && <Fact name={words.corners}>{formats.number(facts.corners)}</Fact>}
            {whole && (
              <Fact name={words.ground}>
                <GroundUnder outline={outline} country={country} disagrees={words.disagrees} />
              </Fact>
            )}
          </Facts>
        )}
      </div>
    </Panel>
  );
}
