import { useRead } from '../../api/read.ts';
import { Way } from '../../app/ways.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Scroller } from '../../parts/scroller.tsx';
import { Empty, Shown } from '../../parts/state.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { partyWords } from './words.ts';

/** Who examined it as a customer, and when: rule packs read the age of the newest. */
export function Examinations({ partyId }: { readonly partyId: string }) {
  const words = useWords(partyWords);
  const formats = useFormats();
  const read = useRead('listKnowYourCustomer', { params: { partyId } }, { live: ['party'] });
  return (
    <Panel title={words.examinations}>
      <Shown read={read}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{words.noExaminations}</Empty>
          ) : (
            <Scroller label={words.examinations}>
              <table className="plain-table party__table">
                <caption className="unseen">{words.examinations}</caption>
                <thead>
                  <tr>
                    {[words.date, words.examination, words.reviewer, words.act].map((name) => (
                      <th key={name} scope="col">
                        {name}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {items.map(({ id, dated, reference, reviewer, leafIndex }) => (
                    <tr key={id}>
                      <td>
                        <Told text={dated} />
                      </td>
                      <td>
                        <Told text={reference} mono />
                      </td>
                      <td>
                        <Told text={reviewer} />
                      </td>
                      <td>
                        <Way to={`/log/${leafIndex}`}>{formats.number(leafIndex)}</Way>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroller>
          )
        }
      </Shown>
    </Panel>
  );
}
