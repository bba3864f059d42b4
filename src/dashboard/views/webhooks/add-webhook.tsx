import type { FormEvent } from 'react';
import { Form, Input, Label, Text, TextField } from 'react-aria-components';
import { useChange } from '../../api/change.ts';
import { useAnnounce } from '../../app/announce.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ProblemNote } from '../../parts/state.tsx';
import { useWords } from '../../words/language.tsx';
import { webhookWords } from './words.ts';

/** @param onSecret is given what messages will be signed with: the verifier says it once */
export function AddWebhook({ onSecret }: { readonly onSecret: (secret: string | null) => void }) {
  const { add: words } = useWords(webhookWords);
  const announce = useAnnounce();
  const change = useChange('addWebhook', ['webhook']);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (change.isPending) return;
    const form = event.currentTarget;
    const url = String(new FormData(form).get('url')).trim();
    change.mutate(
      { body: { url } },
      {
        onSuccess: ({ secret = null }) => {
          onSecret(secret);
          announce(words.done);
          form.reset();
        },
      },
    );
  };
  return (
    <Panel title={words.title}>
      <Form className="stack form" onSubmit={submit}>
        <TextField name="url" isRequired className="field" type="url" maxLength={2000}>
          <Label>{words.url}</Label>
          <Input className="input" />
          <Text slot="description">{words.urlHint}</Text>
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
