import type { Answer } from '../../api/call.ts';
import { Way } from '../../app/ways.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Empty } from '../../parts/state.tsx';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import { overviewWords } from './words.ts';

const PLACES = { licence: '/licences', facility: '/facilities' } as const;

/** What expires next, soonest first. */
export function Ends({ ends }: { readonly ends: Answer<'getOverview'>['ends'] }) {
  const words = useWords(overviewWords);
  return (
    <Panel title={words.ends}>
      {ends.length === 0 ? (
        <Empty>{words.noEnds}</Empty>
      ) : (
        <>
          <table className="plain-table">
            <caption className="unseen">{words.ends}</caption>
            <thead>
              <tr>
                <th scope="col">{words.what}</th>
                <th scope="col">{words.end}</th>
              </tr>
            </thead>
            <tbody>
              {ends.map(({ kind, id, name, at }) => (
                <tr key={id}>
                  <td>
                    <span className="kind">{words.endKinds[kind]}</span>{' '}
                    <Way to={`${PLACES[kind]}/${id}`}>
                      {name === null ? (
                        <span className="identifier">{id}</span>
                      ) : (
                        <Told text={name} most={60} />
                      )}
                    </Way>
                  </td>
                  <td>
                    <Instant at={at} relative />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="panel__note">{words.endsNote}</p>
        </>
      )}
    </Panel>
  );
}
