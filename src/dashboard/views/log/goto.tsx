import { Button, Form, Input, Label, TextField } from 'react-aria-components';
import { useLocation } from 'wouter';
import { useWords } from '../../words/language.tsx';
import { logWords } from './words.ts';

/** Opens a leaf by its number, as receipts, decisions and events name it. */
export function Goto() {
  const words = useWords(logWords);
  const [, navigate] = useLocation();
  return (
    <Form
      className="log-goto"
      onSubmit={(event) => {
        event.preventDefault();
        const leaf = String(new FormData(event.currentTarget).get('leaf')).trim();
        if (/^\d{1,15}$/.test(leaf)) navigate(`/log/${Number(leaf)}`);
      }}
    >
      <TextField name="leaf" className="field" isRequired inputMode="numeric" pattern="[0-9]{1,15}">
        <Label>{words.goto}</Label>
        <Input className="input" size={12} />
      </TextField>
      <Button type="submit" className="button">
        {words.go}
      </Button>
    </Form>
  );
}
