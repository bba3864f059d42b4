import { type FormEvent, useId } from 'react';
import { Form, Input, Label, Text, TextField } from 'react-aria-components';
import { useChange } from '../../api/change.ts';
import { useAnnounce } from '../../app/announce.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ShownOnce } from '../../parts/shown-once.tsx';
import { ProblemNote } from '../../parts/state.tsx';
import { useWords } from '../../words/language.tsx';
import { peopleWords } from './words.ts';

const DAY_SECONDS = 86_400;
const KINDS = ['bind', 'read'] as const;

/** Mints a token, which is shown once; it is in this page's memory until somebody says that it is kept. */
export function MintToken({ principalId }: { readonly principalId: string }) {
  const { mint: words } = useWords(peopleWords);
  const id = useId();
  const announce = useAnnounce();
  const change = useChange('mintToken', ['principal']);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (change.isPending) return;
    const fields = new FormData(event.currentTarget);
    const body = {
      principalId,
      label: String(fields.get('label')).trim(),
      expiresInSeconds: Number(fields.get('days')) * DAY_SECONDS,
      ...(fields.get('kind') === 'read' ? {} : { bindWithinSeconds: DAY_SECONDS }),
    };
    change.mutate({ body }, { onSuccess: () => announce(words.done) });
  };
  return (
    <Panel title={words.title}>
      {change.data === undefined ? (
        <Form className="stack form" onSubmit={submit}>
          <TextField name="label" isRequired className="field" maxLength={200}>
            <Label>{words.label}</Label>
            <Input className="input" />
            <Text slot="description">{words.labelHint}</Text>
          </TextField>
          <TextField name="days" isRequired className="field" type="number" defaultValue="90">
            <Label>{words.days}</Label>
            <Input className="input" min={1} max={366} />
          </TextField>
          <div className="field">
            <label htmlFor={id}>{words.kind}</label>
            <select id={id} name="kind" className="input">
              {KINDS.map((kind) => (
                <option key={kind} value={kind}>
                  {words.kinds[kind]}
                </option>
              ))}
            </select>
          </div>
          {change.error !== null && <ProblemNote error={change.error} />}
          <div>
            <button type="submit" className="button button--main" aria-disabled={change.isPending}>
              {words.submit}
            </button>
          </div>
        </Form>
      ) : (
        <ShownOnce label={words.minted} secret={change.data.token} onDone={() => change.reset()} />
      )}
    </Panel>
  );
}
