import { type FormEvent, useId } from 'react';
import { Form, Input, Label, Text, TextField } from 'react-aria-components';
import { useLocation } from 'wouter';
import { useChange } from '../../api/change.ts';
import { useAnnounce } from '../../app/announce.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ProblemNote } from '../../parts/state.tsx';
import { toldText } from '../../parts/told-text.ts';
import type { Session } from '../../session/session.ts';
import { useWords } from '../../words/language.tsx';
import { shellWords } from '../../words/shell.ts';
import { peopleWords } from './words.ts';

const ROLES = Object.keys(shellWords.en.roles) as readonly Session['role'][]; // the type checker misses none

/** Names somebody who may hold tokens, and goes on to where one is minted. */
export function AddPerson() {
  const { add: words } = useWords(peopleWords);
  const { roles } = useWords(shellWords);
  const id = useId();
  const announce = useAnnounce();
  const [, navigate] = useLocation();
  const change = useChange('createPrincipal', ['principal']);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (change.isPending) return;
    const fields = new FormData(event.currentTarget);
    const text = (name: string): string => String(fields.get(name) ?? '').trim();
    const role = ROLES.find((each) => each === text('role')) ?? 'auditor';
    change.mutate(
      { body: { name: text('name'), role, tenant: text('tenant') } },
      {
        onSuccess: (added) => {
          announce(words.done(toldText(added.name)));
          navigate(`/principals/${encodeURIComponent(added.id)}`);
        },
      },
    );
  };
  return (
    <Panel title={words.title}>
      <Form className="stack form" onSubmit={submit}>
        <TextField name="name" isRequired className="field" maxLength={200}>
          <Label>{words.name}</Label>
          <Input className="input" />
          <Text slot="description">{words.nameHint}</Text>
        </TextField>
        <div className="field">
          <label htmlFor={id}>{words.role}</label>
          <select id={id} name="role" className="input" defaultValue="auditor">
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {roles[role]}
              </option>
            ))}
          </select>
        </div>
        <TextField name="tenant" isRequired className="field" maxLength={64}>
          <Label>{words.tenant}</Label>
          <Input className="input" />
          <Text slot="description">{words.tenantHint}</Text>
        </TextField>
        {change.error !== null && <ProblemNote error={change.error} />}
        <div>
          <button type="submit" className="button button--main" aria-disabled={change.isPending}>
            {words.submit}
          </button>
        </div>
      </Form>
    </Panel>
  );
}
