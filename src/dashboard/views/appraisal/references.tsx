import { Panel } from '../../parts/panel.tsx';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import type { Appraisal } from './appraisal.tsx';
import { appraisalWords } from './words.ts';

/** Which approved sets the host's firmware and boot match; where none does, the one that differs least, and in what. */
export function References({ sets: { matched, nearest } }: { readonly sets: Appraisal['referenceSets'] }) {
  const words = useWords(appraisalWords);
  return (
    <>
      {matched.length > 0 && (
        <Panel title={words.matched}>
          <ul>
            {matched.map(({ name, version, digest }) => (
              <li key={digest}>
                <Told text={`${name} ${version}`} /> <Told text={digest} mono />
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {nearest !== null && (
        <Panel title={words.nearest} aside={<Told text={`${nearest.set.name} ${nearest.set.version}`} />}>
          <p>{words.nearestLead}</p>
          <ul className="reasons">
            {nearest.differences.map(({ field, expected, actual, event }) => (
              <li key={field} className="reasons__reason">
                <Told text={field} mono />
                <dl className="facts">
                  <Row name={words.expected} text={expected.join(', ')} />
                  <Row name={words.actual} text={actual} />
                  {event !== undefined && <Row name={words.event} text={event.sentence} />}
                </dl>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

function Row({ name, text }: { readonly name: string; readonly text: string | null }) {
  return (
    <div className="facts__fact">
      <dt>{name}</dt>
      <dd>
        <Told text={text} most={2000} mono />
      </dd>
    </div>
  );
}
