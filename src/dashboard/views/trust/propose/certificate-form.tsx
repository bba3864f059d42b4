import { useId } from 'react';
import { Button, Form, Input, Label, Text, TextField } from 'react-aria-components';
import { Panel } from '../../../parts/panel.tsx';
import { useWords } from '../../../words/language.tsx';
import type { Proposal } from './proposal-file.ts';
import { proposeWords } from './words.ts';

type Purpose = Extract<Proposal, { kind: 'anchors' }>['content']['purpose'];

const PURPOSES = Object.keys(proposeWords.en.purposes) as readonly Purpose[]; // the type checker misses none below

export type CertificateFormProps = {
  readonly certificates: string;
  readonly count: number;
  readonly onNamed: (proposal: Proposal) => void;
};

/** What PEM does not say: how the set is called, and what its certificates may vouch for. */
export function CertificateForm({ certificates, count, onNamed }: CertificateFormProps) {
  const words = useWords(proposeWords);
  const id = useId();
  return (
    <Panel title={words.certificates} aside={words.certificatesRead(count)}>
      <Form
        className="stack form"
        onSubmit={(event) => {
          event.preventDefault();
          const fields = new FormData(event.currentTarget);
          const text = (name: string): string => String(fields.get(name)).trim();
          const purpose = PURPOSES.find((each) => each === fields.get('purpose')) ?? 'tpm-ek';
          const content = { name: text('name'), version: text('version'), purpose, certificates };
          onNamed({ kind: 'anchors', content });
        }}
      >
        <TextField name="name" isRequired className="field" maxLength={100} pattern="[a-z0-9][a-z0-9.\-]*">
          <Label>{words.name}</Label>
          <Input className="input" />
          <Text slot="description">{words.nameHint}</Text>
        </TextField>
        <TextField name="version" isRequired className="field" maxLength={100}>
          <Label>{words.version}</Label>
          <Input className="input" />
        </TextField>
        <div className="field">
          <label htmlFor={id}>{words.purpose}</label>
          <select id={id} name="purpose" className="input">
            {PURPOSES.map((purpose) => (
              <option key={purpose} value={purpose}>
                {words.purposes[purpose]}
              </option>
            ))}
          </select>
        </div>
        <div>
          <Button type="submit" className="button">
            {words.take}
          </Button>
        </div>
      </Form>
    </Panel>
  );
}
