import { useEffect, useId, useState } from 'react';
import { useRead } from '../../api/read.ts';
import { Instant } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { Scroller } from '../../parts/scroller.tsx';
import { Shown } from '../../parts/state.tsx';
import { Status } from '../../parts/status.tsx';
import { Told } from '../../parts/told.tsx';
import { Who } from '../../parts/who.tsx';
import { useSession } from '../../session/gate.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { ruleWords } from './words.ts';

/** Versions of the list, the one in force first; the authority declares another. */
export function ScreeningLists() {
  const words = useWords(ruleWords);
  const formats = useFormats();
  const { session, may } = useSession();
  const read = useRead('listScreeningLists', {}, { live: ['screening-list'] });
  const mayDeclare = may('parties:screen') && !session.readsOnly;
  return (
    <Panel title={words.list} aside={mayDeclare && <Declare />}>
      <Shown read={read}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{words.noList}</p>
          ) : (
            <Scroller label={words.list}>
              <table className="plain-table">
                <thead>
                  <tr>
                    {[words.version, words.state, words.declaredAt, words.grace, words.by, words.reason].map(
                      (header) => (
                        <th key={header} scope="col">
                          {header}
                        </th>
                      ),
                    )}
                  </tr>
                </thead>
                <tbody>
                  {items.map((list, place) => (
                    <tr key={list.leafIndex}>
                      <th scope="row">
                        <Told text={list.version} />
                      </th>
                      <td>
                        <Status tone={place === 0 ? 'good' : 'idle'}>
                          {place === 0 ? words.inForce : words.earlier}
                        </Status>
                      </td>
                      <td>
                        <Instant at={list.declaredAt} />
                      </td>
                      <td>
                        {list.graceSeconds === 0 ? words.noGrace : formats.duration(list.graceSeconds * 1000)}
                      </td>
                      <td>
                        <Who id={list.declaredBy} />
                      </td>
                      <td>
                        <Told text={list.reason} most={600} />
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

function Declare() {
  const words = useWords(ruleWords);
  const [version, setVersion] = useState('');
  const [hours, setHours] = useState('24');
  return (
    <ReasonDialog
      operation="declareScreeningList"
      label={words.declare}
      explanation={words.declareWhat}
      asked={(reason) => ({
        body: { version: version.trim(), graceSeconds: Math.round(Number(hours) * 3600), reason },
      })}
      touches={['screening-list', 'party', 'licence']}
      done={words.declared}
      grave
    >
      <VersionField value={version} onWrite={setVersion} />
      <GraceField value={hours} onWrite={setHours} />
    </ReasonDialog>
  );
}

type FieldProps = { readonly value: string; readonly onWrite: (value: string) => void };

/** Emptied with its dialog: each opening begins anew. */
function VersionField({ value, onWrite }: FieldProps) {
  const words = useWords(ruleWords);
  const id = useId();
  useEffect(() => () => onWrite(''), [onWrite]);
  return (
    <div className="field">
      <label htmlFor={id}>{words.declareVersion}</label>
      <input
        id={id}
        className="input"
        required
        maxLength={100}
        value={value}
        onChange={({ target }) => onWrite(target.value)}
      />
    </div>
  );
}

/** As the verifier itself has it where nobody says. */
function GraceField({ value, onWrite }: FieldProps) {
  const words = useWords(ruleWords);
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{words.declareGrace}</label>
      <input
        id={id}
        className="input"
        type="number"
        required
        min={0}
        max={168}
        step="any"
        value={value}
        onChange={({ target }) => onWrite(target.value)}
      />
    </div>
  );
}
